"""What was done since, for a program that asks instead of being told: read in the order of the transactions.

An event is numbered, and takes its transaction's turn, before that commits: another that began earlier may end later.
Only what every transaction before has written, or will never write, is read; so nothing comes behind a cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from booking.mails.webhooks.queries import Subscriber, may_read
from booking.mails.webhooks.rules import Telling, acts_inside, telling
from workshops.database import confirm_what_was_read
from workshops.database.row_types import row_as, rows_as
from workshops.events.rules import BEFORE_ALL, BEGINS_AT, FOLLOWED_FOR, EventPlace, EventsGone, event_place_of

NOW = "now"
LOOKED_AT = 2000
# Below it no transaction is under way any more: the same snapshot says it that the statement reads.
ENDED = "event_turn(pg_snapshot_xmin(pg_current_snapshot()))"
# $1 turn, $2 number and $3 moment of the event after which one goes on, $4 acts, $5 membership, $6 at most so many.
SINCE = f"""WITH looked AS MATERIALIZED (
  SELECT e.turn, e.id, e.at, e.act, e.about_kind, e.about, e.sequence, e.program FROM events e
  WHERE (e.turn, e.id) > ($1::bigint, $2::bigint) AND e.turn < {ENDED} ORDER BY e.turn, e.id LIMIT {LOOKED_AT}
), told AS (
  SELECT l.* FROM looked l
  WHERE l.act = ANY ($4::varchar[]) AND l.about IS NOT NULL
    AND {may_read("l.about_kind", "l.about", membership="$5::int")}
  ORDER BY l.turn, l.id LIMIT $6
), first AS (
  SELECT at FROM looked ORDER BY turn, id LIMIT 1
), last AS (
  SELECT turn, id, at FROM looked ORDER BY turn DESC, id DESC LIMIT 1
)
SELECT $1::bigint = 0 AND $2::bigint = 0 OR EXISTS (
    SELECT FROM events known WHERE known.id = $2 AND known.turn = $1 AND known.at = $3::timestamptz) AS stands,
  first.at AS first_at, last.turn AS last_turn, last.id AS last_id, last.at AS last_at,
  (SELECT count(*) FROM looked)::int AS looked,
  told.id, told.turn, told.at, told.act, told.about_kind, told.about, told.sequence,
  (SELECT by.name FROM applications by WHERE by.id = told.program) AS program
FROM (VALUES (1)) once LEFT JOIN first ON true LEFT JOIN last ON true LEFT JOIN told ON true
ORDER BY told.turn, told.id"""  # noqa: S608 - constants only
LAST_BEFORE = "SELECT turn, id, at FROM events WHERE at < $1 ORDER BY at DESC, id DESC LIMIT 1"
LAST = f"SELECT turn, id, at FROM events WHERE turn < {ENDED} ORDER BY turn DESC, id DESC LIMIT 1"  # noqa: S608


class FollowedEvent(Struct, frozen=True):
    """An event that may be told, or none (no `id`), with what was looked at: whether the event of the cursor `stands`,
    the first and the last of those `looked` at, told or not."""

    stands: bool
    first_at: datetime | None
    last_turn: int | None
    last_id: int | None
    last_at: datetime | None
    looked: int
    id: int | None
    turn: int | None
    at: datetime | None
    act: str | None
    about_kind: str | None
    about: int | None
    sequence: int | None
    program: str | None


class Followed(Struct, frozen=True):
    """What was done since, the cursor to go on from, and whether there is `more` of it now."""

    items: Sequence[Telling]
    next_cursor: str
    more: bool


async def follow(after: str | None, *, person: Subscriber, limit: int, base_url: str, now: datetime) -> Followed:
    """What was done since a cursor that this person may read now, as her programs are told it.

    Without a cursor from the oldest that is kept on; after NOW nothing, and where to go on. Raises NotACursor,
    EventsGone.
    """
    if after == NOW:
        return Followed([], (await row_as(EventPlace, LAST) or BEFORE_ALL).cursor, False)
    place = event_place_of(after) if after is not None else await beginning(now)
    found = await rows_as(
        FollowedEvent, SINCE, place.turn, place.id, place.at, acts_inside(person.role), person.membership, limit
    )
    seen = found[0]
    if not seen.stands or (seen.first_at is not None and seen.first_at < now - FOLLOWED_FOR):
        raise EventsGone((await beginning(now)).cursor)
    told = [_telling(event, base_url) for event in found if event.id is not None]
    if told:
        await confirm_what_was_read()
    full = len(told) == limit
    return Followed(told, _place_of(found[-1], full=full, else_=place).cursor, full or seen.looked == LOOKED_AT)


async def beginning(now: datetime) -> EventPlace:
    """The place from which all that is kept follows, with time enough to read it."""
    return await row_as(EventPlace, LAST_BEFORE, now - BEGINS_AT) or BEFORE_ALL


def _telling(event: FollowedEvent, base_url: str) -> Telling:
    assert event.act and event.about_kind and event.about is not None and event.at is not None  # noqa: S101 - it is one
    return telling(
        event.id,
        act=event.act,
        about_kind=event.about_kind,
        about=event.about,
        at=event.at,
        sequence=event.sequence,
        program=event.program,
        base_url=base_url,
    )


def _place_of(event: FollowedEvent, *, full: bool, else_: EventPlace) -> EventPlace:
    """Where one has come to: the last that was told of a full page, else the last that was looked at."""
    turn, number, at = (event.turn, event.id, event.at) if full else (event.last_turn, event.last_id, event.last_at)
    return else_ if turn is None or number is None or at is None else EventPlace(turn, number, at)
