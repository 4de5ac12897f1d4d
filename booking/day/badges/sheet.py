"""The PDF of a sheet of badges: vector, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from itertools import islice

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from booking.day.badges.draw import PLAIN, SOFT, draw_badge, draw_group
from booking.day.badges.draw_divider import draw_divider
from booking.day.badges.layout import Layout, layout_of
from booking.day.badges.presets import PAGE, Preset
from booking.day.badges.rules import PrintedBadge, PrintedDivider, PrintedGroup, check_placing
from booking.wording import day

rl_config.useA85 = 0  # A PDF is bytes: no need to write its streams in text, which takes longer than to draw them.


def badge_sheet(
    badges: Iterable[PrintedBadge | PrintedDivider],
    *,
    preset: Preset,
    start: int = 1,
    dx_mm: float = 0.0,
    dy_mm: float = 0.0,
    title: str = "Badges",
    printed_on: date | None = None,
) -> bytes:
    """One A4 PDF, as many pages as needed; the badges may be of several groups, and are taken one page at a time.

    `start` is the first free label of the first sheet, counted from 1, line by line; `dx_mm` and `dy_mm` move
    everything to the right and down; `printed_on` is written under the labels. Raises Invalid for a place outside the
    sheet, ModuleTooSmall for labels on which no phone would read the code.
    """
    check_placing(start=start, cells=preset.cells, dx_mm=dx_mm, dy_mm=dy_mm)
    layout = layout_of(preset)
    file = BytesIO()
    canvas = blank(file, title)
    forms: dict[tuple[PrintedGroup, bool], str] = {}
    waiting = iter(badges)
    first = start - 1
    while page := list(islice(waiting, preset.cells - first)):
        if preset.cut_marks:
            draw_cut_marks(canvas, preset, dx_mm, dy_mm)
        for cell, badge in enumerate(page, first):
            left, top = preset.corner(cell)
            canvas.saveState()
            canvas.translate((left + dx_mm) * mm, (PAGE[1] - top - dy_mm - preset.height) * mm)
            if isinstance(badge, PrintedDivider):
                draw_divider(canvas, preset, badge)
            else:
                canvas.doForm(_form_of(badge, forms, canvas, layout, preset))
                draw_badge(canvas, layout, preset.height, badge)
            canvas.restoreState()
        if printed_on is not None:
            draw_day(canvas, printed_on)
        canvas.showPage()
        first = 0
    canvas.save()
    return file.getvalue()


def _form_of(
    badge: PrintedBadge, forms: dict[tuple[PrintedGroup, bool], str], canvas: Canvas, layout: Layout, preset: Preset
) -> str:
    """What the badges of a group share is in the document once."""
    key = badge.group, bool(badge.first_name)
    if key not in forms:
        forms[key] = f"group{len(forms)}"
        canvas.beginForm(forms[key], 0, 0, preset.width * mm, preset.height * mm)
        draw_group(canvas, layout, preset.height, badge.group, named=key[1])
        canvas.endForm()
    return forms[key]


def blank(file: BytesIO, title: str) -> Canvas:
    """An empty A4 document that prints at its true size and is the same bytes each time."""
    canvas = Canvas(
        file, pagesize=(PAGE[0] * mm, PAGE[1] * mm), pageCompression=1, invariant=1, lang="fr", pdfVersion=(1, 7)
    )
    canvas.setTitle(title)
    canvas.setAuthor("Technilab")
    canvas.setCreator("Technilab")
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def draw_day(canvas: Canvas, printed_on: date) -> None:
    """The day of printing at the foot of the sheet, between the cut marks and under the labels of every preset."""
    canvas.saveState()
    canvas.setFillColor(SOFT)
    canvas.setFont(PLAIN, 7)
    canvas.drawString(25 * mm, 5.5 * mm, f"Imprimé le {day(printed_on)}")
    canvas.restoreState()


def draw_cut_marks(canvas: Canvas, preset: Preset, dx_mm: float = 0.0, dy_mm: float = 0.0) -> None:
    """Hairlines in the margins and small crosses between the labels: where to put the ruler."""
    across = [preset.left + dx_mm + column * preset.pitch_x for column in range(preset.columns + 1)]
    down = [PAGE[1] - preset.top - dy_mm - row * preset.pitch_y for row in range(preset.rows + 1)]
    canvas.saveState()
    canvas.setLineWidth(0.25)
    canvas.setStrokeGray(0.45)
    lines = []
    for x in across:
        lines += [(x, down[0] + 2, x, down[0] + 7), (x, down[-1] - 2, x, down[-1] - 7)]
        lines += [(x, y - 1, x, y + 1) for y in down[1:-1] if x in across[1:-1]]
    for y in down:
        lines += [(across[0] - 2, y, across[0] - 7, y), (across[-1] + 2, y, across[-1] + 7, y)]
        lines += [(x - 1, y, x + 1, y) for x in across[1:-1] if y in down[1:-1]]
    canvas.lines([tuple(end * mm for end in line) for line in lines])
    canvas.restoreState()
