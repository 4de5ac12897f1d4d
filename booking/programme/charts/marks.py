"""What a drawing of a chart is made of, and how much room its words take. Pure."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

# The light scheme of palette.css: a chart stands on a light panel, on paper too.
INK, SOFT, LINE, BRASS, PAPER = "#16202e", "#55606e", "#dcd8cf", "#9a6b12", "#ffffff"
SIZE = 9.5
LINE_HEIGHT = 1.2 * SIZE
# From a baseline to the middle of its figures, and to their top.
MIDDLE, TALL = 0.36 * SIZE, 0.73 * SIZE
# How far paper stands around the words that a line may cross.
RIM = 2.5
# Of a wide face, as shares of its size: whatever a page is read in takes no more room.
NARROW_LETTERS, WIDE_LETTERS = frozenset("iIjJltfr .,:;'’!|()-/\u00a0\u202f"), frozenset("mwMW%œŒ…")

Anchor = Literal["start", "middle", "end"]
Place = tuple[float, float]


class Polyline(Struct, frozen=True):
    """A line through places; `dotted` is what is to come."""

    places: tuple[Place, ...]
    color: str
    width: float
    dotted: bool = False


class Box(Struct, frozen=True):
    """A bar, in brass with an edge of ink."""

    left: float
    top: float
    width: float
    height: float


class Dot(Struct, frozen=True):
    """Where a curve stands today."""

    at: Place


class Caption(Struct, frozen=True):
    """A line of words on its baseline, of which `anchor` stands at the place; `rimmed`: readable where a line
    crosses it, for it stands on paper."""

    text: str
    at: Place
    anchor: Anchor = "start"
    color: str = INK
    bold: bool = False
    rimmed: bool = False


Mark = Polyline | Box | Dot | Caption


class Drawing(Struct, frozen=True):
    """A chart laid out."""

    width: float
    height: float
    marks: tuple[Mark, ...]


def reach(text: str) -> float:
    """About how far a line of words goes, rather more than less."""
    shares = (0.37 if one in NARROW_LETTERS else 0.95 if one in WIDE_LETTERS else 0.64 for one in text)
    return SIZE * sum(shares)
