"""The board: what needs care, where each target stands, who was received."""

from __future__ import annotations

from datetime import date, datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Response, Template

from booking.door.answers import download, page
from booking.door.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.programme.coordination.queries import care
from booking.programme.figures.compose import KINDS, count_sheet
from booking.programme.figures.export_all import export_counts
from booking.programme.figures.queries import periods_of
from booking.web.office.charts import TYPES
from booking.wording import paris
from workshops.programmes.queries import targets
from workshops.results.queries import breakdown, progress


@get("/gestion", opt=COORDINATOR)
async def board(
    person: NamedDependency[Coordinator], now: NamedDependency[datetime], annee: FromQuery[str] = ""
) -> Template:
    stands = await progress(now=now)
    periods = periods_of([one.target for one in stands], now=now)
    period = periods.named(annee)
    counts = await breakdown(from_on=period.from_on, to_on=period.to_on, now=now)
    return page(
        "office/board.html",
        person=person,
        now=now,
        care=await care(now=now),
        progress=stands,
        counts=counts,
        sheets=[count_sheet(kind, counts, period) for kind in KINDS.values()],
        years={"": "Depuis le début"} | {name: f"Année scolaire {name}" for name in periods.years},
        year=period.name,
    )


@get("/gestion/bilan.csv", opt=COORDINATOR)
async def board_csv(
    person: NamedDependency[Coordinator], now: NamedDependency[datetime], annee: FromQuery[str] = ""
) -> Response[bytes]:
    return await _file(annee, "csv", person, now)


@get("/gestion/bilan.xlsx", opt=COORDINATOR)
async def board_xlsx(
    person: NamedDependency[Coordinator], now: NamedDependency[datetime], annee: FromQuery[str] = ""
) -> Response[bytes]:
    return await _file(annee, "xlsx", person, now)


async def _file(year: str, form: str, person: Coordinator, now: datetime) -> Response[bytes]:
    period = periods_of(await targets(), now=now).named(year)
    content = await export_counts(period, form=form, by=person.account, now=now)
    on: date = paris(now).date()
    name = f"technilab-bilan-{period.name + '-du-' if period.name else ''}{on.isoformat()}.{form}"
    return download(content, name=name, media_type=TYPES[form])
