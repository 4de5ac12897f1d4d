"""The day of a lycée at its doors: every visit with its presences, one tap from the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.day.checkin.queries import day_of
from booking.day.checkin.roster import SlotToday
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from booking.visits.attendance.queries import Visitors, visitors_expected


@renders("desk/day.html")
class DeskDay(Page, frozen=True):
    """The visits of today, those that are closed too, and the companies' visitors whom the register wants."""

    day: Sequence[SlotToday]
    visitors: Sequence[Visitors]
    now: datetime


@get("/accueil/jour", opt=may("visits.receive"))
async def desk_day(person: NamedDependency[Host], now: NamedDependency[datetime]) -> Template:
    day = await day_of(person.school, on=now)
    return page(DeskDay(day, await visitors_expected([one.slot for one in day], school=person.school), now))
