"""Counting tries, right across processes: PostgreSQL counts and decides in one statement.

A try is counted before it is judged. Reading the count first, then judging, then counting lets all those pass that come
at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from booking.people.accounts.rules import (
    LISTED_HAS,
    TRIES_LAST,
    TRIES_PER_ACCOUNT,
    TRIES_PER_ADDRESS,
    WAIT_GROWS,
    TooManyTries,
    wait_for,
    wait_growing,
)
from workshops.academie.queries import LISTED
from workshops.database import rows

# A row per counted name, locked while it is decided: whoever comes at the same instant waits and reads what was
# written. $1 the account's name and how often it may try, $3 the address's, $5 the tries, $6 since when they count,
# $7 the address, for the networks that are listed. Beyond its tries, an address waits a little more after each.
TAKE = f"""
INSERT INTO tries AS held (bucket, at)
SELECT bucket, $5::timestamptz[] FROM (VALUES (1, $1::varchar), (2, $3::varchar)) AS asked (turn, bucket) ORDER BY turn
ON CONFLICT (bucket) DO UPDATE
SET at = ARRAY(SELECT one FROM unnest(held.at) AS one WHERE one > $6) || excluded.at
WHERE (
  SELECT beyond <= 0
    OR (held.bucket <> $1 AND last + beyond * interval '{WAIT_GROWS.seconds} seconds' <= excluded.at[1])
  FROM (SELECT max(one) AS last, count(*) + cardinality(excluded.at) - CASE WHEN held.bucket = $1 THEN $2::int
      ELSE $4::int * CASE WHEN {LISTED.format(address="$7::text::inet")} THEN {LISTED_HAS} ELSE 1 END END AS beyond
    FROM unnest(held.at) AS one WHERE one > $6) counted)
RETURNING bucket
"""  # noqa: S608 - constants only
# $2 this many of the tries made at $3. Locked in the order in which they are taken.
GIVE_BACK = """
WITH held AS (SELECT id, at FROM tries WHERE bucket = ANY ($1::varchar[]) ORDER BY bucket FOR UPDATE)
UPDATE tries t SET at = ARRAY(
  SELECT one FROM (
    SELECT one, turn, row_number() OVER (PARTITION BY one ORDER BY turn) AS nth
    FROM unnest(held.at) WITH ORDINALITY AS each (one, turn)
  ) counted WHERE one <> $3 OR nth > $2::int ORDER BY turn)
FROM held WHERE t.id = held.id
"""
HELD = f"""SELECT bucket, at, {LISTED.format(address="$2::text::inet")} AS listed
FROM tries WHERE bucket = ANY ($1::varchar[])"""  # noqa: S608 - constants only

Most = tuple[int, int]
MOST: Most = (TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS)


async def take(what: str, *, account: str, address: str, now: datetime, often: int = 1, most: Most = MOST) -> None:
    """Count a try, or `often` at once, outside any transaction that may be undone.

    Raises TooManyTries, and counts none, when this account has made its `most` in the last 15 minutes, or when this
    address has and tries again before its wait is over.
    """
    if often > min(most):
        raise TooManyTries(int(TRIES_LAST.total_seconds()))
    buckets = _buckets(what, account, address)
    network = _network(address)
    asked = [part for pair in zip(buckets, most, strict=True) for part in pair]
    taken = {one["bucket"] for one in await rows(TAKE, *asked, [now] * often, now - TRIES_LAST, network)}
    if tired := {bucket: often_may for bucket, often_may in zip(buckets, most, strict=True) if bucket not in taken}:
        await rows(GIVE_BACK, sorted(taken), often, now)
        waits = [1]
        for one in await rows(HELD, sorted(tired), network):
            by_account, may = one["bucket"] == buckets[0], tired[one["bucket"]]
            waits.append(
                wait_for(one["at"], asked=often, most=may, now=now)
                if by_account
                else wait_growing(one["at"], asked=often, most=may * (LISTED_HAS if one["listed"] else 1), now=now)
            )
        raise TooManyTries(max(waits))


async def give_back(what: str, *, account: str, address: str, now: datetime, often: int = 1) -> None:
    """Forget as many tries of this moment: they were right."""
    if often:
        await rows(GIVE_BACK, _buckets(what, account, address), often, now)


@asynccontextmanager
async def counted_if_wrong(what: str, *, account: str, address: str, now: datetime) -> AsyncIterator[None]:
    """A try that counts unless what it surrounds ends well. Raises TooManyTries before anything is judged."""
    await take(what, account=account, address=address, now=now)
    yield
    await give_back(what, account=account, address=address, now=now)


def _buckets(what: str, account: str, address: str) -> Sequence[str]:
    return [f"{what}:account:{account}", f"{what}:address:{_asker_of(address)}"]


def _network(address: str) -> str | None:
    """The address as PostgreSQL reads one; None for what is none: the socket of a proxy."""
    asker = _asker_of(address)
    try:
        ip_network(asker)
    except ValueError:
        return None
    return asker


def _asker_of(address: str) -> str:
    """By what an address is counted: an IPv6 one by its /64, which one subscriber has whole; an IPv4 one by itself."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
    return str(known)
