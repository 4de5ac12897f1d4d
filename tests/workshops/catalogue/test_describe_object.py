import pytest

from tests import builders
from tests.builders import NOW
from tests.told import told
from workshops.catalogue.describe_object import DescribeObject, describe_object
from workshops.catalogue.queries import ObjectCard, objects_of, tech_object, tech_objects
from workshops.database import row
from workshops.refusals import Invalid, NotFound


async def test_an_object_is_described_then_described_better(db):
    lamp = await describe_object(DescribeObject(name=" Lampe ", summary="Une lampe.", minutes=90), by=None, now=NOW)
    await describe_object(
        DescribeObject(name="Lampe à détection", summary="Une lampe qui voit venir.", minutes=120),
        tech_object=lamp,
        by=None,
        now=NOW,
    )

    assert await tech_object(lamp) == ObjectCard(lamp, "Lampe à détection", "Une lampe qui voit venir.", 120)
    assert await tech_object(lamp + 1) is None


async def test_two_objects_never_share_a_name(db):
    await describe_object(DescribeObject(name="Lampe"), by=None, now=NOW)
    clock = await describe_object(DescribeObject(name="Horloge"), by=None, now=NOW)
    for number in (None, clock):
        with pytest.raises(Invalid) as refused:
            await describe_object(DescribeObject(name="Lampe"), tech_object=number, by=None, now=NOW)
        assert refused.value.errors == {"name": "Un objet porte déjà ce nom."}
    assert [one.name for one in await tech_objects()] == ["Horloge", "Lampe"]


async def test_an_unknown_object_cannot_be_changed(db):
    with pytest.raises(NotFound):
        await describe_object(DescribeObject(name="Lampe"), tech_object=1, by=None, now=NOW)


async def test_a_workshop_lists_its_own_objects(db):
    lamp, clock = (
        await describe_object(DescribeObject(name="Lampe"), by=None, now=NOW),
        await describe_object(DescribeObject(name="Horloge"), by=None, now=NOW),
    )
    await describe_object(DescribeObject(name="Robot"), by=None, now=NOW)
    workshop = await builders.workshop(objects=(lamp, clock))
    assert [one.name for one in await objects_of(workshop)] == ["Horloge", "Lampe"]


async def test_an_object_is_described_then_corrected(db):
    nadia = await builders.account("nadia@example.org", name="Nadia Perrin")
    made = await describe_object(DescribeObject(name="Lampe", summary="", minutes=120), by=nadia, now=NOW)
    await describe_object(
        DescribeObject(name="Lampe à balancier", summary="", minutes=150), tech_object=made, by=nadia, now=NOW
    )
    assert tuple(await row("SELECT name, minutes FROM tech_objects")) == ("Lampe à balancier", 150)
    assert [one[0] for one in await told()] == ["object_described", "object_described"]
