"""What a closing did, as a file that leaves the application, and the journal says who took it."""

from __future__ import annotations

from datetime import datetime

from booking.presentation.spreadsheet import csv_of
from booking.words.wording import moment
from booking.year.queries import report_of
from booking.year.rules import SchoolYear
from workshops.events.record import record
from workshops.refusals import NotFound


async def export_report(year: SchoolYear, *, by: int, now: datetime) -> bytes:
    """What was frozen, erased and kept, as a CSV: counts alone. Raises NotFound before the year is closed."""
    report = await report_of(year)
    if report is None or report.closed_at is None:
        raise NotFound
    title = f"Clôture de {report.year}"
    await record("counts_exported", by=by, about_kind="year", about=year.first, detail=f"{title}, csv", now=now)
    closed = (str(report.year), moment(report.closed_at))
    lines = [(*closed, heading, words, number) for heading, told in report.headings for words, number in told]
    return csv_of([("Année", "Close le", "Devenir", "Quoi", "Nombre"), *lines])
