"""Writing down what became of a copy or of its rehearsal, so that silence is heard of too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from booking.outbox.copies.rules import WORDS_MOST, Act, Kept, Way
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


# Copies are outside of the database: what was known of them where a file is put in place is truer than what the file
# knew. A restoration keeps it before it empties the base, and says it again in the same transaction; it looks no name
# up, so that each is said by its schema.
REMEMBER_COPIES = """DO $copies$
BEGIN
  IF to_regclass('public.copies') IS NOT NULL THEN
    PERFORM set_config('technilab.copies', (SELECT json_agg(known)::text FROM public.copies known), true);
  END IF;
END $copies$;"""
_REMEMBERED = "coalesce(nullif(current_setting('technilab.copies', true), ''), '[]')"
_DONE_LATER = "EXCLUDED.done_at > coalesce(kept.done_at, '-infinity')"
_FAILED_LATER = "EXCLUDED.failed_at > coalesce(kept.failed_at, '-infinity')"


def known_again(seen: Sequence[Kept]) -> str:
    """SQL that says the copies that were remembered, and those that were `seen` meanwhile: the newest of each stays."""
    told = msgspec.json.encode(seen).decode().replace("'", "''")
    return "\n".join(map(_taken_in, (_REMEMBERED, f"'{told}'")))


def _taken_in(rows_told: str) -> str:
    known = ", ".join(f"('{act}', '{way}')" for act in Act for way in Way)
    return f"""INSERT INTO public.copies AS kept (act, way, done_at, copied_at, seconds, kept_days, failed_at, failure)
SELECT act, way, done_at, copied_at, coalesce(seconds, 0), coalesce(kept_days, 0), failed_at, coalesce(failure, '')
FROM json_populate_recordset(NULL::public.copies, {rows_told}::json) WHERE (act, way) IN ({known})
ON CONFLICT (act, way) DO UPDATE SET done_at = greatest(kept.done_at, EXCLUDED.done_at),
  copied_at = CASE WHEN {_DONE_LATER} THEN EXCLUDED.copied_at ELSE kept.copied_at END,
  seconds = CASE WHEN {_DONE_LATER} THEN EXCLUDED.seconds ELSE kept.seconds END,
  kept_days = CASE WHEN {_DONE_LATER} THEN EXCLUDED.kept_days ELSE kept.kept_days END,
  failed_at = greatest(kept.failed_at, EXCLUDED.failed_at),
  failure = CASE WHEN {_FAILED_LATER} THEN EXCLUDED.failure ELSE kept.failure END;"""  # noqa: S608 - constants only
