"""What somebody who reads for some départements is told: who came of their collèges, masked with what is public.

Whoever reads these figures reads the public ones too. So nothing is told of which a count under 5 would follow: of one
of these départements by itself, or of the others, by taking theirs from a public figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from booking.programme.figures.mask import MaskedCount, masked, told_of
from booking.programme.figures.publish import Published, publish
from booking.words.wording import school_year_began
from workshops.academie.queries import academie
from workshops.cache.versions import VersionedCache
from workshops.closed_years.queries import THEN
from workshops.coverage.queries import CollegeCover, coverage
from workshops.coverage.rules import LEVELS_COUNTED
from workshops.database import rows
from workshops.equity.queries import Reached, equity
from workshops.school_calendar.rules import school_year_of, year_words
from workshops.schools.rules import LEVELS
from workshops.scope import Scope

# Only so many school years, the latest, are told one by one.
YEARS_MOST = 6
# The pupils of a département, a level and a school year (2026 is 2026-2027).
CAME = f"""
SELECT c.department, t.key AS level, year.of AS school_year, sum(t.pupils)::int AS pupils
FROM tallies t CROSS JOIN LATERAL (SELECT extract(year FROM t.begins)::int AS of) year
CROSS JOIN LATERAL {THEN.format(school="t.college", year="year.of")} c
WHERE t.span = 'year' AND t.by = 'class' AND year.of BETWEEN $1 AND $2 GROUP BY c.department, t.key, year.of
"""  # noqa: S608 - constants only
# The whole of a département, among the names of its figures: school years and levels are the others.
WHOLE = ""

Cell: TypeAlias = tuple[str, str, int]
"""A département, a level, a school year."""
Counts: TypeAlias = Mapping[Cell, int]


class AreaFigures(Struct, frozen=True):
    """The pupils received of a département's collèges, None where a figure is not told.

    `reached`: of how many of its public collèges some came.
    """

    code: str
    name: str
    pupils: int | None
    by_year: list[MaskedCount]
    by_level: list[MaskedCount]
    reached: Reached


class FiguresSeen(Struct, frozen=True):
    """The figures of some départements, from one school year to another: those of the target. `masks`: some may be
    hidden."""

    since: str
    until: str
    areas: list[AreaFigures]
    masks: bool


class _Known(Struct, frozen=True):
    """The counts of all départements, what is public of them, and the school years of the target."""

    counts: Counts
    public: Published
    first: int
    last: int

    @property
    def levels(self) -> list[str]:
        return [level for level in LEVELS if any(level == of for _, of, _ in self.counts)]

    @property
    def figures(self) -> list[str]:
        """What is told of a département: the whole, the latest school years, the levels."""
        years = range(max(self.first, self.last + 1 - YEARS_MOST), self.last + 1)
        return [WHOLE, *map(year_words, years), *self.levels]

    def cells(self, figure: str, among: Collection[Cell]) -> list[Cell]:
        """Those of these cells that a figure is made of."""
        since = [cell for cell in among if self.first <= cell[2] <= self.last]
        return [cell for cell in since if figure in (WHOLE, cell[1], year_words(cell[2]))]

    def of(self, code: str) -> Counts:
        """The counts of one département."""
        return {cell: pupils for cell, pupils in self.counts.items() if cell[0] == code}

    def is_public(self, name: str) -> bool:
        """Whether everybody reads how many came of the département of this name."""
        return any(one.label == name and one.pupils is not None for one in self.public.by_department)


async def _known(now: datetime) -> _Known:
    public, this = await publish(now=now), school_year_began(now).year
    first, last = school_year_of(public.period.from_on), min(school_year_of(public.period.to_on), this)
    found = await rows(CAME, min(first, this + 1 - len(LEVELS_COUNTED)), this)
    counts = {(one["department"], one["level"], one["school_year"]): one["pupils"] for one in found}
    return _Known(counts, public, first, last)


_kept: VersionedCache[FiguresSeen] = VersionedCache(size=16, figures=True)


async def figures_seen(scope: Scope, *, now: datetime) -> FiguresSeen:
    """The figures of a scope's départements; of all that are offered, and none hidden, for whoever sees all."""
    offered = (await academie()).offered
    names = {code: name for code, name in offered.items() if scope.departments is None or code in scope.departments}
    key = school_year_began(now), tuple(names.items()), scope.departments is None
    return await _kept.answer(key, lambda: _seen(names, scope, now))


async def _seen(names: Mapping[str, str], scope: Scope, now: datetime) -> FiguresSeen:
    known, masks = await _known(now), scope.departments is not None
    told = {code: {*known.figures} for code in names}
    if masks:
        covers = _hide(await coverage(school_year_began(now).year, scope=scope), names, known, now)
        told = _told(names, known, _cohorts_shown(covers, now))
    period = known.public.period
    reached = {
        one.key: one for one in (await equity(from_on=period.from_on, to_on=period.to_on)).reached["departments"]
    }

    def area(code: str) -> AreaFigures:
        own = known.of(code)
        seen = [
            MaskedCount(figure, sum(own[cell] for cell in known.cells(figure, own)) if figure in told[code] else None)
            for figure in known.figures
        ]
        levels = len(known.levels)
        years = seen[1 : len(seen) - levels]
        none = Reached(code, names[code])
        whole = seen[0].pupils
        return AreaFigures(code, names[code], whole, years, seen[len(seen) - levels :], reached.get(code, none))

    return FiguresSeen(year_words(known.first), year_words(known.last), [area(code) for code in names], masks)


def _cohorts_shown(covers: Sequence[CollegeCover], now: datetime) -> dict[str, list[Collection[Cell]]]:
    """Of each département the cohorts whose coverage, collège by collège, tells how many came in all."""
    shown: dict[str, list[Collection[Cell]]] = defaultdict(list)
    for code in {one.department for one in covers}:
        own = [one for one in covers if one.department == code]
        for at in range(len(LEVELS_COUNTED)):
            if all(one.cohorts[at].received is not None for one in own):
                shown[code].append(_cohort(code, at, school_year_began(now).year))
    return shown


def _cohort(code: str, at: int, this: int) -> list[Cell]:
    """Where the pupils of a level of today were counted: this year, and in the years before, down to their 5e."""
    return [(code, LEVELS_COUNTED[at - back], this - back) for back in range(at + 1)]


def _told(
    names: Mapping[str, str], known: _Known, shown: Mapping[str, Sequence[Collection[Cell]]]
) -> dict[str, set[str]]:
    """Of each département the figures that may be told beside its coverage, and beside what is public of all."""
    told = {}
    for code, name in names.items():
        own = known.of(code)
        whole = known.cells(WHOLE, own)
        told[code] = told_of(
            [(figure, known.cells(figure, own)) for figure in known.figures],
            counts=own,
            known=[*shown.get(code, ()), *([whole] if known.is_public(name) else ())],
            never=[] if known.is_public(name) else [whole],
        )
    public = known.public
    everywhere = {one.label for one in (*public.by_year, *public.by_level) if one.pupils is not None} | {WHOLE}
    # What is left of a public figure when those told are taken from it.
    rests = [
        (figure, [cell for cell in known.cells(figure, known.counts) if figure not in told.get(cell[0], ())])
        for figure in known.figures
        if figure in everywhere
    ]
    unsafe = {figure for figure, _ in rests} - told_of(rests, counts=known.counts)
    return {code: of - unsafe for code, of in told.items()}


async def coverage_seen(
    school_year: int,
    *,
    scope: Scope,
    department: str | None = None,
    words: str = "",
    also: Collection[int] = (),
    now: datetime,
) -> list[CollegeCover]:
    """The coverage as a scope sees it: of some départements in the order of names, the classes of which so few came
    hidden.

    What is hidden is that of all their collèges at once, whichever are looked for.
    """
    found = await coverage(school_year, scope=scope, department=department, words=words, also=also)
    if scope.departments is None:
        return found
    wanted = {one.id for one in found}
    whole = await coverage(school_year, scope=scope)
    told = _hide(whole, (await academie()).offered, await _known(now), now)
    # The order by those left out would tell about how many they are.
    return sorted((one for one in told if one.id in wanted), key=lambda one: (one.department, one.name, one.id))


def _hide(covers: Sequence[CollegeCover], names: Mapping[str, str], known: _Known, now: datetime) -> list[CollegeCover]:
    """The same collèges, which are all of their départements, without what is not told of them."""
    of: dict[str, list[CollegeCover]] = defaultdict(list)
    for one in covers:
        of[one.department].append(one)
    hidden = {cell for code, own in of.items() for cell in _hidden(own, code, names.get(code, ""), known, now)}
    return [
        replace(
            one,
            cohorts=tuple(
                replace(cover, received=None) if (one.id, cover.level) in hidden else cover for cover in one.cohorts
            ),
        )
        for one in covers
    ]


def _hidden(
    colleges: Sequence[CollegeCover], code: str, name: str, known: _Known, now: datetime
) -> set[tuple[int, str]]:
    """The classes of a département's collèges that are not told: those of under 5, and others with them; the smallest
    of a cohort that would tell too much beside the département's public figure."""
    hidden: set[tuple[int, str]] = set()
    own = known.of(code)
    cohorts = [(level, _cohort(code, at, school_year_began(now).year)) for at, level in enumerate(LEVELS_COUNTED)]
    safe = told_of(cohorts, counts=own, known=[known.cells(WHOLE, own)] if known.is_public(name) else [])
    for at, level in enumerate(LEVELS_COUNTED):
        counts = [(str(one.id), one.cohorts[at].received or 0) for one in colleges]
        few = {(int(one.label), level) for one in masked(counts) if one.pupils is None}
        if not few and level not in safe and any(pupils for _, pupils in counts):
            _, least = min((pupils, label) for label, pupils in counts if pupils)
            few = {(int(least), level)}
        hidden |= few
    return hidden
