"""Which days a person may mean: what is further is a slip of the hand, and breaks the arithmetic of dates."""

from __future__ import annotations

from datetime import date

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def far_away(moment: date) -> bool:
    """Whether a date or an instant is of no time that this programme knows."""
    return not FIRST_DAY.year <= moment.year <= LAST_DAY.year
