"""Where the programme will stand if it goes on as it goes."""

from __future__ import annotations

from datetime import date, timedelta

A_YEAR = timedelta(days=365)


def forecast(*, done: int, done_last_year: int, from_on: date, to_on: date, today: date) -> int | None:
    """The figure at the target's end at the present pace: that of the last 12 months, or since the start if later.

    A whole year is taken because visits follow the school year. None before the target's first day; what is done
    once its last day is over.
    """
    if today < from_on:
        return None
    if today >= to_on:
        return done
    elapsed = min(A_YEAR, today - from_on + timedelta(days=1))
    pace = done_last_year / elapsed.days
    return round(done + pace * (to_on - today).days)


def share(done: int | None, target: int) -> int:
    """How much of the target is reached, in whole per cent, 100 at most."""
    return 0 if done is None else min(100, 100 * done // target)
