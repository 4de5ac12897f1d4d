"""The board: what needs care, where each target stands, who was received."""

from __future__ import annotations

from datetime import date, datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Response, Template

from booking.accounts.queries import Person
from booking.coordination.export import export_counts
from booking.coordination.queries import care
from booking.coordination.rules import school_years
from booking.door.answers import download, page
from booking.wording import LEVELS, month, paris, school_year_of
from workshops.programmes.queries import TargetCard
from workshops.results.queries import breakdown, life_of_programme, progress

COORDINATOR = {"who": {"coordinator"}}

Period = tuple[date, date]


@get("/gestion", opt=COORDINATOR)
async def board(
    person: NamedDependency[Person], now: NamedDependency[datetime], annee: FromQuery[str] = ""
) -> Template:
    stands = await progress(now=now)
    whole, years = _periods([one.target for one in stands], now)
    year = annee if annee in years else ""
    from_on, to_on = years.get(year, whole)
    counts = await breakdown(from_on=from_on, to_on=to_on)
    return page(
        "office/board.html",
        person=person,
        now=now,
        care=await care(now=now),
        progress=stands,
        counts=counts,
        levels=sorted(counts.levels, key=lambda count: LEVELS.index(count.key)),
        month_names={one.key: month(date.fromisoformat(one.key + "-01")) for one in counts.months},
        years={"": "Depuis le début"} | {name: f"Année scolaire {name}" for name in years},
        year=year,
    )


@get("/gestion/bilan.csv", opt=COORDINATOR)
async def board_csv(
    person: NamedDependency[Person], now: NamedDependency[datetime], annee: FromQuery[str] = ""
) -> Response[bytes]:
    whole, years = _periods([one.target for one in await progress(now=now)], now)
    from_on, to_on = years.get(annee, whole)
    content = await export_counts(from_on=from_on, to_on=to_on, by=person.account, now=now)
    name = f"technilab-bilan-{annee + '-du-' if annee in years else ''}{paris(now).date().isoformat()}.csv"
    return download(content, name=name, media_type="text/csv")


def _periods(targets: list[TargetCard], now: datetime) -> tuple[Period, dict[str, Period]]:
    """The programme's whole life, and its school years up to this one by their names, latest first."""
    from_on, to_on = life_of_programme(targets, now=now)
    until = max(from_on, min(to_on, paris(now).date()))
    return (from_on, to_on), {school_year_of(first): (first, last) for first, last in school_years(from_on, until)}
