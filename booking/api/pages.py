"""Long lists for machines: a page at a time, each with the cursor of the next one."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Protocol, TypeVar

import msgspec
from litestar.params import QueryParameter

from workshops.offer.rules import NO_CURSOR
from workshops.refusals import Invalid

LIMIT_MOST = 200
PAGE = 50
Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST, description="At most this many on a page.")]
Cursor = Annotated[str | None, QueryParameter(max_length=200, description="`next_cursor` of the last page.")]


class Page(msgspec.Struct):
    """A part of a list, by number; `next_cursor` asks for the next one, null at the end."""

    items: list[dict[str, Any]]
    next_cursor: str | None


class Numbered(Protocol):
    """What a list holds."""

    @property
    def id(self) -> int: ...


Line = TypeVar("Line", bound=Numbered)


def start_of(cursor: str | None, *, of: str) -> int:
    """The number after which the page starts. Raises Invalid for a cursor of another list."""
    if cursor is None:
        return 0
    try:
        name, number = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")
        after = int(number)
    except ValueError:
        raise Invalid({"cursor": NO_CURSOR}) from None
    if name != of or not 0 < after < 2**31:
        raise Invalid({"cursor": NO_CURSOR})
    return after


def page_of(found: Sequence[Line], told: Callable[[Line], dict[str, Any]], *, of: str, limit: int) -> Page:
    """The page of those found: one more than `limit` when there is a next one."""
    last = f"{of}|{found[limit - 1].id}" if len(found) > limit else None
    cursor = urlsafe_b64encode(last.encode()).decode().rstrip("=") if last else None
    return Page(items=[told(one) for one in found[:limit]], next_cursor=cursor)
