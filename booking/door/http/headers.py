"""The headers of every answer, errors included (ASVS 5.0 chapter 3; Litestar sets none by itself)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from booking.door.rights.csrf import holds_a_secret

if TYPE_CHECKING:
    from litestar.types import HTTPResponseStartEvent, Scope

CSP = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
PAGE_CSP = CSP.format(wasm="")
CAMERA_CSP = CSP.format(wasm=" 'wasm-unsafe-eval'")
# A drawing styles its own shapes and does nothing else, wherever it is opened.
DRAWING_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox"
NOTHING_ALLOWED = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
CAMERA_ALLOWED = NOTHING_ALLOWED.replace("camera=()", "camera=(self)")


def add_headers(message: HTTPResponseStartEvent, scope: Scope) -> None:
    """For each answer, also for the ones that no route gave; `message` begins it."""
    opt = getattr(scope.get("route_handler"), "opt", {})
    camera = bool(opt.get("camera"))
    drawing = bool(opt.get("drawing")) and message["status"] < 400
    secure = scope["litestar_app"].state.settings.secure
    told = list(message["headers"])
    headers = [*told, *_always(camera, drawing, secure, holds_a_secret(scope))]
    if not any(name.lower() == b"cache-control" for name, _ in told):
        # What a signed-in person saw must not be read again from a shared machine's cache; what everybody may keep
        # says so itself.
        headers.append((b"cache-control", b"no-store"))
    message["headers"] = headers


@cache
def _always(camera: bool, drawing: bool, secure: bool, secret: bool) -> tuple[tuple[bytes, bytes], ...]:
    """What no handler sets, encoded once: set one by one, they are searched for as many times."""
    headers = {
        "content-security-policy": CAMERA_CSP if camera else DRAWING_CSP if drawing else PAGE_CSP,
        "permissions-policy": CAMERA_ALLOWED if camera else NOTHING_ALLOWED,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer" if secret else "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if secure:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return tuple((name.encode(), value.encode()) for name, value in headers.items())
