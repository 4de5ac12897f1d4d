"""Asking the principal for a visa, by a mailed link that serves once."""

from __future__ import annotations

from datetime import datetime

from asyncpg import Record

from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import hash_of
from booking.people.accounts.who_hears import principal_hears
from booking.visits.reservations.carry_out import standing
from booking.visits.reservations.rules import PrincipalTeaches, same_mailbox
from booking.visits.reservations.tables import Approval, Reservation
from workshops.crossings import retried
from workshops.database import row, rows, transaction
from workshops.events.record import record
from workshops.refusals import Invalid

# Two halves of a class that await one visa have one link.
VOID_OLDER = """UPDATE approvals SET used_at = $2 WHERE used_at IS NULL AND NOT takes_back AND reservation IN (
  SELECT $1::int UNION ALL SELECT other.id FROM reservations one JOIN reservations other ON other.halves = one.halves
  WHERE one.id = $1 AND one.state = 'requested' AND other.state = 'requested'
    AND one.replaces IS NULL AND other.replaces IS NULL)"""
PRINCIPAL_OF = f"""SELECT s.id AS school, p.email, p.name, s.principal_mail <> '' AS given FROM schools s
LEFT JOIN {principal_hears("s.id")} ON true WHERE s.id = $1"""  # noqa: S608 - constants only
PRINCIPAL = f"{PRINCIPAL_OF.removesuffix('$1')}(SELECT school FROM reservations WHERE id = $1)"  # noqa: S608 - as above
FORGET_APPROVALS = """
DELETE FROM approvals p USING reservations r WHERE r.id = p.reservation AND r.slot = ANY ($1::int[]) RETURNING p.id
"""
TEACHERS = """SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account
WHERE m.school = $1 AND m.role = 'teacher' AND NOT m.awaiting AND a.disabled_at IS NULL
  AND lower(split_part(a.email, '@', 2)) = lower(split_part($2, '@', 2))"""


class NoPrincipal(Invalid):
    """The collège asks for a visa and has not said whom to ask."""

    def __init__(self) -> None:
        super().__init__({"principal": "Votre collège demande un visa : l'adresse du chef d'établissement manque."})


class AddressUnconfirmed(NoPrincipal):
    """Only a teacher has given the principal's address, and the collège has no mailbox to confirm it."""

    def __init__(self) -> None:
        Invalid.__init__(
            self,
            {
                "principal": "L'adresse du chef d'établissement n'est pas confirmée : demandez à la coordination de le"
                " faire, puis réservez."
            },
        )


async def ask_approval(reservation: int, *, token: str, now: datetime) -> None:
    """Send the principal a link to approve or refuse; links sent before are void. In the caller's transaction.

    An address that nobody but a teacher has vouched for is asked nothing: the collège's own mailbox is.

    Raises NoPrincipal, AddressUnconfirmed, PrincipalTeaches.
    """
    principal = await _to_ask(await row(PRINCIPAL, reservation))
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


async def refuse_without_principal(school: int) -> None:
    """Raise what `ask_approval` would, for a demand whose visa is asked for later."""
    await _to_ask(await row(PRINCIPAL_OF, school))


async def has_whom_to_ask(school: int) -> bool:
    """Whether a visa of this collège would be asked of somebody."""
    try:
        await refuse_without_principal(school)
    except (NoPrincipal, PrincipalTeaches):
        return False
    return True


async def _to_ask(principal: Record | None) -> Record:
    if principal is None or not principal["email"]:
        raise AddressUnconfirmed() if principal is not None and principal["given"] else NoPrincipal()
    if await teaches_in(principal["school"], principal["email"]):
        raise PrincipalTeaches()
    return principal


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
        stands.transition("renew_approval", role="teacher", now=now)
        await ask_approval(reservation, token=token, now=now)
        await record("reservation_renew_approval", by=by, about_kind="reservation", about=reservation, now=now)


async def teaches_in(school: int, mail: str) -> bool:
    """Whether one of the collège's teachers reads this mailbox, under whatever spelling."""
    return any(same_mailbox(one["email"], mail) for one in await rows(TEACHERS, school, mail))
