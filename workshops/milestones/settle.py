"""A milestone is done on a day, or given up with a reason; it is taken up again where that was wrong."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

from workshops.acts import Act, labelled, typed
from workshops.acts.health import says_of_pupil
from workshops.database import row, transaction
from workshops.events.record import record, record_by
from workshops.milestones.queries import programme_began
from workshops.milestones.rules import OPEN, MilestoneEnded, MilestoneOpen, MilestoneState, wrong_day
from workshops.milestones.tables import Milestone
from workshops.refusals import Invalid, or_not_found
from workshops.school_calendar.rules import paris_day

LOCKED = "SELECT title, state FROM milestones WHERE id = $1 FOR UPDATE"


class CompleteMilestone(Act, frozen=True, kw_only=True):
    """On which day it was done."""

    done_on: Annotated[date, labelled("Fait le", "The day on which it was done: today or before.")]


class GiveUpMilestone(Act, frozen=True, kw_only=True):
    """Why it will not be done: whoever reads the register reads it."""

    reason: Annotated[
        str,
        typed(
            "Pourquoi",
            "Why it will not be done; no person's name.",
            most=300,
            least=1,
            check=partial(says_of_pupil, "Pourquoi", instead="Écrivez-le sans nom."),
        ),
    ]


async def complete_milestone(number: int, asked: CompleteMilestone, *, by: int | None, now: datetime) -> None:
    """Nobody is reminded of it any more.

    Raises Invalid for a day to come or before the programme, MilestoneEnded, NotFound.
    """
    if asked.done_on > paris_day(now):
        raise Invalid({"done_on": "Fait le : choisissez aujourd'hui ou un jour passé."})
    if wrong := wrong_day("Fait le", asked.done_on, began_on=await programme_began()):
        raise Invalid({"done_on": wrong})
    await _end(number, MilestoneState.DONE, on=asked.done_on, act="milestone_done", by=by, now=now)


async def give_up_milestone(number: int, asked: GiveUpMilestone, *, by: int | None, now: datetime) -> None:
    """It is not due any more, and says why. Raises MilestoneEnded, NotFound."""
    on, act = paris_day(now), "milestone_given_up"
    await _end(number, MilestoneState.GIVEN_UP, on=on, reason=asked.reason, act=act, by=by, now=now)


async def take_up_milestone(number: int, *, by: int, now: datetime) -> None:
    """It is under way again. Raises MilestoneOpen, NotFound."""
    async with transaction():
        known = or_not_found(await row(LOCKED, number))
        if known["state"] in OPEN:
            raise MilestoneOpen
        await _set(number, MilestoneState.UNDER_WAY)
        words = known["title"]
        await record("milestone_taken_up", by=by, about_kind="milestone", about=number, words=words, now=now)


async def _end(
    number: int, state: MilestoneState, *, on: date, reason: str = "", act: str, by: int | None, now: datetime
) -> None:
    async with transaction():
        known = or_not_found(await row(LOCKED, number))
        if known["state"] not in OPEN:
            raise MilestoneEnded
        await _set(number, state, on=on, reason=reason)
        words = f"{known['title']} : {reason or format(on, '%d/%m/%Y')}"
        await record_by(by, act, about_kind="milestone", about=number, words=words, now=now)


async def _set(number: int, state: MilestoneState, *, on: date | None = None, reason: str = "") -> None:
    said: dict[Any, Any] = {Milestone.state: state, Milestone.ended_on: on, Milestone.reason: reason}
    await Milestone.update(said).where(Milestone.id == number)
