"""The test page of a sheet of labels: its outlines, a ruler, and two scales that read a printer's offset."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT
from booking.day.badges.presets import PAGE, Preset
from booking.day.badges.rules import check_placing
from booking.day.badges.sheet import blank, draw_cut_marks

RULER = 100
REACH = 5  # Millimetres that a scale shows on each side of a label's edge.
STEPS = (
    "1. Imprimez à 100 %, sans ajuster à la page.",
    "2. La règle doit mesurer 100 mm.",
    "3. Posez la page sur une planche, à la lumière.",
    "4. Lisez où tombe le bord de l'étiquette sur les",
    "    deux échelles : ajoutez-le au décalage.",
)


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
