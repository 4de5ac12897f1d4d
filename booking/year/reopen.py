"""Reopen the figures of a closed school year: past visits are declared in it again, until it is closed anew."""

from __future__ import annotations

from datetime import datetime

from booking.year.rules import SchoolYear, YearNotClosed
from workshops.database import transaction, value
from workshops.events.record import record
from workshops.refusals import Invalid

REASON_MOST = 200
REOPEN = """
UPDATE year_closings SET closed_at = NULL, reopened_at = $2
WHERE school_year = $1 AND closed_at IS NOT NULL RETURNING id
"""


async def reopen_year(year: SchoolYear, *, reason: str, by: int | None, now: datetime) -> None:
    """Let past visits of a closed year be declared, corrected or taken back; the coordinator says why, without a name.

    What lycées counted stays frozen, and what was erased is gone. Raises Invalid, YearNotClosed.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid({"reason": "Dites pourquoi en quelques mots : le journal le garde."})
    if len(reason) > REASON_MOST:
        raise Invalid({"reason": f"Dites pourquoi en {REASON_MOST} caractères au plus."})
    async with transaction():
        if await value(REOPEN, year.name, now) is None:
            raise YearNotClosed
        await record("year_reopened", by=by, about_kind="year", about=year.first, words=reason, now=now)
