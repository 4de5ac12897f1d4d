"""Style sheets, scripts and pictures as `make setup` builds them, and drawings: each in a file named for its content.

A browser keeps such a file for ever, under an address that another content never has.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from booking.presentation.drawings import sprite
from booking.presentation.look import PALETTE, palette
from booking.process.settings import SettingsRefused

BUILT = Path(__file__).parents[1] / "static" / "built"
DRAWINGS = "drawings.svg"
_CODINGS = {"br": ".br", "gzip": ".gz"}
_TYPES = {".js": "text/javascript", ".wasm": "application/wasm", ".css": "text/css", ".svg": "image/svg+xml"}
_NAMED = re.compile(r"(.+)-[0-9a-f]{10}(\.\w+)")


class BuiltFile(Struct, frozen=True):
    """A file as it is sent: `packed` holds its bytes by content coding, the one that browsers should prefer first."""

    name: str
    media_type: str
    body: bytes
    packed: Mapping[str, bytes]


@cache
def names() -> dict[str, str]:
    """The name under which each file is served, by its own; raises SettingsRefused where set-up built nothing."""
    try:
        told: dict[str, str] = json.loads((BUILT / "manifest.json").read_text())
    except FileNotFoundError:
        raise SettingsRefused(
            "Technilab ne démarre pas : ses feuilles de style et ses scripts ne sont pas construits. Lancez make setup."
        ) from None
    return told


@cache
def asset(name: str) -> str:
    """The address of « site.css » or « favicon.svg », which changes with its content.

    Raises KeyError for what is no file of ours, SettingsRefused before `make setup`.
    """
    made = _made(name)
    return f"/static/{made.name if made is not None else names()[name]}"


def built_file(name: str) -> BuiltFile | None:
    """The file that an address names; today's when it names the content of another day, for a page must open.

    None for what is no file of ours, or was not built.
    """
    named = _NAMED.fullmatch(name)
    asked = "".join(named.groups()) if named is not None else ""
    if (made := _made(asked)) is not None:
        return made
    today = names().get(asked)
    return _read(today) if today is not None and is_built(asked) else None


def is_built(name: str) -> bool:
    """Whether set-up built « aide-host-1.webp »: a page whose picture is missing is read without it."""
    return name in names() and (BUILT / names()[name]).is_file()


def text_of(name: str) -> str:
    """What « worker.js » says."""
    return (BUILT / names()[name]).read_text()


@cache
def _made(name: str) -> BuiltFile | None:
    """What set-up does not build: the drawings, and the colours of another look where one is worn."""
    body = sprite().encode() if name == DRAWINGS else palette() if name == PALETTE else None
    if body is None:
        return None
    stem, dot, kind = name.partition(".")
    named = f"{stem}-{sha256(body).hexdigest()[:10]}.{kind}"
    return BuiltFile(named, _TYPES[dot + kind], body, {"gzip": gzip.compress(body, mtime=0)})


@cache
def _read(name: str) -> BuiltFile:
    file = BUILT / name
    ways = {coding: file.with_name(name + ending) for coding, ending in _CODINGS.items()}
    packed = {coding: one.read_bytes() for coding, one in ways.items() if one.is_file()}
    kind = _TYPES.get(file.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return BuiltFile(name, kind, file.read_bytes(), packed)
