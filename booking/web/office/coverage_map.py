"""The coverage on a map: each public collège, or a country's département, as large as its 3e, filled as it has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from math import sqrt

from msgspec import Struct

from booking.presentation.contours import Frame, Outline, frame_around, outlines
from workshops.coverage.queries import AreaCover, CollegeCover
from workshops.coverage.rules import Band

SMALLEST = 4.0
# The dot of a département beside one of a collège with as many pupils.
SMALLER = 0.15
UNKNOWN = 6.0
WORDS = {
    Band.NONE: "Aucun élève reçu",
    Band.SOME: "Moins de la moitié, au plus",
    Band.MOST: "La moitié et plus, au plus",
    Band.ALL: "Tous, au plus",
    Band.UNKNOWN: "Effectif manquant",
    Band.HIDDEN: "Masqué : trop peu d'élèves",
}
# How far a dot is filled: what the colour says is seen without it.
FILLED = {Band.NONE: 0.0, Band.SOME: 0.45, Band.MOST: 0.7, Band.ALL: 1.0, Band.UNKNOWN: 0.0, Band.HIDDEN: 0.0}


class MapDot(Struct, frozen=True):
    """A collège or a département on the map: its surface is its pupils of 3e, `inner` the radius of what is filled."""

    of: CollegeCover | AreaCover
    x: float
    y: float
    r: float

    @property
    def band(self) -> Band:
        return self.of.leaving.band

    @property
    def name(self) -> str:
        """« Collège Stendhal, Besançon », « Doubs »"""
        return f"{self.of.name}, {self.of.commune}" if isinstance(self.of, CollegeCover) else self.of.name

    @property
    def inner(self) -> float:
        return round(self.r * FILLED[self.band], 1)


class CoverageMap(Struct, frozen=True):
    """The largest dots first, so that none hides a smaller one; how many are in each band; how many have no place."""

    frame: Frame
    ground: Sequence[Outline]
    dots: Sequence[MapDot]
    bands: Sequence[tuple[Band, str, int]]
    unplaced: int


def lay_out_coverage(
    covered: Sequence[CollegeCover] | Sequence[AreaCover], *, departments: Collection[str]
) -> CoverageMap | None:
    """The map of these collèges or départements; None when none of them has a place."""
    placed = [
        (place_covered, (place_covered.lat, place_covered.lon))
        for place_covered in covered
        if place_covered.lat is not None and place_covered.lon is not None
    ]
    if not placed:
        return None
    ground = outlines(departments)
    frame = frame_around(ground, [place for _, place in placed])
    dots = [MapDot(place_covered, *frame.spot(*place), _radius(place_covered)) for place_covered, place in placed]
    counts = Counter(place_covered.leaving.band for place_covered in covered)
    return CoverageMap(
        frame=frame,
        ground=ground,
        dots=sorted(dots, key=lambda dot: -dot.r),
        bands=[(band, words, counts[band]) for band, words in WORDS.items() if band != Band.HIDDEN or counts[band]],
        unplaced=len(covered) - len(placed),
    )


def _radius(covered: CollegeCover | AreaCover) -> float:
    """A surface of so many pupils: 100 of a collège make a dot of 10, 5 000 of a département one of 11."""
    enrolled, by = covered.leaving.enrolled, SMALLER if isinstance(covered, AreaCover) else 1
    return UNKNOWN if enrolled is None else round(max(SMALLEST, by * sqrt(enrolled)), 1)
