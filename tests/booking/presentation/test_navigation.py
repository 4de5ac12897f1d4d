"""Where the header leads each role."""

from __future__ import annotations

import pytest

from booking.people.accounts.roles import ROLES, menu_of
from booking.people.accounts.rules import Role
from booking.presentation.navigation import Navigation, navigation


def labels(ways) -> list[str]:
    return [way.label for way in ways]


def links(role: str | None, path: str, *, awaiting: bool = False) -> Navigation:
    return navigation(None if role is None else menu_of(Role(role), awaiting=awaiting), path)


def current(role: str | None, path: str) -> dict[str, str]:
    ways = links(role, path)
    return {way.label: way.current for way in (*ways.near, *ways.far) if way.current}


def test_each_role_has_its_places_and_its_first_page_is_one_of_them():
    assert {role for role, row in ROLES.items() if row.home in dict(row.menu).values()} == {*Role}


def test_a_visitor_is_led_to_the_slots_alone():
    ways = links(None, "/programme")
    assert (labels(ways.near), ways.far) == (["Créneaux"], [])


def test_a_lycee_has_three_places_in_sight_and_its_records_behind_plus_on_a_phone():
    ways = links("host", "/lycee")
    assert (labels(ways.near), labels(ways.far)) == (["Aujourd'hui", "Créneaux", "Le lycée"], ["P-TECH", "BTS+1"])


def test_a_teacher_is_led_to_her_college_once_it_has_said_that_she_is_its():
    ways = links("teacher", "/mes-visites")
    assert (labels(ways.near), labels(ways.far)) == (["Créneaux", "Mes visites", "Mes groupes"], ["Mon collège"])
    assert labels(links("teacher", "/mes-visites", awaiting=True).far) == []


def test_no_menu_is_longer_than_seven_entries():
    assert max(len(row.menu) for row in ROLES.values()) == 7


@pytest.mark.parametrize(
    ("role", "path", "told"),
    [
        ("host", "/lycee/ateliers", {"Le lycée": "page"}),
        ("host", "/lycee/ateliers/7", {"Le lycée": "true"}),
        ("host", "/lycee/salles", {"Le lycée": "true"}),
        ("host", "/lycee/collegues", {"Le lycée": "true"}),
        ("host", "/lycee/fermetures/3", {"Le lycée": "true"}),
        ("host", "/logiciels", {"Le lycée": "true"}),
        ("teacher", "/logiciels/nouveau", {"Mon collège": "true"}),
        ("teacher", "/reservations/7", {"Mes visites": "true"}),
        ("teacher", "/reservations/7/autre-date/9", {"Mes visites": "true"}),
        ("teacher", "/reservations", {}),
        ("teacher", "/demandes/7", {"Mes visites": "true"}),
        ("teacher", "/mes-questions", {"Mes visites": "true"}),
        ("teacher", "/creneaux/7/reserver", {"Créneaux": "true"}),
        ("company", "/creneaux/7/venue", {"Séances": "true"}),
        ("company", "/logiciels", {"Mes venues": "true"}),
        ("coordinator", "/logiciels", {"Administration": "true"}),
        ("host", "/lycee/questions", {"Aujourd'hui": "true"}),
        ("host", "/lycee", {"Aujourd'hui": "page"}),
        ("host", "/bts1/7/effectifs/2026", {"BTS+1": "true"}),
        ("coordinator", "/bts1/7", {"BTS+1": "true"}),
        ("coordinator", "/gestion/apports", {"Bilan": "true"}),
        ("coordinator", "/gestion/apports/taux/2026-2027/staff", {"Bilan": "true"}),
        ("consortium", "/gestion/apports", {"Bilan": "true"}),
        ("coordinator", "/gestion/jalons/3", {"Bilan": "true"}),
        ("consortium", "/gestion/jalons/3", {"Jalons": "true"}),
        ("host", "/lycee/donnees", {"Aujourd'hui": "true"}),
        ("company", "/venues/3", {"Mes venues": "true"}),
        ("coordinator", "/gestion/couverture", {"Bilan": "true"}),
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
