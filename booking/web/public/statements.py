"""What the service says of itself: access for all, what it keeps of people, who answers for it; and to programs that
read the web."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from xml.sax.saxutils import escape

from litestar import Response, get
from litestar.response import Template
from msgspec import Struct
from msgspec.structs import asdict

from booking.day.desk_links.rules import TOLD
from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import PRIMARY_SECONDS
from booking.door.rights.guards import SHARED, Now, SiteSettings, may
from booking.outbox.copies.queries import copies_kept_days
from booking.outbox.notices.envelope import mailbox_of
from booking.people.accounts.rules import FIRST_LINK_LASTS, LINK_LASTS, SESSION_IDLE, SESSION_LASTS
from booking.process.settings import Settings
from booking.year.tell_durations import Chapter, tell_durations
from workshops.academie.queries import academie
from workshops.offer.queries import lycees_on_offer, numbers_on_offer


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
async def accessibility(settings: SiteSettings) -> Template:
    return page(Accessibility((await answering(settings)).contact))


@get("/confidentialite", opt=SHARED)
async def privacy(settings: SiteSettings) -> Template:
    shown = Privacy(
        **asdict(await answering(settings)),
        chapters=tell_durations(
            copies_days=await copies_kept_days(), security_log=timedelta(days=settings.security_log_days)
        ),
        link_minutes=int(LINK_LASTS.total_seconds() // 60),
        first_link_days=FIRST_LINK_LASTS.days,
        idle_hours=int(SESSION_IDLE.total_seconds() // 3600),
        session_hours=int(SESSION_LASTS.total_seconds() // 3600),
        desk_link_days=TOLD.days,
        fresh_seconds=PRIMARY_SECONDS,
    )
    return page(shown)


@get("/mentions", opt=SHARED)
async def legal(settings: SiteSettings) -> Template:
    return page(Legal(**asdict(await answering(settings))))


async def answering(settings: Settings) -> Answering:
    """Who answers for the service today, and the bare address to write to."""
    served = await academie()
    return Answering(
        served.operator or settings.operator,
        served.contact or mailbox_of(settings.reply_to or settings.mail_from).addr_spec,
    )


KEPT = {"Cache-Control": "public, max-age=3600"}
# Nobody's business but theirs who hold the link or the account.
KEPT_OUT = (
    "/accueil/",
    "/agenda/",
    "/compte",
    "/connexion/",
    "/creneaux?",
    "/demo",
    "/inscription/",
    "/offre/",
    "/questions/",
    "/reprise/",
    "/sorties/",
    "/venez-vous/",
    "/visa/",
)
PAGES = (
    "/",
    "/creneaux",
    "/creneaux/carte",
    "/objets",
    "/programme",
    "/donnees",
    "/consortium",
    "/aide",
    "/inscription",
    "/rejoindre",
    "/accessibilite",
    "/confidentialite",
    "/mentions",
    "/api",
)
# A sitemap holds 50 000 addresses at most (sitemaps.org).
SLOTS_MOST = 45_000
# RFC 9116, 2.5.5 wants less than a year.
GOOD_FOR = timedelta(days=180)


@get("/robots.txt", opt=may("public.use") | {"plain": True})
async def robots(settings: SiteSettings) -> Response[str]:
    """Every public page may be read; where one signs in and what opens by a secret link may not."""
    lines = ("User-agent: *", *(f"Disallow: {one}" for one in KEPT_OUT), f"Sitemap: {settings.base_url}/sitemap.xml")
    return _text(lines)


@get("/sitemap.xml", opt=may("public.use") | {"plain": True})
async def sitemap(settings: SiteSettings, now: Now) -> Response[str]:
    """The public pages, the lycées, then the slots to come, the soonest first."""
    lycees = (f"/lycees/{uai}" for uai, _ in await lycees_on_offer())
    slots = (f"/creneaux/{one}" for one in await numbers_on_offer(now=now, limit=SLOTS_MOST))
    found = "".join(f"<url><loc>{escape(settings.base_url + path)}</loc></url>\n" for path in (*PAGES, *lycees, *slots))
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{found}</urlset>\n',
        media_type="application/xml",
        headers=KEPT,
    )


@get("/.well-known/security.txt", opt=may("public.use") | {"plain": True})
async def security(settings: SiteSettings, now: Now) -> Response[str]:
    """Whom to warn of a weakness (RFC 9116): the mailbox to write to, as it is set today."""
    ends = datetime.combine(now.astimezone(UTC).date() + GOOD_FOR, time(), UTC)
    lines = (
        f"Contact: mailto:{(await answering(settings)).contact}",
        f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.base_url}/.well-known/security.txt",
    )
    return _text(lines)


def _text(lines: tuple[str, ...]) -> Response[str]:
    return Response("\n".join(lines) + "\n", media_type="text/plain", headers=KEPT)
