"""The head counts of the collèges: those of 2021 are the ministry's, those of the last years invented from them."""

from __future__ import annotations

from datetime import datetime
from random import Random

from booking.demo.read_files import read_bytes
from workshops.coverage.read_head_counts import CountedCollege, read_head_counts
from workshops.coverage.take_in import keep_head_counts
from workshops.school_calendar.rules import paris_day, school_year_of

COUNTED_IN = 2021
INVENTED_YEARS = 4


async def count_heads(*, now: datetime) -> None:
    """Keep the year that is real, and the last four as examples, marked so; one collège in twenty has no figure."""
    counted = read_head_counts(read_bytes(f"effectifs-{COUNTED_IN}.csv"))
    await keep_head_counts(counted, school_year=COUNTED_IN, by=None, now=now, example=False)
    this = school_year_of(paris_day(now))
    for year in range(max(COUNTED_IN + 1, this - INVENTED_YEARS + 1), this + 1):
        draw = Random(year)  # noqa: S311 - draws invented figures, guards nothing
        told = [_otherwise(one, draw) for one in counted if draw.random() < 0.95]
        await keep_head_counts(told, school_year=year, by=None, now=now, example=True)


def _otherwise(one: CountedCollege, draw: Random) -> CountedCollege:
    pupils = {level: round(told * draw.uniform(0.92, 1.05)) for level, told in one.pupils.items()}
    girls = {level: round(told * one.girls[level] / max(one.pupils[level], 1)) for level, told in pupils.items()}
    return CountedCollege(one.uai, pupils, girls)
