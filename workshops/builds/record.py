"""Record what a group built, and show it."""

from __future__ import annotations

from datetime import datetime

from workshops.builds.rules import wrong_counts
from workshops.builds.tables import Build
from workshops.database import row, transaction, value
from workshops.refusals import Invalid, or_not_found
from workshops.slots.rules import refuse_to_record
from workshops.tech_objects.tables import TechObject

SLOT = "SELECT state, starts_at, example FROM slots WHERE id = $1 FOR SHARE"
RECORD = """
INSERT INTO builds (slot, group_ref, tech_object, made, finished, working, taken_home, minutes, note, example,
                    recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (slot, group_ref, tech_object) DO UPDATE SET
  made = excluded.made, finished = excluded.finished, working = excluded.working, taken_home = excluded.taken_home,
  minutes = excluded.minutes, note = excluded.note, recorded_at = excluded.recorded_at
RETURNING id
"""
FORGET_NOTES = "UPDATE builds SET note = '' WHERE slot = ANY ($1::int[]) AND note <> '' RETURNING id"
# $1 the slots; the names of the files that showed them.
FORGET_PHOTOS = """
UPDATE builds b SET photo = '' FROM builds was
WHERE was.id = b.id AND b.slot = ANY ($1::int[]) AND b.photo <> '' RETURNING was.photo
"""


async def record(
    slot: int,
    *,
    group_ref: int,
    tech_object: int,
    made: int,
    finished: int,
    working: int,
    taken_home: int,
    minutes: int | None = None,
    note: str = "",
    now: datetime,
) -> int:
    """How many of one object a group began, finished, saw working and took home; said again, it is corrected.

    Possible from two hours before the slot until it is done; returns the record's number.
    Raises Invalid, NotFound, SlotDone, SlotCalledOff, TooEarly.
    """
    note = note.strip()
    wrong = wrong_counts(
        made=made, finished=finished, working=working, taken_home=taken_home, minutes=minutes, note=note
    )
    if wrong:
        raise Invalid(wrong)
    async with transaction():
        visit = or_not_found(await row(SLOT, slot))
        refuse_to_record(visit["state"], visit["starts_at"], now)
        if not await TechObject.exists().where(TechObject.id == tech_object):
            raise Invalid({"tech_object": "Choisissez un objet de la liste."})
        counts = (made, finished, working, taken_home, minutes, note)
        return int(await value(RECORD, slot, group_ref, tech_object, *counts, visit["example"], now))


async def photograph(build: int, *, photo: str) -> str:
    """Keep the name of the file that shows this object, or none; returns the name that it replaces.

    Possible after the closing too: a photo is no figure. Raises NotFound.
    """
    async with transaction():
        was = or_not_found(await Build.select(Build.photo).where(Build.id == build).lock_rows("UPDATE").first())
        await Build.update({Build.photo: photo}).where(Build.id == build)
        return str(was["photo"])
