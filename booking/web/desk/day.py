"""The day of a lycée at its doors: every visit with its presences, one tap from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.day.checkin.queries import day_of
from booking.day.checkin.roster import SlotToday
from booking.door.answers import Page, page
from booking.door.guards import HOST
from booking.people.accounts.queries import Host


@dataclass(frozen=True)
class DeskDay(Page, template="desk/day.html"):
    """The visits of today, those that are closed too."""

    day: Sequence[SlotToday]
    now: datetime


@get("/accueil/jour", opt=HOST)
async def desk_day(person: NamedDependency[Host], now: NamedDependency[datetime]) -> Template:
    return page(DeskDay(await day_of(person.school, on=now), now))
