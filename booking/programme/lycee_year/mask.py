"""What of a lycée's year a paper that leaves the house may tell. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from booking.programme.figures.mask import told_of
from booking.programme.lycee_year.rules import YearCounts


class PupilsTold(Struct, frozen=True):
    """How many pupils came, and girls among those counted `apart`; None where it is not told."""

    pupils: int | None
    girls: int | None
    apart: int | None


def pupils_told(years: Sequence[YearCounts]) -> list[PupilsTold]:
    """What a paper may tell of the pupils of some years, the first one first: no count under 5, nor one by which such a
    count could be had."""
    cells: dict[tuple[int, str], int] = {}
    figures: list[tuple[str, Collection[tuple[int, str]]]] = []
    for at, year in enumerate(years):
        girls, boys, others = (at, "girls"), (at, "boys"), (at, "others")
        cells |= {girls: year.girls, boys: year.apart - year.girls, others: year.pupils - year.apart}
        figures += [(f"pupils {at}", (girls, boys, others)), (f"apart {at}", (girls, boys)), (f"girls {at}", (girls,))]
    safe = told_of(figures, counts=cells)

    def of(at: int, year: YearCounts) -> PupilsTold:
        apart = {f"apart {at}", f"girls {at}"} <= safe and bool(year.apart)
        return PupilsTold(
            pupils=year.pupils if f"pupils {at}" in safe else None,
            girls=year.girls if apart else None,
            apart=year.apart if apart else None,
        )

    return [of(at, year) for at, year in enumerate(years)]
