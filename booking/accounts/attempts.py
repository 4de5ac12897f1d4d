"""Counting tries, right across processes: PostgreSQL holds the counters."""

from __future__ import annotations

from datetime import datetime

from booking.accounts.rules import TRIES_LAST, TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, TooManyTries, wait_for
from workshops.database import rows

RECENT = "SELECT at FROM attempts WHERE bucket = $1 AND at > $2 ORDER BY at DESC LIMIT $3"
COUNT = "INSERT INTO attempts (bucket, at) SELECT unnest($1::varchar[]), $2"


async def refuse_when_tired(
    what: str,
    *,
    account: str,
    address: str,
    now: datetime,
    most: tuple[int, int] = (TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS),
) -> None:
    """Raise TooManyTries when this account or this address has tried too often in the last 15 minutes.

    `most` is how often each may.
    """
    for bucket, often in zip((f"{what}:account:{account}", f"{what}:address:{address}"), most, strict=True):
        recent = [one["at"] for one in await rows(RECENT, bucket, now - TRIES_LAST, often)]
        wait = wait_for(recent, most=often, now=now)
        if wait:
            raise TooManyTries(wait)


async def count(what: str, *, account: str, address: str, now: datetime) -> None:
    """Remember one try, outside any transaction that may be undone."""
    await rows(COUNT, [f"{what}:account:{account}", f"{what}:address:{address}"], now)
