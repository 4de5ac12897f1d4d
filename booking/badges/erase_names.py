"""First names go when their visit is long over."""

from __future__ import annotations

from datetime import datetime

from workshops.database import value

ERASE = """WITH erased AS (
  UPDATE badges b SET first_name = '' FROM reservations r
  WHERE r.id = b.reservation AND b.first_name <> '' AND r.ends_at < $1 RETURNING b.id
) SELECT count(*) FROM erased"""


async def erase_first_names(*, before: datetime) -> int:
    """Erase the first names of the visits that ended before a moment, 30 days ago; returns how many there were."""
    return int(await value(ERASE, before))
