"""An action was held, and so many pupils were there; or it will not be."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from workshops.acts import Act, a_number, typed
from workshops.acts.health import says_of_pupil
from workshops.database import rows, value
from workshops.events.record import record
from workshops.programmes.ptech.count_cohort import EVER
from workshops.programmes.ptech.lock import changing_action
from workshops.programmes.ptech.plan_action import UnusualTimeMeant, refuse_stranger, refuse_unless_sure
from workshops.programmes.ptech.rules import PUPILS_MOST, ActionAhead, ActionSettled, entry_ends_at
from workshops.programmes.ptech.tables import Action
from workshops.refusals import Invalid
from workshops.scope import Scope

HELD_AT = "UPDATE mentoring_actions SET starts_at = $2, sequence = sequence + $3::int, changed_at = $4 WHERE id = $1"
CALL_OFF = """
UPDATE mentoring_actions SET state = 'called_off', reason = $2, sequence = sequence + $3::int, changed_at = $4
WHERE id = $1 RETURNING sequence
"""
# Pupils who came since the last census are in no count yet.
ARRIVED_MOST = 10
# $1 before when they were to be held, $2 what stands there then.
FORGET_REASONS = """
UPDATE mentoring_actions SET reason = $2
WHERE state = 'called_off' AND reason <> $2 AND starts_at < $1 RETURNING id
"""


class HoldAction(Act, frozen=True, kw_only=True):
    """The pupils who were there; `held_at`, with its offset, when it was held at another moment than planned.

    `unusual_time_meant`: that moment is a day off or an odd hour, and is right.
    """

    pupils: Annotated[int, a_number("Élèves présents", "Pupils who were there.", 0, PUPILS_MOST)]
    held_at: (
        Annotated[
            datetime,
            Meta(
                tz=True,
                description="When it was held.",
                extra={
                    "label": "Le jour où elle a eu lieu",
                    "form": {"held_on": "Le jour où elle a eu lieu", "held_at": "Heure"},
                },
            ),
        ]
        | None
    ) = None
    unusual_time_meant: UnusualTimeMeant = False


class CallOffAction(Act, frozen=True, kw_only=True):
    """Why an action is called off."""

    reason: Annotated[str, typed("Motif", "Why, without a name: who was to come reads it.", least=1, most=300)]


async def hold_action(
    action: int, asked: HoldAction, *, scope: Scope, by: int | None, now: datetime, tell: bool = True
) -> int:
    """Count the pupils who were there; said again, the count is corrected. Returns the cohort's number.

    Another moment than planned corrects the agendas. `tell` is False for the examples. Raises Invalid, NotFound,
    ActionSettled for one that was called off, ActionAhead, NotMentor, UnusualTime for another moment that is rarely
    meant, unless it is said to be.
    """
    pupils = asked.pupils
    async with changing_action(action, scope=scope, by=by, now=now) as known:
        if known.state == "called_off":
            raise ActionSettled
        ever = int(await value(EVER, known.cohort))
        if ever and pupils > ever + ARRIVED_MOST:
            told = f"Élèves présents : {pupils}, alors que la cohorte n'en a compté que {ever} en tout."
            raise Invalid({"pupils": told})
        at = asked.held_at or known.starts_at
        if at > now:
            raise ActionAhead
        otherwise = at != known.starts_at
        if otherwise:
            await refuse_stranger(known.cohort, known.company, at)
            await refuse_unless_sure(asked.unusual_time_meant, at, known.minutes, school=known.school)
            await rows(HELD_AT, action, at, int(known.in_agendas), now)
        await Action.update({Action.state: "held", Action.pupils: pupils}).where(Action.id == action)
        if tell:
            act = "action_held_otherwise" if otherwise and known.in_agendas else "action_held"
            await record(act, by=by, about_kind="action", about=action, detail=str(pupils), now=now)
        return known.cohort


async def call_off_action(action: int, asked: CallOffAction, *, scope: Scope, by: int | None, now: datetime) -> int:
    """It will not be, or was not; returns the SEQUENCE with which agendas drop it.

    Raises Invalid, NotFound, ActionSettled.
    """
    if personal := says_of_pupil("Motif", asked.reason, instead="Écrivez pourquoi, sans nom."):
        raise Invalid({"reason": personal})
    async with changing_action(action, scope=scope, by=by, now=now) as known:
        if known.state != "planned":
            raise ActionSettled
        sequence = int(await value(CALL_OFF, action, asked.reason, int(known.in_agendas), now))
        told = known.in_agendas or entry_ends_at(known.starts_at, known.minutes) > now
        act = "action_called_off" if told else "action_given_up"
        await record(act, by=by, about_kind="action", about=action, now=now)
        return sequence
