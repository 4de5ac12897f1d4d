"""Whether this machine's pages are served, and by which version: asked of its own web process, past every other."""

from __future__ import annotations

import socket
import time
from http.client import HTTPConnection, HTTPException

import msgspec
from msgspec import Struct

from booking.commands.listening import public_address
from booking.process.settings import Settings
from booking.process.version import VERSION

PATIENCE = 5.0
# A web process that was started serves well within it.
SERVES_WITHIN, ASKED_EVERY = 60.0, 0.5


class Told(Struct, frozen=True):
    """What a web process says of itself at /health/ready, whichever version it is."""

    state: str
    version: str = ""
    degraded: list[str] = []


def pages_soon(settings: Settings) -> tuple[bool, str]:
    """What `pages_here` says once this version serves them, or after a minute."""
    ends = time.monotonic() + SERVES_WITHIN
    while not (found := pages_here(settings))[0] and time.monotonic() < ends:
        time.sleep(ASKED_EVERY)
    return found


def pages_here(settings: Settings) -> tuple[bool, str]:
    """Whether this version serves them, and in words who does or why nobody."""
    try:
        told = _ready(settings)
    except (OSError, HTTPException, msgspec.MsgspecError):
        return False, f"Technilab ne répond pas à {public_address(settings)} : lancez technilab-web"
    match told.state, told.version:
        case "ready", version if version == VERSION:
            return True, f"servies par la version {version}"
        case "ready", version:
            return False, f"servies par la version {version}, et non {VERSION} : relancez technilab-web"
        case "leaving", version:
            return False, f"la version {version} s'arrête"
    return False, f"la version {told.version} ne peut pas les servir ({', '.join(told.degraded)})"


def _ready(settings: Settings) -> Told:
    line = HTTPConnection("localhost" if settings.socket else settings.listen, settings.port, timeout=PATIENCE)
    try:
        if settings.socket:
            line.sock = socket.socket(socket.AF_UNIX)
            line.sock.settimeout(PATIENCE)
            line.sock.connect(str(settings.socket))
        line.request("GET", "/health/ready")
        return msgspec.json.decode(line.getresponse().read(), type=Told)
    finally:
        line.close()
