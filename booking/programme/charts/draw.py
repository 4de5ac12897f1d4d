"""Draw a chart with matplotlib, as SVG whose words stay words, or as PNG.

matplotlib takes seconds to load: it is loaded by the first drawing, off the event loop.
"""

from __future__ import annotations

import asyncio
import io
import re
from functools import lru_cache
from html import escape
from textwrap import wrap
from threading import Lock
from typing import Literal

from booking.programme.charts.plot import PAPER, plot
from booking.programme.charts.rules import Bars, Chart

# Width and height in points; on a phone the drawing is narrower, so that its words keep their size.
WIDE, NARROW = (7.6, 3.7), (3.6, 3.5)
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
SIZE = 9.5
KEPT = 256
# How many characters of a picture's title fit on a line.
TITLE_WORDS = 64

Form = Literal["svg", "png"]
# matplotlib shares one state: one drawing at a time.
_drawing = Lock()


async def draw(chart: Chart, *, form: Form = "svg", narrow: bool = False, foot: str = "") -> bytes:
    """The chart as a file; the same figures are drawn once. A picture to keep bears its title, and `foot` under it."""
    return await asyncio.to_thread(_drawn, chart, form, narrow, foot)


@lru_cache(maxsize=KEPT)
def _drawn(chart: Chart, form: Form, narrow: bool, foot: str) -> bytes:
    with _drawing:
        import matplotlib  # noqa: PLC0415 - slow to load
        from matplotlib.figure import Figure  # noqa: PLC0415 - as above

        matplotlib.rcParams.update(
            {"svg.fonttype": "none", "svg.hashsalt": "technilab", "font.family": "DejaVu Sans", "font.size": SIZE}
        )
        figure = Figure(figsize=_size(chart, narrow), facecolor=PAPER, layout="constrained")
        axes = figure.add_subplot()
        plot(axes, chart, narrow=narrow)
        if form == "png":
            title = "\n".join(wrap(chart.title, TITLE_WORDS))
            figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
            figure.supxlabel(foot, x=0.01, ha="left", fontsize=7.5)
        written = io.BytesIO()
        nothing_told = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        figure.savefig(written, format=form, dpi=160, metadata=nothing_told)
    return _told(written.getvalue().decode(), chart).encode() if form == "svg" else written.getvalue()


def _size(chart: Chart, narrow: bool) -> tuple[float, float]:
    width, height = NARROW if narrow else WIDE
    if isinstance(chart, Bars) and not chart.upright:
        height = 0.5 + 0.34 * max(len(chart.bars), 2) * (1.35 if narrow else 1)
    return width, height


def _told(svg: str, chart: Chart) -> str:
    """The drawing with its title and its sentence, in the fonts of whoever reads it."""
    told = f"<title>{escape(chart.title)}</title><desc>{escape(chart.words)}</desc>"
    svg = re.sub(r"<svg\b([^>]*)>", lambda opening: f'<svg role="img"{opening[1]}>{told}', svg, count=1)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return svg.replace("'DejaVu Sans'", FONT)
