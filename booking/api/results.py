"""Where the programme stands, for machines: the same exact figures as the coordinator's board."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from booking.door.guards import COORDINATOR
from workshops.refusals import Invalid
from workshops.results.queries import Breakdown, Progress, breakdown, life_of_programme, progress
from workshops.school_calendar.rules import far_away


@get("/results", opt=COORDINATOR)
async def read_results(
    now: NamedDependency[datetime],
    from_on: Annotated[date | None, QueryParameter(name="from")] = None,
    to_on: Annotated[date | None, QueryParameter(name="to")] = None,
) -> dict[str, Any]:
    """Each target with its figures and its counting rule, and the pupils received, between two days included.

    Without `from` and `to`, targets and counts follow the targets' own dates. A null figure is not followed yet; a
    forecast always speaks of the target's last day, as the same days of the last 12 months went. `planned` are seats
    still free in visits to come, schemes and courses in preparation; `due` is what an even pace would have reached
    today; `declared` is a figure typed by a coordinator, `done_declared` what past visits, which nobody scanned,
    brought to `done`.
    """
    _refuse_a_wrong_period(from_on, to_on)
    stands = await progress(from_on=from_on, to_on=to_on, now=now)
    whole = life_of_programme([one.target for one in stands], now=now)
    first, last = from_on or whole[0], to_on or whole[1]
    return {
        "from": first,
        "to": last,
        "targets": [_target(one) for one in stands],
        "counts": _counts(await breakdown(from_on=first, to_on=last, now=now)),
    }


def _refuse_a_wrong_period(from_on: date | None, to_on: date | None) -> None:
    for name, day in (("from", from_on), ("to", to_on)):
        if day is not None and far_away(day):
            raise Invalid({name: "Date : entre 2000 et 2100."})
    if from_on is not None and to_on is not None and to_on < from_on:
        raise Invalid({"to": "La fin vient avant le début."})


def _target(one: Progress) -> dict[str, Any]:
    return {
        "programme": one.target.programme,
        "metric": one.target.metric,
        "label": one.target.label,
        "unit": one.target.unit,
        "target": one.target.target,
        "from": one.target.from_on,
        "to": one.target.to_on,
        "done": one.done,
        "done_declared": one.declared,
        "booked": one.booked,
        "planned": one.planned,
        "due": one.due,
        "forecast": one.forecast,
        "rule": one.target.rule,
        "frozen": one.frozen,
        "official": one.target.official,
        "declared": None
        if one.told is None
        else {"figure": one.told.figure, "on": one.told.counted_on, "source": one.told.source},
    }


def _counts(found: Breakdown) -> dict[str, Any]:
    return {
        "by_lycee": found.lycees,
        "by_college": found.colleges,
        "by_department": found.departments,
        "by_level": found.levels,
        "by_object": found.objects,
        "by_month": found.months,
        "by_year": found.years,
        "by_company": found.companies,
    }
