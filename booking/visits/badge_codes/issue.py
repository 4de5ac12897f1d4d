"""Issuing the badges of a visit when they are first needed, and revoking those that a smaller head count leaves over.

Many visits are booked and given up before anybody prints or reads a badge of theirs: a booking makes none. The first
who needs one has them all made, on the primary, under the reservation's own lock, so that two who need them at once
find the same ones.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from booking.visits.badge_codes.rules import issue_places, issue_rows, places_of
from workshops.database import row, rows, transaction, value
from workshops.refusals import or_not_found

LOCK = """SELECT r.id, r.state, r.pupils, r.adults, r.badge_salt, s.list_locks_at
FROM reservations r JOIN slots s ON s.id = r.slot WHERE r.id = $1 FOR NO KEY UPDATE OF r"""
ISSUED = "SELECT kind, number, short_code FROM badges WHERE reservation = $1"
ADD = """INSERT INTO badges (reservation, kind, number, token_hash, short_code)
SELECT $1, * FROM unnest($2::varchar[], $3::smallint[], $4::bytea[], $5::varchar[])
ON CONFLICT (reservation, kind, number) DO NOTHING"""
# A number that nobody wears any more forgets the first name it carried.
ADJUST = """UPDATE badges b
SET revoked_at = CASE WHEN w.n IS NULL THEN coalesce(b.revoked_at, $4) END,
  first_name = CASE WHEN w.n IS NULL THEN '' ELSE b.first_name END
FROM badges e LEFT JOIN unnest($2::varchar[], $3::smallint[]) AS w (kind, n) ON w.kind = e.kind AND w.n = e.number
WHERE e.reservation = $1 AND b.id = e.id AND (w.n IS NULL) <> (b.revoked_at IS NOT NULL)"""
COMPANY_SALT = "SELECT badge_salt FROM attendances WHERE id = $1"
ADD_COMPANY = """INSERT INTO badges (attendance, kind, number, token_hash, short_code)
SELECT $1, 'company', * FROM unnest($2::smallint[], $3::bytea[], $4::varchar[])
ON CONFLICT (attendance, number) WHERE attendance IS NOT NULL DO NOTHING"""
# $1 the reservation, $2 the numbers and $3 their first names: those that are not told have none.
WRITE_NAMES = """UPDATE badges b SET first_name = coalesce(written.name, '')
FROM badges e LEFT JOIN unnest($2::int[], $3::varchar[]) AS written (number, name) ON written.number = e.number
WHERE b.id = e.id AND e.reservation = $1 AND e.kind = 'pupil' AND e.revoked_at IS NULL"""
# $1 the reservation, $2 the numbers that are not to be photographed.
MARK_PHOTOS = """UPDATE badges SET no_photo = (number = ANY ($2::int[]))
WHERE reservation = $1 AND kind = 'pupil' AND no_photo <> (number = ANY ($2::int[]))"""
FORGET_NAMES_OF_GROUP = """UPDATE badges b SET first_name = '' FROM reservations r
WHERE r.id = b.reservation AND r."group" = $1 AND b.first_name <> ''"""
FORGET_NAMES = """
UPDATE badges b SET first_name = '' FROM reservations r
WHERE r.id = b.reservation AND r.slot = ANY ($1::int[]) AND b.first_name <> '' RETURNING b.id
"""
# « Pas de photo » is about one child too, even without a name.
FORGET_SIGNS = """
UPDATE badges b SET no_photo = false FROM reservations r
WHERE r.id = b.reservation AND r.slot = ANY ($1::int[]) AND b.no_photo RETURNING b.id
"""
FORGET_BADGES = """
DELETE FROM badges b WHERE NOT EXISTS (SELECT FROM presences p WHERE p.badge = b.id) AND (
  b.reservation IN (SELECT id FROM reservations WHERE slot = ANY ($1::int[]))
  OR b.attendance IN (SELECT id FROM attendances WHERE slot = ANY ($1::int[]))) RETURNING b.id
"""
# A badge whose bearer was a guest of another visit stays until that one is emptied as well.
FORGET_GUESTS_BADGES = """
DELETE FROM badges b USING reservations r JOIN slots s ON s.id = r.slot
WHERE r.id = b.reservation AND s.frozen AND s.starts_at >= $1 AND s.starts_at < $2
  AND NOT EXISTS (SELECT FROM presences p WHERE p.badge = b.id) RETURNING b.id
"""
FORGET_ALL = "DELETE FROM badges WHERE reservation = $1"


async def issue(
    reservation: int,
    *,
    pupils: int,
    adults: int,
    salt: UUID,
    secret_key: str,
    issued: Collection[Record] = (),
) -> None:
    """Issue what a visit lacks beside what is `issued`, whose codes are kept apart; inside the transaction that makes
    or locks it, so that nobody else issues any meanwhile."""
    has = {(badge["kind"], badge["number"]) for badge in issued}
    lacks = [place for place in zip(*places_of(pupils, adults), strict=True) if place not in has]
    if lacks:
        kinds, numbers = [kind for kind, _ in lacks], [number for _, number in lacks]
        taken = [badge["short_code"] for badge in issued]
        await rows(ADD, reservation, kinds, numbers, *issue_places(secret_key, salt, kinds, numbers, taken=taken))


async def keep_in_step(reservation: int, *, secret_key: str, now: datetime) -> None:
    """The act has made a visit sure, taken it elsewhere or changed who comes: what was issued follows, other badges are
    revoked.

    Where nobody has needed one yet none is issued, unless the list has locked: from then on a sure visit has them all.
    Inside the caller's transaction, which has changed the reservation or holds its slot.
    """
    visit = or_not_found(await row(LOCK, reservation))
    issued = await rows(ISSUED, reservation)
    if issued or visit["list_locks_at"] <= now:
        await _add(visit, issued, secret_key)
    if issued:
        await revoke_beyond(reservation, pupils=visit["pupils"], adults=visit["adults"], now=now)


async def revoke_beyond(reservation: int, *, pupils: int, adults: int, now: datetime) -> None:
    """The badges of more pupils and adults than come are good no more, those of who comes are again."""
    await rows(ADJUST, reservation, *places_of(pupils, adults), now)


async def add_missing(reservation: int, *, among: Collection[str], secret_key: str) -> None:
    """Issue what a visit lacks and leave the rest as it is: all of it the first time, what an act has added since.

    `among` are the states in which it is worth badges: one that has ended meanwhile gets none.
    """
    async with transaction():
        visit = await row(LOCK, reservation)
        if visit is not None and visit["state"] in among:
            await _add(visit, await rows(ISSUED, reservation), secret_key)


async def _add(visit: Record, issued: Collection[Record], secret_key: str) -> None:
    number, pupils, adults, salt = visit["id"], visit["pupils"], visit["adults"], visit["badge_salt"]
    await issue(number, pupils=pupils, adults=adults, salt=salt, secret_key=secret_key, issued=issued)


async def add_missing_of_company(attendance: int, *, people: int, secret_key: str) -> None:
    """The same for a company that was announced before companies had badges."""
    salt: UUID | None = await value(COMPANY_SALT, attendance)
    if salt is not None:
        numbers = list(range(1, people + 1))
        await rows(ADD_COMPANY, attendance, numbers, *issue_rows(secret_key, salt, "company", numbers))


def badges_issued(of: str, *, each: str) -> str:
    """The badges of a company's coming that an act has just announced, `each` with its kind, number and codes."""
    return f"""INSERT INTO badges (attendance, kind, number, token_hash, short_code)
  SELECT {of}.id, issued.* FROM {of}, {each} AS issued"""  # noqa: S608 - the acts' own words


def names_forgotten(of: str, *, when: str = "true") -> str:
    """First names were written for the visit that an act has just ended: they do not outlive it."""
    return f"""UPDATE badges unnamed SET first_name = '' FROM {of}
  WHERE {when} AND unnamed.reservation = {of}.id AND unnamed.first_name <> ''"""  # noqa: S608 - as above
