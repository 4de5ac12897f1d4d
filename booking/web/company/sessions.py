"""The sessions that look for companies, the nearest first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from booking.door.forms.read import Skipped
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, may
from booking.people.accounts.queries import CompanyPerson
from booking.visits.attendance.sessions import SlotForCompany, sessions_for
from booking.visits.near_alerts.queries import near_alert_of
from booking.visits.near_alerts.rules import NEAR_KM
from booking.visits.near_alerts.tell import AskNearAlert
from booking.words.wording import MONTHS, PARIS, paris
from workshops.companies.queries import CompanyCard, company, place_of
from workshops.companies.rules import CompanyPlace
from workshops.refusals import or_not_found
from workshops.schools.queries import departments

SHOWN = 10
SHOWN_AFTERWARDS = 50
MONTHS_AHEAD = 12
PLACES = {"": "Au moins une"} | {str(number): f"{number} au moins" for number in range(2, 7)}


@renders("company/sessions.html", acts={"asked": AskNearAlert})
class Sessions(Page, frozen=True):
    """`months` and `departments` to choose from; `places_options`, how many people the company is. `place`: where it
    is, None while nobody knows; `following`: whether others stand before these. `told_km`: within which distance it is
    told of those that classes reserve."""

    own: CompanyCard
    place: CompanyPlace | None
    sessions: list[SlotForCompany]
    months: Mapping[str, str]
    in_month: str
    departments: Mapping[str, str]
    department: str
    places_options: Mapping[str, str]
    places: str
    filtered: bool
    following: bool
    next_page: str
    told_km: int | None
    distances: Mapping[str, str]


@get("/seances", opt=may("comings.announce"))
async def list_sessions(
    person: NamedDependency[CompanyPerson],
    now: Now,
    departement: FromQuery[str] = "",
    mois: FromQuery[str] = "",
    places: FromQuery[str] = "",
    suite: Skipped = 0,
) -> Template:
    """A filter that is not one of ours is no filter: an old link still shows something."""
    departments_shown = {"": "Tous"} | {one.code: one.name for one in await departments() if one.lycees}
    months = {"": "Tous"} | months_ahead(now)
    department = departement if departement in departments_shown else ""
    month = mois if mois in months else ""
    free = places if places in PLACES else ""
    since, until = _span_of(month, now)
    own = or_not_found(await company(person.company))
    place = await place_of(own)
    shown = SHOWN_AFTERWARDS if suite else SHOWN
    sessions = await sessions_for(
        own.id,
        near=place,
        now=now,
        since=since,
        until=until,
        department=department,
        people=int(free or 1),
        skip=suite,
        limit=shown + 1,
    )
    alert = await near_alert_of(own.id)
    filters = {"departement": department, "mois": month, "places": free}
    asked = {name: value for name, value in filters.items() if value} | {"suite": suite + shown}
    listed = Sessions(
        own=own,
        place=place,
        sessions=sessions[:shown],
        departments=departments_shown,
        months=months,
        department=department,
        in_month=month,
        places=free,
        places_options=PLACES,
        filtered=any(filters.values()),
        following=suite > 0,
        next_page=f"/seances?{urlencode(asked)}" if len(sessions) > shown else "",
        told_km=alert.km if alert else None,
        distances={str(km): f"{km} km" for km in NEAR_KM},
    )
    return page(listed)


def months_ahead(now: datetime) -> dict[str, str]:
    """{"2027-03": "mars 2027", ...}: this month and the eleven after it."""
    first = paris(now)
    ahead = [divmod(first.year * 12 + first.month - 1 + more, 12) for more in range(MONTHS_AHEAD)]
    return {f"{year}-{month + 1:02}": f"{MONTHS[month]} {year}" for year, month in ahead}


def _span_of(month: str, now: datetime) -> tuple[datetime, datetime | None]:
    known = re.fullmatch(r"(\d{4})-(\d{2})", month)
    if known is None:
        return now, None
    year, number = int(known[1]), int(known[2])
    starts = datetime.combine(date(year, number, 1), time(), tzinfo=PARIS)
    ends = datetime.combine(date(year + number // 12, number % 12 + 1, 1), time(), tzinfo=PARIS)
    return max(starts, now), ends
