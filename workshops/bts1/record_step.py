"""A step of a course, planned or reached."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from workshops.acts import Act, labelled
from workshops.bts1.lock import lock_course
from workshops.bts1.rules import STEPS, DatedStep, StepKind, refuse_step
from workshops.bts1.tables import Step
from workshops.closed_years.correct import recording
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.events.record import record, record_by
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day
from workshops.scope import Scope

KNOWN = "SELECT step, step_on, planned FROM bts1_steps WHERE course = $1"
RECORD = """
INSERT INTO bts1_steps (course, step, step_on, planned) VALUES ($1, $2, $3, $4)
ON CONFLICT (course, step) DO UPDATE SET step_on = excluded.step_on, planned = excluded.planned
"""


class RecordStep(Act, frozen=True, kw_only=True):
    """A step (idee, montage, habilitee, ouverte, premiere_promotion, suspendue), reached on a day or planned."""

    step: Annotated[StepKind, labelled("Étape", "Which step.", words=STEPS, column="etape")]
    step_on: Annotated[date, labelled("Date", "Its day.", column="le")]
    planned: Annotated[bool, labelled("À cette date, elle est", "Not reached yet.", column=("prevue", "prévue"))] = (
        False
    )


async def record_step(course: int, asked: RecordStep, *, scope: Scope, by: int | None, now: datetime) -> None:
    """A course reaches a step, plans it, or has its day corrected. Steps follow each other in time.

    Raises Invalid, NotFound.
    """
    async with recording(by=by, school=scope.school, now=now):
        await lock_course(course, scope=scope)
        known = await rows_as(DatedStep, KNOWN, course)
        refuse_step(DatedStep(asked.step, asked.step_on, asked.planned), known, today=paris_day(now))
        await rows(RECORD, course, asked.step, asked.step_on, asked.planned)
        detail = f"{asked.step} : {asked.step_on.isoformat()}{', prévue' if asked.planned else ''}"
        await record_by(by, "course_step_recorded", about_kind="course", about=course, detail=detail, now=now)


async def forget_step(course: int, step: str, *, scope: Scope, by: int, now: datetime) -> None:
    """Take a step back: a mistake, or a suspension that has ended. Raises NotFound."""
    async with recording(by=by, school=scope.school, now=now):
        await lock_course(course, scope=scope)
        if not await Step.delete().where(Step.course == course, Step.step == step).returning(Step.id):
            raise NotFound
        await record("course_step_removed", by=by, about_kind="course", about=course, detail=step, now=now)
