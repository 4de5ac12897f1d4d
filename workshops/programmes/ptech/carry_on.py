"""How many pupils there will be in the Octobers to come: of the cohorts that run, and of those to come. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workshops.programmes.ptech.check_flow import CensusCount
from workshops.programmes.ptech.measure import entrants
from workshops.programmes.ptech.rules import YEARS

MONTHS_OF_A_YEAR = 12
# A cohort's entry year, and its censuses.
Counted = tuple[int, Sequence[CensusCount]]


def carry_on(cohorts: Sequence[Counted], *, since: date, until: date) -> dict[date, int]:
    """The pupils that the cohorts that run bring to each October between two days.

    Of an October that is counted, nothing: it is no more to come. A cohort keeps from a year to the next the share that
    it kept until now; one that was counted once, the share that all of them kept. Its five years over, it is there no
    more; before its first census nobody knows of it.
    """
    kept = retention([censuses for _, censuses in cohorts])
    found: dict[date, float] = {}
    for entry_year, censuses in cohorts:
        ordered = sorted(censuses, key=lambda one: one.rank)
        if not ordered:
            continue
        last, own = ordered[-1], retention([ordered], otherwise=kept)
        counted = {one.school_year for one in ordered if one.term == "october"}
        for year in range(max(last.school_year, entry_year), entry_year + YEARS):
            october = date(year, 10, 1)
            if year not in counted and last.on < october and since <= october <= until:
                here = last.present * own ** (_months(last.on, october) / MONTHS_OF_A_YEAR)
                found[october] = found.get(october, 0) + here
    return {october: round(here) for october, here in found.items()}


def enter_again(cohorts: Sequence[Counted], *, after: date, until: date) -> int:
    """The pupils of cohorts to come: each October after a day, as many enter as entered in the last one before it.

    They stay as long and as many as those of all cohorts did. Who has entered already is not hoped for once more.
    """
    last = after.year if after >= date(after.year, 10, 1) else after.year - 1
    kept = retention([censuses for _, censuses in cohorts])
    octobers = range(last + 1, until.year + (until >= date(until.year, 10, 1)))
    usual = _entered(cohorts, last)
    found = 0.0
    for entry_year in octobers:
        more = max(0, usual - _entered(cohorts, entry_year))
        found += sum(more * kept ** (year - entry_year) for year in octobers if 0 <= year - entry_year < YEARS)
    return round(found)


def retention(cohorts: Sequence[Sequence[CensusCount]], *, otherwise: float = 1.0) -> float:
    """The share of those who ever entered that stays from a year to the next, of one cohort or of several.

    From the first census of each to its last, whatever lies between. `otherwise`, where none was counted twice.
    """
    ever = here = months = 0.0
    for one in cohorts:
        ordered = sorted(one, key=lambda census: census.rank)
        came = sum(entrants(ordered))
        if len(ordered) > 1 and came:
            ever += came
            here += ordered[-1].present
            months += came * _months(ordered[0].on, ordered[-1].on)
    if not ever:
        return otherwise
    share: float = (here / ever) ** (MONTHS_OF_A_YEAR * ever / months)
    return min(1.0, share)


def _entered(cohorts: Sequence[Counted], october: int) -> int:
    """The pupils of the cohorts whose first October this is."""
    first = [one for year, censuses in cohorts if year == october for one in censuses if one.rank == (october, 0)]
    return sum(one.present for one in first)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * MONTHS_OF_A_YEAR + last.month - first.month
