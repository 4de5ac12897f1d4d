"""A request whose body may be anything."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.exceptions import ClientException


class Asked(Request[Any, Any, Any]):
    """Litestar's request; a body nested without end is one that cannot be read, not a fault of ours."""

    async def json(self) -> Any:
        try:
            return await super().json()
        except RecursionError:
            raise ClientException("nested too deep") from None
