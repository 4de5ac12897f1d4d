"""Asking the principal for a visa, by a mailed link that serves once."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import hash_of
from booking.visits.reservations.tables import Approval, Reservation
from booking.visits.reservations.transition import standing
from booking.visits.reservations.whom_to_ask import PRINCIPAL, to_ask
from workshops.database import row, rows, transaction
from workshops.database.retry import retried
from workshops.events.record import record

# Two halves of a class that await one visa have one link.
VOID_OLDER = """UPDATE approvals SET used_at = $2 WHERE used_at IS NULL AND NOT takes_back AND reservation IN (
  SELECT $1::int UNION ALL SELECT other.id FROM reservations one JOIN reservations other ON other.halves = one.halves
  WHERE one.id = $1 AND one.state = 'requested' AND other.state = 'requested'
    AND one.replaces IS NULL AND other.replaces IS NULL)"""
FORGET_APPROVALS = """
DELETE FROM approvals p USING reservations r WHERE r.id = p.reservation AND r.slot = ANY ($1::int[]) RETURNING p.id
"""


async def ask_approval(reservation: int, *, token: str, now: datetime) -> None:
    """Send the principal a link to approve or refuse; links sent before are void. In the caller's transaction.

    An address that nobody but a teacher has vouched for is asked nothing: the collège's own mailbox is.

    Raises NoPrincipal, AddressUnconfirmed, PrincipalTeaches.
    """
    principal = await to_ask(await row(PRINCIPAL, reservation))
    await void_links(reservation, now=now)
    link = Approval(reservation=reservation, token_hash=hash_of(token), created_at=now)
    (kept,) = await Approval.insert(link).returning(Approval.id)
    await queue(
        "approval_asked",
        to_email=principal["email"],
        to_name=principal["name"],
        about_kind="reservation",
        about=reservation,
        once=f"approval_asked:{kept['id']}",
        secret=token,
        now=now,
    )


async def void_links(reservation: int, *, now: datetime) -> None:
    """The links sent for a reservation open nothing any more."""
    await rows(VOID_OLDER, reservation, now)


async def ask_no_more(reservation: int, *, now: datetime) -> None:
    """The principal is no longer asked for more adults; in the caller's transaction."""
    no_more = Reservation.update({Reservation.adults_asked: None, Reservation.hold_until: None})
    await no_more.values({Reservation.changed_at: now}).where(Reservation.id == reservation)
    await void_links(reservation, now=now)


@retried
async def renew_approval(reservation: int, *, school: int, by: int, token: str, now: datetime) -> None:
    """The teacher has the link sent again. Raises NotFound, NotNow, NoPrincipal, PrincipalTeaches."""
    async with transaction():
        stands = await standing(reservation, school=school)
        stands.transition_for("renew_approval", role="teacher", now=now)
        await ask_approval(reservation, token=token, now=now)
        await record("reservation_renew_approval", by=by, about_kind="reservation", about=reservation, now=now)
