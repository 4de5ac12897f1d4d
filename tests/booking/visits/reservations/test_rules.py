from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from booking.visits.reservations.rules import (
    GroupBusy,
    HostClosed,
    SlotFull,
    SlotSeen,
    TooLate,
    WrongLevel,
    print_of,
    refuse_booking,
)
from tests.builders import NOW
from workshops.refusals import Refusal
from workshops.slots.rules import deadlines_of

OPEN = SlotSeen(
    state="open",
    booking_closes_at=NOW + timedelta(days=10),
    levels=("5e", "4e"),
    seats=24,
    seats_taken=0,
    groups_max=2,
    groups_taken=0,
    group_level="4e",
    group_busy=False,
    host_closed=False,
    approval=False,
    host=1,
    deadlines=deadlines_of(NOW + timedelta(days=20), now=NOW),
)


def refusal(seen: SlotSeen, *, pupils: int = 24) -> type[Refusal] | None:
    try:
        refuse_booking(seen, pupils=pupils, now=NOW)
    except Refusal as no:
        return type(no)
    return None


def test_an_open_slot_with_room_takes_the_group():
    assert refusal(OPEN) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "called_off"}, HostClosed),
        ({"state": "done"}, HostClosed),
        ({"host_closed": True}, HostClosed),
        ({"state": "closed"}, TooLate),
        ({"booking_closes_at": NOW}, TooLate),
        ({"group_level": "3e"}, WrongLevel),
        ({"group_busy": True}, GroupBusy),
        ({"seats_taken": 1}, SlotFull),
        ({"seats_taken": 24}, SlotFull),
        ({"groups_taken": 2}, SlotFull),
    ],
)
def test_each_obstacle_has_its_own_refusal(change, reason):
    assert refusal(replace(OPEN, **change)) is reason


def test_the_refusal_says_how_many_places_are_left():
    with pytest.raises(SlotFull) as no:
        refuse_booking(replace(OPEN, seats_taken=23), pupils=24, now=NOW)
    assert no.value.sentence == (
        "Il reste 1 place sur ce créneau, votre groupe en demande 24."
        " Vous pouvez rejoindre la liste d'attente, ou venir moins nombreux."
    )


def test_a_class_larger_than_an_empty_slot_is_told_so_and_what_to_do():
    with pytest.raises(Refusal) as no:
        refuse_booking(OPEN, pupils=27, now=NOW)
    assert (no.value.kind, no.value.status, no.value.title) == ("group-too-big", 409, "Groupe trop grand")
    assert no.value.sentence == (
        "Ce créneau prend 24 élèves ; vous en annoncez 27."
        " Choisissez un créneau qui en prend 27, ou venez à 24 au plus."
    )


def test_the_refusal_names_the_levels_that_the_workshop_takes():
    with pytest.raises(WrongLevel) as no:
        refuse_booking(replace(OPEN, group_level="6e"), pupils=24, now=NOW)
    assert no.value.sentence == "Cet atelier est proposé en 5e et 4e ; ce groupe est en 6e."


def test_the_fingerprint_tells_one_demand_from_another():
    assert print_of(1, 2, 24) == print_of(1, 2, 24)
    assert print_of(1, 2, 24) != print_of(1, 22, 4)
