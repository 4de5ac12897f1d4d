"""Asking the principal for a visa by a mailed link that serves once, and again three days before the seats go back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from booking.outbox.notices.queue import MailToWrite, queue, queue_all
from booking.people.accounts.rules import hash_of
from booking.visits.reservations.rules import PrincipalTeaches
from booking.visits.reservations.tables import Approval, Reservation
from booking.visits.reservations.transition import standing
from booking.visits.reservations.whom_to_ask import AWAITS_VISA, PRINCIPAL, NoPrincipal, to_ask, whom_to_ask_of_each
from workshops.database import row, rows, transaction, value
from workshops.database.retry import retried
from workshops.events.record import record

# Two halves of a class that await one visa have one link.
VOID_OLDER = """UPDATE approvals SET used_at = $2 WHERE used_at IS NULL AND NOT takes_back AND reservation IN (
  SELECT $1::int UNION ALL SELECT other.id FROM reservations one JOIN reservations other
    ON other.demand = one.demand AND other.line = one.line AND other.half <> one.half
  WHERE one.id = $1 AND one.state = 'requested' AND other.state = 'requested'
    AND one.replaces IS NULL AND other.replaces IS NULL)"""
FORGET_APPROVALS = """
DELETE FROM approvals p USING reservations r WHERE r.id = p.reservation AND r.slot = ANY ($1::int[]) RETURNING p.id
"""
REMINDED_BEFORE = timedelta(days=3)
# A link sent within the last three days, by us or by the teacher, is reminder enough: the links themselves say what was
# done, and a demand whose date moves is due again.
DUE = f"""SELECT r.id FROM reservations r
WHERE {AWAITS_VISA.format(one="r")}
  AND r.hold_until > $1 AND r.hold_until <= $1 + $2::interval
  AND ($3::int IS NULL OR r.id = $3)
  AND NOT EXISTS (SELECT FROM reservations first WHERE first.demand = r.demand AND first.line = r.line
                  AND first.half < r.half AND first.state = 'requested' AND r.state = 'requested'
                  AND first.replaces IS NULL)
  AND NOT EXISTS (SELECT FROM memberships m WHERE m.account = r.booked_by AND m.school = r.school AND m.awaiting)
  AND NOT EXISTS (SELECT 1 FROM approvals ap
                  WHERE ap.reservation = r.id AND NOT ap.takes_back AND ap.created_at >= r.hold_until - $2::interval)
  AND NOT EXISTS (SELECT FROM events e WHERE e.act = 'reservation_ask_again' AND e.about_kind = 'reservation'
                  AND e.about = r.id AND e.also = (extract(epoch FROM r.hold_until) / 60)::int)
ORDER BY r.hold_until, r.id LIMIT 200"""  # noqa: S608 - constants only


async def ask_approval(reservation: int, *, token: str, now: datetime) -> None:
    """Send the principal a link to approve or refuse; links sent before are void. In the caller's transaction.

    An address that nobody but a teacher has vouched for is asked nothing: the collège's own mailbox is.

    Raises NoPrincipal, AddressUnconfirmed, PrincipalTeaches.
    """
    principal = to_ask(await row(PRINCIPAL, reservation))
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


async def ask_first_approvals(tokens: Mapping[int, str], *, now: datetime) -> None:
    """Send the principals a link for each of these reservations, of which nobody was ever asked; in the caller's
    transaction.

    Where `ask_approval` would raise, nothing is sent: she may give her visa all the same, and the teacher ask again.
    """
    principals = {principal["reservation"]: principal for principal in await whom_to_ask_of_each(tokens)}
    if not principals:
        return
    links = [
        Approval(reservation=reservation, token_hash=hash_of(tokens[reservation]), created_at=now)
        for reservation in principals
    ]
    mails = [
        MailToWrite(
            "approval_asked",
            to_email=principals[link["reservation"]]["email"],
            to_name=principals[link["reservation"]]["name"],
            about_kind="reservation",
            about=link["reservation"],
            once=f"approval_asked:{link['id']}",
            secret=tokens[link["reservation"]],
        )
        for link in await Approval.insert(*links).returning(Approval.id, Approval.reservation)
    ]
    await queue_all(mails, now=now)


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


async def remind_principals(*, new_token: Callable[[], str], now: datetime) -> int:
    """Send a new link to each principal who has not answered, and tell the teacher; returns how many demands were due.

    The link sent before is void. Each demand has a transaction of its own; several workers may run it at once.
    """
    due = await rows(DUE, now, REMINDED_BEFORE, None)
    return sum([await _remind(one["id"], token=new_token(), now=now) for one in due])


async def _remind(reservation: int, *, token: str, now: datetime) -> bool:
    async with transaction():
        stands = await standing(reservation)
        if await value(DUE, now, REMINDED_BEFORE, reservation) is None:
            return False
        until = stands.hold_until
        await record(
            "reservation_ask_again",
            by=None,
            about_kind="reservation",
            about=reservation,
            also=None if until is None else int(until.timestamp()) // 60,
            now=now,
        )
        # Where the collège took the address away, or its teacher has it, the teacher alone is told.
        with suppress(NoPrincipal, PrincipalTeaches):
            await ask_approval(reservation, token=token, now=now)
        return True
