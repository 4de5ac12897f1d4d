"""How long a visit is."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workshops.database.row_types import rows_as
from workshops.offer.narrow import ON_OFFER

# Of the soonest ones, however many a country has.
LENGTHS = f"""
SELECT min(minutes)::int AS shortest, max(minutes)::int AS longest FROM (
  SELECT date_part('epoch', s.ends_at - s.starts_at) / 60 AS minutes FROM slots s
  WHERE {ON_OFFER} ORDER BY s.starts_at LIMIT $2) soonest
"""  # noqa: S608 - constants only


class VisitLengths(Struct, frozen=True):
    """The minutes of the shortest and of the longest visit on offer; None where there is none."""

    shortest: int | None
    longest: int | None


async def visit_lengths(*, now: datetime, most: int) -> VisitLengths:
    """How long a visit is: of at most so many of the slots to come, the soonest ones."""
    (lengths,) = await rows_as(VisitLengths, LENGTHS, now, most)
    return lengths
