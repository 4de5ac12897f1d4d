from datetime import date

import pytest

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
    courses = await set_target(**PUPILS | {"programme": "bts1", "metric": "courses"})
    pupils = await set_target(**PUPILS | {"target": 5000})
    assert await set_target(**PUPILS) == pupils
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
