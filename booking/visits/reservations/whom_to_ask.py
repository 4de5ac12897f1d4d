"""Whom a collège's visa may be asked of, whether it was, and what whoever signs has given by her link."""

from __future__ import annotations

from collections.abc import Collection

from asyncpg import Record

from booking.people.accounts.who_hears import principal_hears
from booking.visits.reservations.rules import PrincipalTeaches, same_mailbox
from workshops.database import rows, value
from workshops.database.batching import Batcher
from workshops.refusals import Invalid

_SIGNS = f"""s.id AS school, p.email, p.name, s.principal_mail <> '' AS given,
  ARRAY(SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account
    WHERE m.school = s.id AND m.role = 'teacher' AND NOT m.awaiting AND a.disabled_at IS NULL
      AND lower(split_part(a.email, '@', 2)) = lower(split_part(p.email, '@', 2))) AS teachers
FROM schools s LEFT JOIN {principal_hears("s.id")} ON true"""  # noqa: S608 - constants only
PRINCIPAL_OF = f"SELECT {_SIGNS} WHERE s.id = ANY ($1::int[])"
PRINCIPAL = f"SELECT {_SIGNS} WHERE s.id = (SELECT school FROM reservations WHERE id = $1)"  # noqa: S608 - above
PRINCIPALS = f"""SELECT r.id AS reservation, {_SIGNS} JOIN reservations r ON r.school = s.id
WHERE r.id = ANY ($1::int[]) ORDER BY r.id"""
TEACHERS = """SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account
WHERE m.school = $1 AND m.role = 'teacher' AND NOT m.awaiting AND a.disabled_at IS NULL
  AND lower(split_part(a.email, '@', 2)) = lower(split_part($2, '@', 2))"""
# For how many adults whoever signs gave her visa by her link, where it is good for the lycée and the day of the visit.
SIGNED_BY_LINK = """SELECT r.link_adults FROM reservations r JOIN slots sl ON sl.id = r.slot
WHERE r.id = $1 AND r.link_host = sl.school AND r.link_on = (sl.starts_at AT TIME ZONE 'Europe/Paris')::date"""
# Its visa is awaited: of the visit itself, or of the adults who come beyond those that were signed for.
AWAITS_VISA = "({one}.state = 'requested' OR {one}.state = 'confirmed' AND {one}.adults_asked IS NOT NULL)"
# No link asks for the visa that a demand waits for: there was no address to write to.
NOBODY_ASKED = """({one}.state = 'requested' AND NOT EXISTS (SELECT FROM approvals open_link
  JOIN reservations link_of ON link_of.id = open_link.reservation WHERE NOT open_link.takes_back
    AND open_link.used_at IS NULL AND (link_of.id = {one}.id OR link_of.demand = {one}.demand
      AND link_of.line = {one}.line AND link_of.half <> {one}.half AND link_of.replaces IS NULL
      AND {one}.replaces IS NULL))
  AND EXISTS (SELECT FROM schools of_visa WHERE of_visa.id = {one}.school AND of_visa.needs_approval)
  AND NOT EXISTS (SELECT FROM memberships awaits WHERE awaits.account = {one}.booked_by
    AND awaits.school = {one}.school AND awaits.awaiting))"""
UNASKED = f"""SELECT r.id FROM reservations r
WHERE r.id = ANY ($1::int[]) AND {NOBODY_ASKED.format(one="r")}"""  # noqa: S608 - constants only


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


async def refuse_without_principal(school: int) -> None:
    """Raise what `ask_approval` would, for a demand whose visa is asked for later."""
    to_ask(await _principal_of.submit(school))


async def _principals_of(schools: list[int]) -> dict[int, Record | None]:
    found = {principal["school"]: principal for principal in await rows(PRINCIPAL_OF, schools)}
    return {school: found.get(school) for school in schools}


_principal_of: Batcher[int, Record | None] = Batcher(_principals_of)


async def has_whom_to_ask(school: int) -> bool:
    """Whether a visa of this collège would be asked of somebody."""
    try:
        await refuse_without_principal(school)
    except (NoPrincipal, PrincipalTeaches):
        return False
    return True


async def whom_to_ask_of_each(reservations: Collection[int]) -> list[Record]:
    """Of these `reservation`s those that have somebody to ask (`email`, `name`), by whom `to_ask` raises nothing."""
    principals = await rows(PRINCIPALS, list(reservations))
    return [principal for principal in principals if principal["email"] and not _teaches(principal)]


def to_ask(principal: Record | None) -> Record:
    """Her address, or the mailbox of the collège. Raises NoPrincipal, AddressUnconfirmed, PrincipalTeaches."""
    if principal is None or not principal["email"]:
        raise AddressUnconfirmed() if principal is not None and principal["given"] else NoPrincipal()
    if _teaches(principal):
        raise PrincipalTeaches()
    return principal


def _teaches(principal: Record) -> bool:
    return any(same_mailbox(mail, principal["email"]) for mail in principal["teachers"])


async def teaches_in(school: int, mail: str) -> bool:
    """Whether one of the collège's teachers reads this mailbox, under whatever spelling."""
    return any(same_mailbox(one["email"], mail) for one in await rows(TEACHERS, school, mail))


async def adults_by_link(reservation: int) -> int | None:
    """For how many adults a visa by the link stands under one noted from paper; None where none does."""
    adults: int | None = await value(SIGNED_BY_LINK, reservation)
    return adults


async def unasked(reservations: Collection[int]) -> set[int]:
    """Those of these demands whose visa has been asked of nobody."""
    return {one["id"] for one in await rows(UNASKED, list(reservations))}
