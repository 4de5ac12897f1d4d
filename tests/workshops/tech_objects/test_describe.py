import pytest

from tests import builders
from workshops.refusals import Invalid, NotFound
from workshops.tech_objects.describe import describe
from workshops.tech_objects.queries import ObjectCard, objects_of, tech_object, tech_objects


async def test_an_object_is_described_then_described_better(db):
    lamp = await describe(name=" Lampe ", summary="Une lampe.", minutes=90)
    await describe(name="Lampe à détection", summary="Une lampe qui voit venir.", minutes=120, tech_object=lamp)

    assert await tech_object(lamp) == ObjectCard(lamp, "Lampe à détection", "Une lampe qui voit venir.", 120)
    assert await tech_object(lamp + 1) is None


async def test_two_objects_never_share_a_name(db):
    await describe(name="Lampe")
    clock = await describe(name="Horloge")
    for number in (None, clock):
        with pytest.raises(Invalid) as refused:
            await describe(name="Lampe", tech_object=number)
        assert refused.value.errors == {"name": "Un objet porte déjà ce nom."}
    assert [one.name for one in await tech_objects()] == ["Horloge", "Lampe"]


async def test_a_wrong_object_is_refused_field_by_field(db):
    with pytest.raises(Invalid) as refused:
        await describe(name="", summary="x" * 2001, minutes=5)
    assert refused.value.errors == {
        "name": "Nommez l'objet, en 120 caractères au plus.",
        "summary": "Décrivez l'objet en 2 000 caractères au plus.",
        "minutes": "La fabrication dure de 10 à 600 minutes.",
    }


async def test_an_unknown_object_cannot_be_changed(db):
    with pytest.raises(NotFound):
        await describe(name="Lampe", tech_object=1)


async def test_a_workshop_lists_its_own_objects(db):
    lamp, clock = await describe(name="Lampe"), await describe(name="Horloge")
    await describe(name="Robot")
    workshop = await builders.workshop(objects=(lamp, clock))
    assert [one.name for one in await objects_of(workshop)] == ["Horloge", "Lampe"]
