"""The signs of a badge: whose it is when it is no pupil's, and « pas de photo »."""

from __future__ import annotations

from dataclasses import replace

from reportlab.lib.colors import HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from booking.day.badges.layout import DIGIT_HEIGHT, POINT, Line, Spot

DARK, RED, BRASS = HexColor("#16202e"), HexColor("#a3231c"), HexColor("#7a5c1e")
WORDS = {"adult": "ADULTE", "spare": "RÉSERVE", "company": "ENTREPRISE"}
BAND_FONT = "Helvetica-Bold"
ACCENTED_HEIGHT = 0.94  # Of a capital with its accent, as a share of its size.


def draw_band(canvas: Canvas, number: Line, height: float, kind: str) -> Line:
    """The word of an adult, a spare badge or a company, told apart in black and white; returns its number's line.

    An adult's band is dark and under the number, a spare badge's is dashed, a company's is above its number.
    """
    tall = number.size * POINT * DIGIT_HEIGHT
    band = max(4.4, 0.3 * tall)
    rest = tall - band - 1.6
    above = kind == "company"
    bottom = number.baseline - (tall - band if above else 0)
    left, wide = (number.x + 0.03 * number.size * POINT) * mm, (number.width - 1) * mm
    canvas.saveState()
    canvas.setFillColor({"adult": DARK, "company": BRASS, "spare": white}[kind])
    canvas.setStrokeColor(DARK)
    canvas.setLineWidth(0.9)
    if kind == "spare":
        canvas.setDash(3, 2)
    canvas.roundRect(left, (height - bottom) * mm, wide, band * mm, 1.1 * mm, stroke=kind == "spare", fill=1)
    canvas.setFillColor(DARK if kind == "spare" else white)
    # « RÉSERVE » reaches higher by its accent, in a frame that is drawn: it is set smaller, so that they never touch.
    high = ACCENTED_HEIGHT if kind == "spare" else DIGIT_HEIGHT
    size = min(
        band * (0.68 if kind == "spare" else 0.62) / POINT / high, 0.9 * wide / stringWidth(WORDS[kind], BAND_FONT, 1)
    )
    canvas.setFont(BAND_FONT, size)
    drop = (band - size * POINT * high) / 2
    canvas.drawCentredString(left + wide / 2, (height - bottom + drop) * mm, WORDS[kind])
    canvas.restoreState()
    baseline = number.baseline if above else number.baseline - band - 1.6
    return replace(number, baseline=baseline, size=rest / DIGIT_HEIGHT / POINT)


def draw_no_photo(canvas: Canvas, spot: Spot, height: float) -> None:
    """A camera crossed out in a ring."""
    x, y, radius = spot.x * mm, (height - spot.y) * mm, spot.size * mm / 2
    canvas.saveState()
    canvas.setFillColor(DARK)
    canvas.roundRect(
        x - radius * 0.64, y - radius * 0.47, radius * 1.28, radius * 0.84, radius * 0.15, stroke=0, fill=1
    )
    canvas.rect(x - radius * 0.25, y + radius * 0.3, radius * 0.5, radius * 0.22, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.circle(x, y - radius * 0.05, radius * 0.34, stroke=0, fill=1)
    reach = radius * 0.64
    for colour, width in ((white, 0.3), (RED, 0.16)):
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(radius * width)
        canvas.line(x - reach, y + reach, x + reach, y - reach)
    canvas.circle(x, y, radius * 0.92, stroke=1, fill=0)
    canvas.restoreState()
