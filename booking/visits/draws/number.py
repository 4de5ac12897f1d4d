"""What acts write of a draw: a demand gets its number, its rank, its result."""

from __future__ import annotations

from booking.visits.draws.tables import DrawDemand

# $1: the ids of the demands, in the order of the draw.
RANK_ALL = """UPDATE draw_demands d SET rank = ranked.rank
FROM unnest($1::int[]) WITH ORDINALITY AS ranked (id, rank) WHERE d.id = ranked.id"""


async def close_all(opening: int) -> None:
    """Nothing came of those that were withdrawn, or whose slot was called off, between the order and the places."""
    left = DrawDemand.update({DrawDemand.result: "out"}).where(DrawDemand.opening == opening, DrawDemand.result == "")
    await left.where(DrawDemand.rank.is_not_null())


def numbered(of: str, *, opening: str, number: str, weight: str) -> str:
    """The number and the weight of a demand that an act has just made (`of`), in the draw of an opening."""
    return f"""INSERT INTO draw_demands (opening, reservation, slot, number, weight)
  SELECT {opening}.id, {of}.id, {of}.slot, {number}, {weight} FROM {of}, {opening}"""  # noqa: S608 - the act's own words


def resulted(of: str, *, result: str) -> str:
    """What came of the demands that an act has just answered."""
    return f"UPDATE draw_demands answering SET result = {result} FROM {of} WHERE answering.reservation = {of}.id"  # noqa: S608 - as above
