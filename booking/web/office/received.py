"""Who was received: the closed visits shared out by year, month, school, level, object, and what visits said.

What is asked and not served: where a lycée would do well to open slots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from litestar import get
from litestar.params import FromQuery
from litestar.response import Response, Template

from booking.door.http.answers import Page, dictionary_of, download_table, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AnyOf, AsCoordinator, Now, may
from booking.people.accounts.queries import Coordinator, OfDepartments
from booking.programme.figures.compose import KINDS, FigureSheet, count_sheet
from booking.programme.figures.export import export_counts
from booking.programme.figures.of_departments import FiguresSeen, figures_seen
from booking.programme.figures.queries import before_target, periods_of
from booking.visits.asking.unmet import Unmet, together, unmet_everywhere
from booking.words.files import DICTIONARY
from booking.words.wording import paris
from workshops.academie.queries import academie
from workshops.catalogue.queries import OpinionCount, said_in_all
from workshops.programmes.targets.queries import targets
from workshops.results.queries import Breakdown, Whole, breakdown, whole

# Of one heading; its file has all.
LINES_SHOWN = 100


@renders("office/received.html")
class ReceivedPage(Page, frozen=True):
    """The pupils of a `year`, all of them when it is empty, at most the `most` first lines of a heading.

    `opinions`: what their visits said, of all workshops; `opened`: the sheet whose table and chart are open.
    """

    whole: Whole
    counts: Breakdown
    sheets: Sequence[FigureSheet]
    opinions: Sequence[OpinionCount]
    years: Mapping[str, str]
    year: str
    most: int
    opened: str


@renders("office/areas.html")
class AreasPage(Page, frozen=True):
    """The same for whoever reads for some départements."""

    seen: FiguresSeen


@get("/gestion/accueillis", opt=may("figures.read") | DECIDES_NOTHING)
async def received(
    person: AnyOf[Coordinator | OfDepartments], now: Now, annee: FromQuery[str] = "", graphique: FromQuery[str] = ""
) -> Template:
    if person.scope.departments is not None:
        return page(AreasPage(await figures_seen(person.scope, now=now)))
    periods = await periods_of(await targets(), now=now)
    period = periods.named(annee)
    counts = await breakdown(from_on=period.from_on, to_on=period.to_on, now=now, most=LINES_SHOWN)
    earlier = None if period.name else await before_target(periods, now=now)
    shown = ReceivedPage(
        whole=await whole(from_on=period.from_on, to_on=period.to_on),
        counts=counts,
        sheets=[count_sheet(kind, counts, period, earlier) for kind in KINDS.values()],
        opinions=await said_in_all(period.first_year),
        years=periods.choices,
        year=period.name,
        most=LINES_SHOWN,
        opened=graphique,
    )
    return page(shown)


@get("/gestion/bilan.csv", opt=may("figures.detail") | DECIDES_NOTHING)
async def counts_csv(
    person: AsCoordinator, now: Now, annee: FromQuery[str] = "", dictionnaire: FromQuery[str] = ""
) -> Response[bytes]:
    return await _file(annee, DICTIONARY if dictionnaire else "csv", person, now)


@get("/gestion/bilan.xlsx", opt=may("figures.detail") | DECIDES_NOTHING)
async def counts_xlsx(person: AsCoordinator, now: Now, annee: FromQuery[str] = "") -> Response[bytes]:
    return await _file(annee, "xlsx", person, now)


async def _file(year: str, form: str, person: Coordinator, now: datetime) -> Response[bytes]:
    periods = await periods_of(await targets(), now=now)
    period = periods.named(year)
    earlier = None if period.name else await before_target(periods, now=now)
    content = await export_counts(period, earlier, form=form, by=person.account, now=now)
    on: date = paris(now).date()
    name = f"technilab-bilan-{period.name + '-du-' if period.name else ''}{on.isoformat()}"
    beside = dictionary_of("/gestion/bilan.csv", {"annee": period.name})
    return download_table(content, name=name, form=form, dictionary=beside)


@renders("office/unmet.html")
class UnmetPage(Page, frozen=True):
    """`whole` is all that is shown, `kinds` by level and size, `places` by commune."""

    whole: Unmet | None
    kinds: Sequence[Unmet]
    places: Sequence[Unmet]
    departments: Mapping[str, str]
    department: str


@get("/gestion/demandes", opt=may("visits.watch") | DECIDES_NOTHING)
async def unmet_page(now: Now, departement: FromQuery[str] = "") -> Template:
    served, asked = await academie(), await unmet_everywhere(now=now)
    department = departement if departement in served.offered else ""
    shown = [one for one in asked if department in {"", one.department}]
    return page(
        UnmetPage(
            whole=next(iter(together(shown)), None),
            kinds=together(shown, "level", "size"),
            places=together(shown, "department", "commune"),
            departments={"": "Tous"} | dict(served.offered),
            department=department,
        )
    )
