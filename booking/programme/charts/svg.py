"""A chart for a page: SVG whose words stay words, in the fonts of whoever reads it."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from booking.programme.charts.marks import BRASS, INK, PAPER, RIM, SIZE, Box, Caption, Dot, Mark, Polyline
from booking.programme.charts.plot import plot
from booking.programme.charts.rules import Chart

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
KEPT = 256


@lru_cache(maxsize=KEPT)
def draw(chart: Chart, *, narrow: bool = False) -> bytes:
    """The chart with its title and its sentence; the same figures are drawn once."""
    drawing = plot(chart, narrow=narrow)
    width, height = f"{drawing.width:g}", f"{drawing.height:g}"
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}pt"',
            f' height="{height}pt" font-family="{FONT}" font-size="{SIZE}">',
            f"<title>{escape(chart.title)}</title><desc>{escape(chart.words)}</desc>",
            f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
            *map(_written, drawing.marks),
            "</svg>",
        )
    ).encode()


def _written(mark: Mark) -> str:
    match mark:
        case Polyline():
            places = " ".join(f"{x:.1f},{y:.1f}" for x, y in mark.places)
            dots = ' stroke-dasharray="2.8 4.2"' if mark.dotted else ' stroke-linejoin="round" stroke-linecap="round"'
            return f'<polyline points="{places}" fill="none" stroke="{mark.color}" stroke-width="{mark.width}"{dots}/>'
        case Box():
            corner = f'x="{mark.left:.1f}" y="{mark.top:.1f}" width="{mark.width:.1f}" height="{mark.height:.1f}"'
            return f'<rect {corner} fill="{BRASS}" stroke="{INK}" stroke-width="0.6"/>'
        case Dot():
            return f'<circle cx="{mark.at[0]:.1f}" cy="{mark.at[1]:.1f}" r="3.5" fill="{BRASS}"/>'
    return _said(mark)


def _said(words: Caption) -> str:
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    bold = ' font-weight="bold"' if words.bold else ""
    rim = (
        f' stroke="{PAPER}" stroke-width="{2 * RIM:g}" stroke-linejoin="round" paint-order="stroke"'
        if words.rimmed
        else ""
    )
    place = f'x="{words.at[0]:.1f}" y="{words.at[1]:.1f}"'
    return f'<text {place} fill="{words.color}"{anchor}{bold}{rim}>{escape(words.text)}</text>'
