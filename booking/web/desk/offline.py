"""The desk as an application of its own: its shell, its code and its worker, which a phone keeps for lack of network.

None of them knows who asks: they hold no name, no group and no number, and a phone may keep them as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from booking.day.badges.issue_due import issue_at
from booking.day.checkin.phone_roster import phone_roster
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, render, renders
from booking.door.rights.desk_link import AtDesk
from booking.door.rights.guards import Now, SiteSettings, may
from booking.presentation.assets import asset, text_of
from workshops.events.record import record

PLAIN = may("public.use") | {"plain": True}
SHELL = "/accueil/hors-ligne"
ICONS = (
    ("favicon.svg", "any", "image/svg+xml"),
    ("desk-192.png", "192x192", "image/png"),
    ("desk-512.png", "512x512", "image/png"),
)
MANIFEST = "/accueil/manifeste.webmanifest"
ADDRESS = re.compile(r'(?:href|src|data-zxing|data-wasm)="(/(?:static|accueil)/[^"]+)"')


@renders("desk/shell.html")
class Shell(Page, frozen=True):
    """The desk before anything is scanned: its script fills it, for a host or a helper."""

    seen: None = None
    told: None = None
    words: None = None
    completes: bool = False
    next: None = None
    helper: bool = False


@get(SHELL, opt={**PLAIN, "camera": True})
async def shell() -> Template:
    """The desk without a visit: its script fills it with what this phone has kept."""
    return page(Shell())


@get("/accueil/travailleur.js", opt=PLAIN)
async def worker(request: AnyRequest) -> Response[str]:
    """The service worker, with the list of what it keeps: all that the shell asks for, and nothing of a visit.

    Its text changes with any of those files, which is how a browser knows that a new version is there.
    """
    whole = render(Shell(), request).decode()
    files = sorted({SHELL, MANIFEST, *ADDRESS.findall(whole)})
    version = hashlib.sha256((whole + "".join(files)).encode()).hexdigest()[:16]
    told = {"VERSION": version, "SHELL": SHELL, "FILES": files}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    # It stands in for the lycée's first page too, above its own folder.
    headers = {"Service-Worker-Allowed": "/"}
    return Response(head + text_of("worker.js"), media_type="text/javascript", headers=headers)


@get(MANIFEST, opt=PLAIN)
async def manifest() -> Response[bytes]:
    """What a phone needs to put the desk among its applications."""
    told = {
        "name": "Technilab, accueil",
        "short_name": "Accueil",
        "lang": "fr",
        "id": "/accueil/",
        "start_url": SHELL,
        "scope": "/accueil/",
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#1d4e89",
        "icons": [{"src": asset(file), "sizes": size, "type": kind} for file, size, kind in ICONS],
    }
    return Response(json.dumps(told).encode(), media_type="application/manifest+json")


@get("/accueil/{slot:int}/telephone", opt=may("desk.scan"))
async def telephone(
    slot: FromPath[int], receiver: AtDesk, settings: SiteSettings, now: Now, connu: FromQuery[str] = ""
) -> dict[str, Any]:
    """The roster for the phone to seal; to one that knows this version, who is here and nothing else."""
    receiver.refuse_other_slots(slot)
    await issue_at(slot, school=receiver.school, secret_key=settings.secret_key)
    told = await phone_roster(slot, school=receiver.school, secret_key=settings.secret_key)
    if connu == told.version:
        return {"version": told.version, "here": told.here}
    by = "par un lien d'accueil" if receiver.helper is not None else ""
    await record("roster_taken", by=receiver.account, about_kind="slot", about=slot, detail=by, now=now)
    return msgspec.to_builtins(told)  # type: ignore[no-any-return]
