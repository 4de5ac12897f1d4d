"""Writing down what became of a copy or of its rehearsal, so that silence is heard of too."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.copies.rules import WORDS_MOST, Act, Way
from workshops.database import rows

# deploy/pgbackrest/copy.py says the same on a database machine, where nothing of ours is installed.
DONE = """INSERT INTO copies (act, way, done_at, copied_at, seconds, kept_days) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (act, way) DO UPDATE SET done_at = EXCLUDED.done_at, copied_at = EXCLUDED.copied_at,
  seconds = EXCLUDED.seconds, kept_days = EXCLUDED.kept_days"""
FAILED = """INSERT INTO copies (act, way, failed_at, failure) VALUES ($1, $2, $3, $4)
ON CONFLICT (act, way) DO UPDATE SET failed_at = EXCLUDED.failed_at, failure = EXCLUDED.failure"""


async def record_copy(way: Way, *, seconds: int, kept_days: int, now: datetime) -> None:
    """A copy was made, which is kept for so many days at most."""
    await rows(DONE, Act.COPY, way, now, None, seconds, kept_days)


async def record_rehearsal(way: Way, *, copied_at: datetime, seconds: int, now: datetime) -> None:
    """A copy of that instant was put back beside, and was whole."""
    await rows(DONE, Act.REHEARSAL, way, now, copied_at, seconds, 0)


async def record_failure(act: Act, way: Way, *, failure: str, now: datetime) -> None:
    """It did not succeed, for that reason."""
    await rows(FAILED, act, way, now, failure[:WORDS_MOST])
