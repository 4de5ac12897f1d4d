"""Giving the whole file of a draw that was held to the coordination: it names collèges by what they asked."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from booking.visits.draws.drawing_file import read_back, written
from booking.visits.draws.queries import frozen_file
from workshops.events.record import record
from workshops.refusals import or_not_found


async def export_file(opening: int, *, by: int, now: datetime) -> bytes:
    """The file with its seed, for `technilab draw`; the journal says who took it.

    Raises NotFound before the draw, of one held when each demand was for one slot, and once the file is erased.
    """
    kept = or_not_found(await frozen_file(opening))
    await record("draw_file_exported", by=by, about_kind="opening", about=opening, now=now)
    return written(replace(read_back(kept.file), seed=kept.seed))
