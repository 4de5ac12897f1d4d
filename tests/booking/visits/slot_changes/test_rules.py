from __future__ import annotations

import pytest

from booking.visits.slot_changes.rules import GroupsBusy, states_that


@pytest.mark.parametrize("act", ["follow", "call_off"])
def test_every_live_state_knows_what_its_slot_does(act):
    assert sorted(states_that(act)) == ["confirmed", "in_draw", "locked", "offered", "requested", "waiting"]


@pytest.mark.parametrize(
    ("groups", "start"),
    [(["4e A (Diderot)"], "4e A (Diderot) a déjà"), (["4e A", "4e B", "3e C"], "4e A, 4e B et 3e C ont déjà")],
)
def test_busy_groups_are_named(groups, start):
    assert GroupsBusy(groups).sentence.startswith(start)
