"""Who the programme reaches: girls and boys, priority education, the country, the distance."""

from __future__ import annotations

from datetime import date, datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Response, Template

from booking.accounts.queries import Person
from booking.coordination.export_equity import export_equity
from booking.coordination.rules import school_years
from booking.door.answers import download, page
from booking.wording import LEVELS, paris, school_year_of
from workshops.equity.queries import equity
from workshops.programmes.queries import targets
from workshops.results.queries import life_of_programme

COORDINATOR = {"who": {"coordinator"}}

Period = tuple[date, date]


@get("/gestion/equite", opt=COORDINATOR)
async def equity_page(
    person: NamedDependency[Person], now: NamedDependency[datetime], annee: FromQuery[str] = ""
) -> Template:
    whole, years = await _periods(now)
    year = annee if annee in years else ""
    from_on, to_on = years.get(year, whole)
    found = await equity(from_on=from_on, to_on=to_on)
    return page(
        "office/equity.html",
        person=person,
        equity=found,
        levels=sorted(found.received["levels"], key=lambda one: LEVELS.index(one.key)),
        years={"": "Depuis le début"} | {name: f"Année scolaire {name}" for name in years},
        year=year,
    )


@get("/gestion/equite.csv", opt=COORDINATOR)
async def equity_csv(
    person: NamedDependency[Person], now: NamedDependency[datetime], annee: FromQuery[str] = ""
) -> Response[bytes]:
    whole, years = await _periods(now)
    from_on, to_on = years.get(annee, whole)
    content = await export_equity(from_on=from_on, to_on=to_on, by=person.account, now=now)
    name = f"technilab-equite-{annee + '-du-' if annee in years else ''}{paris(now).date().isoformat()}.csv"
    return download(content, name=name, media_type="text/csv")


async def _periods(now: datetime) -> tuple[Period, dict[str, Period]]:
    """The programme's whole life, and its school years up to this one by their names, latest first."""
    from_on, to_on = life_of_programme(await targets(), now=now)
    until = max(from_on, min(to_on, paris(now).date()))
    return (from_on, to_on), {school_year_of(first): (first, last) for first, last in school_years(from_on, until)}
