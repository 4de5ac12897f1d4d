"""When lycées are asked, what two numbers may say, and how they are said."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workshops.september_hands.world import counted
from workshops.refusals import Invalid
from workshops.september_hands.rules import asks_on, calls_on, linked_on, share_of

FAMILIES = (
    *("2de MTNE", "2de TNE", "2de MELEC", "2de MRC", "2de GATL", "2de AGORA", "2de ASSP", "2de CIEL", "2de MRC 2"),
    *("2de Réalisation d'ensembles mécaniques et industriels", "2de Maintenance des matériels et des véhicules"),
    *("2de Métiers de la beauté et du bien-être", "2de Métiers du bois", "2NDE PRO A", "2de Microtechniques"),
    *("2de Métiers de l'hôtellerie-restauration", "Seconde Pro Transitions numérique et énergétique"),
)


@pytest.mark.parametrize(
    ("day", "asks", "calls", "linked"),
    [
        (date(2026, 8, 31), False, False, False),
        (date(2026, 9, 1), True, False, True),
        (date(2026, 9, 30), True, False, True),
        (date(2026, 10, 1), True, True, True),
        (date(2026, 10, 15), True, True, True),
        (date(2026, 10, 16), False, True, True),
        (date(2026, 11, 1), False, True, False),
        (date(2026, 11, 30), False, True, False),
        (date(2026, 12, 1), False, False, False),
    ],
)
def test_lycees_are_asked_until_15_october_and_called_from_the_1st(day: date, asks: bool, calls: bool, linked: bool):
    assert (asks_on(day), calls_on(day), linked_on(day)) == (asks, calls, linked)


@pytest.mark.parametrize(
    ("present", "hands", "share"),
    [(210, 34, 16), (200, 1, 1), (201, 1, 0), (3, 3, 100), (8, 1, 13), (0, 0, None), (None, None, None)],
)
def test_a_share_is_of_those_present_in_whole_per_cent(present: int | None, hands: int | None, share: int | None):
    assert share_of(present, hands) == share


@pytest.mark.parametrize(
    ("present", "hands", "wrong"),
    [
        (24, 25, {"hands": "Mains levées : 25, pour 24 présents. Il ne peut pas y en avoir plus."}),
        (0, 1, {"hands": "Mains levées : 1, pour 0 présents. Il ne peut pas y en avoir plus."}),
        (None, 3, {"present": "Présents : à remplir, avec les mains levées."}),
        (24, None, {"hands": "Mains levées : à remplir, 0 si personne n'a levé la main."}),
    ],
)
def test_hands_above_those_present_are_refused_in_a_sentence(present, hands, wrong):
    with pytest.raises(Invalid) as refused:
        counted(("2de MRC", 30, 2), ("2de MTNE", present, hands))
    assert refused.value.errors == {f"sections[1].{name}": sentence for name, sentence in wrong.items()}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_section_is_called_as_the_lycee_calls_it(name: str):
    assert counted((name, None, None)).sections[0].section == name


@pytest.mark.parametrize("name", ["Emma Durand", "2de MTNE : Léa et Hugo", ""])
def test_a_section_names_no_pupil(name: str):
    with pytest.raises(Invalid):
        counted((name, 20, 3))
