from datetime import date

import pytest

from tests import builders
from tests.builders import NOW
from workshops.database import rows
from workshops.programmes.metrics import VISITORS
from workshops.programmes.queries import TYPED_RULE, UNFOLLOWED_RULE, TargetCard, targets
from workshops.programmes.set_target import set_target
from workshops.refusals import Invalid

PUPILS = {
    "programme": "technilab",
    "metric": "pupils",
    "label": "Collégiens accueillis",
    "unit": "élèves",
    "target": 6000,
    "note": "Les annexes comptent avec leur collège.",
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
            note="x" * 501,
            from_on=date(2027, 1, 1),
            to_on=date(2027, 1, 1),
            by=None,
            now=NOW,
        )
    assert refused.value.errors == {
        "metric": "Écrivez de 1 à 40 caractères.",
        "label": "Écrivez de 1 à 120 caractères.",
        "unit": "Écrivez de 1 à 40 caractères.",
        "note": "Note : 500 caractères au plus.",
        "programme": "Choisissez TECHNILAB, P-TECH ou BTS+1.",
        "target": "L'objectif est un nombre entre 1 et 1 000 000.",
        "to_on": "La fin vient avant le début.",
    }
    assert await targets() == []


async def test_a_note_names_nobody(db):
    with pytest.raises(Invalid) as refused:
        await set_target(**PUPILS | {"note": "D'après Nadia Perrin."}, by=None, now=NOW)
    assert list(refused.value.errors) == ["note"]


async def test_the_rule_of_a_target_is_that_of_the_code_that_counts_it_whatever_is_noted(db):
    await set_target(**PUPILS | {"note": "Élèves différents, chacun compté une seule fois."}, by=None, now=NOW)
    await set_target(**PUPILS | {"metric": "stages"}, declared=True, by=None, now=NOW)
    await set_target(**PUPILS | {"metric": "autre"}, by=None, now=NOW)
    found = {one.metric: one.rule for one in await targets()}
    assert found == {"pupils": VISITORS.rule, "stages": TYPED_RULE, "autre": UNFOLLOWED_RULE}


async def test_the_journal_says_what_each_change_of_a_target_was_and_is(db):
    nadia = await builders.account("nadia@example.org", name="Nadia Perrin")
    for changed in (
        {"note": ""},
        {"note": "", "target": 6500},
        {"note": "", "target": 6500},
        {"note": "", "target": 6500, "to_on": date(2030, 8, 31), "from_on": date(2025, 9, 1)},
        {"target": 6500, "to_on": date(2030, 8, 31), "from_on": date(2025, 9, 1)},
        {"note": "Sans les annexes.", "target": 6500, "to_on": date(2030, 8, 31), "from_on": date(2025, 9, 1)},
        {"note": "", "label": "Collégiens", "unit": "collégiens", "to_on": date(2030, 8, 31)},
    ):
        await set_target(**PUPILS | changed, by=nadia, now=NOW)
    found = await rows(
        "SELECT e.detail, coalesce(w.words, '') AS words FROM events e LEFT JOIN event_words w ON w.event = e.id"
        " WHERE e.act = 'target_changed' AND e.by = $1 ORDER BY e.id",
        nadia,
    )
    assert [(one["detail"], one["words"]) for one in found] == [
        ("Collégiens accueillis : 6000, du 2024-09-01 au 2029-08-31", ""),
        ("Collégiens accueillis : objectif 6000 -> 6500", ""),
        (
            "Collégiens accueillis : premier jour 2024-09-01 -> 2025-09-01 ; dernier jour 2029-08-31 -> 2030-08-31",
            "",
        ),
        ("Collégiens accueillis", "note : aucune -> « Les annexes comptent avec leur collège. »"),
        ("Collégiens accueillis", "note : « Les annexes comptent avec leur collège. » -> « Sans les annexes. »"),
        (
            "Collégiens : intitulé Collégiens accueillis -> Collégiens ; objectif 6500 -> 6000 ; unité élèves ->"
            " collégiens ; premier jour 2025-09-01 -> 2024-09-01",
            "note : « Sans les annexes. » -> aucune",
        ),
    ]
