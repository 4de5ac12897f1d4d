"""What the service says of itself: access for all, what it keeps of people, who answers for it."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.day.desk_links.rules import TOLD
from booking.door.answers import page
from booking.door.guards import ANYONE
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import LINK_LASTS, SESSION_IDLE, SESSION_LASTS
from booking.year.tell_durations import tell_durations


@get("/accessibilite", opt={"who": ANYONE})
async def accessibility(visitor: NamedDependency[Person | None]) -> Template:
    return page("public/accessibilite.html", person=visitor)


@get("/confidentialite", opt={"who": ANYONE})
async def privacy(visitor: NamedDependency[Person | None]) -> Template:
    return page(
        "public/confidentialite.html",
        person=visitor,
        chapters=tell_durations(),
        link_minutes=int(LINK_LASTS.total_seconds() // 60),
        idle_hours=int(SESSION_IDLE.total_seconds() // 3600),
        session_hours=int(SESSION_LASTS.total_seconds() // 3600),
        desk_link_days=TOLD.days,
    )


@get("/mentions", opt={"who": ANYONE})
async def legal(visitor: NamedDependency[Person | None]) -> Template:
    return page("public/mentions.html", person=visitor)
