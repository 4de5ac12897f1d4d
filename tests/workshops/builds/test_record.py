from datetime import timedelta

import pytest

from tests import builders
from workshops.builds.queries import BuildLine, builds_of
from workshops.builds.record import RecordBuild, record
from workshops.refusals import Invalid, NotFound
from workshops.slots.close import close
from workshops.slots.rules import SlotDone, TooEarly

START = builders.paris("2027-03-25 09:00")
EVENING = START + timedelta(hours=4)
FOUR = {"made": 24, "finished": 22, "working": 20, "taken_home": 18, "minutes": 150, "note": " Deux à reprendre. "}


async def test_what_a_group_built_is_recorded_then_corrected(db):
    clock = await builders.tech_object(name="Horloge")
    slot = await builders.slot(starts_at=START)
    made = await record(slot, RecordBuild(tech_object=clock, **FOUR), group_ref=7, now=EVENING)
    again = await record(
        slot, RecordBuild(tech_object=clock, **FOUR | {"working": 21, "minutes": None}), group_ref=7, now=EVENING
    )

    assert again == made
    assert await builds_of(slot) == [BuildLine(made, 7, clock, "Horloge", 24, 22, 21, 18, None, "Deux à reprendre.")]


async def test_nothing_is_recorded_before_the_visit_nor_after_it_is_done(db):
    clock, slot = await builders.tech_object(), await builders.slot(starts_at=START)
    with pytest.raises(TooEarly):
        await record(slot, RecordBuild(tech_object=clock, **FOUR), group_ref=7, now=START - timedelta(hours=3))
    await close(slot, turnout=[], now=EVENING)
    with pytest.raises(SlotDone):
        await record(slot, RecordBuild(tech_object=clock, **FOUR), group_ref=7, now=EVENING)
    with pytest.raises(NotFound):
        await record(slot + 1, RecordBuild(tech_object=clock, **FOUR), group_ref=7, now=EVENING)
    assert await builds_of(slot) == []


async def test_an_unknown_object_is_refused(db):
    slot = await builders.slot(starts_at=START)
    with pytest.raises(Invalid) as refused:
        await record(slot, RecordBuild(tech_object=99, **FOUR), group_ref=7, now=EVENING)
    assert refused.value.errors == {"tech_object": "Choisissez un objet de la liste."}


async def test_counts_that_do_not_add_up_are_refused(db):
    clock, slot = await builders.tech_object(), await builders.slot(starts_at=START)
    with pytest.raises(Invalid) as refused:
        await record(slot, RecordBuild(tech_object=clock, **FOUR | {"finished": 25}), group_ref=7, now=EVENING)
    assert refused.value.sentence == "Les objets terminés ne peuvent pas dépasser les objets commencés."


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"finished": 25}, ["finished"]),
        ({"working": 23}, ["working"]),
        ({"taken_home": 25}, ["taken_home"]),
        ({"note": "Cassé par Théo Dubois"}, ["note"]),
    ],
)
def test_each_count_that_does_not_add_up_is_named(changed, fields):
    with pytest.raises(Invalid) as no:
        RecordBuild(tech_object=1, **FOUR | changed)
    assert list(no.value.errors) == fields


def test_a_remark_that_names_a_pupil_is_refused():
    counts = {"tech_object": 1, "made": 4, "finished": 4, "working": 4, "taken_home": 4}
    assert RecordBuild(**counts, note="Une vis manquait.").note == "Une vis manquait."
    with pytest.raises(Invalid) as no:
        RecordBuild(**counts, note="Cassé par Théo Dubois")
    assert no.value.errors == {
        "note": "Remarque : « Théo Dubois » ressemble à un nom de personne, et cette ligne est lue et imprimée."
        " Écrivez ce qui s'est passé, sans nom."
    }
