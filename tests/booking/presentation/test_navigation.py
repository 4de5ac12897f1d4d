"""Where the header leads each role."""

from __future__ import annotations

import pytest

from booking.people.accounts.rules import Role
from booking.presentation.navigation import PLACES, navigation


def labels(ways) -> list[str]:
    return [way.label for way in ways]


def current(role: str | None, path: str) -> dict[str, str]:
    ways = navigation(role, path)
    return {way.label: way.current for way in (*ways.near, *ways.far) if way.current}


def test_each_role_has_its_places_and_so_has_a_visitor():
    assert set(PLACES) == {None, *Role}


def test_a_visitor_is_led_to_the_slots_alone():
    ways = navigation(None, "/programme")
    assert (labels(ways.near), ways.far) == (["Créneaux"], [])


def test_a_lycee_has_three_places_in_sight_and_its_records_behind_plus_on_a_phone():
    ways = navigation("host", "/lycee")
    assert (labels(ways.near), labels(ways.far)) == (["Aujourd'hui", "Créneaux", "Ateliers"], ["P-TECH", "BTS+1"])


def test_a_teacher_is_led_to_her_college_once_it_has_said_that_she_is_its():
    ways = navigation("teacher", "/mes-visites")
    assert (labels(ways.near), labels(ways.far)) == (["Créneaux", "Mes visites", "Mes groupes"], ["Mon collège"])
    assert labels(navigation("teacher", "/mes-visites", awaiting=True).far) == []


def test_no_menu_is_longer_than_eight_entries():
    assert max(len(places) for places in PLACES.values()) == 8


@pytest.mark.parametrize(
    ("role", "path", "told"),
    [
        ("host", "/lycee/ateliers", {"Ateliers": "page"}),
        ("host", "/lycee/ateliers/7", {"Ateliers": "true"}),
        ("host", "/lycee/salles", {}),
        ("host", "/lycee", {"Aujourd'hui": "page"}),
        ("host", "/bts1/7/effectifs/2026", {"BTS+1": "true"}),
        ("coordinator", "/bts1/7", {"BTS+1": "true"}),
        ("host", "/lycee/donnees", {"P-TECH": "true"}),
        ("company", "/venues/3", {"Mes venues": "true"}),
        ("coordinator", "/gestion/equite/colleges", {"Bilan": "true"}),
        ("coordinator", "/gestion/journal", {"Administration": "true"}),
        ("coordinator", "/gestion/ptech/cohortes/3", {"P-TECH": "true"}),
        ("company", "/entreprise/cohortes/3", {"P-TECH": "true"}),
        ("company", "/entreprise/attestations", {}),
        ("teacher", "/mon-college/collegues", {"Mon collège": "true"}),
        ("teacher", "/creneauxx", {}),
        (None, "/creneaux/3", {"Créneaux": "true"}),
    ],
)
def test_the_open_page_is_marked_or_the_one_above_it_but_never_a_role_s_first_page(role, path, told):
    assert current(role, path) == told
