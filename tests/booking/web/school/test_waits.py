"""When the form of a visit offers to wait instead of reserving."""

from __future__ import annotations

import pytest

from booking.web.school.reserve import waits


@pytest.mark.parametrize(
    ("pupils", "room", "full", "told"),
    [
        (24, 24, False, False),
        (24, 23, False, True),
        (24, 0, False, True),
        (24, 48, True, True),
        (49, 48, False, False),
        (49, 0, True, False),
    ],
)
def test_a_group_waits_for_room_that_the_slot_could_have_but_never_when_it_is_larger_than_the_slot(
    pupils, room, full, told
):
    assert waits(pupils, seats=48, room=room, full=full) is told
