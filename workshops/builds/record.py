"""Record what a group built, and show it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec.structs import astuple

from workshops.acts import Act, a_number, chosen, typed
from workshops.acts.health import says_of_pupil
from workshops.builds.tables import Build
from workshops.catalogue.tables import TechObject
from workshops.database import row, transaction, value
from workshops.refusals import Invalid, or_not_found
from workshops.slots.rules import refuse_to_record

SLOT = "SELECT state, starts_at, example FROM slots WHERE id = $1 FOR SHARE"
FORGET_NOTES = "UPDATE builds SET note = '' WHERE slot = ANY ($1::int[]) AND note <> '' RETURNING id"
# $1 the slots; the names of the files that showed them.
FORGET_PHOTOS = """
UPDATE builds b SET photo = '', photo_alone = false FROM builds was
WHERE was.id = b.id AND b.slot = ANY ($1::int[]) AND b.photo <> '' RETURNING was.photo
"""


class RecordBuild(Act, frozen=True, kw_only=True):
    """How many of one object a group made, of which finished, working, taken home; `minutes` at the bench."""

    tech_object: Annotated[int, chosen("Objet", "One of the workshop's objects.", form={"object": "Objet"})] = (
        msgspec.field(name="object_id")
    )
    made: Annotated[int, a_number("Commencés", "How many were begun.", 0, 500)]
    finished: Annotated[int, a_number("Terminés", "Of those made.", 0, 500)]
    working: Annotated[int, a_number("En marche", "Of those finished.", 0, 500)]
    taken_home: Annotated[int, a_number("Emportés", "Of those made.", 0, 500)]
    minutes: Annotated[int, a_number("Durée en minutes", "Minutes.", 1, 600)] | None = None
    note: Annotated[str, typed("Remarque", "About what was built, without a name.", most=500)] = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        checks = (
            ("finished", self.finished <= self.made, "terminés ne peuvent pas dépasser les objets commencés"),
            ("working", self.working <= self.finished, "qui marchent ne peuvent pas dépasser les objets terminés"),
            ("taken_home", self.taken_home <= self.made, "emportés ne peuvent pas dépasser les objets commencés"),
        )
        errors = {field: f"Les objets {wrong}." for field, right, wrong in checks if not right}
        if personal := says_of_pupil("Remarque", self.note, instead="Écrivez ce qui s'est passé, sans nom."):
            errors["note"] = personal
        if errors:
            raise Invalid(errors)


KEPT = RecordBuild.__struct_fields__
RECORD = f"""
INSERT INTO builds (slot, group_ref, example, recorded_at, {", ".join(KEPT)})
VALUES ($1, $2, $3, $4, {", ".join(f"${number}" for number, _ in enumerate(KEPT, 5))})
ON CONFLICT (slot, group_ref, tech_object) DO UPDATE SET recorded_at = excluded.recorded_at,
  {", ".join(f"{name} = excluded.{name}" for name in KEPT)}
RETURNING id
"""  # noqa: S608 - constants only


async def record(slot: int, asked: RecordBuild, *, group_ref: int, now: datetime) -> int:
    """How many of one object a group began, finished, saw working and took home; said again, it is corrected.

    Possible from two hours before the slot until it is done; returns the record's number.
    Raises Invalid, NotFound, SlotDone, SlotCalledOff, TooEarly.
    """
    async with transaction():
        visit = or_not_found(await row(SLOT, slot))
        refuse_to_record(visit["state"], visit["starts_at"], now)
        if not await TechObject.exists().where(TechObject.id == asked.tech_object):
            raise Invalid({"tech_object": "Choisissez un objet de la liste."})
        return int(await value(RECORD, slot, group_ref, visit["example"], now, *astuple(asked)))


async def photograph(build: int, *, photo: str, alone: bool = False) -> str:
    """Keep the name of the file that shows this object, `alone` where nobody is on it, or none; returns the name that
    it replaces.

    Possible after the closing too: a photo is no figure. Raises NotFound.
    """
    async with transaction():
        was = or_not_found(await Build.select(Build.photo).where(Build.id == build).lock_rows("UPDATE").first())
        await Build.update({Build.photo: photo, Build.photo_alone: alone}).where(Build.id == build)
        return str(was["photo"])
