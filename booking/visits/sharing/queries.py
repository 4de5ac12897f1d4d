"""What a colleague was shown, as it is now."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from workshops.database.row_types import row_as
from workshops.slots.queries import HOST_CLOSED, RESERVED_STILL, SEATS_FREE

# As long as the mail that tells it.
SHARES_LAST = timedelta(days=30)
SHARED = f"""
SELECT s.id AS slot, w.title AS workshop, h.name AS host_name, h.commune, s.starts_at, s.ends_at,
  {SEATS_FREE} AS seats_free, a.name AS sender, x."group", x.level, x.pupils
FROM shares x JOIN slots s ON s.id = x.slot JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
JOIN memberships m ON m.id = x.by_member JOIN accounts a ON a.id = m.account
WHERE x.id = $1 AND {RESERVED_STILL.format(now="$2")} AND NOT {HOST_CLOSED.format(slot="s")}"""  # noqa: S608 - constants only


class SharedSlot(Struct, frozen=True):
    """A slot that may still be reserved, who showed it, and for which class it was found."""

    slot: int
    workshop: str
    host_name: str
    commune: str
    starts_at: datetime
    ends_at: datetime
    seats_free: int
    sender: str
    group: int | None
    level: str
    pupils: int | None


async def shared(number: int, *, now: datetime) -> SharedSlot | None:
    """None once the slot is no longer open."""
    return await row_as(SharedSlot, SHARED, number, now)
