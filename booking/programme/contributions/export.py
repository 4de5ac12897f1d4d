"""What was given, as a file that leaves the application; the journal says who took it."""

from __future__ import annotations

import asyncio
from datetime import datetime

from booking.presentation.spreadsheet import Line, about_file, told_file
from booking.programme.contributions.rules import ACCOUNTS, ROUNDING, Given
from workshops.contributions.rules import FUNDING_KINDS, FundingEntry, FundingKind
from workshops.events.record import record

TITLE = "Apports"
COLUMNS = ("Ligne", "Heures", "Taux horaire", "Valeur (euros)", "À la date du", "Source", "Ce qui est compté")


async def export_given(given: Given, entries: list[FundingEntry], *, form: str, by: int, now: datetime) -> bytes:
    """The hours given and every sum that was told, as `csv` or `xlsx`."""
    await record(
        "counts_exported", by=by, about_kind="results", about=None, detail=f"{TITLE}, {given.words}, {form}", now=now
    )
    lines: list[Line] = [
        (
            line.who,
            round(line.minutes / 60, 2),
            line.rate,
            line.value,
            None,
            " ; ".join(line.sources),
            " ".join(filter(None, (line.rule, line.lacks))),
        )
        for line in given.lines
    ]
    sums: list[Line] = [
        (FUNDING_KINDS[FundingKind(entry.kind)], None, None, entry.euros, entry.counted_on, entry.source, ACCOUNTS)
        for entry in entries
    ]
    about = about_file("Tableau", TITLE, given.words, rule=f"{ROUNDING} {given.declared_words}".strip(), now=now)
    return await asyncio.to_thread(told_file, form, TITLE, [COLUMNS, *lines, *sums], about)
