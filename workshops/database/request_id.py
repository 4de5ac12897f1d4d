"""The request id: what a log line, an act's row and a mail are correlated by."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache

# Empty for scheduled jobs.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# A statement that contains this placeholder is given the request id, after its other arguments.
REQUEST_ID = "$request"


@lru_cache(maxsize=4096)
def with_request_id(sql: str, arguments: int) -> str | None:
    """The statement whose last argument is the request id; None for a statement without the placeholder."""
    return sql.replace(REQUEST_ID, f"${arguments + 1}::varchar") if REQUEST_ID in sql else None
