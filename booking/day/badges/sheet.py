"""The PDF of a sheet of badges, and the test page of its labels: vector, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from itertools import islice

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT, draw_badge, draw_divider, draw_group
from booking.day.badges.presets import PAGE, Layout, Preset, layout_of
from booking.day.badges.rules import PrintedBadge, PrintedDivider, PrintedGroup, check_placing
from booking.words.wording import day

rl_config.useA85 = 0  # A PDF is bytes: no need to write its streams in text, which takes longer than to draw them.
RULER = 100
REACH = 5  # Millimetres that a scale shows on each side of a label's edge.
STEPS = (
    "1. Imprimez à 100 %, sans ajuster à la page.",
    "2. La règle doit mesurer 100 mm.",
    "3. Posez la page sur une planche, à la lumière.",
    "4. Lisez où tombe le bord de l'étiquette sur les",
    "    deux échelles : ajoutez-le au décalage.",
)


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


def calibration_page(preset: Preset, *, dx_mm: float = 0.0, dy_mm: float = 0.0) -> bytes:
    """One A4 PDF to print on plain paper and hold against a sheet of labels; raises Invalid for an odd offset.

    What the scales read is added to the offset in force: to the right and down are positive.
    """
    check_placing(start=1, cells=preset.cells, dx_mm=dx_mm, dy_mm=dy_mm)
    file = BytesIO()
    canvas = blank(file, f"Page de réglage, {preset.label}")
    canvas.translate(dx_mm * mm, (PAGE[1] - dy_mm) * mm)
    _outlines(canvas, preset)
    _words(canvas, preset, dx_mm, dy_mm)
    left, top = preset.corner(2 * preset.columns - 1)
    _scale(canvas, left, top + preset.height / 2, upright=False)
    _scale(canvas, left + preset.width / 2, top, upright=True)
    _ruler(canvas, (PAGE[0] - RULER) / 2, preset.corner(2 * preset.columns)[1] + preset.height / 2)
    if preset.cut_marks:
        canvas.translate(0, -PAGE[1] * mm)
        draw_cut_marks(canvas, preset)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _outlines(canvas: Canvas, preset: Preset) -> None:
    canvas.setLineWidth(0.4)
    canvas.setStrokeGray(0.55)
    corner = 0.0 if preset.cut_marks else 2 * mm
    for cell in range(preset.cells):
        left, top = preset.corner(cell)
        canvas.roundRect(
            left * mm, -(top + preset.height) * mm, preset.width * mm, preset.height * mm, corner, stroke=1, fill=0
        )


def _words(canvas: Canvas, preset: Preset, dx_mm: float, dy_mm: float) -> None:
    left, top = preset.corner(0)
    shifts = f"Décalage : {dx_mm:g} mm à droite, {dy_mm:g} mm vers le bas".replace(".", ",")
    for text, font, size, down in (
        ("Page de réglage", BOLD, 14, 10),
        (preset.title, PLAIN, 7.5, 15.5),
        (shifts, PLAIN, 7.5, 19.5),
    ):
        canvas.setFillColor(INK if font == BOLD else SOFT)
        canvas.setFont(font, size)
        canvas.drawString((left + 5) * mm, -(top + down) * mm, text)
    left, top = preset.corner(1)
    canvas.setFillColor(INK)
    canvas.setFont(PLAIN, 7.5)
    for line, text in enumerate(STEPS):
        canvas.drawString((left + 5) * mm, -(top + 9.5 + 4.2 * line) * mm, text)


def _scale(canvas: Canvas, x: float, y: float, *, upright: bool) -> None:
    """Millimetres across an edge, from -5 to 5."""
    canvas.saveState()
    canvas.translate(x * mm, -y * mm)
    if upright:
        canvas.rotate(-90)
    canvas.setStrokeColor(INK)
    canvas.setFillColor(INK)
    canvas.setFont(PLAIN, 5)
    canvas.line(-REACH * mm, 0, REACH * mm, 0)
    for step in range(-REACH, REACH + 1):
        tall = 3.2 if step == 0 else 2 if step % 2 == 0 else 1.2
        canvas.line(step * mm, 0, step * mm, tall * mm)
        if step % 4 == 0:
            canvas.drawCentredString(step * mm, -2.2 * mm, f"{step:+d}" if step else "0")
    canvas.restoreState()


def _ruler(canvas: Canvas, x: float, y: float) -> None:
    canvas.setStrokeColor(INK)
    canvas.setFillColor(INK)
    canvas.setFont(PLAIN, 7)
    canvas.line(x * mm, -y * mm, (x + RULER) * mm, -y * mm)
    for step in range(RULER + 1):
        tall = 6 if step % 10 == 0 else 4.2 if step % 5 == 0 else 2.6
        canvas.line((x + step) * mm, -y * mm, (x + step) * mm, -(y - tall) * mm)
        if step % 10 == 0:
            canvas.drawCentredString((x + step) * mm, -(y + 3.4) * mm, f"{step} mm" if step == RULER else str(step))
