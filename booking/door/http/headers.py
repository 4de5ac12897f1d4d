"""The security headers of every response, errors included (ASVS 5.0 chapter 3; Litestar sets none by itself)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from booking.door.rights.session import holds_a_secret

if TYPE_CHECKING:
    from litestar.types import HTTPResponseStartEvent, Scope

CSP = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
PAGE_CSP = CSP.format(wasm="")
# The one page that any site may show inside its own.
FRAMED_CSP = PAGE_CSP.replace("ancestors 'none'", "ancestors *").replace("form-action 'self'", "form-action 'none'")
CAMERA_CSP = CSP.format(wasm=" 'wasm-unsafe-eval'")
# An SVG drawing may style its own shapes and do nothing else, wherever it is opened.
DRAWING_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox"
NOTHING_ALLOWED = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
CAMERA_ALLOWED = NOTHING_ALLOWED.replace("camera=()", "camera=(self)")


def add_headers(message: HTTPResponseStartEvent, scope: Scope) -> None:
    """Add them to a response, also to one that no route made; `message` is its start."""
    opt = getattr(scope.get("route_handler"), "opt", {})
    camera = bool(opt.get("camera"))
    drawing = bool(opt.get("drawing")) and message["status"] < 400
    framed = bool(opt.get("framed")) and message["status"] < 400
    secure = scope["litestar_app"].state.settings.secure
    own_headers = list(message["headers"])
    headers = [*own_headers, *_security_headers(camera, drawing, framed, secure, holds_a_secret(scope))]
    if opt.get("any_site") and scope.get("method") in {"GET", "HEAD"}:
        # No site reads more by it than any visitor: it is sent without the cookies of ours (Fetch, 3.3.5).
        headers.append((b"access-control-allow-origin", b"*"))
    if not any(name.lower() == b"cache-control" for name, _ in own_headers):
        # What a signed-in person saw must not be read again from a shared machine's cache; a response that is cacheable
        # sets the header itself.
        headers.append((b"cache-control", b"no-store"))
    message["headers"] = headers


@cache
def _security_headers(
    camera: bool, drawing: bool, framed: bool, secure: bool, secret: bool
) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that no handler sets, encoded once: setting them one by one would search the list as many times."""
    headers = {
        "content-security-policy": _policy(camera, drawing, framed),
        "permissions-policy": CAMERA_ALLOWED if camera else NOTHING_ALLOWED,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer" if secret else "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "cross-origin" if framed else "same-origin",
    }
    if secure:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


def _policy(camera: bool, drawing: bool, framed: bool) -> str:
    if camera:
        return CAMERA_CSP
    return DRAWING_CSP if drawing else FRAMED_CSP if framed else PAGE_CSP
