"""Dates that nobody means: a slip of the hand, which also breaks the arithmetic of dates. Pure."""

from __future__ import annotations

from datetime import date

# No date of ours lies outside.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def far_away(moment: date) -> bool:
    """Whether a date or an instant is of no time that this programme knows."""
    return not FIRST_DAY.year <= moment.year <= LAST_DAY.year
