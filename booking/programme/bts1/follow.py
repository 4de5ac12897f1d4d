"""A step of a BTS+1 course, and the journal says who noted it."""

from __future__ import annotations

from datetime import date, datetime

from workshops.bts1 import record_step as steps
from workshops.database import transaction
from workshops.events.record import record


async def record_step(
    course: int, *, step: str, step_on: date, planned: bool, school: int | None, by: int, now: datetime
) -> None:
    """A course reaches a step, plans it, or has its day corrected. Raises Invalid, NotFound."""
    async with transaction():
        await steps.record_step(course, step=step, step_on=step_on, planned=planned, school=school, now=now)
        detail = f"{step} : {step_on.isoformat()}{', prévue' if planned else ''}"
        await record("course_step_recorded", by=by, about_kind="course", about=course, detail=detail, now=now)


async def forget_step(course: int, step: str, *, school: int | None, by: int, now: datetime) -> None:
    """Take a step back: a mistake, or a suspension that has ended. Raises NotFound."""
    async with transaction():
        await steps.forget_step(course, step, school=school)
        await record("course_step_removed", by=by, about_kind="course", about=course, detail=step, now=now)
