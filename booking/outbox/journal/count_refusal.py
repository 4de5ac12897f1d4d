"""Counting refusals: one line for each person, each act and each hour, however often somebody knocks."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.journal.note_access import note_refusal
from workshops.database import rows

# The door, which refuses it, notes it by its reason.
DENIED = "access_denied"
# Its number is drawn among the events', so that both are read in one order.
COUNT_REFUSAL = """
INSERT INTO refusal_counts AS held (id, hour, at, until, account, act, about_kind, detail, often)
VALUES (nextval(pg_get_serial_sequence('events', 'id')), $1, $2, $2, $3, $4, $5, $6, 1)
ON CONFLICT (hour, account, act) DO UPDATE
SET often = held.often + 1, until = greatest(held.until, excluded.until), detail = excluded.detail
"""


async def count_refusal(act: str, *, account: int | None, about_kind: str, detail: str = "", now: datetime) -> None:
    """Keep that someone was refused, one line for each person, each act and each hour, however often it is tried."""
    if act != DENIED:
        note_refusal(act, account=account, now=now)
    hour = now.replace(minute=0, second=0, microsecond=0)
    await rows(COUNT_REFUSAL, hour, now, account or 0, act, about_kind, detail)
