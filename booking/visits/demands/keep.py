"""What acts write of a demand: it is made, gets its number, its rank, its result."""

from __future__ import annotations

from datetime import datetime

from booking.visits.demands.tables import RankedDemand
from workshops.database import rows, value
from workshops.openings.plan import entering

NEXT = "nextval(pg_get_serial_sequence('demands', 'id'))::int"
"""The number of a demand that an act is about to make."""
MAKE = """INSERT INTO demands ("group", school, asked_by, lines, asked_at)
VALUES ($1, $2, $3, $4, $5) RETURNING id"""
# The weight is fixed here, for good.
ENTER = f"""
WITH opening AS (
  {entering("$6")}
), came AS (
  SELECT EXISTS (SELECT FROM received WHERE college = $2 AND visit IS NOT NULL) AS before
)
INSERT INTO demands ("group", school, asked_by, lines, asked_at, opening, number, weight)
SELECT $1, $2, $3, $4, $5, opening.id, $7, CASE WHEN came.before THEN 1 ELSE opening.first_weight END
FROM opening, came RETURNING id"""  # noqa: S608 - constants only
# Each line of a demand was withdrawn, or its slot called off: its group may make another one.
FORGET_EMPTY = """UPDATE demands emptied SET result = 'gone'
WHERE emptied."group" = $1 AND emptied.opening IS NOT NULL AND emptied.result = '' AND emptied.rank IS NULL
  AND NOT EXISTS (SELECT FROM reservations r WHERE r.demand = emptied.id AND r.state = 'in_draw')"""
# $1: the numbers of the demands, in the order of the draw.
RANK_ALL = """UPDATE demands d SET rank = ranked.rank
FROM unnest($1::int[]) WITH ORDINALITY AS ranked (id, rank) WHERE d.id = ranked.id"""


async def make(group: int, *, school: int, by: int, lines: int, now: datetime) -> int:
    """A demand of a collège's group, with so many lines; in the caller's transaction. Returns its number."""
    number: int = await value(MAKE, group, school, by, lines, now)
    return number


async def forget_empty(group: int) -> None:
    """A demand in a draw of which nothing is left is over; in the caller's transaction."""
    await rows(FORGET_EMPTY, group)


async def close_all(opening: int) -> None:
    """Nothing came of those that were withdrawn, or whose slot was called off, between the order and the places."""
    left = RankedDemand.update({RankedDemand.result: "out"}).where(RankedDemand.opening == opening)
    await left.where(RankedDemand.result == "", RankedDemand.rank.is_not_null())


def alone(of: str, *, where: str) -> str:
    """One demand of one line for each row of an act (`of`), numbered by its `demand` already."""
    return f"""INSERT INTO demands (id, "group", school, asked_by, lines, asked_at)
  SELECT demand, "group", school, by, 1, now FROM {of} WHERE {where}"""  # noqa: S608 - the act's own words


def resulted(of: str, *, result: str) -> str:
    """What came of the demands that an act has just answered."""
    return f"UPDATE demands answering SET result = {result} FROM {of} WHERE answering.id = {of}.demand"  # noqa: S608 - as above
