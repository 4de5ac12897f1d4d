"""What the lycées counted in a September, who was asked, who has not answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from workshops.database import rows, value
from workshops.database.row_types import rows_as
from workshops.school_calendar.rules import autumn_of, paris_day, year_words
from workshops.september_hands.rules import ASKED_UNTIL, HandsSum, SectionCount, asks_on, calls_on, share_of, summed
from workshops.september_hands.tables import WithoutSections

SILENT_SHOWN = 50
YEARS_BACK = 10
_MONTH, _DAY = ASKED_UNTIL
# A lycée that has received in the years before that autumn, or proposed a workshop by then, and may have a 2de
# professionnelle: the annuaire does not say the contrary of it, or of a section of it, and neither does the lycée.
# IN, not EXISTS: each of these lists is made once, for all the lycées of a country.
ASKED_TODAY = f"""h.kind = 'lycee' AND NOT h.closed AND h.part_of IS NULL
  AND (h.id IN (SELECT w.school FROM workshops w WHERE w.state = 'published'
      AND w.created_at < make_date({{year}}, {_MONTH}, {_DAY} + 1)::timestamp AT TIME ZONE 'Europe/Paris')
    OR h.id IN (SELECT t.lycee FROM generate_series({{year}} - {YEARS_BACK}, {{year}} - 1) earlier (first)
      JOIN tallies t ON t.span = 'year' AND t.begins = make_date(earlier.first, 8, 1) AND t.by = 'lycee'
        AND t.visits > 0))
  AND (h.vocational IS NOT false OR h.id IN (
    SELECT part.part_of FROM schools part WHERE part.part_of IS NOT NULL AND NOT part.closed AND part.vocational))
  AND h.id NOT IN (SELECT said.school FROM lycees_without_sections said)"""  # noqa: S608 - constants only
_ASKED = f"""CASE WHEN EXISTS (SELECT FROM closed_years WHERE school_year = $1)
  THEN EXISTS (SELECT FROM september_asked kept WHERE kept.school = h.id AND kept.school_year = $1)
  ELSE {ASKED_TODAY.format(year="$1::int")} END"""  # noqa: S608 - constants only
_ANSWERED = """EXISTS (SELECT FROM september_hands told
  WHERE told.school = h.id AND told.school_year = $1 AND told.present IS NOT NULL)"""
COUNTED = """
SELECT s.school_year, h.id AS lycee, h.uai, h.name, h.commune, h.department, s.section,
  coalesce(s.present, 0)::int AS present, coalesce(s.hands, 0)::int AS hands
FROM september_hands s JOIN schools h ON h.id = s.school
WHERE s.school_year = $1 AND s.present IS NOT NULL ORDER BY h.name, h.commune, h.id, s.section
"""
SILENT = f"""
SELECT h.id, h.name, h.commune, h.phone, count(*) OVER ()::int AS in_all
FROM schools h WHERE {_ASKED} AND NOT {_ANSWERED}
ORDER BY h.name, h.commune, h.id LIMIT $2
"""  # noqa: S608 - constants only
IS_ASKED = f"SELECT EXISTS (SELECT FROM schools h WHERE h.id = $2 AND {_ASKED} AND NOT {_ANSWERED})"  # noqa: S608
YEARS = """
SELECT DISTINCT school_year FROM september_hands WHERE present IS NOT NULL AND ($1::int IS NULL OR school = $1)
ORDER BY school_year DESC
"""
# Those of the year, or else those of the last one before it, without their counts.
SECTIONS = """
SELECT section, CASE WHEN school_year = $2 THEN present END AS present,
  CASE WHEN school_year = $2 THEN hands END AS hands
FROM september_hands WHERE school = $1 AND school_year = (
  SELECT max(school_year) FROM september_hands WHERE school = $1 AND school_year <= $2)
ORDER BY section
"""
OF_LYCEE = """
SELECT school_year, section, present, hands FROM september_hands WHERE school = $1 AND present IS NOT NULL
ORDER BY school_year DESC, section
"""


class HandsLine(Struct, frozen=True):
    """A section of a lycée in the September of a school year: how many were there, how many hands."""

    school_year: int
    lycee: int
    uai: str
    name: str
    commune: str
    department: str
    section: str
    present: int
    hands: int

    @property
    def share(self) -> int | None:
        """The hands in whole per cent of those present; None without any."""
        return share_of(self.present, self.hands)


class LyceeHands(Struct, frozen=True):
    """A lycée's sections together, and each of them."""

    lycee: int
    name: str
    commune: str
    whole: HandsSum
    sections: Sequence[HandsLine]


class SilentLycee(Struct, frozen=True):
    """A lycée that was asked and has not answered; `in_all` is how many there are, those left out included."""

    id: int
    name: str
    commune: str
    phone: str
    in_all: int


class HandsOfYear(Struct, frozen=True):
    """The September of a school year (2026 is 2026-2027): what was counted, line by line, and the first who
    are `silent`."""

    school_year: int
    lines: Sequence[HandsLine]
    silent: Sequence[SilentLycee]

    @property
    def words(self) -> str:
        """« 2026-2027 »"""
        return year_words(self.school_year)

    @property
    def whole(self) -> HandsSum:
        """All sections together."""
        return summed(SectionCount(line.section, line.present, line.hands) for line in self.lines)

    @property
    def lycees(self) -> Sequence[LyceeHands]:
        """The lycées that answered, by their names, each with its sections."""
        found = []
        for number, some in groupby(self.lines, key=attrgetter("lycee")):
            own = list(some)
            whole = summed(SectionCount(line.section, line.present, line.hands) for line in own)
            found.append(LyceeHands(number, own[0].name, own[0].commune, whole, own))
        return found

    @property
    def answered(self) -> int:
        """How many lycées answered."""
        return len({line.lycee for line in self.lines})

    @property
    def unanswered(self) -> int:
        """How many lycées did not."""
        return self.silent[0].in_all if self.silent else 0

    @property
    def asked(self) -> int:
        """How many lycées were asked: those that answered, and those that did not."""
        return self.answered + self.unanswered


class OwnHands(Struct, frozen=True):
    """A lycée's September: its sections, those of the year before where none is written yet; `without`: it has none."""

    school_year: int
    sections: Sequence[SectionCount]
    without: bool

    @property
    def whole(self) -> HandsSum:
        """All sections together."""
        return summed(self.sections)


class YearOfHands(SectionCount, frozen=True, kw_only=True):
    """A section that a lycée counted, with its school year."""

    school_year: int


async def hands(school_year: int) -> HandsOfYear:
    """What all lycées counted in the September of a school year, and who was asked and has not answered.

    Of a closed year those asked are those of its closing.
    """
    lines = await rows_as(HandsLine, COUNTED, school_year)
    return HandsOfYear(school_year, lines, await rows_as(SilentLycee, SILENT, school_year, SILENT_SHOWN))


async def years_of_hands(*, lycee: int | None = None) -> list[int]:
    """The school years in which somebody answered, or one lycée did, the latest first."""
    return [found["school_year"] for found in await rows(YEARS, lycee)]


async def silent_now(*, now: datetime, most: int) -> Sequence[SilentLycee]:
    """The lycées to be called in October and November, the first of them; none on another day."""
    today = paris_day(now)
    return await rows_as(SilentLycee, SILENT, autumn_of(today), most) if calls_on(today) else []


async def asks_now(lycee: int, *, now: datetime) -> bool:
    """Whether a lycée's pages ask for its September: until it answers, from 1 September to 15 October."""
    today = paris_day(now)
    return asks_on(today) and bool(await value(IS_ASKED, autumn_of(today), lycee))


async def own_hands(lycee: int, school_year: int) -> OwnHands:
    """What a lycée wrote of the September of a school year, or the sections that it is asked of."""
    sections = await rows_as(SectionCount, SECTIONS, lycee, school_year)
    return OwnHands(school_year, sections, await without_sections(lycee))


async def without_sections(lycee: int) -> bool:
    """Whether a lycée said that it has no 2de professionnelle."""
    return bool(await WithoutSections.exists().where(WithoutSections.school == lycee))


async def every_hands(lycee: int) -> list[YearOfHands]:
    """All that a lycée counted, the latest year first."""
    return await rows_as(YearOfHands, OF_LYCEE, lycee)
