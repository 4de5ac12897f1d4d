"""Of which request an act is: what a log line, an act's row and a mail are correlated by, and which program asks."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TypeAlias

# Empty for scheduled jobs.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# The number of the program that asks; None where people do it themselves, and for scheduled jobs.
program: ContextVar[int | None] = ContextVar("program", default=None)
# A statement that contains a placeholder is given its value, after its other arguments.
REQUEST_ID, PROGRAM = "$request", "$program"
_PLACED: tuple[tuple[str, str, ContextVar[Any]], ...] = ((REQUEST_ID, "varchar", request_id), (PROGRAM, "int", program))

Origin: TypeAlias = tuple[str, int | None]
"""Of which request and which program, for what is written with others'."""


def origin() -> Origin:
    """Of which request and which program an act is that is being done."""
    return request_id.get(), program.get()


def of_request(sql: str, args: tuple[object, ...]) -> tuple[str, tuple[object, ...]]:
    """The statement and its arguments, the last of which say of which request it is where the statement asks."""
    placed, values = _placed(sql, len(args))
    return placed, (*args, *(value.get() for value in values))


@lru_cache(maxsize=4096)
def _placed(sql: str, arguments: int) -> tuple[str, tuple[ContextVar[Any], ...]]:
    values: tuple[ContextVar[Any], ...] = ()
    for placeholder, kind, value in _PLACED:
        if placeholder in sql:
            values = (*values, value)
            sql = sql.replace(placeholder, f"${arguments + len(values)}::{kind}")
    return sql, values
