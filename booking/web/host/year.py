"""« Votre année »: what a lycée's visits of a school year amount to, as a page, as a PDF, sent to its direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Response, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, download, page, renders
from booking.door.rights.guards import AsHost, Now, SiteSettings, may
from booking.programme.company_years.rules import hours_words
from booking.programme.figures.september_hands import hands_words
from booking.programme.lycee_year.print_year import year_pdf
from booking.programme.lycee_year.queries import LyceeYear, Sending, lycee_year, sent_lately, years_of
from booking.programme.lycee_year.rules import map_around
from booking.programme.lycee_year.send_year import SendYear, send_year
from booking.web.public.map import Map
from booking.words.wording import school_year_began
from workshops.academie.queries import academie
from workshops.school_calendar.rules import year_words

HERE = "/lycee/annee"


@renders("host/year.html", acts={"asked": SendYear})
class OwnYear(Page, frozen=True):
    """The host reads the counts of her own lycée whole, as everywhere; the PDF masks those under 5. `years` may be
    chosen, `sent` says where it went, `domains` where else it may go, `hands` what new pupils said in September."""

    year: LyceeYear
    years: Sequence[str]
    drawn: Map | None
    sent: Sequence[Sending]
    domains: Sequence[str]
    lasting: Callable[[timedelta], str]
    hands: str


@get(HERE, opt=may("visits.receive"))
async def own_year(person: AsHost, now: Now, annee: FromQuery[str] = "") -> Template:
    years = {year_words(first): first for first in await years_of(person.school, now=now)}
    year = await lycee_year(person.school, years.get(annee, school_year_began(now).year), now=now)
    shown = OwnYear(
        year=year,
        years=list(years),
        drawn=_drawn(year),
        sent=await sent_lately(person.school),
        domains=(await academie()).trusted_domains,
        lasting=hours_words,
        hands=hands_words(year.hands),
    )
    return page(shown)


@get(f"{HERE}.pdf", opt=may("visits.receive"))
async def own_year_pdf(person: AsHost, settings: SiteSettings, now: Now, annee: FromQuery[str] = "") -> Response[bytes]:
    year = await _year_of(person.school, annee, now)
    pdf = await year_pdf(person.school, year, data_dir=settings.data_dir, now=now)
    return download(pdf, name=f"annee-{year_words(year)}.pdf")


@post(HERE, opt=may("visits.receive"))
@form_act(SendYear, page=own_year.fn)
async def send_own_year(asked: SendYear, person: AsHost, now: Now, annee: FromQuery[str] = "") -> Redirect:
    year = await _year_of(person.school, annee, now)
    await send_year(asked, lycee=person.school, year=year, by=person.account, now=now)
    return done(f"{HERE}?annee={year_words(year)}", "annee-envoyee", at="envoyer")


async def _year_of(lycee: int, typed: str, now: Now) -> int:
    years = {year_words(first): first for first in await years_of(lycee, now=now)}
    return years.get(typed, school_year_began(now).year)


def _drawn(year: LyceeYear) -> Map | None:
    lycee = year.lycee
    around = map_around((lycee.lat, lycee.lon), year.colleges, department=lycee.department)
    if around is None:
        return None
    return Map(
        frame=around.frame,
        ground=around.ground,
        spots=(),
        elsewhere=around.colleges,
        home=around.home,
        around=None,
        unplaced=(),
        areas=False,
    )
