"""A chart for a paper: lines that stay sharp at any size, figures that can be searched and copied."""

from __future__ import annotations

from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, PolyLine, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from booking.day.badges.draw import BOLD, PLAIN, printable
from booking.programme.charts.marks import BRASS, INK, PAPER, RIM, SIZE, TALL, Box, Caption, Dot, Mark, Polyline
from booking.programme.charts.plot import plot
from booking.programme.charts.rules import Chart


def drawing_of(chart: Chart, *, wide: float, narrow: bool = False) -> Drawing:
    """The chart, so many points wide; its title and its sentence are the paper's to say."""
    laid = plot(chart, narrow=narrow)
    scale = wide / laid.width
    drawing = Drawing(wide, laid.height * scale, hAlign="LEFT")
    for mark in laid.marks:
        for shape in _shapes(mark, laid.height, scale):
            drawing.add(shape)
    return drawing


def _shapes(mark: Mark, high: float, scale: float) -> list[Any]:
    """A mark from the foot of the drawing up, as a paper counts."""
    match mark:
        case Polyline():
            places = [part * scale for x, y in mark.places for part in (x, high - y)]
            dots = [2.8 * scale, 4.2 * scale] if mark.dotted else None
            return [
                PolyLine(
                    places,
                    strokeColor=HexColor(mark.color),
                    strokeWidth=mark.width * scale,
                    strokeDashArray=dots,
                    strokeLineCap=0 if dots else 1,
                    strokeLineJoin=1,
                )
            ]
        case Box():
            return [
                Rect(
                    mark.left * scale,
                    (high - mark.top - mark.height) * scale,
                    mark.width * scale,
                    mark.height * scale,
                    fillColor=HexColor(BRASS),
                    strokeColor=HexColor(INK),
                    strokeWidth=0.6 * scale,
                )
            ]
        case Dot():
            x, y = mark.at
            return [Circle(x * scale, (high - y) * scale, 3.5 * scale, fillColor=HexColor(BRASS), strokeColor=None)]
    return _words(mark, high, scale)


def _words(caption: Caption, high: float, scale: float) -> list[Any]:
    text, face, size = printable(caption.text), BOLD if caption.bold else PLAIN, SIZE * scale
    x, y = caption.at[0] * scale, (high - caption.at[1]) * scale
    words = String(
        x, y, text, fontName=face, fontSize=size, fillColor=HexColor(caption.color), textAnchor=caption.anchor
    )
    if not caption.rimmed:
        return [words]
    far, rim = stringWidth(text, face, size), RIM * scale
    left = x - far * {"start": 0, "middle": 0.5, "end": 1}[caption.anchor]
    paper = Rect(
        left - rim, y - rim, far + 2 * rim, (TALL * scale) + 2 * rim, fillColor=HexColor(PAPER), strokeColor=None
    )
    return [paper, words]
