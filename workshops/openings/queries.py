"""The openings, and what one says of a slot."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

import msgspec

from workshops.database import rows
from workshops.database.row_types import row_as, rows_as
from workshops.openings.rules import opens_later

OPENING_OF = """LEFT JOIN openings opening
  ON ({slot}.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN opening.first_on AND opening.last_on"""
"""The `opening` of a slot, for a statement that reads more: no row where its day is of none."""

OPENS_AT = "greatest(opening.opens_at, opening.left_until)"
"""Of an `opening`, when whoever comes may have its slots: what a draw leaves is first of those who got nothing."""
KEPT_APART = """EXISTS (SELECT FROM openings awaited
      WHERE (s.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN awaited.first_on AND awaited.last_on
      AND (greatest(awaited.opens_at, awaited.left_until) > {now}::timestamptz
        OR (awaited.draws_at IS NOT NULL AND awaited.drawn_at IS NULL)))"""
"""Whether the slot `s` is nobody's yet who just comes: its period opens later, is drawn, or is of those who got nothing
in its draw."""
DRAWS_AT = "CASE WHEN opening.drawn_at IS NULL THEN opening.draws_at END AS draws_at"
"""Of an `opening`, the hour of the draw that its slots wait for."""
DRAWN_FIRST = "opening.draws_at IS NOT NULL AND opening.drawn_at IS NULL"
"""Whether the slots of an `opening`, if there is one, wait for its draw."""

_SEEN = """SELECT o.id, o.first_on, o.last_on, o.opens_at, o.draws_at, o.first_weight,
  o.file IS NOT NULL AND o.ranked_at IS NOT NULL AS file_kept, (
  SELECT count(*) FROM slots s WHERE s.state = 'open'
  AND (s.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN o.first_on AND o.last_on) AS slots
FROM openings o"""
TO_COME = f"{_SEEN} WHERE o.last_on >= ($1::timestamptz AT TIME ZONE 'Europe/Paris')::date ORDER BY o.opens_at, o.id"
ONE = f"{_SEEN} WHERE o.id = $1"
SLOTS_OPENED = f"""SELECT DISTINCT s.id FROM unnest($2::int[]) AS said (id) LEFT JOIN openings o ON o.id = said.id
JOIN slots s ON s.state = 'open' AND s.booking_closes_at > $1 AND (s.starts_at AT TIME ZONE 'Europe/Paris')::date
  BETWEEN coalesce(o.first_on, '-infinity') AND coalesce(o.last_on, 'infinity')
WHERE NOT {KEPT_APART.format(now="$1")} ORDER BY s.id"""  # noqa: S608 - constants only
OPENED_LATELY = timedelta(days=2)
"""What a worker that was stopped still makes up for."""
_NOT_SAID = """NOT EXISTS (SELECT FROM events said WHERE said.about_kind = 'opening' AND said.about = {}
    AND said.act = 'opening_opens')"""
OPENED = f"""SELECT o.id, o.first_on, o.last_on FROM openings o
WHERE (o.draws_at IS NULL OR o.drawn_at IS NOT NULL) AND {_NOT_SAID.format("o.id")}
  AND greatest(o.opens_at, o.drawn_at, o.left_until) BETWEEN $1::timestamptz - $2::interval AND $1
UNION ALL
SELECT e.about, NULL, NULL FROM events e WHERE e.about_kind = 'opening' AND e.act = 'opening_withdrawn'
  AND e.at BETWEEN $1::timestamptz - $2::interval AND $1 AND {_NOT_SAID.format("e.about")}
ORDER BY id"""  # noqa: S608 - constants only


class OpeningSeen(msgspec.Struct, frozen=True):
    """The days of a period, both included, from when on they may be reserved, and how many open slots they hold.

    `draws_at`: the demands of the first hour are drawn then; one of a collège that never came weighs `first_weight`.
    `file_kept`: the coordination may replay the whole draw.
    """

    id: int
    first_on: date
    last_on: date
    opens_at: datetime
    draws_at: datetime | None
    first_weight: int
    file_kept: bool
    slots: int


class PeriodOpened(msgspec.Struct, frozen=True):
    """A period of which whoever comes may have the slots from now on; without days where its opening was withdrawn."""

    id: int
    first_on: date | None
    last_on: date | None


async def opened_to_all(*, now: datetime) -> list[PeriodOpened]:
    """The openings that are over, of a draw with the days of those who got nothing, and of which nobody was told."""
    return await rows_as(PeriodOpened, OPENED, now, OPENED_LATELY)


async def slots_opened(openings: Collection[int], *, now: datetime) -> list[int]:
    """Of these periods, which are open to all, the slots that may be reserved; of one that is withdrawn, of any day."""
    return [slot["id"] for slot in await rows(SLOTS_OPENED, now, list(openings))] if openings else []


async def openings_to_come(*, now: datetime) -> list[OpeningSeen]:
    """The openings whose period is not over, in the order of their hours."""
    return await rows_as(OpeningSeen, TO_COME, now)


async def openings_awaited(days: Collection[date], *, now: datetime) -> list[OpeningSeen]:
    """The openings that some of these days wait for: until their hour, these are seen and not reserved."""
    return [
        one
        for one in await openings_to_come(now=now)
        if opens_later(one.opens_at, now) and any(one.first_on <= day <= one.last_on for day in days)
    ]


async def opening(number: int) -> OpeningSeen | None:
    """One opening."""
    return await row_as(OpeningSeen, ONE, number)
