"""Base class of our ASGI middleware: Litestar's, without its per-request checks, whose answer never varies here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar.middleware import ASGIMiddleware

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from litestar.types import ASGIApp, Receive, Scope, Send


class Middleware(ASGIMiddleware):
    """Handles a request, or is skipped: the next application is then called directly, with no wrapper around it."""

    def skips(self, scope: Scope) -> bool:
        """Whether this middleware does not apply to the request."""
        return False

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """The application wrapped in this middleware."""

        def middleware(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            if self.skips(scope):
                return app(scope, receive, send)
            return self.handle(scope, receive, send, app)

        return middleware
