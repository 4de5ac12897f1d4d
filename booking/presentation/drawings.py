"""Line drawings of what groups build, where there is no picture of it: one source for paper and pages.

A shape a line, in a frame of 240 x 180 with y downwards: its fill, its line, what it is, its numbers.
"""

from __future__ import annotations

import tomllib
from functools import cache
from math import cos, pi, sin
from pathlib import Path

from msgspec import Struct

from workshops.acts.plain_words import unaccented

LINES = Path(__file__).parents[1] / "static" / "drawings.toml"
FRAME = (240, 180)
COLOURS = {
    "ink": "#16202e",
    "soft": "#55606e",
    "blue": "#1d4e89",
    "sky": "#e8eff8",
    "brass": "#9a6b12",
    "sand": "#f7efdd",
    "white": "#ffffff",
    "-": "none",
}
# On a page the same colours follow the light and the dark of its palette.
_ON_A_PAGE = {
    "#16202e": "var(--ink)",
    "#55606e": "var(--soft)",
    "#1d4e89": "var(--blue)",
    "#e8eff8": "var(--blue-soft)",
    "#9a6b12": "var(--brass)",
    "#f7efdd": "var(--brass-soft)",
    "#ffffff": "var(--card)",
    "none": "none",
}
# The first that the object's name holds, in lower case without accents, wins.
WORDS = (
    ("torche", "torche"),
    ("dynamo", "torche"),
    ("lamp", "lampe"),
    ("veilleuse", "lampe"),
    ("robot", "robot"),
    ("voiture", "robot"),
    ("vehicule", "robot"),
    ("eolienne", "eolienne"),
    ("meteo", "meteo"),
    ("enceinte", "enceinte"),
    ("haut-parleur", "enceinte"),
    ("porte-cle", "cle"),
    ("horloge", "horloge"),
    ("pendule", "horloge"),
    ("montre", "horloge"),
    ("reveil", "horloge"),
    ("lunettes", "lunettes"),
    ("telephone", "support"),
    ("jeu", "jeu"),
    ("de a jouer", "de"),
    ("cube", "de"),
    ("boite", "boite"),
    ("coffret", "boite"),
)
NEUTRAL = "engrenage"


class Shape(Struct, frozen=True):
    """One stroke of a drawing. `fill` and `line` are colours or « none »; `points` x and y in turn."""

    kind: str
    fill: str
    line: str
    points: tuple[float, ...]
    width: float = 3

    @property
    def path(self) -> str:
        """A polygon or a line as an SVG path."""
        pairs = zip(self.points[::2], self.points[1::2], strict=True)
        steps = " L ".join(f"{x:g} {y:g}" for x, y in pairs)
        return f"M {steps}{' Z' if self.kind == 'polygon' else ''}"


def drawing_for(name: str) -> str:
    """The drawing that suits an object of this name; a gear when none does."""
    plain = unaccented(name)
    return next((drawing for word, drawing in WORDS if word in plain), NEUTRAL)


def drawing_names() -> frozenset[str]:
    """Every drawing that there is."""
    return frozenset(_lines())


@cache
def shapes_of(drawing: str) -> tuple[Shape, ...]:
    """The shapes of one drawing, the first one lowest."""
    return tuple(_shape(line) for line in _lines()[drawing].strip().splitlines())


@cache
def sprite() -> str:
    """All drawings in one SVG file, each a symbol by its name."""
    symbols = "".join(
        f'<symbol id="{name}" viewBox="0 0 {FRAME[0]} {FRAME[1]}">{"".join(map(_marked_up, shapes_of(name)))}</symbol>'
        for name in _lines()
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg"><g stroke-linecap="round" stroke-linejoin="round">'
        + symbols
        + "</g></svg>"
    )


def _marked_up(shape: Shape) -> str:
    look = f'fill="{_ON_A_PAGE[shape.fill]}" stroke="{_ON_A_PAGE[shape.line]}" stroke-width="{shape.width:g}"'
    match shape.kind, [f"{number:g}" for number in shape.points]:
        case "circle", [x, y, radius]:
            return f'<circle cx="{x}" cy="{y}" r="{radius}" {look}/>'
        case "rect", [x, y, width, height, corner]:
            return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{corner}" {look}/>'
        case _:
            return f'<path d="{shape.path}" {look}/>'


@cache
def _lines() -> dict[str, str]:
    return tomllib.loads(LINES.read_text(encoding="utf-8"))


def _shape(line: str) -> Shape:
    fill, stroke, kind, *rest = line.split()
    width = 3.0
    if rest[-1].startswith("w"):
        width = float(rest.pop()[1:])
    numbers = tuple(map(float, rest))
    if kind == "gear":
        kind, numbers = "polygon", _gear(*numbers)
    return Shape(kind, COLOURS[fill], COLOURS[stroke], numbers, width)


def _gear(x: float, y: float, radius: float, teeth: float) -> tuple[float, ...]:
    """The outline of a toothed wheel."""
    step = 2 * pi / teeth
    outline: list[float] = []
    for tooth in range(int(teeth)):
        for turn, reach in ((-0.27, 0.82), (-0.17, 1), (0.17, 1), (0.27, 0.82)):
            angle = (tooth + turn) * step
            outline += [round(x + radius * reach * cos(angle), 1), round(y + radius * reach * sin(angle), 1)]
    return tuple(outline)
