"""Figures as a file that leaves the application: it names its filter, its date, its version; the journal says who."""

from __future__ import annotations

import asyncio
from datetime import datetime
from importlib.metadata import version
from textwrap import wrap

from booking.charts.draw import draw
from booking.figures.compose import Sheet
from booking.journal.write import write
from booking.spreadsheet import Line, csv_of, xlsx_of
from booking.wording import moment
from workshops.refusals import NotFound

ABOUT = "À propos de ces chiffres"


async def export_sheet(sheet: Sheet, *, form: str, by: int, now: datetime) -> bytes:
    """The sheet as `csv`, `xlsx` or `png`: exact counts, no name of a pupil, no cell that a spreadsheet would compute.

    Raises NotFound for the picture of a sheet without figures.
    """
    if form == "png" and sheet.chart is None:
        raise NotFound()
    lines: list[Line] = [sheet.columns, *sheet.lines]
    about = about_figures(sheet.title, sheet.period.words, rule=sheet.rule, now=now)
    detail = f"{sheet.title}, {sheet.period.words}, {form}"
    await write("counts_exported", account=by, about_kind="results", about=None, detail=detail, now=now)
    if form == "png" and sheet.chart is not None:
        foot = f"{sheet.rule} Extrait le {moment(now)}, Technilab {version('technilab')}."
        return await draw(sheet.chart, form="png", foot="\n".join(wrap(foot, 120)))
    if form == "xlsx":
        return await asyncio.to_thread(xlsx_of, [(sheet.title, lines), (ABOUT, about)])
    return csv_of([*lines, (), *about])


def about_figures(title: str, period: str, *, now: datetime, rule: str = "") -> list[Line]:
    """What a file says of itself, under its figures."""
    told: list[Line] = [("Répartition", title), ("Filtre", period)]
    if rule:
        told.append(("Règle de comptage", rule))
    return [*told, ("Extrait le", moment(now)), ("Version", f"Technilab {version('technilab')}")]
