"""A visa noted from paper is told to whoever signs for the collège, who takes it back by a link if it is not hers."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import Struct
from piccolo.columns import Column

from booking.outbox.notices.queue import MailToWrite, queue_all
from booking.people.accounts.rules import LinkSpent, hash_of
from booking.visits.reservation_states import SURE
from booking.visits.reservations.ask_approval import ask_approval
from booking.visits.reservations.cancel import lock_choices
from booking.visits.reservations.change_headcount import come_back_to
from booking.visits.reservations.queries import ON_PAPER, held_until, paper_link
from booking.visits.reservations.rules import PrincipalTeaches
from booking.visits.reservations.tables import Approval, Reservation
from booking.visits.reservations.transition import StandingReservation, standing, transition
from booking.visits.reservations.whom_to_ask import NoPrincipal, adults_by_link, teaches_in
from workshops.database import rows, transaction
from workshops.database.retry import retried
from workshops.database.row_types import rows_as
from workshops.events.record import record
from workshops.schools.queries import MAILBOX

# Whoever signs at her confirmed address, the mailbox, then the coordination: the first whose mailbox is no teacher's.
SIGNING = f"""SELECT 1 AS rank, s.principal_mail AS email, s.principal_name AS name FROM schools s
WHERE s.id = $1 AND s.principal_confirmed_at IS NOT NULL AND s.principal_mail <> ''
UNION ALL SELECT 2, of.mailbox, left(s.name, 160)
FROM schools s, LATERAL (SELECT {MAILBOX.format(school="s")} AS mailbox) of WHERE s.id = $1 AND of.mailbox <> ''
UNION ALL SELECT 3, a.email, a.name FROM memberships m
JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL WHERE m.role = 'coordinator' ORDER BY rank, email"""  # noqa: S608 - constants only
UNSIGNED: dict[Column | str, Any] = {
    Reservation.signed_host: None,
    Reservation.signed_on: None,
    Reservation.signed_adults: None,
    Reservation.visa_note: "",
    Reservation.visa_paper_on: None,
    Reservation.link_host: None,
    Reservation.link_on: None,
    Reservation.link_adults: None,
}
AS_SIGNED = """UPDATE reservations SET signed_host = link_host, signed_on = link_on, signed_adults = link_adults,
  visa_note = '', visa_paper_on = NULL WHERE id = $1"""
SPEND = "UPDATE approvals SET used_at = $2 WHERE takes_back AND used_at IS NULL AND reservation = ANY ($1::int[])"


class _Signing(Struct, frozen=True):
    rank: int
    email: str
    name: str


async def tell_of_paper(reservation: int, *, school: int, token: str, now: datetime) -> None:
    """Whoever signs for the collège hears that a visa of hers was noted; in the transaction that notes it.

    At the coordination everybody has the link where neither she nor the collège has a mailbox of its own.
    """
    hear = await rows_as(_Signing, SIGNING, school)
    own = [one for one in hear if one.rank == 3 or not await teaches_in(school, one.email)]
    told = [one for one in own if one.rank == own[0].rank]
    link = Approval(reservation=reservation, token_hash=hash_of(token), created_at=now, takes_back=True)
    (kept,) = await Approval.insert(link).returning(Approval.id)
    await queue_all(
        [
            MailToWrite(
                *("paper_visa_noted", one.email, one.name, "reservation", reservation),
                *(f"paper_visa_noted:{kept['id']}:{place}", token),
            )
            for place, one in enumerate(told)
        ],
        now=now,
    )


@retried
async def take_back_visa(token: str, *, ask_token: str, now: datetime) -> int:
    """Whoever signs says that the visa is not hers: the seats are held, she is asked by a link as for any visit.

    Where she had signed by her link for fewer adults, the visit stands as she signed it.

    Returns the visit. Raises LinkSpent once it is taken back, replaced by a visa of her own, or too late.
    """
    async with transaction():
        link = await paper_link(token)
        if link is None:
            raise LinkSpent()
        reservation, _ = link
        await lock_choices(reservation)
        found: list[int] = [one["id"] for one in await rows(ON_PAPER, reservation, now)]
        if not found or await paper_link(token) != (reservation, None):
            raise LinkSpent()
        lost = [one for one in found if not await _stands_as_signed(await standing(one), now=now)]
        for place, one in enumerate(lost):
            await _unsigned(await standing(one), told=place == 0, now=now)
        await rows(SPEND, [*found, reservation], now)
        if lost and (await standing(lost[0])).state == "requested":
            # Where only the coordination heard, it confirms an address first, or the collège notes the visa again.
            with suppress(NoPrincipal, PrincipalTeaches):
                await ask_approval(lost[0], token=ask_token, now=now)
        return found[0]


async def _stands_as_signed(stands: StandingReservation, *, now: datetime) -> bool:
    """Whether what she gave by her link is good for it: its paper goes, and no more adults come than she signed for."""
    adults = await adults_by_link(stands.id)
    if adults is None or stands.state not in SURE:
        return False
    stands.transition_for("take_back", role="principal", now=now)
    await rows(AS_SIGNED, stands.id)
    await come_back_to(stands, min(adults, stands.adults), now=now)
    return True


async def _unsigned(stands: StandingReservation, *, told: bool, now: datetime) -> None:
    if stands.change is not None:
        # Nothing is left that it would change.
        await transition("cancel", await standing(stands.change), role="teacher", by=None, now=now)
    await Reservation.update(UNSIGNED).where(Reservation.id == stands.id)
    if stands.transition_for("take_back", role="principal", now=now).becomes is not None:
        until = await held_until(stands.deadlines, college=stands.school, now=now)
        await transition("take_back", stands, role="principal", by=None, now=now, hold_until=until, told=told)
        return
    act = "reservation_take_back" if told else "reservation_take_back_also"
    await record(act, by=None, about_kind="reservation", about=stands.id, was=stands.state, state=stands.state, now=now)
