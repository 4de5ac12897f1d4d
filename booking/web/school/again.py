"""« Revenir l'an prochain »: a past visit becomes a search, a year later."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from booking.door.rights.guards import may
from booking.people.accounts.queries import Teacher
from booking.visits.reservations.queries import Visit
from booking.web.school.visits import one_seen
from booking.words.wording import paris
from workshops.offer.rules import Search
from workshops.refusals import NotFound
from workshops.schools.queries import SchoolCard, school
from workshops.schools.rules import LEVELS

# The same weekday of the year that follows, and so many days around it.
A_YEAR, AROUND = timedelta(weeks=52), timedelta(days=15)


@get("/reservations/{reservation:int}/revenir", opt=may("visits.ask"))
async def come_again(
    reservation: FromPath[int],
    person: NamedDependency[Teacher],
    now: NamedDependency[datetime],
    niveau: FromQuery[str] = "",
) -> Redirect:
    """The search for the same lycée, as many pupils, the same weeks a year later; the level may be the next one."""
    seen = await one_seen(reservation, person)
    lycee = await school(seen.host)
    if seen.ends_at > now or lycee is None:
        raise NotFound()
    level = niveau if niveau in LEVELS else seen.level
    return Redirect(again(seen, lycee, level, today=paris(now).date()), status_code=303)


def again(seen: Visit, lycee: SchoolCard, level: str, *, today: date) -> str:
    """The address of that search."""
    around = paris(seen.starts_at).date() + A_YEAR
    while around + AROUND <= today:
        around += A_YEAR
    search = Search(
        level=level,
        pupils=seen.pupils,
        from_on=max(around - AROUND, today),
        to_on=around + AROUND,
        college=seen.school,
        school=lycee.uai,
    )
    return f"/creneaux?{urlencode(search.answers)}"
