"""Who was received of some départements and of each public collège's cohort, for machines: the figures of the pages,
masked for whoever reads for some."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter

from booking.api.registers import DepartmentCode, Wanted
from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, page_of, start_of
from booking.door.rights.guards import AnyOf, Now, may
from booking.people.accounts.queries import Coordinator, OfDepartments
from booking.programme.figures.mask import MaskedCount
from booking.programme.figures.of_departments import AreaFigures, coverage_seen, figures_seen
from booking.words.wording import school_year_began
from workshops.coverage.queries import CollegeCover
from workshops.coverage.rules import LEVELS_COUNTED, latest_of
from workshops.refusals import Invalid
from workshops.school_calendar.rules import year_words
from workshops.schools.rules import Level


class Received(msgspec.Struct):
    """The pupils received in a school year, or of a level; null where so few came, or where it would give so few
    away."""

    key: str
    pupils: int | None


class DepartmentReceived(msgspec.Struct):
    """The pupils of a département's collèges who were received, and how many of its public collèges came."""

    department: str
    name: str
    pupils: int | None
    by_year: list[Received]
    by_level: list[Received]
    colleges_known: int
    colleges_came: int


class Figures(msgspec.Struct):
    """The figures of some départements, from one school year of the target to another; `masked`: small ones are."""

    first_school_year: str
    last_school_year: str
    masked: bool
    departments: list[DepartmentReceived]


@get("/figures", opt=may("figures.read"))
async def read_figures(person: AnyOf[Coordinator | OfDepartments], now: Now) -> Figures:
    """Who was received of the départements for which one reads, of all for a coordinator."""
    seen = await figures_seen(person.scope, now=now)
    return Figures(seen.since, seen.until, seen.masks, [_told(area) for area in seen.areas])


def _told(area: AreaFigures) -> DepartmentReceived:
    return answer_of(
        DepartmentReceived,
        area,
        department=area.code,
        by_year=_counts(area.by_year),
        by_level=_counts(area.by_level),
        colleges_known=area.reached.known,
        colleges_came=area.reached.came,
    )


def _counts(told: list[MaskedCount]) -> list[Received]:
    return [Received(one.label, one.pupils) for one in told]


Cohort = Annotated[
    int,
    QueryParameter(
        ge=2000,
        le=2100,
        description="The year in which it entered 6e: 2024 is in 3e in 2027-2028. It is counted this school year, or in"
        " that of its 3e once it has left.",
    ),
]


class CohortCovered(msgspec.Struct):
    """A collège's cohort: who is enrolled, and how many of them came since their 5e. Null: no head count is known.

    One who came twice is counted twice, so that the share is at most so much, and those left out at least so many. To
    whoever reads for some départements `pupils_received`, and what would give it, are null where so few came.
    """

    id: int
    uai: str
    name: str
    commune: str
    department: str
    lat: float | None
    lon: float | None
    cohort: int
    school_year: str
    level: Level
    pupils_enrolled: int | None
    pupils_received: int | None
    share_at_most: int | None
    left_out_at_least: int | None
    invented: bool


@get("/coverage", opt=may("coverage.read"))
async def read_coverage(
    cohort: Cohort,
    person: AnyOf[Coordinator | OfDepartments],
    now: Now,
    department: DepartmentCode = None,
    wanted: Wanted = "",
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Page[CohortCovered]:
    """How much of a cohort each public collège has sent to a lycée."""
    counted = latest_of(cohort, this_year=school_year_began(now).year)
    if counted is None:
        raise Invalid({"cohort": "Cette cohorte n'est pas encore en 5e : sa couverture se compte à partir de la 5e."})
    level, year = counted
    if person.scope.departments is not None and year != school_year_began(now).year:
        raise Invalid({"cohort": "Cette cohorte a quitté le collège : lisez celles qui y sont, de la 5e à la 3e."})
    after = start_of(cursor, of="coverage")
    found = await coverage_seen(year, scope=person.scope, department=department, words=wanted, now=now)
    found = sorted(found, key=lambda one: one.id)

    def told(one: CollegeCover) -> CohortCovered:
        cover = one.cohorts[LEVELS_COUNTED.index(level)]
        return answer_of(
            CohortCovered,
            one,
            cohort=cohort,
            school_year=year_words(year),
            level=level,
            pupils_enrolled=cover.enrolled,
            pupils_received=cover.received,
            share_at_most=cover.share,
            left_out_at_least=cover.without,
            invented=one.example,
        )

    return page_of([one for one in found if one.id > after][: limit + 1], told, of="coverage", limit=limit)
