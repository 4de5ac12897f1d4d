"""The examples' P-TECH schemes: cohorts counted twice a year, mentored by companies, some with more to complete."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from booking.demo.offer import open_days
from booking.demo.settle import Cast, read_tables
from workshops.programmes.ptech.check_flow import TermCode
from workshops.programmes.ptech.count_cohort import RecordCensus, RecordOutcome, record_census, record_outcome
from workshops.programmes.ptech.mentor import AddMentor, add_mentor
from workshops.programmes.ptech.open_scheme import EnrolCohort, OpenScheme, enrol_cohort, open_scheme
from workshops.programmes.ptech.plan_action import PlanAction, plan_action
from workshops.programmes.ptech.rules import ActionKind, OutcomeKind
from workshops.programmes.ptech.settle_action import HoldAction, hold_action
from workshops.school_calendar.rules import autumn_of, paris_day, paris_instant, school_year_of
from workshops.schools.queries import school_by_uai
from workshops.scope import of_school

HOST = "exemples.technilab"
# (month, day, kind, title, minutes) of a school year that every mentor of a cohort lives in turn.
YEAR_OF_ACTIONS = (
    (10, 12, "visite", "Visite de l'entreprise", 180),
    (11, 23, "temoignage", "Métiers et parcours racontés", 120),
    (1, 18, "projet", "Lancement du projet de l'année", 180),
    (3, 15, "simulation", "Entretiens à blanc", 90),
    (5, 17, "stage", "Semaine d'observation", 2100),
)
# Who leaves at the end of the bac, of those who were there in June; the others enter a BTS.
AFTER_BAC = {"left_reoriented": 2, "left_work": 1, "left_other": 2}
EXPLAINED = "Un élève compté deux fois en octobre, corrigé par le secrétariat."


async def open_ptech(cast: Cast, *, now: datetime) -> None:
    """Put the schemes in place with every rentrée up to this one: the latest cohort lacks a mentor."""
    draw = Random(8 * 5 * 3)  # noqa: S311 - draws counts, guards nothing
    latest = autumn_of(paris_day(now))
    for entry in read_tables("ptech"):
        school = cast.lycees[entry["lycee"]].id
        scheme = await open_scheme(await _card(entry, latest), school=school, example=True, by=None, now=now)
        own: dict[str, Any] = {"scope": of_school(school), "by": None, "now": now}
        for number in range(entry["rentrees"]):
            year = latest - entry["rentrees"] + 1 + number
            cohort = await enrol_cohort(EnrolCohort(scheme=scheme, entry_year=year), **own)
            present = await _count(cohort, year, entry["eleves"][number], draw, **own)
            mentors = [cast.companies[index].place for index in entry["entreprises"][number]]
            for company in mentors:
                await add_mentor(cohort, AddMentor(company=company, from_on=date(year, 9, 15)), **own)
            await _act(cohort, year, mentors, present, **own)


async def _card(entry: dict[str, Any], latest: int) -> OpenScheme:
    host = await school_by_uai(entry["lycee_bts"])
    opens_on = date(latest - max(0, entry["rentrees"] - 1) + (not entry["rentrees"]), 9, 1)
    return OpenScheme(
        title=entry["titre"],
        field=entry["filiere"],
        opens_on=opens_on,
        bts_school=host.id if host else None,
        bts_title=entry["bts"],
        agreement_on=date(opens_on.year, 6, 15) if entry["convention"] else None,
        agreement_ref=entry["convention"],
    )


async def _count(cohort: int, year: int, pupils: int, draw: Random, *, now: datetime, **own: Any) -> dict[int, int]:
    """Every October and June so far; returns the pupils present by school year."""
    present, octobers, first = pupils, {}, True
    for school_year, term in _terms(year, now):
        entered = 0 if first or term == "june" else draw.choice((0, 0, 1, 1, 2))
        left = 0 if first else draw.choice((0, 0, 1))
        moved = 0 if first or term == "june" else draw.choice((0, 1))
        # A gap that somebody explained, in the second June.
        lost = int(not first and term == "june" and school_year == year + 1)
        exits = {"left_reoriented": left, "left_moved": moved}
        if (school_year, term) == (year + 3, "october"):
            entered, exits = 0, AFTER_BAC
        present += entered - sum(exits.values()) - lost
        census = RecordCensus(
            school_year=school_year,
            term=term,
            present=present,
            girls=present // 4,
            entered=entered,
            **exits,
            note=EXPLAINED if lost else "",
        )
        await record_census(cohort, census, now=now, **own)
        octobers[school_year], first = present, False
    if school_year_of(paris_day(now)) > year + 2:
        there = octobers[year + 2]
        for outcome in (
            RecordOutcome(kind=OutcomeKind.BAC_PRO, school_year=year + 2, pupils=there - 2),
            RecordOutcome(kind=OutcomeKind.BTS_ENTERED, school_year=year + 3, pupils=there - sum(AFTER_BAC.values())),
            RecordOutcome(kind=OutcomeKind.STUDYING, school_year=year + 3, pupils=AFTER_BAC["left_reoriented"]),
            RecordOutcome(kind=OutcomeKind.EMPLOYED, school_year=year + 3, pupils=AFTER_BAC["left_work"]),
        ):
            await record_outcome(cohort, outcome, now=now, **own)
    return octobers


def _terms(year: int, now: datetime) -> Iterator[tuple[int, TermCode]]:
    """The censuses since a rentrée whose day has come; the first is there as soon as September, for a page to show."""
    today = paris_day(now)
    for school_year in range(year, year + 5):
        if today >= date(school_year, 10, 1) or school_year == year:
            yield school_year, "october"
        if today >= date(school_year + 1, 6, 1):
            yield school_year, "june"


async def _act(
    cohort: int, year: int, mentors: list[int], present: dict[int, int], *, now: datetime, **own: Any
) -> None:
    """A year's actions, led by each mentor in turn: held and counted when past, else planned."""
    for school_year in range(year, school_year_of(paris_day(now)) + 1):
        for number, (month, day, kind, title, minutes) in enumerate(YEAR_OF_ACTIONS):
            wanted = date(school_year + (month < 8), month, day)
            (on, *_) = [*await open_days(wanted, date.fromordinal(wanted.toordinal() + 20)), wanted]
            starts_at = paris_instant(on, time(9))
            company = mentors[(number + school_year) % len(mentors)]
            action = PlanAction(
                kind=ActionKind(kind), title=title, starts_at=starts_at, minutes=minutes, people=2, company=company
            )
            uid = f"{uuid5(NAMESPACE_URL, f'technilab/ptech/{cohort}/{school_year}/{number}')}@{HOST}"
            made = await plan_action(cohort, action, uid=uid, tell=False, now=now, **own)
            if starts_at < now:
                pupils = max(0, present.get(school_year, 0) - number % 3)
                await hold_action(made, HoldAction(pupils=pupils), tell=False, now=now, **own)
