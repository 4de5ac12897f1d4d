"""What a collège has left to do before its visit, for machines, and what it ticks of it."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from litestar import delete, get, put
from litestar.params import FromPath

from booking.api.reservations import visit_seen_by
from booking.api.shapes import answer_of
from booking.door.rights.guards import AsTeacher, Now, may
from booking.people.accounts.queries import Teacher
from booking.visits.preparation.queries import steps_before
from booking.visits.preparation.rules import StepKind
from booking.visits.preparation.tick import tick, untick
from workshops.refusals import NotFound


class StepAnswer(msgspec.Struct):
    """One step before a visit, and until when it is to be done."""

    step: StepKind
    ready: bool
    due_on: date | None


class StepsAnswer(msgspec.Struct):
    """The steps before a visit, by date; none once it has begun."""

    items: list[StepAnswer]


@get("/reservations/{reservation:int}/steps", opt=may("visits.keep"))
async def steps_of_visit(reservation: FromPath[int], person: AsTeacher, now: Now) -> StepsAnswer:
    """What is done and to be done before a visit: visa, coach, papers, head count, word that it comes, badges."""
    return await _steps(reservation, person, now)


@put("/reservations/{reservation:int}/steps/{step:str}", opt=may("visits.keep"))
async def tick_step(reservation: FromPath[int], step: FromPath[str], person: AsTeacher, now: Now) -> StepsAnswer:
    """Say that the collège has done `coach`, `papers` or `headcount`. Said twice, it is said once."""
    await tick(reservation, _kind(step), school=person.school, by=person.account, now=now)
    return await _steps(reservation, person, now)


@delete("/reservations/{reservation:int}/steps/{step:str}", opt=may("visits.keep"), status_code=200)
async def untick_step(reservation: FromPath[int], step: FromPath[str], person: AsTeacher, now: Now) -> StepsAnswer:
    """Take it back: it is to be done after all."""
    await untick(reservation, _kind(step), school=person.school, by=person.account, now=now)
    return await _steps(reservation, person, now)


def _kind(step: str) -> StepKind:
    if step not in set(StepKind):
        raise NotFound()
    return StepKind(step)


async def _steps(reservation: int, person: Teacher, now: datetime) -> StepsAnswer:
    seen = await visit_seen_by(person, reservation)
    steps = (await steps_before([seen], now=now)).get(reservation, ())
    return StepsAnswer([answer_of(StepAnswer, one, step=one.kind, ready=one.done, due_on=one.until) for one in steps])
