"""Who was received of some départements, for machines: the figures of the page, masked for whoever reads for some."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import get
from litestar.di import NamedDependency

from booking.api.shapes import answer_of
from booking.door.rights.guards import AnyOf, may
from booking.people.accounts.queries import Coordinator, OfDepartments
from booking.programme.figures.mask import MaskedCount
from booking.programme.figures.of_departments import AreaFigures, figures_seen


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
async def read_figures(person: AnyOf[Coordinator | OfDepartments], now: NamedDependency[datetime]) -> Figures:
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
