"""Writing a line of the journal."""

from __future__ import annotations

from datetime import datetime

from workshops.database import rows

# $1 act, $2 account, $3 about_kind, $4 about, $5 detail, $6 now: for a verb that writes it in a statement of its own.
WRITE = """INSERT INTO journal (act, account, about_kind, about, detail, at)
VALUES ($1::varchar, $2::int, $3::varchar, $4::int, $5::text, $6::timestamptz)"""
WRITE_WITH_WORDS = f"""WITH line AS ({WRITE} RETURNING id)
INSERT INTO journal_words (entry, words) SELECT id, $7::text FROM line"""  # noqa: S608 - constants only
COUNT_REFUSAL = """
INSERT INTO refusal_counts AS held (id, hour, at, until, account, act, about_kind, detail, often)
VALUES (nextval(pg_get_serial_sequence('journal', 'id')), $1, $2, $2, $3, $4, $5, $6, 1)
ON CONFLICT (hour, account, act) DO UPDATE
SET often = held.often + 1, until = greatest(held.until, excluded.until), detail = excluded.detail
"""


async def write(
    act: str,
    *,
    account: int | None,
    about_kind: str,
    about: int | None,
    detail: str = "",
    words: str = "",
    now: datetime,
) -> None:
    """Keep an act for the record: who, what, to what, when. `account` is None for the system and for strangers.

    `detail` is ours and stays as long as the line; `words` are somebody's own, and are forgotten before.
    """
    line = (act, account, about_kind, about, detail, now)
    await (rows(WRITE_WITH_WORDS, *line, words) if words else rows(WRITE, *line))


async def count_refusal(act: str, *, account: int | None, about_kind: str, detail: str = "", now: datetime) -> None:
    """Keep that someone was refused, one line for each person, each act and each hour, however often it is tried."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    await rows(COUNT_REFUSAL, hour, now, account or 0, act, about_kind, detail)
