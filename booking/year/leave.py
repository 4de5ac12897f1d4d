"""Leaving a school or a company: a role ends, the account with the last one, and what it held goes to colleagues."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Struct
from msgspec.structs import replace

from booking.people.accounts.rules import LastCoordinator, Role
from booking.people.accounts.sign_in import Here, move_session
from booking.people.accounts.sign_out import COORDINATORS, ROLE, WITHDRAW
from booking.people.accounts.tables import Membership
from booking.visits.groups.register import FORGET_GROUPS
from booking.visits.handovers.take_over import hand_over
from booking.year.erase_account import erase_account
from booking.year.queries import held_alone
from booking.year.rules import StillExpected
from workshops.acts import Act, chosen
from workshops.database import row, rows, transaction
from workshops.database.retry import retried
from workshops.events.record import record
from workshops.refusals import or_not_found


class Left(Struct, frozen=True):
    """`closed`: it was the last role, and the account is erased; `visits`: how many a colleague follows now."""

    closed: bool
    visits: int


class LeaveRole(Act, frozen=True, kw_only=True):
    """A person leaves a place where she acts."""

    colleague: (
        Annotated[int, chosen("Qui les reprend ?", "The colleague who follows a teacher's groups and coming visits.")]
        | None
    ) = None


@retried
async def leave(account: int, asked: LeaveRole, *, membership: int, here: Here | None = None, now: datetime) -> Left:
    """A person ends one of her own roles; the last one takes her account with it.

    The `colleague` follows a teacher's groups and coming visits from now on; without one they wait at the collège for
    whoever takes them over. Raises NotFound, Invalid, LastCoordinator, OnlyCoordinator, StillExpected where
    nobody is left to go on.
    """
    async with transaction():
        coordinators = {one["account"] for one in await rows(COORDINATORS)}
        held = or_not_found(await row(ROLE, membership, account))
        if held["role"] == Role.COORDINATOR and not coordinators - {account}:
            raise LastCoordinator()
        if expected := await held_alone(membership, now=now):
            raise StillExpected(expected)
        visits = 0
        if held["role"] == Role.TEACHER and held["awaiting"]:
            await rows(FORGET_GROUPS, account, held["school"], now)
        elif held["role"] == Role.TEACHER and asked.colleague is not None:
            visits = await hand_over(former=account, school=held["school"], to=asked.colleague, by=account, now=now)
        others = Membership.select(Membership.id).where(Membership.account == account, Membership.id != membership)
        other = await others.order_by(Membership.id).first()
        if other is None:
            await erase_account(account, by=account, others_go_on=True, now=now)
            return Left(closed=True, visits=visits)
        if here is not None:
            await move_session(account, replace(here, membership=other["id"]), now=now)
        await rows(WITHDRAW, membership)
        detail = ", ".join(filter(None, (held["role"], held["place"])))
        await record("role_left", by=account, about_kind="account", about=account, detail=detail, now=now)
        return Left(closed=False, visits=visits)
