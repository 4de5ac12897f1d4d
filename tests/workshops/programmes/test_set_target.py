from datetime import date

import pytest

from tests import builders
from tests.builders import NOW
from tests.told import told
from workshops.database import value
from workshops.programmes.queries import TargetCard, targets
from workshops.programmes.set_target import set_target
from workshops.refusals import Invalid

PUPILS = {
    "programme": "technilab",
    "metric": "pupils",
    "label": "Collégiens accueillis",
    "unit": "élèves",
    "target": 6000,
    "rule": "Élèves présents, comptés une fois par visite.",
    "from_on": date(2024, 9, 1),
    "to_on": date(2029, 8, 31),
}


async def test_a_target_set_again_is_replaced_and_technilab_comes_first(db):
    courses = await set_target(**PUPILS | {"programme": "bts1", "metric": "courses"}, by=None, now=NOW)
    pupils = await set_target(**PUPILS | {"target": 5000}, by=None, now=NOW)
    assert await set_target(**PUPILS, by=None, now=NOW) == pupils
    assert await targets() == [
        TargetCard(id=pupils, **PUPILS),
        TargetCard(id=courses, **PUPILS | {"programme": "bts1", "metric": "courses"}),
    ]


async def test_a_wrong_target_is_refused_field_by_field(db):
    with pytest.raises(Invalid) as refused:
        await set_target(
            programme="erasmus",
            metric="",
            label="x" * 121,
            unit=" ",
            target=0,
            rule="",
            from_on=date(2027, 1, 1),
            to_on=date(2027, 1, 1),
            by=None,
            now=NOW,
        )
    assert refused.value.errors == {
        "metric": "Écrivez de 1 à 40 caractères.",
        "label": "Écrivez de 1 à 120 caractères.",
        "unit": "Écrivez de 1 à 40 caractères.",
        "rule": "Écrivez de 1 à 500 caractères.",
        "programme": "Choisissez TECHNILAB, P-TECH ou BTS+1.",
        "target": "L'objectif est un nombre entre 1 et 1 000 000.",
        "to_on": "La fin vient avant le début.",
    }
    assert await targets() == []


async def test_a_target_is_changed_and_the_journal_keeps_what_it_became(db):
    nadia = await builders.account("nadia@example.org", name="Nadia Perrin")
    target = {
        "programme": "technilab",
        "metric": "pupils",
        "label": "Collégiens accueillis",
        "unit": "élèves",
        "rule": "Présents, une fois par visite.",
        "from_on": date(2025, 9, 1),
        "to_on": date(2030, 8, 31),
    }
    for figure in (6000, 6500):
        await set_target(target=figure, by=nadia, now=NOW, **target)
    assert await value("SELECT target FROM targets") == 6500
    assert [one[4] for one in await told()] == [
        "Collégiens accueillis : 6000, du 2025-09-01 au 2030-08-31",
        "Collégiens accueillis : 6500, du 2025-09-01 au 2030-08-31",
    ]
