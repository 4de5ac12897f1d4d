"""What an agenda is told of a visit."""

from __future__ import annotations

import asyncio

import pytest

from booking.calendar.invites.ical import entry_of
from booking.calendar.invites.queries import VISITS, visit
from booking.calendar.invites.rules import ENDED, SURE, company_title, group_title, method_and_status, notes, place
from booking.visits.reservation_states import CAME, IN_DOUBT, LIVE
from booking.visits.reservations.states import TRANSITIONS
from tests import builders
from tests.statements import statements_of


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("confirmed", ("REQUEST", "CONFIRMED")),
        ("locked", ("REQUEST", "CONFIRMED")),
        ("requested", ("REQUEST", "TENTATIVE")),
        ("offered", None),
        ("waiting", None),
        ("cancelled_by_teacher", ("CANCEL", "CANCELLED")),
        ("refused_by_host", ("CANCEL", "CANCELLED")),
        ("called_off", ("CANCEL", "CANCELLED")),
        ("lapsed", ("CANCEL", "CANCELLED")),
        ("announced", ("REQUEST", "CONFIRMED")),
        ("withdrawn", ("CANCEL", "CANCELLED")),
    ],
)
def test_each_state_has_its_method(state, told):
    assert method_and_status(state, invited=True) == told


@pytest.mark.parametrize("state", [*sorted(ENDED), "requested"])
def test_nothing_is_taken_from_those_who_were_never_invited(state):
    assert method_and_status(state, invited=False) is None


def test_no_state_of_a_reservation_is_forgotten():
    reached = {line.becomes for line in TRANSITIONS.values() if line.becomes} | LIVE | CAME
    assert reached - SURE - ENDED - IN_DOUBT == {"waiting", "offered", "in_draw"}


def test_a_title_says_what_who_and_how_many():
    assert [
        group_title(workshop="Découpe laser", group="4e B", college="Collège Stendhal", pupils=1),
        company_title(workshop="Découpe laser", company="Horlogerie du Doubs", people=2),
    ] == [
        "TECHNILAB : Découpe laser, 4e B, Collège Stendhal (1 élève)",
        "TECHNILAB : Découpe laser, Horlogerie du Doubs (2 personnes)",
    ]


def test_a_place_and_notes_leave_out_what_is_unknown():
    assert place(school="Lycée Haag", room="", address="", postcode="25000", commune="Besançon") == (
        "Lycée Haag, 25000 Besançon"
    )
    assert notes(what="Découpe laser", who="4e B", access=" ", url="https://t.example/1") == (
        "Découpe laser\n4e B\nhttps://t.example/1"
    )


def test_a_calendar_without_a_visit_has_no_entry():
    assert entry_of("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n") is None


async def test_those_who_ask_while_others_are_answered_are_told_by_one_statement_and_each_their_own_visit(db):
    college, slot = await builders.school(), await builders.slot(seats=90, groups_max=3)
    groups = [await builders.group(school=college) for _ in range(3)]
    visits = [await builders.reservation(slot=slot, group=one, pupils=20 + n) for n, one in enumerate(groups)]
    told = []

    async def ask() -> None:
        told[:] = await asyncio.gather(*map(visit, [*visits, 999, visits[0]]))

    assert await statements_of(ask) == [VISITS]
    assert [one and (one.id, one.pupils) for one in told] == [
        *((number, 20 + n) for n, number in enumerate(visits)),
        None,
        (visits[0], 20),
    ]
