"""What bodies and answers share: numbers, lines, pages of a list, and where what was made is read.

What machines send is strict: a field that is not one of ours is refused.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Annotated, Generic, Protocol, TypeVar

import msgspec
from litestar import Response
from litestar.params import HeaderParameter, QueryParameter
from msgspec import Meta

from booking.door.http.first_answers import HEADER, UNREADABLE
from booking.people.accounts.queries import Person
from booking.people.first_answers.rules import KEY_MOST, key_of, readable
from workshops.acts.days import far_away
from workshops.acts.plain_words import A_LINE, SOME_LINES
from workshops.offer.rules import NO_CURSOR
from workshops.refusals import Invalid
from workshops.schools.rules import is_uai

Whole = Annotated[int, Meta(ge=0, le=2_147_483_647)]
Count = Annotated[int, Meta(ge=-32_768, le=32_767)]
Line = Annotated[str, Meta(max_length=200, pattern=A_LINE)]
Lines = Annotated[str, Meta(max_length=500, pattern=SOME_LINES)]
Instant = Annotated[datetime, Meta(tz=True)]
FAR = "Date : entre 2000 et 2100."
NO_UAI = "Établissement : un UAI, par exemple 0250011B."
Told = TypeVar("Told")
Answer = TypeVar("Answer", bound=msgspec.Struct)


def known(*values: str) -> Meta:
    """A line that is one of these; the act says it in its own words where it is not."""
    return Meta(max_length=200, pattern=A_LINE, extra_json_schema={"enum": [str(one) for one in values]})


def told_as(*values: str) -> Meta:
    """One of these, in an answer that no kind says whole."""
    return Meta(extra_json_schema={"enum": [str(one) for one in values]})


def one_of(kind: type[StrEnum]) -> Meta:
    """A line that is one of a kind."""
    return known(*kind)


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    """Why something ends."""

    reason: Annotated[str, Meta(max_length=300, pattern=A_LINE)] = ""


def made(answer: Told, at: str) -> Response[Told]:
    """What was made, with the address under /api/v1 where it is read."""
    return Response(answer, headers={"Location": f"/api/v1{at}"})


IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name=HEADER, max_length=KEY_MOST, description="Drawn by the client: sent again, it gives the first answer."
    ),
]


def readable_key(key: str | None, person: Person) -> str | None:
    """An Idempotency-Key as it is kept, a program's apart from her own. Raises Invalid for one that cannot be."""
    if key is None:
        return None
    if not readable(key):
        raise Invalid({HEADER: UNREADABLE})
    return key_of(person.program.id if person.program is not None else None, key)


NO_INSTANT = "Donnez un instant avec son fuseau, par exemple 2027-03-25T09:00:00+01:00."
LIMIT_MOST = 200
PAGE = 50
Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST, description="At most this many on a page.")]
Cursor = Annotated[str | None, QueryParameter(max_length=200, description="`next_cursor` of the last page.")]


def refuse_wrong(days: Mapping[str, date | None], *, school: str | None = None) -> None:
    """Raise Invalid for days before 2000 or after 2100 and for what is no UAI, all at once."""
    errors = {name: FAR for name, day in days.items() if day is not None and far_away(day)}
    if school is not None and not is_uai(school):
        errors["school"] = NO_UAI
    if errors:
        raise Invalid(errors)


def since_of(instant: datetime | None) -> datetime | None:
    """The instant since which something changed. Raises Invalid for one without a zone, or far away."""
    if instant is not None and (instant.tzinfo is None or far_away(instant.date())):
        raise Invalid({"changed_since": NO_INSTANT})
    return instant


class Page(msgspec.Struct, Generic[Told]):
    """A part of a list, by number; `next_cursor` asks for the next one, null at the end."""

    items: list[Told]
    next_cursor: str | None


class Numbered(Protocol):
    """What a list holds."""

    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=Numbered)
Found = TypeVar("Found")


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


def page_of(found: Sequence[Row], told: Callable[[Row], Told], *, of: str, limit: int) -> Page[Told]:
    """The page of those found: one more than `limit` when there is a next one."""
    cursor = _cursor(of, found[limit - 1].id) if len(found) > limit else None
    return Page([told(one) for one in found[:limit]], cursor)


def page_of_few(
    found: Sequence[Found], told: Callable[[Found], Told], *, of: str, limit: int, cursor: str | None
) -> Page[Told]:
    """The page of a list that stays short and was read whole: its cursor counts what came before."""
    before = start_of(cursor, of=of)
    end = before + limit
    return Page([told(one) for one in found[before:end]], _cursor(of, end) if len(found) > end else None)


def _cursor(of: str, number: int) -> str:
    return urlsafe_b64encode(f"{of}|{number}".encode()).decode().rstrip("=")


def answer_of(shape: type[Answer], row: object, **named: object) -> Answer:
    """What a query read, as a machine is told it: the fields that the answer names, those of another name `named`."""
    read, said = _fields_read(shape, frozenset(named))
    values = dict(zip(said, read(row), strict=True))
    json_names = _json_names(shape)
    values |= {json_names[name]: value for name, value in named.items() if name in json_names}
    return msgspec.convert(values, shape)


@cache
def _json_names(shape: type[msgspec.Struct]) -> Mapping[str, str]:
    return dict(zip(shape.__struct_fields__, shape.__struct_encode_fields__, strict=True))


@cache
def _fields_read(
    shape: type[msgspec.Struct], named: frozenset[str]
) -> tuple[Callable[[object], Sequence[object]], Sequence[str]]:
    """What takes all at once off a row which is not `named`, and how JSON calls each."""
    said = {name: json_name for name, json_name in _json_names(shape).items() if name not in named}
    # Of a single name `attrgetter` returns no tuple.
    read = attrgetter(*said) if len(said) > 1 else lambda row: [getattr(row, name) for name in said]
    return read, list(said.values())


def as_it_is(one: Told) -> Told:
    """What a query read is what a machine is told."""
    return one
