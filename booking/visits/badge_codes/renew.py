"""The badges of visits to come under a site's new key: which the former one still makes, and which none does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from asyncpg import Record
from msgspec import Struct

from booking.visits.badge_codes.rules import hash_of, issue_places, known_token, token_of
from workshops.database import rows, transaction

# Whoever comes to what has not ended: a group, or a company.
TO_COME = """
SELECT b.id, b.kind, b.number, b.token_hash, b.short_code, coalesce(r.badge_salt, a.badge_salt) AS salt,
  coalesce(rs.ends_at, s.ends_at) AS ends_at
FROM badges b LEFT JOIN reservations r ON r.id = b.reservation LEFT JOIN slots rs ON rs.id = r.slot
LEFT JOIN attendances a ON a.id = b.attendance LEFT JOIN slots s ON s.id = a.slot
WHERE b.revoked_at IS NULL AND coalesce(rs.ends_at, s.ends_at) > $1
ORDER BY b.reservation, b.attendance, b.id"""
RENEW = """UPDATE badges b SET token_hash = n.token_hash, short_code = n.short_code
FROM unnest($1::int[], $2::bytea[], $3::varchar[]) AS n (id, token_hash, short_code) WHERE b.id = n.id"""


class BadgesToCome(Struct):
    """How many groups and companies to come wear badges that a former key made, until when, and how many wear some
    that no key of the site makes."""

    former: int = 0
    until: datetime | None = None
    lost: int = 0


async def badges_to_come(secret_key: str, *, anew: bool, now: datetime) -> BadgesToCome:
    """What badges need of the keys before the site's; `anew` makes those that no key makes any more once again: what is
    printed of them serves no more."""
    told = BadgesToCome()
    async with transaction():
        for _, worn in groupby(await rows(TO_COME, now), key=lambda badge: badge["salt"]):
            badges = list(worn)
            lost = [one for one in badges if _token(one, secret_key) is None]
            if any(not _is_of(one, secret_key) for one in badges if one not in lost):
                told.former += 1
                told.until = max(badges[0]["ends_at"], told.until or now)
            if lost:
                told.lost += 1
                if anew:
                    await _renew(lost, badges, secret_key)
    return told


def _token(badge: Record, secret_key: str) -> str | None:
    return known_token(badge["token_hash"], secret_key, badge["salt"], badge["kind"], badge["number"])


def _is_of(badge: Record, secret_key: str) -> bool:
    """Whether the site's key made it, not one of those before."""
    return hash_of(token_of(secret_key, badge["salt"], badge["kind"], badge["number"])) == bytes(badge["token_hash"])


async def _renew(lost: list[Record], badges: Iterable[Record], secret_key: str) -> None:
    stay = [one["short_code"] for one in badges if one not in lost]
    kinds, numbers = [one["kind"] for one in lost], [one["number"] for one in lost]
    hashes, codes = issue_places(secret_key, lost[0]["salt"], kinds, numbers, taken=stay)
    await rows(RENEW, [one["id"] for one in lost], hashes, codes)
