"""The answer to a sign-up: the collège or the coordination says that she is its teacher, or that she is not.

Confirmed, what she asked for is confirmed with her, or goes on to the principal's visa. Refused, or without an answer
in time, her places are given back and nothing of her is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from msgspec import Struct
from msgspec.structs import astuple

from booking.outbox.notices.queue import queue
from booking.people.accounts.invite import BELONGS, KEEP_ACCOUNT, KEEP_MEMBERSHIP, Placed
from booking.people.accounts.invite_all import invite_all, read_pasted
from booking.people.accounts.rules import Role
from booking.people.accounts.sign_in import first_link
from booking.people.accounts.sign_out import WITHDRAW
from booking.people.accounts.sweep import BURY, FORGET_RIGHTS
from booking.people.accounts.tables import Membership
from booking.people.drafts.keep import FORGET_OF as FORGET_DRAFTS
from booking.people.passkeys.keep import FORGET_PASSKEYS
from booking.people.sign_ups.rules import SignUpAnswered
from booking.people.sign_ups.sign_up import ANSWERED
from booking.visits.groups.register import FORGET_GROUPS, FORGET_TEACHER
from booking.visits.newcomers.queries import sign_up_behind, waiting_at
from booking.visits.questions.write import FORGET_OF_COLLEGE as FORGET_QUESTIONS
from booking.visits.reservation_states import State
from booking.visits.reservations.ask_approval import ask_approval
from booking.visits.reservations.queries import held_until
from booking.visits.reservations.rules import PrincipalTeaches
from booking.visits.reservations.tables import Approval, Reservation
from booking.visits.reservations.transition import (
    StandingReservation,
    confirm_both,
    hold,
    standing,
    transition,
    twin_like,
)
from booking.visits.reservations.whom_to_ask import NoPrincipal
from workshops.database import row, rows, transaction, value
from workshops.database.retry import retried
from workshops.database.row_types import row_as
from workshops.events.record import record

# Whoever answers first has answered: the second one waits here, and finds nothing.
LOCK = """SELECT u.id, u.email, u.name, u.school, u.membership, u.next_path, m.account FROM sign_ups u
LEFT JOIN memberships m ON m.id = u.membership
WHERE u.id = $1 AND ($2::int IS NULL OR u.school = $2) AND u.proved_at IS NOT NULL FOR UPDATE OF u"""
# In the order of their slots, as every act that locks several.
FORGET = (*FORGET_RIGHTS, *FORGET_PASSKEYS, FORGET_DRAFTS, FORGET_TEACHER)


class _SignUpToAnswer(Struct, frozen=True):
    id: int
    email: str
    name: str
    school: int
    membership: int | None
    next_path: str
    account: int | None


async def sign_up_of(token: str) -> int:
    """The sign-up that the link of a collège's mailbox answers. Raises SignUpAnswered."""
    found = await sign_up_behind(token)
    if found is None:
        raise SignUpAnswered()
    return found


@retried
async def confirm(
    sign_up: int,
    *,
    by: int | None,
    school: int | None = None,
    new_token: Callable[[], str],
    secret_key: str,
    now: datetime,
) -> None:
    """She is a teacher of the collège from now on, and is told; what she asked for goes on.

    `school`: the collège of the colleague who says so. `by` is None for the collège's official mailbox. `new_token`
    draws the principal's links where the collège asks for a visa, and her way in where she never came.

    Raises SignUpAnswered.
    """
    async with transaction():
        found = await _lock(sign_up, school)
        account, membership = found.account, found.membership
        if account is None or membership is None:
            kept = await row(KEEP_ACCOUNT, found.email, found.name, now, False)
            assert kept is not None  # noqa: S101 - INSERT .. ON CONFLICT DO UPDATE always returns its row
            account = int(kept["id"])
            membership = await value(KEEP_MEMBERSHIP, account, Role.TEACHER, now, *astuple(Placed(found.school)))
        await rows(BELONGS, account, found.school)
        await rows(ANSWERED, found.id)
        for stands in _one_for_two_halves(await _asked(account, found.school, State.REQUESTED)):
            await _go_on(stands, by=by, token=new_token(), secret_key=secret_key, now=now)
        await record("sign_up_confirmed", by=by, about_kind="membership", about=membership, now=now)
        way_in = await _way_in(account, found, new_token(), now=now)
        await _tell(found, "confirmed", secret=way_in, now=now)


@retried
async def refuse(
    sign_up: int, *, by: int | None, school: int | None = None, act: str = "sign_up_refused", now: datetime
) -> None:
    """She is not, or nobody answered: her places go back, her account and her address are erased, one mail says so.

    Whoever has another role keeps it. Raises SignUpAnswered.
    """
    async with transaction():
        found = await _lock(sign_up, school)
        if found.account is not None:
            for stands in await _asked(found.account, found.school, State.REQUESTED, State.IN_DRAW):
                await transition("turn_away", stands, role="college", by=by, now=now)
            await rows(WITHDRAW, found.membership)
            await rows(FORGET_GROUPS, found.account, found.school, now)
            await rows(FORGET_QUESTIONS, found.account, found.school)
            if not await Membership.exists().where(Membership.account == found.account):
                for statement in FORGET:
                    await rows(statement, found.account)
                await rows(BURY, found.account, now)
        await rows(ANSWERED, found.id)
        await record(act, by=by, about_kind="school", about=found.school, now=now)
        await _tell(found, act.removeprefix("sign_up_"), now=now)


async def _lock(sign_up: int, school: int | None) -> _SignUpToAnswer:
    locked = await row_as(_SignUpToAnswer, LOCK, sign_up, school)
    if locked is None:
        raise SignUpAnswered()
    return locked


async def _asked(account: int, school: int, *states: State) -> list[StandingReservation]:
    hers = Reservation.select(Reservation.id).where(Reservation.booked_by == account, Reservation.school == school)
    asked = await hers.where(Reservation.state.is_in(list(states))).order_by(Reservation.slot, Reservation.id)
    return [await standing(one["id"]) for one in asked]


def _one_for_two_halves(demands: list[StandingReservation]) -> list[StandingReservation]:
    """The halves of a class go on together, as they were asked for."""
    return [demand for demand in demands if demand.half != 2 or demand.twin not in {other.id for other in demands}]


async def _go_on(stands: StandingReservation, *, by: int | None, token: str, secret_key: str, now: datetime) -> None:
    """One demand of hers: confirmed, or before the principal like any other of the collège."""
    if await Approval.exists().where(Approval.reservation == stands.id):
        return
    if not stands.approval:
        await confirm_both("admit", stands, role="college", by=by, secret_key=secret_key, now=now)
        return
    twin = await twin_like(stands)
    both = [stands] if twin is None else [stands, twin]
    until = min([await held_until(one.deadlines, college=one.school, now=now) for one in both])
    for one in both:
        await hold(one.id, until=until, now=now)
    # Without an address the demand waits: she may give it now, and ask herself.
    with suppress(NoPrincipal, PrincipalTeaches):
        await ask_approval(stands.id, token=token, now=now)
    await record("reservation_visa_asked", by=by, about_kind="reservation", about=stands.id, state="requested", now=now)


async def _way_in(account: int, sign_up: _SignUpToAnswer, token: str, *, now: datetime) -> str:
    """She goes on where she was when she signed up; empty for one who came already."""
    wanted = sign_up.next_path if sign_up.next_path.startswith("/creneaux") else "/creneaux"
    return await first_link(account, token=token, next_path=wanted, now=now)


async def _tell(sign_up: _SignUpToAnswer, what: str, *, secret: str = "", now: datetime) -> None:
    await queue(
        "answered",
        to_email=sign_up.email,
        to_name=sign_up.name,
        about_kind="school",
        about=sign_up.school,
        once=f"answered:{sign_up.id}",
        secret=secret,
        what=what,
        now=now,
    )


@retried
async def invite_list(text: str, *, by: int, new_token: Callable[[], str], secret_key: str, now: datetime) -> int:
    """All the right lines in one act: a teacher who waits for a word has it by being invited, and what she asked for
    goes on. Returns how many other invitations leave. Raises Invalid, SignUpAnswered.
    """
    async with transaction():
        for line in read_pasted(text):
            teacher = not line.error and line.role == Role.TEACHER
            waits = await waiting_at(line.email, uai=line.place) if teacher else None
            if waits is not None:
                await confirm(waits, by=by, new_token=new_token, secret_key=secret_key, now=now)
        return await invite_all(text, by=by, new_token=new_token, now=now)
