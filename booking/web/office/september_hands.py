"""What lycées counted in September, section by section, and who has not answered; as a page and as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get
from litestar.params import FromQuery
from litestar.response import Response, Template

from booking.door.forms.read import Skipped
from booking.door.http.answers import Page, dictionary_of, download_table, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.people.accounts.queries import Coordinator
from booking.programme.figures.export import export_sheet
from booking.programme.figures.september_hands import RULE, answered_words, hands_sheet, hands_words
from booking.words.files import DICTIONARY
from booking.words.wording import paris
from workshops.closed_years.queries import FrozenYear, frozen_year
from workshops.school_calendar.rules import autumn_of, paris_day, year_words
from workshops.september_hands.queries import HandsOfYear, LyceeHands, hands, years_of_hands

HERE = "/gestion/mains-levees"
SHOWN = 50


@renders("office/september_hands.html")
class HandsPage(Page, frozen=True):
    """The September of a school year; some of its `lycees`. `told` and `answered` say it in a sentence, `years`
    may be chosen."""

    found: HandsOfYear
    lycees: Sequence[LyceeHands]
    next_page: str
    told: str
    answered: str
    rule: str
    years: Mapping[str, str]
    frozen: FrozenYear | None


async def _chosen(words: str, now: datetime) -> tuple[HandsOfYear, dict[str, str]]:
    """The year that is asked for, or the latest September, and those that may be."""
    this = autumn_of(paris_day(now))
    years = {year_words(year): year for year in sorted({this, *await years_of_hands()}, reverse=True)}
    return await hands(years.get(words, this)), {name: name for name in years}


@get(HERE, opt=may("figures.detail") | DECIDES_NOTHING)
async def hands_page(now: Now, annee: FromQuery[str] = "", apres: Skipped = 0) -> Template:
    found, years = await _chosen(annee, now)
    left = len(found.lycees) > apres + SHOWN
    shown = HandsPage(
        found=found,
        lycees=found.lycees[apres : apres + SHOWN],
        next_page=f"{HERE}?annee={found.words}&apres={apres + SHOWN}" if left else "",
        told=hands_words(found.whole),
        answered=answered_words(found),
        rule=RULE,
        years=years,
        frozen=await frozen_year(found.school_year),
    )
    return page(shown)


@get(f"{HERE}.csv", opt=may("figures.detail") | DECIDES_NOTHING)
async def hands_csv(
    person: AsCoordinator, now: Now, annee: FromQuery[str] = "", dictionnaire: FromQuery[str] = ""
) -> Response[bytes]:
    return await _file(DICTIONARY if dictionnaire else "csv", annee, person, now)


@get(f"{HERE}.xlsx", opt=may("figures.detail") | DECIDES_NOTHING)
async def hands_xlsx(person: AsCoordinator, now: Now, annee: FromQuery[str] = "") -> Response[bytes]:
    return await _file("xlsx", annee, person, now)


async def _file(form: str, year: str, person: Coordinator, now: datetime) -> Response[bytes]:
    found, _ = await _chosen(year, now)
    content = await export_sheet(hands_sheet(found), form=form, by=person.account, now=now)
    name = f"technilab-mains-levees-{found.words}-du-{paris(now).date().isoformat()}"
    return download_table(
        content, name=name, form=form, dictionary=dictionary_of(f"{HERE}.csv", {"annee": found.words})
    )
