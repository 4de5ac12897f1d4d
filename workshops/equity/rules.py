"""How a distance is banded. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

PRIORITIES = {"REP+": "REP+", "REP": "REP", "": "Hors éducation prioritaire"}
SETTINGS = {"rural": "Commune rurale", "urban": "Commune urbaine", "unknown": "Non renseigné"}
# Up to this many kilometres, then the class by its key and in words.
BANDS = (
    (10, "0-10", "Moins de 10 km"),
    (25, "10-25", "De 10 à 25 km"),
    (50, "25-50", "De 25 à 50 km"),
    (None, "50", "50 km et plus"),
)
FAR_UNKNOWN = "Distance inconnue"
BAND_KEYS = {label: key for _, key, label in BANDS} | {FAR_UNKNOWN: "unknown"}


class Trip(Struct, frozen=True):
    """The pupils who came from one collège to one lycée; `km` as the crow flies, None where a position lacks."""

    km: float | None
    pupils: int
    groups: int


class DistanceBand(Struct, frozen=True):
    """The pupils who came from so far."""

    label: str
    pupils: int
    groups: int

    @property
    def key(self) -> str:
        """The class, as the list of its visits is asked for."""
        return BAND_KEYS[self.label]


def banded(trips: Sequence[Trip]) -> list[DistanceBand]:
    """The trips by distance, the nearest first; unknown distances last, and only when there are any."""
    found = {label: [trip for trip in trips if band_of(trip.km) == label] for _, _, label in BANDS}
    unknown = [trip for trip in trips if trip.km is None]
    if unknown:
        found[FAR_UNKNOWN] = unknown
    return [
        DistanceBand(name, sum(one.pupils for one in some), sum(one.groups for one in some))
        for name, some in found.items()
    ]


def band_of(km: float | None) -> str:
    """The words for one distance."""
    if km is None:
        return FAR_UNKNOWN
    return next(label for most, _, label in BANDS if most is None or km < most)


def mean_km(trips: Sequence[Trip]) -> float | None:
    """How far a pupil came on average, in kilometres as the crow flies; None while no distance is known."""
    known = [(trip.km, trip.pupils) for trip in trips if trip.km is not None]
    pupils = sum(count for _, count in known)
    return sum(km * count for km, count in known) / pupils if pupils else None
