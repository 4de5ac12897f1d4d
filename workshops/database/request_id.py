"""Which request something is done for: what a line of the logs, an act's row and a mail tell of it."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache

# Empty for the clock.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# Where a statement says so, the request is given to it, after its other values.
REQUEST = "$request"


@lru_cache(maxsize=4096)
def numbered(sql: str, given: int) -> str | None:
    """A statement that keeps the request, which is its last value; None for the others."""
    return sql.replace(REQUEST, f"${given + 1}::varchar") if REQUEST in sql else None
