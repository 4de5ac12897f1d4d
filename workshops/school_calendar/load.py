"""Load the school calendar: holidays of the zones, and the public holidays of the same years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from msgspec import Struct

from workshops.database import rows, transaction, value
from workshops.events.record import record_by
from workshops.imports.remember import remember
from workshops.school_calendar.read_calendar import public_holidays, read_calendar
from workshops.school_calendar.rules import DayOff, autumn_of
from workshops.school_calendar.tables import Closure

ADD_HOLIDAYS = """
INSERT INTO closures (kind, label, zone, first_on, last_on, source)
SELECT 'holiday', label, zone, first_on, last_on, $5
FROM unnest($1::varchar[], $2::varchar[], $3::date[], $4::date[]) AS off (label, zone, first_on, last_on)
"""
ADD_PUBLIC_HOLIDAYS = """
INSERT INTO closures (kind, label, first_on, last_on, source)
SELECT 'public_holiday', label, day, day, $3
FROM unnest($1::varchar[], $2::date[]) AS off (label, day)
WHERE NOT EXISTS (SELECT 1 FROM closures known WHERE known.kind = 'public_holiday' AND known.first_on = day)
RETURNING 1
"""

STORED = """SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM (
  SELECT kind, label, zone, first_on, last_on, source FROM closures WHERE school IS NULL
  ORDER BY first_on, kind, zone, label, id) c"""
RESTORE = """INSERT INTO closures (kind, label, zone, first_on, last_on, source)
SELECT kind, label, zone, first_on, last_on, source FROM jsonb_populate_recordset(NULL::closures, $1::jsonb)"""

# Holidays are decreed year by year; public holidays are known in advance.
FURTHER_YEARS = 3


class Loaded(Struct, frozen=True):
    """What a calendar file brought: runs of holidays, public holidays that were not known yet."""

    holidays: int
    public_holidays: int


async def load_calendar(
    content: bytes,
    *,
    source: str = "",
    progress: Callable[[int, int], None] | None = None,
    by: int | None,
    now: datetime,
) -> Loaded:
    """Store the holidays of a calendar file; it is the truth for each zone and school year that it covers.

    One line in error, and nothing is stored. Public holidays of the same years, and of three more, are completed
    from the package `holidays`. Raises FileRefused.
    """
    found = read_calendar(content)
    off = [one for one in found if one.kind == "holiday"]
    years = [year for one in found for year in (one.first_on.year, one.last_on.year)]
    named = public_holidays(min(years), max(years) + FURTHER_YEARS) | {
        one.first_on: one.label for one in found if one.kind == "public_holiday"
    }
    async with transaction():
        before = await stored()
        await _replace(off, source)
        if progress is not None:
            progress(len(off), len(off) + len(named))
        added = await rows(ADD_PUBLIC_HOLIDAYS, list(named.values()), list(named), source)
        if progress is not None:
            progress(len(off) + len(named), len(off) + len(named))
        await remember("calendar", made=(), before=before, after=await stored(), by=by, now=now)
        detail = f"{len(off)} période{'s' if len(off) > 1 else ''}"
        await record_by(by, "calendar_imported", about_kind="calendar", about=None, detail=detail, now=now)
    return Loaded(holidays=len(off), public_holidays=len(added))


async def _replace(off: Sequence[DayOff], source: str) -> None:
    for zone, autumn in sorted({(one.zone, autumn_of(one.first_on)) for one in off}):
        known = Closure.delete().where(Closure.kind == "holiday", Closure.zone == zone)
        await known.where(Closure.first_on >= date(autumn, 9, 1), Closure.first_on <= date(autumn + 1, 8, 31))
    await rows(
        ADD_HOLIDAYS,
        [one.label for one in off],
        [one.zone for one in off],
        [one.first_on for one in off],
        [one.last_on for one in off],
        source,
    )


async def stored() -> str:
    """The holidays and public holidays as they stand, as JSON; not what schools declare themselves."""
    return str(await value(STORED))


async def take_back_calendar(before: str) -> None:
    """The calendar is again as it was; inside the caller's transaction."""
    await Closure.delete().where(Closure.school.is_null())
    await rows(RESTORE, before)
