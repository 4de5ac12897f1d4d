"""What the service says of itself: access for all, what it keeps of people, who answers for it."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template
from msgspec import Struct
from msgspec.structs import asdict

from booking.day.desk_links.rules import TOLD
from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import PRIMARY_SECONDS
from booking.door.rights.guards import SHARED
from booking.outbox.notices.envelope import mailbox_of
from booking.people.accounts.rules import FIRST_LINK_LASTS, LINK_LASTS, SESSION_IDLE, SESSION_LASTS
from booking.process.settings import Settings
from booking.year.tell_durations import Chapter, tell_durations
from workshops.academie.queries import academie


class Answering(Struct, frozen=True):
    """Who answers for the service, and where to write: as the coordinator set it, else as whoever installed it did."""

    operator: str
    contact: str


@renders("public/accessibilite.html")
class Accessibility(Page, frozen=True):
    contact: str


@renders("public/confidentialite.html")
class Privacy(Answering, Page, frozen=True):
    chapters: Sequence[Chapter]
    link_minutes: int
    first_link_days: int
    idle_hours: int
    session_hours: int
    desk_link_days: int
    fresh_seconds: int


@renders("public/mentions.html")
class Legal(Answering, Page, frozen=True):
    pass


@get("/accessibilite", opt=SHARED)
async def accessibility(settings: NamedDependency[Settings]) -> Template:
    return page(Accessibility((await answering(settings)).contact))


@get("/confidentialite", opt=SHARED)
async def privacy(settings: NamedDependency[Settings]) -> Template:
    shown = Privacy(
        **asdict(await answering(settings)),
        chapters=tell_durations(),
        link_minutes=int(LINK_LASTS.total_seconds() // 60),
        first_link_days=FIRST_LINK_LASTS.days,
        idle_hours=int(SESSION_IDLE.total_seconds() // 3600),
        session_hours=int(SESSION_LASTS.total_seconds() // 3600),
        desk_link_days=TOLD.days,
        fresh_seconds=PRIMARY_SECONDS,
    )
    return page(shown)


@get("/mentions", opt=SHARED)
async def legal(settings: NamedDependency[Settings]) -> Template:
    return page(Legal(**asdict(await answering(settings))))


async def answering(settings: Settings) -> Answering:
    """Who answers for the service today, and the bare address to write to."""
    served = await academie()
    return Answering(
        served.operator or settings.operator,
        served.contact or mailbox_of(settings.reply_to or settings.mail_from).addr_spec,
    )
