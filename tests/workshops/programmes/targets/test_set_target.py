from datetime import date

import pytest
from msgspec.structs import replace

from tests import builders
from tests.builders import NOW
from workshops.database import rows
from workshops.programmes.targets.metrics import VISITORS
from workshops.programmes.targets.queries import TYPED_RULE, UNFOLLOWED_RULE, TargetCard, targets
from workshops.programmes.targets.set_target import SetTarget, set_target
from workshops.refusals import Invalid

COLLEGIENS = {"programme": "technilab", "metric": "pupils"}
PUPILS = {
    "label": "Collégiens accueillis",
    "unit": "élèves",
    "target": 6000,
    "note": "Les annexes comptent avec leur collège.",
    "from_on": date(2024, 9, 1),
    "to_on": date(2029, 8, 31),
}


async def test_a_target_set_again_is_replaced_and_technilab_comes_first(db):
    asked, of_courses = SetTarget(**PUPILS), {"programme": "bts1", "metric": "courses"}
    courses = await set_target(asked, **of_courses, by=None, now=NOW)
    pupils = await set_target(replace(asked, target=5000), **COLLEGIENS, by=None, now=NOW)
    assert await set_target(asked, **COLLEGIENS, by=None, now=NOW) == pupils
    assert await targets() == [
        TargetCard(id=pupils, **COLLEGIENS, **PUPILS),
        TargetCard(id=courses, **of_courses, **PUPILS),
    ]


async def test_a_target_is_of_one_of_three_schemes_and_has_an_address(db):
    for metric in ("", "Élèves", "x" * 41):
        with pytest.raises(Invalid) as refused:
            await set_target(SetTarget(**PUPILS), programme="erasmus", metric=metric, by=None, now=NOW)
        assert list(refused.value.errors) == ["metric", "programme"]
    assert await targets() == []


def test_a_target_ends_after_it_began():
    with pytest.raises(Invalid) as refused:
        SetTarget(**PUPILS | {"to_on": PUPILS["from_on"]})
    assert refused.value.errors == {"to_on": "La fin vient avant le début."}


async def test_a_note_names_nobody(db):
    with pytest.raises(Invalid) as refused:
        await set_target(SetTarget(**PUPILS | {"note": "D'après Nadia Perrin."}), **COLLEGIENS, by=None, now=NOW)
    assert list(refused.value.errors) == ["note"]


async def test_the_rule_of_a_target_is_that_of_the_code_that_counts_it_whatever_is_noted(db):
    asked = SetTarget(**PUPILS | {"note": "Élèves différents, chacun compté une seule fois."})
    await set_target(asked, **COLLEGIENS, by=None, now=NOW)
    await set_target(asked, programme="technilab", metric="stages", declared=True, by=None, now=NOW)
    await set_target(asked, programme="technilab", metric="autre", by=None, now=NOW)
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
        await set_target(SetTarget(**PUPILS | changed), **COLLEGIENS, by=nadia, now=NOW)
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
