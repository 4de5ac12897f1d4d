"""How classes that wait are told: by the size that a slot would need, and by how far they are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

# The most pupils of each band: half of a class, most slots, a whole class, and beyond.
SIZES = {12: "12 élèves ou moins", 24: "13 à 24 élèves", 30: "25 à 30 élèves", 60: "plus de 30 élèves"}
DISTANCES = (10, 20, 40, 60)


class Unmet(Struct, frozen=True):
    """So many classes of a level and a size (the most pupils of its band), `waiting` of them on a waiting list.

    `department` and `commune` are the collège's; `km` bounds its distance, 0 where none is measured.
    """

    level: str
    size: int
    department: str
    commune: str
    km: int
    classes: int
    pupils: int
    waiting: int

    @property
    def size_words(self) -> str:
        """« 25 à 30 élèves »."""
        return SIZES[self.size]


def together(parts: Sequence[Unmet], *by: str) -> list[Unmet]:
    """The sums of what is alike in these respects (`level`, `size`, `commune`...), the most classes first.

    What is not asked for is left empty.
    """
    nothing: dict[str, Any] = {"level": "", "size": 0, "department": "", "commune": "", "km": 0}
    sums: dict[tuple[Any, ...], list[Unmet]] = {}
    for one in parts:
        sums.setdefault(tuple(getattr(one, name) for name in by), []).append(one)
    found = [
        Unmet(
            **nothing | dict(zip(by, key, strict=True)),
            classes=sum(one.classes for one in alike),
            pupils=sum(one.pupils for one in alike),
            waiting=sum(one.waiting for one in alike),
        )
        for key, alike in sums.items()
    ]
    return sorted(found, key=lambda one: (-one.classes, one.level, one.size, one.department, one.commune, one.km))
