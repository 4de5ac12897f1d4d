"""All the badges of a lycée's day: what the pile holds, and its PDF."""

from __future__ import annotations

from datetime import date, datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Response, Template

from booking.accounts.queries import Person
from booking.badges.presets import DEFAULT, PRESETS
from booking.badges.print_day import day_sheet_of, parties_of_day
from booking.door.answers import download, page
from booking.settings import Settings
from booking.wording import paris

HOST = {"who": {"host"}}


@get("/lycee/badges", opt=HOST)
async def day_badges_page(
    person: NamedDependency[Person], now: NamedDependency[datetime], jour: FromQuery[date | None] = None
) -> Template:
    on = jour or paris(now).date()
    parties = await parties_of_day(person.school or 0, on=on)
    return page(
        "host/badges.html",
        person=person,
        on=on,
        parties=parties,
        total=sum(party.wanted for party in parties),
        presets=PRESETS.values(),
        default=DEFAULT,
    )


@get("/lycee/badges.pdf", opt=HOST)
async def day_badges_pdf(
    person: NamedDependency[Person],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
    jour: FromQuery[date | None] = None,
    preset: FromQuery[str] = DEFAULT,
    start: FromQuery[int] = 1,
    dx_mm: FromQuery[float] = 0,
    dy_mm: FromQuery[float] = 0,
) -> Response[bytes]:
    on = jour or paris(now).date()
    sheet = await day_sheet_of(
        person.school or 0,
        on=on,
        secret_key=settings.secret_key,
        preset=preset,
        start=start,
        dx_mm=dx_mm,
        dy_mm=dy_mm,
    )
    return download(sheet, name=f"badges-{on}.pdf", media_type="application/pdf")
