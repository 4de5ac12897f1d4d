"""Writing down who did what: one line per act, in the transaction of the act, never a pupil in it."""

from __future__ import annotations

from datetime import datetime

from workshops.database import rows

# $1 act, $2 account, $3 about_kind, $4 about, $5 detail, $6 now: for a verb that writes it in a statement of its own.
WRITE = """INSERT INTO journal (act, account, about_kind, about, detail, at)
VALUES ($1::varchar, $2::int, $3::varchar, $4::int, $5::text, $6::timestamptz)"""


async def write(
    act: str, *, account: int | None, about_kind: str, about: int | None, detail: str = "", now: datetime
) -> None:
    """Keep an act for the record: who, what, to what, when. `account` is None for the system and for strangers."""
    await rows(WRITE, act, account, about_kind, about, detail, now)
