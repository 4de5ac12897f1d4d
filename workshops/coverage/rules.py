"""How much of a class has been received. Pure.

The ministry asks that every pupil discover professions from 5e to 3e (note of 25 May 2023, MENE2312737N): a visit in 6e
is none of these. Nobody is identified: one pupil who comes twice is counted twice, so that a share is « at most ».
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

LEVELS_COUNTED = ("5e", "4e", "3e")
PUPILS_A_CLASS = 24
"""Fewer than most classes of a collège have: its number of classes is never counted too low."""
CLASSES_MOST = 40


class Band(StrEnum):
    """How much of a class has been received, in words that a map and a list share."""

    UNKNOWN = "unknown"
    HIDDEN = "hidden"
    NONE = "none"
    SOME = "some"
    MOST = "most"
    ALL = "all"


class LevelClasses(Struct, frozen=True):
    """How many classes of a level a collège has: by its latest head count, None where nobody gave one, and as the
    coordination `said`, None where it did not."""

    level: str
    pupils: int | None
    said: int | None

    @property
    def classes(self) -> int | None:
        """How many of its groups of that level may each ask for a visit; None where nothing is known."""
        return classes_of(self.pupils, self.said)


def classes_of(pupils: int | None, said: int | None = None) -> int | None:
    """The classes of so many pupils, 24 in each and at least one, or as many as the coordination `said` where that is
    more; None where neither is known: there is no limit then."""
    if pupils is None and said is None:
        return None
    return max(1, -(-(pupils or 0) // PUPILS_A_CLASS), said or 0)


class ClassCover(Struct, frozen=True):
    """The pupils of one level this year, whom their collège will see leave the 3e together.

    `enrolled` is this year's head count, None while nobody gave it; `received` those of them who came since their 5e,
    None where so few came that nobody is told.
    """

    level: str
    enrolled: int | None
    received: int | None

    @property
    def share(self) -> int | None:
        """The per cent received, at most: rounded down, and never over 100."""
        return None if not self.enrolled or self.received is None else min(100, 100 * self.received // self.enrolled)

    @property
    def without(self) -> int | None:
        """How many of them, at least, have not come."""
        return None if self.enrolled is None or self.received is None else max(0, self.enrolled - self.received)

    @property
    def band(self) -> Band:
        """Nobody, less than a half, a half and more, or all; unknown without a head count or without pupils; hidden
        where the pupils are."""
        if self.received is None:
            return Band.HIDDEN
        if self.share is None:
            return Band.UNKNOWN
        if not self.received:
            return Band.NONE
        return Band.ALL if self.share == 100 else Band.MOST if self.share >= 50 else Band.SOME


def entered(level: str, school_year: int) -> int:
    """The school year in which a cohort was in 6e: the 3e of 2027-2028 entered in 2024."""
    return school_year - int(("6e", *LEVELS_COUNTED).index(level))


def latest_of(cohort: int, *, this_year: int) -> tuple[str, int] | None:
    """The level and the school year at which a cohort that was in 6e in `cohort` is counted: this year's, or that of
    its 3e once it has left; None before its 5e."""
    counted_in = min(this_year, cohort + len(LEVELS_COUNTED))
    back = counted_in - cohort
    return (LEVELS_COUNTED[back - 1], counted_in) if back >= 1 else None


def together(cohorts: Iterable[ClassCover], *, level: str) -> ClassCover:
    """The same level of several collèges as one; those whose head count is missing are left out of both numbers.

    Where one of them is not told, neither is what they are together.
    """
    of = [one for one in cohorts if one.level == level]
    known = [one for one in of if one.enrolled is not None]
    enrolled = sum(one.enrolled or 0 for one in known) if known else None
    if any(one.received is None for one in of):
        return ClassCover(level, enrolled, None)
    # What a collège receives beyond its own pupils does not make up for another's.
    received = sum(min(one.received or 0, one.enrolled or 0) for one in known)
    return ClassCover(level, enrolled, received)
