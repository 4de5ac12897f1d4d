"""A draw as everybody may read it: numbers and weights before, ranks, results and the seed after."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from workshops.database.row_types import row_as, rows_as

_DRAW = """SELECT o.id, o.first_on, o.last_on, o.opens_at, coalesce(o.draws_at, o.opens_at) AS draws_at,
  o.frozen_at, o.ranked_at, o.drawn_at, o.first_weight, encode(o.file_digest, 'hex') AS file_digest,
  encode(sha256(o.seed), 'hex') AS digest, CASE WHEN o.ranked_at IS NOT NULL THEN encode(o.seed, 'hex') END AS seed,
  (SELECT count(*) FROM demands d WHERE d.opening = o.id) AS demands
FROM openings o WHERE o.draws_at IS NOT NULL"""
ONE = f"{_DRAW} AND o.id = $1"
# By rank once there are ranks, then by number: never in the order in which they were made.
_LINES = """SELECT d.number, d.weight, d.shown_slot AS slot, d.rank,
  CASE d.result WHEN 'gone' THEN '' ELSE d.result END AS result, encode(d.digest, 'hex') AS digest, s.starts_at,
  w.title AS workshop, h.name AS host
FROM demands d LEFT JOIN slots s ON s.id = d.shown_slot LEFT JOIN workshops w ON w.id = s.workshop
LEFT JOIN schools h ON h.id = s.school
WHERE d.opening = $1"""
LINES = f"""{_LINES} AND (coalesce(d.rank, 2147483647), d.number) > ($2, $3)
ORDER BY coalesce(d.rank, 2147483647), d.number LIMIT $4"""
LAST = 2_147_483_647


class DrawSeen(Struct, frozen=True):
    """A draw: the digest of its seed from the beginning; once no demand enters any more, that of the file that says all
    that decides it; then the seed."""

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
    demands: int


class DrawLine(Struct, frozen=True):
    """A demand without its collège, its head count or its slots; without a `rank` before the draw, and where it was
    withdrawn. `digest` holds it to what it said when entries ended. Of a draw
    held when each was for one slot, that one."""

    number: str
    weight: int
    slot: int | None
    rank: int | None
    result: str
    digest: str | None
    starts_at: datetime | None
    workshop: str | None
    host: str | None


async def draw(opening: int) -> DrawSeen | None:
    """The draw of an opening; None where there is none."""
    return await row_as(DrawSeen, ONE, opening)


async def draw_lines(opening: int, *, after: tuple[int, str] = (0, ""), limit: int) -> list[DrawLine]:
    """The demands of a draw in its order, at most `limit` that follow a rank (`LAST` for none) and a number."""
    return await rows_as(DrawLine, LINES, opening, *after, limit)


def place_of(line: DrawLine) -> tuple[int, str]:
    """Where a line stands, to ask for those that follow it."""
    return (LAST if line.rank is None else line.rank, line.number)
