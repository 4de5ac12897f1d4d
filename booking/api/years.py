"""The school years, for a coordinator's machine: where each stands, what closing one does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.office_bodies import YearClosure
from booking.api.pages import Page
from booking.api.reopening import Reopening
from booking.door.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.settings import Settings
from booking.year.close import close_year
from booking.year.foresee import foresee_closing
from booking.year.queries import Report, YearLine, open_visits, report_of, year_line, years
from booking.year.reopen import reopen_year


@get("/years", opt=COORDINATOR)
async def list_years(now: NamedDependency[datetime]) -> Page:
    """The school years since the first slot, the latest first, on one page."""
    return Page(items=[_line(one) for one in await years(now=now)], next_cursor=None)


@get("/years/{name:str}", opt=COORDINATOR)
async def read_year(name: FromPath[str], now: NamedDependency[datetime]) -> dict[str, Any]:
    """One school year: the visits that nobody closed, and what its closing did."""
    line = await year_line(name, now=now)
    waiting = [] if line.closed_at else await open_visits(line.year)
    report = await report_of(line.year)
    return _line(line) | {
        "waiting": [
            {
                "slot_id": one.id,
                "workshop": one.title,
                "school": one.school_name,
                "starts_at": one.starts_at,
                "pupils": one.pupils,
                "badges_read": one.scanned,
                "unsettled": one.unsettled,
            }
            for one in waiting
            if one.starts_at < now
        ],
        "counts": report and _counts(report),
    }


@post("/years/{name:str}/closure", status_code=200, opt=COORDINATOR)
async def close_one_year(
    name: FromPath[str],
    data: JSONBody[YearClosure],
    person: NamedDependency[Coordinator],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """Freeze the figures of a year that is over, then erase; without `"dry_run": false` nothing is changed."""
    line = await year_line(name, now=now)
    accepted = {one.id for one in await open_visits(line.year)} & set(data.nobody_came)
    if data.dry_run:
        report = await foresee_closing(line.year, zero=accepted, now=now)
    else:
        report = await close_year(line.year, zero=accepted, by=person.account, data_dir=settings.data_dir, now=now)
    return {"year": line.year.name, "closed_at": report.closed_at, "counts": _counts(report)}


@post("/years/{name:str}/reopening", status_code=200, opt=COORDINATOR)
async def reopen_one_year(
    name: FromPath[str],
    data: JSONBody[Reopening],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """A closed year takes past visits again until it is closed anew; what lycées counted stays frozen."""
    line = await year_line(name, now=now)
    await reopen_year(line.year, reason=data.reason, by=person.account, now=now)
    return _line(await year_line(name, now=now))


def _line(one: YearLine) -> dict[str, Any]:
    return {
        "year": one.year.name,
        "over": one.over,
        "started_at": one.started_at,
        "closed_at": one.closed_at,
        "reopened_at": one.reopened_at,
        "open_visits": one.open,
    }


def _counts(report: Report) -> dict[str, int]:
    return dict(report.counts)
