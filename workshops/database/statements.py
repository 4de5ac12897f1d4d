"""The words of prepared statements, after a table has changed under them.

PgBouncer keeps prepared statements by their words: once a table has changed under one, the same words are refused on
that server for an hour. Written in another way they are another statement.
"""

from __future__ import annotations

from itertools import count

_times = count(1)
_mark = ""


def worded(sql: str) -> str:
    """The statement as it is sent."""
    return sql + _mark


def written_anew() -> None:
    """Every statement is another one from here on."""
    global _mark  # noqa: PLW0603 - one way of writing per process, like the database's pool
    _mark = f"\n-- {next(_times)}"
