"""What a company did in a year, and its certificate: for itself, and for the coordinator.

A company's badges for one coming.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Template

from booking.day.badges.presets import DEFAULT, PlaceBadges
from booking.day.badges.print_sheet import company_sheet_of
from booking.door.http.answers import Page, download, page, renders
from booking.door.rights.guards import AnyOf, Now, SiteSettings, may
from booking.people.accounts.queries import CompanyPerson, Coordinator
from booking.programme.company_years.print_certificate import certificate_pdf
from booking.programme.company_years.queries import company_year
from booking.programme.company_years.rules import COUNTING_RULE, CompanyYear, hours_words
from booking.words.wording import paris
from workshops.refusals import NotFound


@renders("company/certificate.html")
class FiledCertificate(Page, frozen=True):
    """`own`: read by the company itself."""

    done: CompanyYear
    own: bool
    lasting: Callable[[timedelta], str]
    rule: str
    on: date


@get("/entreprises/{number:int}/attestations/{year:str}", opt=may("certificates.read"))
async def certificate_page(
    number: FromPath[int], year: FromPath[str], person: AnyOf[CompanyPerson | Coordinator], now: Now
) -> Template:
    filed = await _seen_by(person, number, year)
    own, on = isinstance(person, CompanyPerson), paris(now).date()
    return page(FiledCertificate(filed, own, lasting=hours_words, rule=COUNTING_RULE, on=on))


@get("/entreprises/{number:int}/attestations/{year:str}/attestation.pdf", opt=may("certificates.read"))
async def certificate_file(
    number: FromPath[int], year: FromPath[str], person: AnyOf[CompanyPerson | Coordinator], now: Now
) -> Response[bytes]:
    filed = await _seen_by(person, number, year)
    drawn = await certificate_pdf(filed, on=paris(now).date())
    return download(drawn, name=f"attestation-{filed.year}.pdf")


async def _seen_by(person: CompanyPerson | Coordinator, number: int, year: str) -> CompanyYear:
    """Raises NotFound for another company's."""
    if isinstance(person, CompanyPerson) and person.company != number:
        raise NotFound()
    return await company_year(number, year=year)


@get("/venues/{attendance:int}/badges.pdf", opt=may("comings.announce"))
async def company_badges_pdf(
    attendance: FromPath[int],
    person: NamedDependency[CompanyPerson],
    settings: SiteSettings,
    now: Now,
    preset: FromQuery[str] = DEFAULT,
) -> Response[bytes]:
    sheet = await company_sheet_of(
        attendance,
        company=person.company,
        secret_key=settings.secret_key,
        placed=PlaceBadges(preset=preset),
        printed_on=now,
    )
    return download(sheet, name=f"badges-entreprise-{attendance}.pdf")
