"""A layer around every route: Litestar's, without what it asks of each request that ours never answer otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar.middleware import ASGIMiddleware

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from litestar.types import ASGIApp, Receive, Scope, Send


class Layer(ASGIMiddleware):
    """It handles a request, or lets it pass without standing in the way of its answer."""

    def passes(self, scope: Scope) -> bool:
        """Whether it has nothing to do with this request."""
        return False

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """The application with this layer around it."""

        def layer(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            if self.passes(scope):
                return app(scope, receive, send)
            return self.handle(scope, receive, send, app)

        return layer
