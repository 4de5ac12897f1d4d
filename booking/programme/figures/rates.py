"""What becomes of the visits that collèges have reserved, in a school year: they do not come, they cancel late, another
group takes the place. Each rate with its rule beside the statement that counts it, for the programme and per lycée.

All is read from reservations, whose states, days and instants stay when a year is closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time

from msgspec import Struct

from booking.visits.reservation_states import BOOKED_OR_MADE_SQL, CAME_SQL, SETTLED_SQL, State
from workshops.database import rows, value
from workshops.database.row_types import row_as, rows_as
from workshops.school_calendar.rules import first_day_of, paris_instant

# Of fewer a share says nothing: the counts stand alone.
SHARE_FROM = 20
LATE = f"r.state = '{State.CANCELLED_BY_TEACHER}' AND r.late"
REFILL = "refill"


class Rate(Struct, frozen=True):
    """A figure out of another one: `counted` and `among` are the conditions, on a row `r` of reservations, of which
    `rule` says the words; what is counted of places that were taken again is found by `refilled`."""

    code: str
    label: str
    rule: str
    counted: str
    among: str


RATES = (
    Rate(
        code="no_show",
        label="Groupes qui ne sont pas venus",
        rule="Sur les groupes attendus aux visites que leur lycée a closes, ceux qu'il a dits absents. Deux moitiés"
        " d'une classe sont deux groupes.",
        counted=f"r.state = '{State.NO_SHOW}'",
        among=f"r.state IN {CAME_SQL}",
    ),
    Rate(
        code="late",
        label="Annulations tardives",
        rule="Sur les places confirmées à un groupe, et dont la visite est close ou la place rendue, celles que le"
        " collège a annulées après la fin de l'annulation libre.",
        counted=LATE,
        among="r.confirmed_at IS NOT NULL",
    ),
    Rate(
        code=REFILL,
        label="Places rendues tard et reprises",
        rule="Sur les annulations tardives, celles dont la place a été confirmée ensuite à un autre groupe, qui la"
        " tient ou qui est venu ; un groupe reprend une place.",
        counted="false",
        among=LATE,
    ),
)
_CONDITIONS = {
    f"{rate.code}_{part}": condition
    for rate in RATES
    for part, condition in (("counted", rate.counted), ("among", rate.among))
}
_COUNTS = ", ".join(f"(count(*) FILTER (WHERE {condition}))::int AS {name}" for name, condition in _CONDITIONS.items())
# $1 and $2: from which instant to which; a visit is of the year of its date.
_OF_YEAR = f"r.starts_at >= $1 AND r.starts_at < $2 AND r.state IN {SETTLED_SQL}"
IN_ALL = f"SELECT {_COUNTS} FROM reservations r WHERE {_OF_YEAR}"  # noqa: S608 - constants only
BY_LYCEE = f"""
SELECT h.id AS lycee, h.name, h.commune, {", ".join(_CONDITIONS)} FROM (
  SELECT sl.school, {_COUNTS} FROM reservations r JOIN slots sl ON sl.id = r.slot
  WHERE {_OF_YEAR} AND ($3::int IS NULL OR sl.school = $3) GROUP BY sl.school
) told JOIN schools h ON h.id = told.school ORDER BY h.name, h.commune, h.id
"""  # noqa: S608 - constants only
# Slot by slot when places were given back late, and when others had one there since.
GIVEN_BACK = f"""
SELECT sl.school AS lycee, back.given, ARRAY(
    SELECT coalesce(taker.confirmed_at, taker.created_at) FROM reservations taker
    WHERE taker.slot = back.slot AND taker.state IN {BOOKED_OR_MADE_SQL} AND taker."group" <> ALL (back.groups)
      AND coalesce(taker.confirmed_at, taker.created_at) > back.given[1]
    ORDER BY 1) AS taken
FROM (
  SELECT r.slot, array_agg(r.changed_at ORDER BY r.changed_at) AS given, array_agg(r."group") AS groups
  FROM reservations r WHERE {_OF_YEAR} AND {LATE} GROUP BY r.slot
) back JOIN slots sl ON sl.id = back.slot
WHERE $3::int IS NULL OR sl.school = $3
"""  # noqa: S608 - constants only
FIRST = f"SELECT min(r.starts_at) AS at FROM reservations r WHERE r.state IN {SETTLED_SQL}"  # noqa: S608


class RateFigure(Struct, frozen=True):
    """One rate of a school year: how many, among how many."""

    rate: Rate
    counted: int
    among: int

    @property
    def words(self) -> str:
        """« 3 sur 41, soit 7 % »; « 1 sur 2 », a share of which would say nothing; « — » without any."""
        if not self.among:
            return "—"
        counts = f"{self.counted} sur {self.among}"
        return counts if self.among < SHARE_FROM else f"{counts}, soit {round(100 * self.counted / self.among)} %"


class LyceeRates(Struct, frozen=True):
    """The rates of a lycée's visits, as `RATES` has them in order."""

    lycee: int
    name: str
    commune: str
    figures: Sequence[RateFigure]


class _Counts(Struct, frozen=True):
    no_show_counted: int = 0
    no_show_among: int = 0
    late_counted: int = 0
    late_among: int = 0
    refill_counted: int = 0
    refill_among: int = 0

    def figures(self, refills: int) -> list[RateFigure]:
        return [
            RateFigure(
                rate,
                refills if rate.code == REFILL else getattr(self, f"{rate.code}_counted"),
                getattr(self, f"{rate.code}_among"),
            )
            for rate in RATES
        ]


class _CountsOfLycee(_Counts, frozen=True, kw_only=True):
    lycee: int
    name: str
    commune: str


def refilled(given: Sequence[datetime], taken: Sequence[datetime]) -> int:
    """How many places of a slot, given back at these instants, were taken again at those: each by the first group that
    came afterwards and took no other. Both are in their order."""
    places = 0
    for at in taken:
        if places < len(given) and given[places] < at:
            places += 1
    return places


async def rates(year: int) -> list[RateFigure]:
    """The rates of a school year (2026 is 2026-2027), of all lycées together."""
    counts = await row_as(_Counts, IN_ALL, *_days(year)) or _Counts()
    return counts.figures((await _refills(year)).total())


async def rates_by_lycee(year: int, *, lycee: int | None = None) -> list[LyceeRates]:
    """The same of each lycée that has any visit or cancellation of that year, or of one alone."""
    lycees = await rows_as(_CountsOfLycee, BY_LYCEE, *_days(year), lycee)
    refills = await _refills(year, lycee=lycee)
    return [LyceeRates(its.lycee, its.name, its.commune, its.figures(refills[its.lycee])) for its in lycees]


async def rates_of_lycee(lycee: int, year: int) -> Sequence[RateFigure]:
    """Those of one lycée, with nothing in them where it has none."""
    its = await rates_by_lycee(year, lycee=lycee)
    return its[0].figures if its else _Counts().figures(0)


async def first_settled_at() -> datetime | None:
    """The date of the first visit that was closed or given back; None before any was."""
    first: datetime | None = await value(FIRST)
    return first


async def _refills(year: int, *, lycee: int | None = None) -> Counter[int]:
    counts: Counter[int] = Counter()
    for slot in await rows(GIVEN_BACK, *_days(year), lycee):
        counts[slot["lycee"]] += refilled(slot["given"], slot["taken"])
    return counts


def _days(year: int) -> tuple[datetime, datetime]:
    return paris_instant(first_day_of(year), time()), paris_instant(first_day_of(year + 1), time())
