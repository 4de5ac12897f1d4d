"""A lycée opens a series of slots, and the journal says who did, slot by slot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from workshops.database import rows, transaction
from workshops.events.record import recorded
from workshops.series.open_series import OpenedSeries, open_series
from workshops.series.rules import Series, Skipped

NOTE = f"""WITH {
    recorded(
        "unnest($1::int[]) AS made (slot)",
        at="$2",
        by="$3",
        act="'slot_opened'",
        about_kind="'slot'",
        about="made.slot",
        detail="'série de ' || cardinality($1::int[])",
    )
}
SELECT id FROM event"""  # noqa: S608 - constants only


async def offer_series(
    series: Series, *, host_school: int, by: int, now: datetime, ticked: Mapping[date, Skipped | None] | None = None
) -> OpenedSeries:
    """Collèges may reserve this workshop on each date of the series, or on the ticked ones.

    Raises what `workshops.series.open_series` raises: Invalid, NotFound, WorkshopNotPublished, DatesTaken, RoomTaken.
    """
    async with transaction():
        opened = await open_series(series, host_school=host_school, ticked=ticked, now=now)
        await rows(NOTE, list(opened.slots.values()), now, by)
        return opened
