"""A lycée's first page: today's visits, what is left to do, the next ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litestar import get
from litestar.response import Template

from booking.calendar.replies.queries import declined_at
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, Receives, may
from booking.visits.hosting.queries import Reception, receptions_to_come, to_do_at
from booking.visits.hosting.rules import HostToDo
from booking.words.wording import paris

NEXT_SHOWN = 5


@renders("host/today.html")
class Today(Page, frozen=True):
    """The visits of today and those `coming`; `more` are behind them."""

    now: datetime
    receptions: Sequence[Reception]
    coming: Sequence[Reception]
    more: int
    to_do: Sequence[HostToDo]


@get("/lycee", opt=may("visits.receive"))
async def today(person: Receives, now: Now) -> Template:
    school, on = person.school, paris(now).date()
    receptions = [one for one in await receptions_to_come(school, now=now) if one.state != "called_off"]
    later = [one for one in receptions if one.on != on]
    shown = Today(
        now=now,
        receptions=[one for one in receptions if one.on == on],
        coming=later[:NEXT_SHOWN],
        more=len(later) - NEXT_SHOWN,
        to_do=await to_do_at(school, declined=await declined_at(school, now=now), now=now),
    )
    return page(shown)
