"""A school year closes: which lycées were asked stays, whatever the registers say since."""

from __future__ import annotations

from workshops.database import rows
from workshops.september_hands.queries import ASKED_TODAY

KEEP = f"""
INSERT INTO september_asked (school, school_year) SELECT h.id, $1::int FROM schools h
WHERE {ASKED_TODAY.format(year="$1::int")} AND NOT EXISTS (SELECT FROM september_asked WHERE school_year = $1::int)
ORDER BY h.id
"""  # noqa: S608 - constants only


async def keep_asked(school_year: int) -> None:
    """Those asked in a school year (2026 is 2026-2027) are kept once for all, inside the transaction of its closing."""
    await rows(KEEP, school_year)
