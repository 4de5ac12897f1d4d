"""What the public pages offer to whom: the decisions that their templates only lay out."""

from __future__ import annotations

import pytest

from booking.web.public.found import act_on
from booking.web.public.slot import WayIn, WayToCome, way_in, way_to_come
from booking.web.public.visa import asked_for, to_refuse


@pytest.mark.parametrize(
    ("role", "pupils", "free", "way"),
    [
        (None, None, 24, WayIn.SIGN_IN),
        (None, 24, 0, WayIn.SIGN_IN),
        (None, 49, 48, WayIn.FEWER),
        ("teacher", None, 1, WayIn.RESERVE),
        ("teacher", 24, 24, WayIn.RESERVE),
        ("teacher", 24, 23, WayIn.WAIT),
        ("teacher", None, 0, WayIn.WAIT),
        ("teacher", 49, 48, WayIn.FEWER),
        ("host", 24, 48, None),
        ("company", 24, 48, None),
    ],
)
def test_a_teacher_reserves_waits_or_comes_with_fewer_and_a_visitor_signs_in_first(role, pupils, free, way):
    assert way_in(role, "open", pupils=pupils, seats=48, free=free) is way


def test_nobody_reserves_a_slot_that_is_not_open():
    found = {way_in("teacher", state, pupils=24, seats=48, free=48) for state in ("closed", "called_off", "done")}
    assert found == {None}


@pytest.mark.parametrize(
    ("role", "state", "announced", "free", "way"),
    [
        ("company", "open", False, 2, WayToCome.FREE),
        ("company", "closed", False, 2, WayToCome.FREE),
        ("company", "open", False, 0, WayToCome.FULL),
        ("company", "open", True, 0, WayToCome.ANNOUNCED),
        ("company", "done", False, 2, None),
        ("teacher", "open", False, 2, None),
        (None, "open", False, 2, None),
    ],
)
def test_a_company_says_that_it_comes_until_the_visit_is_over(role, state, announced, free, way):
    assert way_to_come(role, state, announced=announced, places_free=free) is way


def test_teachers_and_visitors_are_invited_to_reserve_others_to_look():
    assert [act_on(role) for role in (None, "teacher", "host", "company", "coordinator")] == [
        *("Réserver", "Réserver"),
        *("Voir le créneau", "Voir le créneau", "Voir le créneau"),
    ]


@pytest.mark.parametrize(
    ("more", "replaces", "choices", "heading", "refusing"),
    [
        (None, False, 1, "Une visite demande votre visa", "Refuser la visite"),
        (None, False, 3, "Une visite demande votre visa", "Refuser toutes ces visites"),
        (None, True, 1, "Un changement de visite demande votre visa", "Refuser le changement"),
        (3, False, 1, "Un accompagnateur de plus demande votre visa", "Refuser le changement"),
        (5, False, 1, "Des accompagnateurs de plus demandent votre visa", "Refuser le changement"),
    ],
)
def test_a_principal_reads_first_what_her_visa_is_for(more, replaces, choices, heading, refusing):
    assert asked_for(2, more, replaces=replaces) == heading
    assert to_refuse(more, replaces=replaces, choices=choices) == refusing
