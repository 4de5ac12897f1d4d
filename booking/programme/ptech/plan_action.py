"""A mentoring action is planned, changed, held, called off. One written down once it was over enters no agenda."""

from __future__ import annotations

from datetime import datetime

from workshops.database import transaction
from workshops.events.record import record
from workshops.ptech import plan_action as plans
from workshops.ptech import settle_action as settled
from workshops.ptech.lock import lock_action
from workshops.ptech.rules import ActionSketch, entry_ends_at


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
        act = "action_planned" if entry_ends_at(sketch.starts_at, sketch.minutes) > now else "action_noted"
        await record(act, by=by, about_kind="action", about=made, detail=sketch.title, now=now)
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
        told = before.in_agendas or entry_ends_at(sketch.starts_at, sketch.minutes) > now
        await record(
            "action_changed" if told else "action_corrected",
            by=by,
            about_kind="action",
            about=action,
            detail=sketch.title,
            now=now,
        )


async def call_off_action(
    action: int, *, reason: str, school: int | None, company: int | None = None, by: int, now: datetime
) -> None:
    """It will not be, or was not: it leaves the agendas. Raises Invalid, NotFound, ActionSettled."""
    async with transaction():
        before = await lock_action(action, school=school, company=company)
        await settled.call_off_action(action, reason=reason, school=school, company=company, now=now)
        told = before.in_agendas or entry_ends_at(before.starts_at, before.minutes) > now
        await record(
            "action_called_off" if told else "action_given_up", by=by, about_kind="action", about=action, now=now
        )


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
        other = held_at is not None and held_at != before.starts_at and before.in_agendas
        await record(
            "action_held_otherwise" if other else "action_held",
            by=by,
            about_kind="action",
            about=action,
            detail=str(pupils),
            now=now,
        )
        return cohort
