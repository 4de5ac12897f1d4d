"""The benchmark of the draw stands on the very worlds by which the rule was chosen."""

from __future__ import annotations

import pytest

from tests.load.draws import ASKED, SEATS, held, pupils_of, share
from tests.load.tastes import opening


# By the model that the rule was chosen with: how many groups got a slot, and which, as the sum of both places together.
@pytest.mark.parametrize(
    ("seed", "groups", "able", "chosen_by"),
    [
        (0, 200, 200, [(87, 1_010_726), (141, 1_782_645), (164, 1_949_537)]),
        (7, 300, 247, [(110, 1_977_456), (158, 2_962_663), (171, 3_132_388)]),
        (39, 400, 399, [(134, 3_478_408), (207, 5_003_829), (247, 6_263_366)]),
    ],
)
def test_each_group_gets_the_slot_that_the_model_gave_it(seed, groups, able, chosen_by):
    world, pupils = opening(seed, groups), [SEATS] * groups
    for (count, sentence), (placed, where) in zip(ASKED.values(), chosen_by, strict=True):
        drawn = held(world, pupils, count, sentence=sentence, places=1)
        slots = {int(answer.number): answer.seats[0].slot for answer in drawn.answers if answer.seats}
        assert (len(slots), sum((group + 1) * (slot + 1) for group, slot in slots.items())) == (placed, where)
        assert (share(world, pupils, drawn).placed, len(drawn.left) - placed) == (100 * placed / able, 250 - placed)


def test_a_class_that_a_slot_takes_comes_whole_and_a_larger_one_in_halves():
    world, pupils = opening(0, 200), pupils_of(0, 200)
    answers = held(world, pupils, 5, sentence=True, places=2).answers
    assert {min(pupils), max(pupils)} == {15, 30}
    came = {(pupils[int(answer.number)] > SEATS, len(answer.seats)) for answer in answers if answer.seats}
    assert came == {(False, 1), (True, 2)}
