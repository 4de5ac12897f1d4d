"""The board: what needs care, where each target stands, who was received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Response, Template

from booking.door.answers import Page, download, page
from booking.door.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.programme.coordination.queries import care
from booking.programme.coordination.rules import Care
from booking.programme.figures.compose import KINDS, Sheet, count_sheet
from booking.programme.figures.export_all import export_counts
from booking.programme.figures.queries import periods_of
from booking.web.office.charts import TYPES
from booking.wording import PROGRAMMES, counted, paris
from workshops.programmes.queries import targets
from workshops.results.measure import Progress
from workshops.results.queries import Breakdown, breakdown, progress


@dataclass(frozen=True)
class Board(Page, template="office/board.html"):
    """`outlook`: how many targets would be reached, in words; `first`: the target whose way is drawn."""

    now: datetime
    care: Care
    progress: Sequence[Progress]
    outlook: str
    schemes: Sequence[tuple[str, Sequence[Progress]]]
    first: Progress | None
    counts: Breakdown
    sheets: Sequence[Sheet]
    years: Mapping[str, str]
    year: str


def outlook(progress: Sequence[Progress]) -> str:
    """What becomes of the official targets if each day to come brings what the last 12 months brought."""
    aims = [one for one in progress if one.target.official and one.forecast is not None]
    reached = sum((one.forecast or 0) >= one.target.target for one in aims)
    if not aims:
        return ""
    if not reached:
        return (
            "l'objectif ne serait pas atteint"
            if len(aims) == 1
            else f"aucun des {len(aims)} objectifs ne serait atteint"
        )
    if reached == len(aims):
        return "l'objectif serait atteint" if reached == 1 else "tous les objectifs seraient atteints"
    verb = "serait atteint" if reached == 1 else "seraient atteints"
    return f"{counted(reached, 'objectif')} sur {len(aims)} {verb}"


def by_scheme(progress: Sequence[Progress]) -> list[tuple[str, list[Progress]]]:
    """The official targets of each programme that has some, under its name."""
    official = [one for one in progress if one.target.official]
    own = ((name, [one for one in official if one.target.programme == code]) for code, name in PROGRAMMES.items())
    return [(name, some) for name, some in own if some]


@get("/gestion", opt=COORDINATOR)
async def board(now: NamedDependency[datetime], annee: FromQuery[str] = "") -> Template:
    stands = await progress(now=now)
    periods = periods_of([one.target for one in stands], now=now)
    period = periods.named(annee)
    counts = await breakdown(from_on=period.from_on, to_on=period.to_on, now=now)
    shown = Board(
        now=now,
        care=await care(now=now),
        progress=stands,
        outlook=outlook(stands),
        schemes=by_scheme(stands),
        first=next((one for one in stands if one.done), None),
        counts=counts,
        sheets=[count_sheet(kind, counts, period) for kind in KINDS.values()],
        years={"": "Depuis le début"} | {name: f"Année scolaire {name}" for name in periods.years},
        year=period.name,
    )
    return page(shown)


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
