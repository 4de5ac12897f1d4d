"""A mentoring action is planned, changed, called off: the lycée's hosts and the company have it in their agendas."""

from __future__ import annotations

from datetime import datetime

from booking.calendar.invites.meetings import Meeting, meeting
from booking.outbox.journal.write import write
from booking.outbox.notices.queue import Asked, queue_all
from booking.programme.ptech.queries import people_of
from workshops.database import transaction
from workshops.ptech import plan_action as plans
from workshops.ptech import settle_action as settled
from workshops.ptech.lock import lock_action
from workshops.ptech.rules import ActionSketch


async def plan_action(
    cohort: int,
    sketch: ActionSketch,
    *,
    company: int | None,
    school: int | None,
    uid: str,
    by: int,
    now: datetime,
    as_company: bool = False,
    sure: bool = False,
) -> int:
    """An action is announced: its invitation leaves, unless it is over already. Returns its number.

    Raises what `workshops.ptech.plan_action` raises.
    """
    async with transaction():
        made = await plans.plan_action(
            cohort, sketch, company=company, school=school, uid=uid, as_company=as_company, now=now, sure=sure
        )
        await _tell("mentoring_planned", made, known=False, now=now)
        await write("action_planned", account=by, about_kind="action", about=made, detail=sketch.title, now=now)
        return made


async def change_action(
    action: int,
    sketch: ActionSketch,
    *,
    school: int | None,
    company: int | None = None,
    by: int,
    now: datetime,
    sure: bool = False,
) -> None:
    """It is planned otherwise: agendas follow; what was the same tells nobody. Raises what the verb raises."""
    async with transaction():
        before = await lock_action(action, school=school, company=company)
        changed = await plans.change_action(action, sketch, school=school, company=company, now=now, sure=sure)
        if changed is None:
            return
        await _tell("mentoring_changed", action, known=before.in_agendas, now=now)
        await write("action_changed", account=by, about_kind="action", about=action, detail=sketch.title, now=now)


async def call_off_action(
    action: int, *, reason: str, school: int | None, company: int | None = None, by: int, now: datetime
) -> None:
    """It will not be, or was not: it leaves the agendas. Raises Invalid, NotFound, ActionSettled."""
    async with transaction():
        before = await lock_action(action, school=school, company=company)
        await settled.call_off_action(action, reason=reason, school=school, company=company, now=now)
        await _tell("mentoring_called_off", action, known=before.in_agendas, now=now)
        await write("action_called_off", account=by, about_kind="action", about=action, now=now)


async def hold_action(
    action: int,
    *,
    pupils: int,
    held_at: datetime | None = None,
    school: int | None,
    by: int,
    now: datetime,
    sure: bool = False,
) -> int:
    """It was held, so many pupils were there; returns the cohort's number. Raises what the verb raises.

    `held_at`: at another moment than planned, which corrects the agendas.
    """
    async with transaction():
        before = await lock_action(action, school=school)
        cohort = await settled.hold_action(action, pupils=pupils, held_at=held_at, school=school, now=now, sure=sure)
        if held_at is not None and held_at != before.starts_at and before.in_agendas:
            await _tell("mentoring_held", action, known=True, now=now)
        await write("action_held", account=by, about_kind="action", about=action, detail=str(pupils), now=now)
        return cohort


async def _tell(kind: str, action: int, *, known: bool, now: datetime) -> None:
    """Agendas that have it follow, over or not; one that is over enters none."""
    told = await meeting(action)
    if told is not None and (known or told.ends_at > now):
        await queue_all([_asked(kind, told, *person) for person in await people_of(told)], now=now)


def _asked(kind: str, told: Meeting, account: int, email: str, name: str) -> Asked:
    once = f"{kind}:{told.id}:{told.sequence}:{account}"
    return Asked(kind=kind, to_email=email, to_name=name, about=told.id, once=once)
