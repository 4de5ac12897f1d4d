"""Write down a workshop and change it, show it to collèges with a picture, take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from asyncpg import Record
from msgspec import Meta

from workshops.acts import MOST_NUMBER, Act, a_number, chosen, typed
from workshops.acts.fields import fields_of
from workshops.catalogue.describe_object import DescribeObject, describe_object
from workshops.catalogue.queries import tech_objects
from workshops.catalogue.rules import DescribeSheet, NoObject, SafetySheet, SheetIncomplete, Welcome, missing_from_sheet
from workshops.catalogue.tables import Workshop, WorkshopObject, WorkshopPicture
from workshops.database import row, rows, transaction, value
from workshops.database.row_types import columns_of, part_of
from workshops.events.record import record, record_by
from workshops.refusals import Invalid, or_not_found
from workshops.schools.rules import LEVELS, Level
from workshops.schools.tables import School

LOCKED = f"""
SELECT w.state, {columns_of(SafetySheet, "w")} FROM workshops w WHERE w.id = $1 AND w.school = $2 FOR UPDATE
"""  # noqa: S608 - constants only
FORGET_OBJECTS = "DELETE FROM workshop_objects WHERE workshop = $1 AND tech_object <> ALL ($2::int[])"
LINK_OBJECTS = """
INSERT INTO workshop_objects (workshop, tech_object)
SELECT $1, id FROM tech_objects WHERE id = ANY ($2::int[]) ON CONFLICT DO NOTHING
"""
# Onisep and its services, which have their names under its own: nothing else is printed for pupils to open.
ONISEP = r"^(https://([a-z0-9-]+\.)*onisep\.fr/[!-~]*)?$"
KNOWN_OBJECTS = "SELECT count(*) FROM tech_objects WHERE id = ANY ($1::int[])"


class DescribeWorkshop(DescribeSheet, frozen=True, kw_only=True):
    """A workshop as its lycée describes it: `minutes` is one visit, `seats` the pupils at once."""

    title: Annotated[str, typed("Titre", "Its name.", most=140, least=1)]
    levels: Annotated[
        list[Level],
        Meta(
            min_length=1,
            max_length=len(LEVELS),
            description="The levels that it receives.",
            extra={"label": "Niveaux"},
        ),
    ]
    summary: Annotated[str, typed("Présentation", "What it is, in some lines.", most=2000, lines=True)] = ""
    minutes: Annotated[int, a_number("Durée, en minutes", "Minutes.", 30, 600, needed=True)] = 180
    seats: Annotated[int, a_number("Places", "Pupils at once.", 1, 200, needed=True)] = 24
    groups_max: Annotated[int, a_number("Groupes au plus", "Groups received at once.", 1, 20, needed=True)] = 1
    access: Annotated[str, typed("Accès", "How to come in, and where to park.", most=1000, lines=True)] = ""
    offers: Annotated[
        list[Welcome],
        Meta(
            max_length=len(Welcome),
            description="What it can offer to a group that needs it.",
            extra={"label": "Accueil possible"},
        ),
    ] = msgspec.field(default_factory=list)
    bring: Annotated[
        str, typed("Tenue et affaires", "What pupils wear and bring, in French.", most=1000, lines=True)
    ] = ""
    diploma: Annotated[
        str, typed("Formation", "What teaches what is built there, « Bac pro Microtechniques ».", most=140)
    ] = ""
    diploma_school: (
        Annotated[int, chosen("Lycée qui la prépare", "The lycée that prepares it; null: that of the workshop.")] | None
    ) = msgspec.field(name="diploma_school_id", default=None)
    diploma_link: Annotated[
        str,
        Meta(
            max_length=300,
            pattern=ONISEP,
            description="Its page at Onisep, https://www.onisep.fr/...",
            extra={
                "label": "Sa page Onisep",
                "sentence": "Sa page Onisep : une adresse du site onisep.fr, qui commence par https://www.onisep.fr/.",
            },
        ),
    ] = ""
    objects: Annotated[
        list[Annotated[int, Meta(ge=0, le=MOST_NUMBER)]],
        Meta(
            max_length=100,
            description="The objects that are built there.",
            extra={"label": "Objets fabriqués", "choice": True},
        ),
    ] = msgspec.field(name="object_ids", default_factory=list)


async def describe_workshop(
    asked: DescribeWorkshop,
    *,
    workshop: int | None = None,
    new_object: str = "",
    school: int,
    example: bool = False,
    by: int | None,
    now: datetime,
) -> int:
    """A lycée writes down a workshop that collèges do not see yet, or changes the one given; returns its number.

    One that collèges see keeps a complete safety sheet and an object; slots already open keep their own seats and
    levels. `new_object` names one more object built there; a name that is already known is that object.
    Raises Invalid, NotFound, SheetIncomplete, NoObject.
    """
    async with transaction():
        await _refuse_diploma(asked)
        objects = [*asked.objects, *await _named(new_object, now)]
        if workshop is None:
            draft = Workshop({Workshop.school: school, Workshop.example: example, **_columns(asked)})
            (made,) = await Workshop.insert(draft).returning(Workshop.id)
            act, workshop = "workshop_described", int(made["id"])
        else:
            act = "workshop_changed"
            await _change(workshop, asked, objects, school)
        await _link(workshop, objects)
        await record_by(by, act, about_kind="workshop", about=workshop, now=now)
        return workshop


async def _refuse_diploma(asked: DescribeWorkshop) -> None:
    if not asked.diploma and (asked.diploma_school is not None or asked.diploma_link):
        raise Invalid({"diploma": "Formation : écrivez laquelle, ou effacez son lycée et sa page."})
    if asked.diploma_school is None:
        return
    lycee = (School.id == asked.diploma_school, School.kind == "lycee", School.closed.eq(False))
    if not await School.exists().where(*lycee):
        raise Invalid({"diploma_school": "Lycée qui la prépare : choisissez dans la liste."})


async def _change(workshop: int, asked: DescribeWorkshop, objects: list[int], school: int) -> None:
    known = await _locked(workshop, school)
    missing = missing_from_sheet(asked.sheet)
    if known["state"] == "published" and missing:
        raise SheetIncomplete(missing, published=True)
    if known["state"] == "published" and not objects:
        raise NoObject
    await Workshop.update(_columns(asked)).where(Workshop.id == workshop)


async def _named(name: str, now: datetime) -> list[int]:
    """The object of this name, described if there is none; nothing without a name."""
    if not name:
        return []
    same = [built.id for built in await tech_objects() if built.name.casefold() == name.casefold()]
    return same[:1] or [await describe_object(DescribeObject(name=name), by=None, now=now)]


async def _link(workshop: int, objects: list[int]) -> None:
    wanted = list(set(objects))
    if await value(KNOWN_OBJECTS, wanted) != len(wanted):
        raise Invalid({"objects": "Un des objets choisis n'existe plus."})
    await rows(FORGET_OBJECTS, workshop, wanted)
    await rows(LINK_OBJECTS, workshop, wanted)


def _columns(asked: DescribeWorkshop) -> dict[Any, Any]:
    values = {field.name: getattr(asked, field.name) for field in fields_of(DescribeWorkshop)}
    del values["objects"]
    values["offers"] = [offer for offer in Welcome if offer in asked.offers]
    return {getattr(Workshop, name): value for name, value in values.items()}


# Nobody answers for its safety any more: it is withdrawn, as its sheet is no longer complete.
FORGET_RESPONSIBLE = """UPDATE workshops w SET responsible = '',
  state = CASE w.state WHEN 'published' THEN 'withdrawn' ELSE w.state END"""
NAME_RESPONSIBLE = "UPDATE workshops SET responsible = $3"


async def publish_workshop(workshop: int, *, school: int, by: int | None, now: datetime) -> None:
    """Collèges may now find this workshop: its safety sheet is complete, and something is made there.

    Raises NotFound, SheetIncomplete, NoObject.
    """
    async with transaction():
        known = await _locked(workshop, school)
        if missing := missing_from_sheet(part_of(SafetySheet, known)):
            raise SheetIncomplete(missing)
        if not await WorkshopObject.exists().where(WorkshopObject.workshop == workshop):
            raise NoObject
        await Workshop.update({Workshop.state: "published"}).where(Workshop.id == workshop)
        await record_by(by, "workshop_published", about_kind="workshop", about=workshop, now=now)


async def withdraw_workshop(workshop: int, *, school: int, by: int, now: datetime) -> None:
    """No new slot for this workshop; the slots already open stay. Raises NotFound."""
    async with transaction():
        await _locked(workshop, school)
        await Workshop.update({Workshop.state: "withdrawn"}).where(Workshop.id == workshop)
        await record("workshop_withdrawn", by=by, about_kind="workshop", about=workshop, now=now)


SHOW = """
INSERT INTO workshop_pictures (workshop, name, alt) VALUES ($1, $2, $3)
ON CONFLICT (workshop) DO UPDATE SET name = excluded.name, alt = excluded.alt RETURNING id
"""


class ShowPicture(Act, frozen=True, kw_only=True):
    """A picture of a workshop, for everybody."""

    alt: Annotated[
        str, typed("Ce que l'image montre", "What the picture shows, for who does not see it.", most=140, least=1)
    ]


async def show_picture(workshop: int, asked: ShowPicture, *, name: str, school: int, by: int, now: datetime) -> str:
    """The pages of the workshop show this picture from now on; returns the name of the former one, or nothing.

    Raises NotFound.
    """
    async with transaction():
        former = await _former(workshop, school)
        await row(SHOW, workshop, name, asked.alt)
        await record("workshop_picture_shown", by=by, about_kind="workshop", about=workshop, now=now)
        return former


async def hide_picture(workshop: int, *, school: int, by: int, now: datetime) -> str:
    """No picture of this workshop any more; returns the name of the one that was, or nothing. Raises NotFound."""
    async with transaction():
        former = await _former(workshop, school)
        if former:
            await WorkshopPicture.delete().where(WorkshopPicture.workshop == workshop)
            await record("workshop_picture_hidden", by=by, about_kind="workshop", about=workshop, now=now)
        return former


async def _former(workshop: int, school: int) -> str:
    await _locked(workshop, school)
    former = await WorkshopPicture.select(WorkshopPicture.name).where(WorkshopPicture.workshop == workshop).first()
    return former["name"] if former else ""


async def _locked(workshop: int, school: int) -> Record:
    """A workshop of this lycée, held until the transaction ends. Raises NotFound."""
    return or_not_found(await row(LOCKED, workshop, school))
