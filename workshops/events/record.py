"""Saying an act once: its event, in the act's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from msgspec import Struct

from workshops.database import rows, value
from workshops.database.afterwards import once_committed
from workshops.database.request_id import PROGRAM, REQUEST_ID

COLUMNS = ("at", "act", "by", "about_kind", "about", "sequence", "was", "state", "also", "detail")
_UNTOLD = "INSERT INTO events_to_tell (event, about_kind, about) SELECT id, about_kind, coalesce(about, 0) FROM event"


def recorded(source: str, *, again: str = "", request: str = REQUEST_ID, program: str = PROGRAM, **said: str) -> str:
    """The end of a one-statement act: one event for each row of `source`, a FROM list with its conditions.

    `said` are SQL expressions by the names of an event's columns; those left out are empty. Two parts of the WITH, to
    be written without a comma after them: `event`, which gives the numbers, and `untold`. `again`: what becomes of an
    event that a unique index holds already. `request`, `program`: whose each is, where a statement writes for
    several.
    """
    named = [name for name in COLUMNS if name in said]
    assert len(named) == len(said), said  # noqa: S101 - a misspelt column is a fault of ours
    return f"""event AS (
  INSERT INTO events ({", ".join(named)}, request, program)
  SELECT {", ".join(said[name] for name in named)}, {request}, {program} FROM {source} {again}
  RETURNING id, about_kind, about
), untold AS (
  {_UNTOLD}
)"""  # noqa: S608 - names of columns only


def recorded_of(kind: str, source: str, *, entry: bool = True, again: str = "", **said: str) -> str:
    """The same of the very rows that an act has changed, all of one kind; each with the SEQUENCE of its entry in the
    agendas, unless nothing of it stands there (no `entry`)."""
    row = source.split(maxsplit=1)[0]
    sequence = {"sequence": f"{row}.sequence"} if entry else {}
    return recorded(source, again=again, **{"about_kind": f"'{kind}'", "about": f"{row}.id"} | sequence | said)


# What the clock says of the rows (act, about_kind, about, day) of `due`, once for each day; $1 is now.
REMINDED = recorded(
    """due WHERE NOT EXISTS (SELECT FROM events e WHERE e.act = due.act AND e.about_kind = due.about_kind
    AND e.about = due.about AND e.also = due.day) ORDER BY due.act, due.about, due.day""",
    again="ON CONFLICT DO NOTHING",
    at="$1",
    also="due.day",
    act="due.act",
    about_kind="due.about_kind",
    about="due.about",
)
RECORD = f"""
WITH said AS (
  SELECT $1::timestamptz AS at, $2::varchar AS act, $3::int AS by, $4::varchar AS about_kind, $5::int AS about,
    $6::int AS sequence, $7::varchar AS was, $8::varchar AS state, $9::int AS also, $10::text AS detail
), {recorded("said", **{name: f"said.{name}" for name in COLUMNS})}, words AS (
  INSERT INTO event_words (event, words) SELECT id, $11::text FROM event WHERE $11 <> ''
)
SELECT id FROM event"""  # noqa: S608 - constants only


class Heard(Struct, frozen=True):
    """An act that was kept: what was done, by whom, about what, when; as its event says it."""

    act: str
    by: int | None
    about_kind: str
    about: int | None
    now: datetime


class Ear:
    """Who hears, in the process that does them, of some acts as soon as they are kept: what watches over the doors.

    Whoever is told by mails, pages and programs reads the events themselves."""

    acts: frozenset[str] = frozenset()
    listener: Callable[[Heard], None] | None = None


async def record(
    act: str,
    *,
    by: int | None,
    about_kind: str,
    about: int | None,
    sequence: int | None = None,
    was: str = "",
    state: str = "",
    also: int | None = None,
    detail: str = "",
    words: str = "",
    now: datetime,
) -> int:
    """Say an act: who, what, to what, when; returns the event's number. Journal, mails and webhooks follow from it.

    `by` is None for the clock, the system and strangers. `detail` is ours and stays as long as the event; `words` are
    somebody's own, and are forgotten before.
    """
    said: int = await value(RECORD, now, act, by, about_kind, about, sequence, was, state, also, detail, words)
    if Ear.listener is not None and act in Ear.acts:
        once_committed(partial(Ear.listener, Heard(act, by, about_kind, about, now)))
    return said


TELL_AGAIN = """INSERT INTO events_to_tell (event, about_kind, about)
SELECT id, about_kind, coalesce(about, 0) FROM events WHERE id = ANY ($1::bigint[]) ON CONFLICT DO NOTHING"""


async def tell_again(events: Iterable[int | None]) -> None:
    """Have events told once more: whoever has heard of one already does not hear twice. None, of a mail that no event
    tells, is left out."""
    await rows(TELL_AGAIN, [event for event in events if event is not None])


async def record_by(
    person: int | None,
    act: str,
    *,
    about_kind: str,
    about: int | None,
    also: int | None = None,
    detail: str = "",
    words: str = "",
    now: datetime,
) -> None:
    """Say what a person did; None is a file that is taken in or the examples, which say once what they brought."""
    if person is not None:
        await record(act, by=person, about_kind=about_kind, about=about, also=also, detail=detail, words=words, now=now)
