"""A company mentors a cohort, from one day to another."""

from __future__ import annotations

from datetime import date

from asyncpg.exceptions import ExclusionViolationError

from workshops.database import row, rows, savepoint, transaction, value
from workshops.ptech.lock import lock_cohort
from workshops.ptech.rules import AlreadyMentor, refuse_dates
from workshops.refusals import Invalid, NotFound

COMPANY = "SELECT 1 FROM companies WHERE id = $1"
ADD = "INSERT INTO ptech_mentors (cohort, company, from_on, to_on) VALUES ($1, $2, $3, $4) RETURNING id"
ONE = "SELECT cohort, from_on FROM ptech_mentors WHERE id = $1"
SET_END = "UPDATE ptech_mentors SET to_on = $2 WHERE id = $1"


async def add_mentor(cohort: int, *, company: int, from_on: date, to_on: date | None = None, school: int | None) -> int:
    """A company is one of the cohort's mentors from this day; returns the mentor's number.

    Raises Invalid, NotFound, AlreadyMentor.
    """
    refuse_dates(from_on, to_on)
    async with transaction():
        await lock_cohort(cohort, school=school)
        if await value(COMPANY, company) is None:
            raise Invalid({"company": "Entreprise : choisissez dans la liste."})
        try:
            async with savepoint():
                return int(await value(ADD, cohort, company, from_on, to_on))
        except ExclusionViolationError:
            raise AlreadyMentor from None


async def end_mentor(mentor: int, *, to_on: date | None, school: int | None) -> int:
    """It mentors until this day, this day included; None takes the end back. Returns the cohort's number.

    Raises Invalid, NotFound, AlreadyMentor.
    """
    async with transaction():
        found = await row(ONE, mentor)
        if found is None:
            raise NotFound
        await lock_cohort(found["cohort"], school=school)
        refuse_dates(found["from_on"], to_on)
        try:
            async with savepoint():
                await rows(SET_END, mentor, to_on)
        except ExclusionViolationError:
            raise AlreadyMentor from None
        return int(found["cohort"])
