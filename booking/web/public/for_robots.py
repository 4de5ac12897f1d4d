"""What programs that read the web ask for: where they may go, what there is to find, whom to warn of a weakness."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from xml.sax.saxutils import escape

from litestar import Response, get
from litestar.di import NamedDependency

from booking.door.rights.guards import may
from booking.process.settings import Settings
from booking.web.public.statements import answering
from workshops.offer.queries import lycees_on_offer, numbers_on_offer

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
    "/sorties/",
    "/visa/",
)
PAGES = (
    "/",
    "/creneaux",
    "/creneaux/carte",
    "/objets",
    "/programme",
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
async def robots(settings: NamedDependency[Settings]) -> Response[str]:
    """Every public page may be read; where one signs in and what opens by a secret link may not."""
    lines = ("User-agent: *", *(f"Disallow: {one}" for one in KEPT_OUT), f"Sitemap: {settings.base_url}/sitemap.xml")
    return _text(lines)


@get("/sitemap.xml", opt=may("public.use") | {"plain": True})
async def sitemap(settings: NamedDependency[Settings], now: NamedDependency[datetime]) -> Response[str]:
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
async def security(settings: NamedDependency[Settings], now: NamedDependency[datetime]) -> Response[str]:
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
