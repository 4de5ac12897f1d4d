"""Of which days figures speak, and what of them was before the target. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

from msgspec import Struct

from booking.words.wording import day, month
from workshops.results.queries import Count

BEFORE, BEFORE_WORDS = "avant", "avant l'objectif"


class Period(Struct, frozen=True):
    """Days, both included, that figures speak of; `name` is a school year, or empty for the programme's whole life.

    `before`: they count for no target, which began later; `name` is then BEFORE for all such years together, and ends
    with it for the part of a school year in which the target began.
    """

    name: str
    from_on: date
    to_on: date
    before: bool = False

    @property
    def school_year(self) -> str:
        """« 2026-2027 », or nothing where it is not one."""
        return "" if self.name == BEFORE else self.name.removesuffix(f"-{BEFORE}")

    @property
    def first_year(self) -> int | None:
        """2026 for 2026-2027, or None where it is no school year."""
        return int(self.school_year[:4]) if self.school_year else None

    @property
    def words(self) -> str:
        """As a page and a file say it."""
        year = f"année scolaire {self.school_year}" if self.school_year else ""
        whole = f"du {day(self.from_on)} au {day(self.to_on)}"
        return ", ".join(filter(None, (year, BEFORE_WORDS if self.before else "", whole)))


class Before(Struct, frozen=True):
    """What was received in the school years before a target: each as a period with its count, and the months."""

    years: Sequence[tuple[Period, Count]]
    months: Sequence[Count]

    def under(self, kind: str) -> list[tuple[str, Count, str]]:
        """The key, the count and the words of each line that a sheet of years or of months has of it."""
        if kind == "annees":
            return [(period.name, one, f"{one.label}, {BEFORE_WORDS}") for period, one in self.years]
        if kind == "mois":
            held = [one for one in self.months if one.visits]
            return [(one.key, one, f"{month(date.fromisoformat(one.key + '-01'))}, {BEFORE_WORDS}") for one in held]
        return []

    @property
    def reached(self) -> tuple[tuple[date, int], ...]:
        """What had been received by the end of each of these years, from nothing on the eve of the first."""
        sums = accumulate(one.pupils for _, one in self.years)
        eve = [(period.from_on - timedelta(days=1), 0) for period, _ in self.years[:1]]
        return (*eve, *((period.to_on, figure) for (period, _), figure in zip(self.years, sums, strict=True)))
