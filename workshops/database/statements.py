"""Invalidating prepared statements after the schema has changed under them.

PgBouncer caches prepared statements by their text: once a table has changed under one, the same text is refused on that
server for an hour. With another text it is another statement.
"""

from __future__ import annotations

from itertools import count

_generations = count(1)
_suffix = ""


def versioned(sql: str) -> str:
    """The statement as it is sent."""
    return sql + _suffix


def invalidate_prepared() -> None:
    """Every statement has another text from here on, and is prepared anew."""
    global _suffix  # noqa: PLW0603 - one generation per process, like the connection pool
    _suffix = f"\n-- {next(_generations)}"
