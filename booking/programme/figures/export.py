"""Figures as a file that leaves the application: it names its filter, its date, its version; the journal says who."""

from __future__ import annotations

import asyncio
from datetime import datetime
from importlib.metadata import version
from textwrap import wrap

from booking.programme.charts.draw import draw
from booking.programme.figures.compose import Sheet
from booking.spreadsheet import about_file, told_file
from booking.wording import moment
from workshops.events.record import record
from workshops.refusals import NotFound


async def export_sheet(sheet: Sheet, *, form: str, by: int, now: datetime) -> bytes:
    """The sheet as `csv`, `xlsx` or `png`: exact counts, no name of a pupil, no cell that a spreadsheet would compute.

    Raises NotFound for the picture of a sheet without figures.
    """
    if form == "png" and sheet.chart is None:
        raise NotFound()
    detail = f"{sheet.title}, {sheet.period.words}, {form}"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    if form == "png" and sheet.chart is not None:
        foot = f"{sheet.rule} Extrait le {moment(now)}, Technilab {version('technilab')}."
        return await draw(sheet.chart, form="png", foot="\n".join(wrap(foot, 120)))
    about = about_file("Répartition", sheet.title, sheet.period.words, rule=sheet.rule, now=now)
    return await asyncio.to_thread(told_file, form, sheet.title, [sheet.columns, *sheet.lines], about)
