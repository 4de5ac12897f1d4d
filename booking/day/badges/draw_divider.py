"""Draw the label that stands before a group's badges in the pile of a whole day."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT, draw_mark, fitted, printable
from booking.day.badges.layout import Spot
from booking.day.badges.presets import Preset
from booking.day.badges.rules import PrintedDivider


def draw_divider(canvas: Canvas, preset: Preset, divider: PrintedDivider) -> None:
    """The hours, the group and how many badges follow, under a thick rule: it has no code, no desk reads it."""
    left, step = 5.0, (preset.height - 6) / 5.5
    width = preset.width - 2 * left
    canvas.setFillColor(INK)
    canvas.rect(left * mm, (preset.height - 4.4) * mm, width * mm, 1.6 * mm, stroke=0, fill=1)
    aside = 0.0
    if divider.group.mark is not None:
        draw_mark(canvas, Spot(left + 4.5, 6 + step, 9), preset.height, divider.group.mark)
        aside = 12.0
    for row, (words, font, most, shift) in enumerate(
        (
            (divider.group.label, BOLD, 17, aside),
            (divider.who, BOLD, 9.5, aside),
            (divider.hours, BOLD, 11, 0),
            (divider.workshop, PLAIN, 9, 0),
            (divider.count, PLAIN, 9, 0),
        )
    ):
        text, size = fitted(printable(words), font, most, 0.6, (width - shift) * mm)
        canvas.setFillColor(SOFT if font == PLAIN else INK)
        canvas.setFont(font, size)
        canvas.drawString((left + shift) * mm, (preset.height - 6 - (row + 0.8) * step) * mm, text)
