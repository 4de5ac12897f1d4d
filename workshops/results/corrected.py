"""What a target's figure was when a year of it was closed, where it was corrected since, with why and by whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from workshops.closed_years.queries import YearCorrection, corrections, frozen_figures
from workshops.programmes.queries import TargetCard
from workshops.school_calendar.rules import first_day_of, year_words


class Because(Struct, frozen=True):
    """Why a figure was corrected, and the lycée that did it; none, for the coordination."""

    school_name: str
    reason: str


class Corrected(Struct, frozen=True):
    """A closed year's part of a figure, as it was at the closing and as it is; None where these are not told."""

    year: str
    was: int | None
    becomes: int | None
    because: tuple[Because, ...]


class Corrections(Struct, frozen=True):
    """Every correction of closed years, and the figures of their closings."""

    lines: Sequence[YearCorrection]
    frozen: dict[tuple[int, str, str], int]

    async def of(self, target: TargetCard, figure_in: Callable[[int], Awaitable[int]]) -> tuple[Corrected, ...]:
        """The years between a target's days whose figure is no more that of their closing; `figure_in` counts one."""
        found = []
        for year in sorted({one.school_year for one in self.lines if one.programme == target.programme}):
            was = self.frozen.get((year, target.programme, target.metric))
            if was is None or first_day_of(year + 1) <= target.from_on or first_day_of(year) > target.to_on:
                continue
            if (becomes := await figure_in(year)) != was:
                own = [one for one in self.lines if (one.school_year, one.programme) == (year, target.programme)]
                because = dict.fromkeys(Because(one.school_name, one.reason) for one in own)
                found.append(Corrected(year_words(year), was, becomes, tuple(because)))
        return tuple(found)


async def every_correction() -> Corrections:
    """What was corrected of closed years; the figures of closings are asked for only where anything was."""
    lines = await corrections()
    frozen = await frozen_figures() if lines else []
    return Corrections(lines, {(one.school_year, one.programme, one.metric): one.figure for one in frozen})
