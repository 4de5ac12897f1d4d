"""A company's badges for one coming."""

from __future__ import annotations

from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Response

from booking.day.badges.presets import DEFAULT
from booking.day.badges.print_day import company_sheet_of
from booking.door.http.answers import download
from booking.door.rights.guards import may
from booking.people.accounts.queries import CompanyPerson
from booking.process.settings import Settings


@get("/venues/{attendance:int}/badges.pdf", opt=may("comings.announce"))
async def company_badges_pdf(
    attendance: FromPath[int],
    person: NamedDependency[CompanyPerson],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
    preset: FromQuery[str] = DEFAULT,
) -> Response[bytes]:
    sheet = await company_sheet_of(
        attendance,
        company=person.company,
        secret_key=settings.secret_key,
        preset=preset,
        printed_on=now,
    )
    return download(sheet, name=f"badges-entreprise-{attendance}.pdf")
