"""The desk as an application of its own: its shell, its code and its worker, which a phone keeps for lack of network.

None of them knows who asks: they hold no name, no group and no number, and a phone may keep them as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from booking.day.phone_roster.queries import phone_roster
from booking.door.answers import page
from booking.door.desk_link import Receiver
from booking.door.guards import ANYONE, RECEIVERS
from booking.outbox.journal.write import write
from booking.settings import Settings
from booking.templating import STATIC, asset
from workshops.refusals import NotFound

PLAIN = {"who": ANYONE, "plain": True}
SHELL = "/accueil/hors-ligne"
WORKER = "desk_worker.js"
READER = ("zxing/share.js", "zxing/reader/index.js", "zxing/reader/zxing_reader.wasm")
TYPES = {".js": "text/javascript", ".wasm": "application/wasm"}
FOR_EVER = "public, max-age=31536000, immutable"
ICONS = (
    ("img/favicon.svg", "any", "image/svg+xml"),
    ("img/desk-192.png", "192x192", "image/png"),
    ("img/desk-512.png", "512x512", "image/png"),
)
MANIFEST = "/accueil/manifeste.webmanifest"
FOR_PEOPLE = re.compile(rb"^[ \t]*(?://.*\n)?", re.MULTILINE)
ADDRESS = re.compile(r'(?:href|src|data-zxing|data-wasm)="(/(?:static|accueil)/[^"]+)"')


@cache
def code_files() -> dict[str, Path]:
    """The modules of the desk and the reader of its camera, by the names that they import each other by."""
    own = {file.name: file for file in sorted((STATIC / "js").glob("desk*.js")) if file.name != WORKER}
    return own | {name: STATIC / "vendor" / name for name in READER}


@cache
def code_version() -> str:
    """Changes with any of the modules, so that a phone never mixes those of two versions."""
    return _print_of(code_files().values())


def code(name: str) -> str:
    """The address of one of the desk's modules."""
    return f"/accueil/code/{code_version()}/{name}"


@cache
def desk_modules() -> tuple[str, ...]:
    """What an open desk imports, asked for together: one after the other, they take seconds on a slow network."""
    others = {"desk.js", "desk_shell.js", "desk_forget.js", "desk_lens.js"}
    return tuple(code(name) for name in code_files() if name.startswith("desk") and name not in others)


@cache
def _sent(file: Path) -> bytes:
    """A file as phones load it: a module goes without its indentation and its comments, a tenth of its weight.

    None of them has a text of several lines, where either would mean something.
    """
    return FOR_PEOPLE.sub(b"", file.read_bytes()) if file.suffix == ".js" else file.read_bytes()


def _print_of(files: Iterable[Path]) -> str:
    told = hashlib.sha256()
    for file in files:
        told.update(file.read_bytes() if file.is_file() else b"")
    return told.hexdigest()[:16]


@get("/accueil/code/{version:str}/{name:path}", opt=PLAIN)
async def code_file(version: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """One module. Another version's address gets today's file, to be asked for again: a page must open."""
    file = code_files().get(str(name).lstrip("/"))
    if file is None or not file.is_file():
        raise NotFound()
    kept = FOR_EVER if version == code_version() else "no-cache"
    return Response(_sent(file), media_type=TYPES[file.suffix], headers={"Cache-Control": kept})


@get(SHELL, opt={**PLAIN, "camera": True})
async def shell() -> Template:
    """The desk without a visit: its script fills it with what this phone has kept."""
    return page("desk/shell.html", person=None, code=code)


@get("/accueil/travailleur.js", opt=PLAIN)
async def worker(request: Request[Any, Any, Any]) -> Response[str]:
    """The service worker, with the list of what it keeps: all that the shell asks for, and nothing of a visit.

    Its text changes with any of those files, which is how a browser knows that a new version is there.
    """
    drawn = request.app.template_engine.get_template("desk/shell.html").render(person=None, code=code)  # type: ignore[union-attr]
    files = sorted({SHELL, MANIFEST, *(code(name) for name in code_files()), *ADDRESS.findall(drawn)})
    version = hashlib.sha256((drawn + "".join(files)).encode()).hexdigest()[:16]
    told = {"VERSION": version, "SHELL": SHELL, "FILES": files}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    return Response(head + (STATIC / "js" / WORKER).read_text(), media_type="text/javascript")


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


@get("/accueil/{slot:int}/telephone", opt=RECEIVERS)
async def telephone(
    slot: FromPath[int],
    receiver: NamedDependency[Receiver],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
    connu: FromQuery[str] = "",
) -> dict[str, Any]:
    """The roster for the phone to seal; to one that knows this version, who is here and nothing else."""
    receiver.refuse_other_slots(slot)
    told = await phone_roster(slot, school=receiver.school, secret_key=settings.secret_key)
    if connu == told.version:
        return {"version": told.version, "here": told.here}
    by = "par un lien d'accueil" if receiver.helper is not None else ""
    await write("roster_taken", account=receiver.account, about_kind="slot", about=slot, detail=by, now=now)
    return msgspec.to_builtins(told)  # type: ignore[no-any-return]
