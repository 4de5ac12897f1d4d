from __future__ import annotations

from datetime import timedelta

import pytest
from asyncpg.exceptions import CheckViolationError
from msgspec import structs
from msgspec.structs import asdict, replace

from tests import builders
from tests.builders import NOW
from workshops.catalogue.add_room import NameRoom, add_room, change_room, close_room
from workshops.catalogue.count_opinion import GiveOpinion, count_opinion
from workshops.catalogue.describe import DescribeWorkshop, describe_workshop, publish_workshop, withdraw_workshop
from workshops.catalogue.queries import RoomCard, room, rooms_of, said_in_all, said_of_workshop, workshop, workshops_of
from workshops.catalogue.rules import RoomInUse, SafetySheet, SheetIncomplete, missing_from_sheet
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound
from workshops.scope import EVERYTHING

SHEET = SafetySheet("Assembler, régler.", "La découpe.", "Lunettes prêtées.", "Le directeur délégué")
CLOCK = DescribeWorkshop(
    title="Fabriquer une horloge", summary="Du plan à l'objet.", levels=["4e", "3e"], **asdict(SHEET)
)


@pytest.fixture
async def lycee(db):
    return await builders.school(kind="lycee")


@pytest.fixture
async def marc(db):
    return await builders.account()


def test_an_empty_sheet_lacks_four_things():
    assert missing_from_sheet(SafetySheet(protective_equipment="  ")) == [
        "ce que font les élèves",
        "ce qui est seulement montré",
        "les équipements de protection",
        "la personne responsable",
    ]


def test_a_full_sheet_lacks_nothing():
    assert missing_from_sheet(SHEET) == []


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        (["la personne responsable"], "Il manque la personne responsable."),
        (
            ["ce que font les élèves", "les équipements de protection", "la personne responsable"],
            "Il manque ce que font les élèves, les équipements de protection et la personne responsable.",
        ),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(missing: list[str], sentence: str):
    assert SheetIncomplete(missing).sentence == f"La fiche de sécurité n'est pas complète. {sentence}"


async def test_a_workshop_is_drafted_published_changed_and_withdrawn(db):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    lamp, clock = await builders.tech_object(name="Lampe"), await builders.tech_object(name="Horloge")
    made = await describe_workshop(structs.replace(CLOCK, objects=[clock, lamp]), school=lycee, by=None, now=NOW)
    drafted = await workshop(made)
    await publish_workshop(made, school=lycee, by=None, now=NOW)
    await describe_workshop(
        structs.replace(CLOCK, title="L'horloge", objects=[clock]), workshop=made, school=lycee, by=None, now=NOW
    )
    changed = await workshop(made)
    await withdraw_workshop(made, school=lycee, by=1, now=NOW)

    assert (drafted.state, drafted.object_names, drafted.sheet) == ("draft", ("Horloge", "Lampe"), SHEET)
    assert changed == replace(
        drafted, state="published", title="L'horloge", object_ids=(clock,), object_names=("Horloge",)
    )
    assert [(one.title, one.state) for one in await workshops_of(lycee)] == [("L'horloge", "withdrawn")]


async def test_a_workshop_without_a_safety_sheet_cannot_be_published(lycee):
    made = await describe_workshop(structs.replace(CLOCK, responsible=" "), school=lycee, by=None, now=NOW)
    with pytest.raises(SheetIncomplete) as refused:
        await publish_workshop(made, school=lycee, by=None, now=NOW)
    assert refused.value.missing == ("la personne responsable",)
    assert await value("SELECT state FROM workshops") == "draft"


async def test_a_published_workshop_keeps_its_sheet_complete(lycee):
    made = await builders.workshop(host=lycee, title="Découpe laser")
    with pytest.raises(SheetIncomplete):
        await describe_workshop(
            structs.replace(CLOCK, **asdict(SafetySheet())), workshop=made, school=lycee, by=None, now=NOW
        )
    assert await value("SELECT title FROM workshops") == "Découpe laser"


async def test_the_database_itself_refuses_a_published_workshop_without_a_sheet(db):
    await builders.workshop()
    with pytest.raises(CheckViolationError):
        await rows("UPDATE workshops SET shown_only = ' '")


async def test_a_workshop_of_another_lycee_does_not_exist(db):
    made, other = await builders.workshop(), await builders.school(kind="lycee")
    for act in (
        publish_workshop(made, school=other, by=None, now=NOW),
        withdraw_workshop(made, school=other, by=None, now=NOW),
    ):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(NotFound):
        await describe_workshop(CLOCK, workshop=made, school=other, by=None, now=NOW)
    assert await workshop(made + 1) is None


async def test_an_object_that_does_not_exist_leaves_no_draft_behind(lycee):
    with pytest.raises(Invalid) as refused:
        await describe_workshop(structs.replace(CLOCK, objects=[99]), school=lycee, by=None, now=NOW)
    assert refused.value.errors == {"objects": "Un des objets choisis n'existe plus."}
    assert await value("SELECT count(*) FROM workshops") == 0


async def test_a_room_is_added_changed_and_closed(lycee, marc):
    hall = await add_room(NameRoom(name=" Halle ", seats=30), school=lycee, by=None, now=NOW)
    await add_room(NameRoom(name="Atelier", seats=24), school=lycee, by=None, now=NOW)
    await change_room(hall, NameRoom(name="Halle de productique", seats=36), school=lycee, by=marc, now=NOW)
    await close_room(hall, school=lycee, by=marc, now=NOW)

    assert await room(hall, scope=EVERYTHING) == RoomCard(hall, lycee, "Halle de productique", 36, True)
    assert [one.name for one in await rooms_of(lycee)] == ["Atelier"]
    assert [one.name for one in await rooms_of(lycee, closed_too=True)] == ["Atelier", "Halle de productique"]
    assert await room(hall + 9, scope=EVERYTHING) is None


async def test_two_rooms_of_a_lycee_never_share_a_name(lycee, marc):
    await add_room(NameRoom(name="Halle", seats=30), school=lycee, by=None, now=NOW)
    atelier = await add_room(NameRoom(name="Atelier", seats=30), school=lycee, by=None, now=NOW)
    with pytest.raises(Invalid) as added:
        await add_room(NameRoom(name="Halle", seats=24), school=lycee, by=None, now=NOW)
    with pytest.raises(Invalid) as changed:
        await change_room(atelier, NameRoom(name="Halle", seats=24), school=lycee, by=marc, now=NOW)
    assert added.value.errors == changed.value.errors == {"name": "Une salle de votre lycée porte déjà ce nom."}


async def test_a_room_of_another_lycee_does_not_exist(db, marc):
    lycee, other = await builders.school(kind="lycee"), await builders.school(kind="lycee")
    hall = await add_room(NameRoom(name="Halle", seats=30), school=lycee, by=None, now=NOW)
    with pytest.raises(NotFound):
        await change_room(hall, NameRoom(name="Halle", seats=24), school=other, by=marc, now=NOW)
    with pytest.raises(NotFound):
        await close_room(hall, school=other, by=marc, now=NOW)


async def test_a_room_with_visits_to_come_stays_open(lycee, marc):
    hall = await add_room(NameRoom(name="Halle", seats=30), school=lycee, by=None, now=NOW)
    await builders.slot(host=lycee, room=hall, starts_at=NOW + timedelta(days=3))
    with pytest.raises(RoomInUse):
        await close_room(hall, school=lycee, by=marc, now=NOW)
    await close_room(hall, school=lycee, by=marc, now=NOW + timedelta(days=4))
    assert await rooms_of(lycee) == []


YES = GiveOpinion(built="yes", level="partly", again="no")


async def test_answers_are_told_from_five_visits_on(db):
    workshop, other = await builders.workshop(), await builders.workshop()
    slot, elsewhere = await builders.slot(workshop=workshop), await builders.slot(workshop=other)
    for answered in range(1, 6):
        await count_opinion(slot, YES, school_year=2026)
        told = [(one.question, one.visits) for one in await said_of_workshop(workshop)]
        assert told == ([] if answered < 5 else [("again", 5), ("built", 5), ("level", 5)])
    await count_opinion(elsewhere, YES, school_year=2026)
    await count_opinion(elsewhere, YES, school_year=2025)
    assert await said_of_workshop(other) == []
    assert [(one.school_year, one.visits) for one in await said_in_all()] == [(2026, 6)] * 3
    assert await said_in_all(2025) == []
