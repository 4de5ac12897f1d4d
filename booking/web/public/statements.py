"""What the service says of itself: access for all, what it keeps of people, who answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import get
from litestar.response import Template

from booking.day.desk_links.rules import TOLD
from booking.door.answers import Page, page
from booking.door.guards import ANYONE
from booking.people.accounts.rules import LINK_LASTS, SESSION_IDLE, SESSION_LASTS
from booking.year.tell_durations import Chapter, tell_durations


@dataclass(frozen=True)
class Accessibility(Page, template="public/accessibilite.html"):
    pass


@dataclass(frozen=True)
class Privacy(Page, template="public/confidentialite.html"):
    chapters: Sequence[Chapter]
    link_minutes: int
    idle_hours: int
    session_hours: int
    desk_link_days: int


@dataclass(frozen=True)
class Legal(Page, template="public/mentions.html"):
    pass


@get("/accessibilite", opt={"who": ANYONE})
async def accessibility() -> Template:
    return page(Accessibility())


@get("/confidentialite", opt={"who": ANYONE})
async def privacy() -> Template:
    shown = Privacy(
        chapters=tell_durations(),
        link_minutes=int(LINK_LASTS.total_seconds() // 60),
        idle_hours=int(SESSION_IDLE.total_seconds() // 3600),
        session_hours=int(SESSION_LASTS.total_seconds() // 3600),
        desk_link_days=TOLD.days,
    )
    return page(shown)


@get("/mentions", opt={"who": ANYONE})
async def legal() -> Template:
    return page(Legal())
