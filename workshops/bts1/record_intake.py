"""One year of a course in counts, and where its people went."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from workshops.acts import Act, a_number, labelled, typed
from workshops.bts1.add_up import COUNTS, MOST, RecordIntake
from workshops.bts1.lock import lock_course
from workshops.bts1.rules import FIRST_YEAR, LAST_YEAR, STAYS, SchoolYear, StayKind, refuse_year
from workshops.bts1.tables import Intake, Mobility
from workshops.closed_years.correct import recording
from workshops.database import rows, value
from workshops.events.record import record, record_by
from workshops.refusals import NotFound
from workshops.school_calendar.rules import year_words
from workshops.scope import Scope

RECORD = f"""
INSERT INTO bts1_intakes (course, school_year, {", ".join(COUNTS)})
VALUES ($1, $2, {", ".join(f"${place}" for place in range(3, 3 + len(COUNTS)))})
ON CONFLICT (course, school_year) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COUNTS)}
"""  # noqa: S608 - names of our own columns
STAY = """
INSERT INTO bts1_mobilities (course, school_year, country, kind, people) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (course, school_year, country, kind) DO UPDATE SET people = excluded.people RETURNING id
"""


class RecordMobility(Act, frozen=True, kw_only=True):
    """How many people went to a country in a school year, and what for (stage, etudes, visite)."""

    school_year: Annotated[SchoolYear, Meta(extra={"form": {"stay_year": "Année scolaire"}})]
    country: Annotated[str, typed("Pays", "Where they went.", least=2, most=60, column="pays", cell="country")]
    kind: Annotated[StayKind, labelled("Motif", "What for.", form={"stay": "Motif"}, words=STAYS, column="motif")]
    people: Annotated[int, a_number("Personnes", "How many went.", 1, MOST, column="personnes")]


async def record_intake(course: int, asked: RecordIntake, *, scope: Scope, by: int | None, now: datetime) -> None:
    """The counts of a school year (2026 is 2026-2027), each None until it is known; said again, they are replaced.

    More students than places is possible. Raises Invalid, NotFound.
    """
    refuse_year(asked.school_year, now=now)
    counts = {name: getattr(asked, name) for name in COUNTS}
    async with recording(by=by, school=scope.school, now=now):
        await lock_course(course, scope=scope)
        await rows(RECORD, course, asked.school_year, *counts.values())
        told = ", ".join(f"{name} {count}" for name, count in counts.items() if count is not None)
        detail = f"{year_words(asked.school_year)} : {told}"
        await record_by(by, "course_intake_recorded", about_kind="course", about=course, detail=detail, now=now)


async def forget_intake(course: int, school_year: int, *, scope: Scope, by: int, now: datetime) -> None:
    """The counts of a school year were a mistake. Raises NotFound."""
    if not FIRST_YEAR <= school_year <= LAST_YEAR:
        raise NotFound
    async with recording(by=by, school=scope.school, now=now):
        await lock_course(course, scope=scope)
        wrong = Intake.delete().where(Intake.course == course, Intake.school_year == school_year)
        if not await wrong.returning(Intake.id):
            raise NotFound
        detail = year_words(school_year)
        await record("course_intake_removed", by=by, about_kind="course", about=course, detail=detail, now=now)


async def record_mobility(course: int, asked: RecordMobility, *, scope: Scope, by: int | None, now: datetime) -> int:
    """How many went to a country in a school year, and what for; said again, the count is replaced.

    Returns its number. Raises Invalid, NotFound.
    """
    country = asked.country[:1].upper() + asked.country[1:]
    refuse_year(asked.school_year, now=now)
    async with recording(by=by, school=scope.school, now=now):
        await lock_course(course, scope=scope)
        made = int(await value(STAY, course, asked.school_year, country, asked.kind, asked.people))
        detail = f"{year_words(asked.school_year)} : {country}, {asked.kind}, {asked.people}"
        await record_by(by, "course_mobility_recorded", about_kind="course", about=course, detail=detail, now=now)
        return made


async def forget_mobility(course: int, mobility: int, *, scope: Scope, by: int, now: datetime) -> None:
    """A mobility was a mistake. Raises NotFound."""
    async with recording(by=by, school=scope.school, now=now):
        await lock_course(course, scope=scope)
        wrong = Mobility.delete().where(Mobility.course == course, Mobility.id == mobility)
        if not await wrong.returning(Mobility.id):
            raise NotFound
        await record("course_mobility_removed", by=by, about_kind="course", about=course, now=now)
