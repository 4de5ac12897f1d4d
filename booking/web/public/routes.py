"""The routes that anybody may read."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.public.health import live, ready
from booking.web.public.statements import accessibility, legal, privacy

ROUTES: list[ControllerRouterHandler] = [accessibility, legal, live, privacy, ready]
