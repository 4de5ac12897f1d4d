"""The coordinator takes in an official file, and the journal says who did."""

from __future__ import annotations

from datetime import datetime

from booking.wording import counted
from workshops.academie.install import take_in_extract
from workshops.database import transaction
from workshops.events.record import record
from workshops.school_calendar.load import Loaded, load_calendar
from workshops.schools.directory import Imported


async def take_in_directory(content: bytes, *, by: int, now: datetime) -> Imported:
    """Bring the schools up to date from the official annuaire, wholly or not at all. Raises FileRefused."""
    async with transaction():
        done = await take_in_extract(content)
        detail = f"{counted(done.added, 'ajouté')}, {done.updated} à jour"
        await record("directory_imported", by=by, about_kind="school", about=None, detail=detail, now=now)
        return done


async def take_in_calendar(content: bytes, *, source: str, by: int, now: datetime) -> Loaded:
    """Store the holidays of a calendar file, wholly or not at all. Raises FileRefused."""
    async with transaction():
        done = await load_calendar(content, source=source)
        detail = counted(done.holidays, "période")
        await record("calendar_imported", by=by, about_kind="calendar", about=None, detail=detail, now=now)
        return done
