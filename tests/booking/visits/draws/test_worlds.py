"""The draw beside a second one that was written from its words alone, and what may be said of it, over random worlds;
`python -m tests.load.draw_worlds` tries 10 000."""

from __future__ import annotations

from booking.visits.draws.drawing import draw
from tests.booking.visits.draws.worlds import Tried, try_worlds, world

WORLDS = 300


def test_somebody_else_draws_the_same_and_no_other_order_of_lines_is_better():
    tried = try_worlds(range(WORLDS), Tried())
    assert (tried.differences, tried.better_orders, tried.choices.by_slots, tried.choices.by_pairs) == ([], [], [], [])
    assert min(tried.orders, tried.choices.tried) > WORLDS


def test_the_worlds_meet_every_outcome_and_every_reason():
    answers = [answer for seed in range(WORLDS) for answer in draw(world(seed)).answers]
    assert {(answer.outcome, len(answer.seats)) for answer in answers} == {
        *(("placed", 1), ("placed", 2), ("offered", 1), ("offered", 2), ("waits", 0)),
    }
    assert {line.against for answer in answers for line in answer.lines} == {
        *("closed", "level", "refused", "busy", "two_lycees", "two_objects", "groups", "seats"),
        *("nothing_suits", None),
    }
