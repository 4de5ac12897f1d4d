"""A chart to keep: a picture that bears its title, and under it what it was counted by."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from importlib.resources import as_file, files
from textwrap import wrap

from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont

from booking.process.memory import trim_memory
from booking.programme.charts.marks import BRASS, INK, PAPER, RIM, SIZE, Box, Caption, Dot, Mark, Place, Polyline
from booking.programme.charts.plot import EDGE, WIDE, plot
from booking.programme.charts.rules import Chart

# Pixels a point: 160 an inch. It is drawn twice as large, then reduced, so that slanting lines are smooth.
SHARP, TWICE = 160 / 72, 2
TITLE_SIZE, TITLE_WORDS, FOOT_SIZE = 1.2 * SIZE, 64, 7.5
SPACED = 1.3
DOTS, BETWEEN = 2.8, 4.2
# As Pillow says where a line of words stands.
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def picture(chart: Chart, *, foot: str = "", narrow: bool = False) -> bytes:
    """The chart as PNG, with its title above and the lines of `foot` below; `narrow`: for half the width of a page."""
    drawing = plot(chart, narrow=narrow)
    words = int(TITLE_WORDS * drawing.width / WIDE[0])
    title = [
        Caption(line, (EDGE, EDGE + SPACED * TITLE_SIZE * n), bold=True)
        for n, line in enumerate(wrap(chart.title, words), start=1)
    ]
    top = EDGE + SPACED * TITLE_SIZE * len(title)
    under = [
        Caption(line, (EDGE, top + drawing.height + SPACED * FOOT_SIZE * n))
        for n, line in enumerate(foot.splitlines(), start=1)
    ]
    height = top + drawing.height + SPACED * FOOT_SIZE * len(under) + EDGE
    easel = _Easel(drawing.width, height)
    easel.write(title, TITLE_SIZE)
    easel.write(under, FOOT_SIZE)
    easel.paint(drawing.marks, down=top)
    written = easel.kept()
    del easel
    trim_memory()
    return written


class _Easel:
    """A sheet of so many points."""

    def __init__(self, width: float, height: float) -> None:
        self._unit = SHARP * TWICE
        self._image = Image.new("RGB", (round(width * self._unit), round(height * self._unit)), PAPER)
        self._pen = ImageDraw.Draw(self._image)

    def kept(self) -> bytes:
        small = self._image.resize((self._image.width // TWICE, self._image.height // TWICE), Image.Resampling.LANCZOS)
        written = io.BytesIO()
        small.save(written, format="PNG", optimize=True)
        return written.getvalue()

    def write(self, lines: Sequence[Caption], size: float) -> None:
        for one in lines:
            self._say(one, size)

    def paint(self, marks: Sequence[Mark], *, down: float) -> None:
        """All marks, so far down the sheet."""
        for one in marks:
            match one:
                case Polyline():
                    places = [(x, y + down) for x, y in one.places]
                    for part in _dots(*places) if one.dotted else [places]:
                        self._pen.line(self._at(part), one.color, round(one.width * self._unit), joint="curve")
                case Box():
                    corners = [(one.left, one.top + down), (one.left + one.width, one.top + one.height + down)]
                    self._pen.rectangle(self._at(corners), BRASS, INK, round(0.6 * self._unit))
                case Dot():
                    self._pen.circle(self._at([(one.at[0], one.at[1] + down)])[0], 3.5 * self._unit, BRASS)
                case Caption():
                    self._say(replace(one, at=(one.at[0], one.at[1] + down)), SIZE)

    def _say(self, words: Caption, size: float) -> None:
        rim = round(RIM * self._unit) if words.rimmed else 0
        # The face has no narrow space, and a no-break space that is too wide.
        text = re.sub("[\u00a0\u202f]", " ", words.text)
        face = _face(bold=words.bold, size=size * self._unit)
        self._pen.text(
            self._at([words.at])[0], text, words.color, face, ANCHORS[words.anchor], stroke_width=rim, stroke_fill=PAPER
        )

    def _at(self, places: Sequence[Place]) -> list[Place]:
        return [(x * self._unit, y * self._unit) for x, y in places]


def _face(*, bold: bool, size: float) -> ImageFont.FreeTypeFont:
    with as_file(files("reportlab") / "fonts" / ("VeraBd.ttf" if bold else "Vera.ttf")) as file:
        return ImageFont.truetype(file, size)


def _dots(start: Place, end: Place) -> Iterator[list[Place]]:
    """The strokes of a dotted line."""
    far = math.dist(start, end)
    at = 0.0
    while at < far:
        ends = (at / far, min(at + DOTS, far) / far)
        yield [(start[0] + (end[0] - start[0]) * one, start[1] + (end[1] - start[1]) * one) for one in ends]
        at += DOTS + BETWEEN
