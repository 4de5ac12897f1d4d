"""A draw as everybody may read it: numbers and weights before, ranks, results, places left and the seed after."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec import Struct

from workshops.database.row_types import row_as, rows_as
from workshops.school_calendar.rules import paris_day

# A draw that was held before there were files: what each demand was for is public, as it was then.
_OF_ONE_SLOT = "o.ranked_at IS NOT NULL AND o.file_digest IS NULL"
ONE = f"""SELECT o.id, o.first_on, o.last_on, o.opens_at, coalesce(o.draws_at, o.opens_at) AS draws_at,
  o.frozen_at, o.ranked_at, o.drawn_at, o.first_weight, encode(o.file_digest, 'hex') AS file_digest,
  encode(sha256(o.seed), 'hex') AS digest, CASE WHEN o.ranked_at IS NOT NULL THEN encode(o.seed, 'hex') END AS seed,
  o.left_until, o.places_left IS NOT NULL AS left_told, {_OF_ONE_SLOT} AS one_slot,
  (SELECT count(*) FROM demands d WHERE d.opening = o.id) AS demands
FROM openings o WHERE o.draws_at IS NOT NULL AND o.id = $1"""  # noqa: S608 - constants only
# By rank once there are ranks, then by number: never in the order in which they were made.
LINES = f"""SELECT coalesce(d.number, '') AS number, d.weight, s.id AS slot, d.rank,
  CASE d.result WHEN 'gone' THEN '' ELSE d.result END AS result, encode(d.digest, 'hex') AS digest,
  CASE WHEN o.frozen_at IS NOT NULL THEN d.beyond END AS beyond, s.starts_at, w.title AS workshop, h.name AS host
FROM demands d JOIN openings o ON o.id = d.opening
LEFT JOIN slots s ON s.id = d.shown_slot AND {_OF_ONE_SLOT}
LEFT JOIN workshops w ON w.id = s.workshop
LEFT JOIN schools h ON h.id = s.school
WHERE d.opening = $1 AND (coalesce(d.rank, 2147483647), d.number) > ($2, $3)
ORDER BY coalesce(d.rank, 2147483647), d.number LIMIT $4"""  # noqa: S608 - constants only
LEFT = """SELECT s.id AS slot, l.seats, l.groups, s.starts_at, w.title AS workshop, h.name AS host
FROM openings o
CROSS JOIN LATERAL jsonb_to_recordset(convert_from(o.places_left, 'UTF8')::jsonb) AS l (slot int, seats int, groups int)
JOIN slots s ON s.id = l.slot JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
WHERE o.id = $1 ORDER BY s.starts_at, s.id"""
FILE = """SELECT coalesce(encode(seed, 'hex'), '') AS seed, coalesce(file, '') AS file FROM openings
WHERE id = $1 AND ranked_at IS NOT NULL AND file IS NOT NULL"""
LAST = 2_147_483_647


class DrawSeen(Struct, frozen=True):
    """A draw: the digest of its seed from the beginning; once no demand enters any more, that of the file that says all
    that decides it; then the seed, and whether what it left of each slot is public (`left_told`).

    What is left is until `left_until` of those who got nothing. `one_slot`: it was held when each demand was for one.
    """

    id: int
    first_on: date
    last_on: date
    opens_at: datetime
    draws_at: datetime
    frozen_at: datetime | None
    ranked_at: datetime | None
    drawn_at: datetime | None
    first_weight: int
    file_digest: str | None
    digest: str
    seed: str | None
    left_until: datetime | None
    left_told: bool
    one_slot: bool
    demands: int

    @property
    def left_last_on(self) -> date | None:
        """The last day on which what is left is theirs alone."""
        return None if self.left_until is None else paris_day(self.left_until - timedelta(seconds=1))


class DrawLine(Struct, frozen=True):
    """A demand without its collège, its head count or its slots.

    No `rank` before the draw, nor where it was withdrawn. When entries end it is said whether it is `beyond` its
    collège's number of groups, and its `digest` holds it to what it said. Of a draw held when each was for one slot,
    that one.
    """

    number: str
    weight: int
    beyond: bool | None
    slot: int | None
    rank: int | None
    result: str
    digest: str | None
    starts_at: datetime | None
    workshop: str | None
    host: str | None


class SlotAfterDraw(Struct, frozen=True):
    """What a draw left of a slot: seats, and places of groups."""

    slot: int
    seats: int
    groups: int
    starts_at: datetime
    workshop: str
    host: str


class FrozenFile(Struct, frozen=True):
    """All that decided a draw, as it was frozen, and the seed that it does not hold."""

    seed: str
    file: bytes


async def draw(opening: int) -> DrawSeen | None:
    """The draw of an opening; None where there is none."""
    return await row_as(DrawSeen, ONE, opening)


async def draw_lines(opening: int, *, after: tuple[int, str] = (0, ""), limit: int) -> list[DrawLine]:
    """The demands of a draw in its order, at most `limit` that follow a rank (`LAST` for none) and a number."""
    return await rows_as(DrawLine, LINES, opening, *after, limit)


async def left_by_draw(opening: int) -> list[SlotAfterDraw]:
    """What each slot of a period had left after its draw, by its start.

    None before, and of a draw held when each demand was for one slot.
    """
    return await rows_as(SlotAfterDraw, LEFT, opening)


async def frozen_file(opening: int) -> FrozenFile | None:
    """The whole file of a draw that was ranked, for the coordination alone; None once it is erased."""
    return await row_as(FrozenFile, FILE, opening)


def place_of(line: DrawLine) -> tuple[int, str]:
    """Where a line stands, to ask for those that follow it."""
    return (LAST if line.rank is None else line.rank, line.number)
