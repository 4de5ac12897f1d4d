"""How many groups a draw places, by what they may ask for: `python -m tests.load.draws` prints the two tables.

On the worlds of `tests/load/tastes.py`, seeds 0 to 39, by the product's own draw. Slots of one group, and classes that
fit, as when the rule was chosen: the figures of then stand beside, and are found again to the decimal. Then classes of
15 to 30 and slots of 24 seats, where a class that no slot takes comes in halves. Exit code 1 where a figure differs.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from statistics import mean

from msgspec import Struct

from booking.visits.draws.drawing import Drawn, answer_in_order
from booking.visits.draws.drawing_file import SentenceLine
from tests.load.goals import Goals
from tests.load.tastes import KM, SEATS, Opening, best_lines, file_of, opening, slots_of

SEEDS = range(40)
GROUPS = (200, 300, 400)
GOAL_SECONDS = 10
# How many lines, and whether the sentence ends them.
ASKED = {"1 line": (1, False), "5 lines": (5, False), "5 lines and the sentence": (5, True)}
SENTENCE = SentenceLine(km=KM)
# Percent placed, slots left empty, as the rule was chosen by them.
CHOSEN_BY = {
    (200, "1 line"): (48.1, 156.6),
    (200, "5 lines"): (74.2, 106.0),
    (200, "5 lines and the sentence"): (89.1, 77.0),
    (300, "1 line"): (39.8, 134.4),
    (300, "5 lines"): (60.4, 74.5),
    (300, "5 lines and the sentence"): (75.7, 29.8),
    (400, "1 line"): (33.6, 120.0),
    (400, "5 lines"): (50.7, 53.7),
    (400, "5 lines and the sentence"): (62.2, 9.3),
}


class Share(Struct, frozen=True):
    """Of the groups with a slot in reach, those `placed` or offered, in percent; of `large` classes too; what is left:
    slots nobody comes to, seats in percent."""

    placed: float
    large: float
    empty: int
    seats: float


def pupils_of(seed: int, groups: int) -> list[int]:
    """Classes of 15 to 30, by a chance of their own: the world stays the same."""
    chance = random.Random(f"classes of {seed}")
    return [chance.randint(15, 30) for _ in range(groups)]


def held(world: Opening, pupils: Sequence[int], count: int, *, sentence: bool, places: int) -> Drawn:
    """The draw of a world, each group asking for its best lines; `places` of groups a slot."""
    slots, asking = slots_of(world, groups=places), []
    for group, size in enumerate(pupils):
        lines = best_lines(world, slots, group, count, size)
        asking.append([*lines, SENTENCE] if sentence else lines)
    file = file_of(world, slots, pupils, asking)
    return answer_in_order(file, [file.demands[group] for group in world.order])


def share(world: Opening, pupils: Sequence[int], drawn: Drawn) -> Share:
    """What a draw came to."""
    able = {group for group, slots in enumerate(world.liked) if slots}
    placed = {int(answer.number) for answer in drawn.answers if answer.seats}
    large = {group for group in able if pupils[group] > SEATS}
    taken = {seated.slot for answer in drawn.answers for seated in answer.seats}
    return Share(
        placed=100 * len(placed) / len(able),
        large=100 * len(placed & large) / len(large) if large else 0.0,
        empty=len(drawn.left) - len(taken),
        seats=100 * sum(left.seats for left in drawn.left) / (SEATS * len(drawn.left)),
    )


def shares(groups: int, asked: str, *, places: int, halves: bool) -> list[Share]:
    """A draw a seed; with `halves`, of classes of 15 to 30."""
    count, sentence = ASKED[asked]
    found = []
    for seed in SEEDS:
        world = opening(seed, groups)
        pupils = pupils_of(seed, groups) if halves else [SEATS] * groups
        found.append(share(world, pupils, held(world, pupils, count, sentence=sentence, places=places)))
    return found


def large_draw(demands: int = 20_000, slots: int = 2_000) -> tuple[float, int]:
    """Seconds of CPU for a draw of so many classes of 15 to 30, five lines and the sentence each; how many get a place.

    A world's groups ask ten times over.
    """
    world = opening(0, demands // 10, slots=slots)
    offered, pupils, asking = slots_of(world, groups=2), pupils_of(0, demands), []
    for number, size in enumerate(pupils):
        asking.append([*best_lines(world, offered, number % len(world.liked), 5, size), SENTENCE])
    file = file_of(world, offered, pupils, asking)
    order = list(file.demands)
    random.Random(0).shuffle(order)
    since = time.process_time()
    drawn = answer_in_order(file, order)
    return time.process_time() - since, sum(bool(answer.seats) for answer in drawn.answers)


def main() -> int:
    goals = Goals()
    print("| groups, 250 slots of one group | placed | as chosen by | slots left empty | as chosen by |")
    print("| --- | --- | --- | --- | --- |")
    for (groups, asked), expected in CHOSEN_BY.items():
        found = shares(groups, asked, places=1, halves=False)
        figures = tuple(
            round(mean(values), 1) for values in zip(*((one.placed, one.empty) for one in found), strict=True)
        )
        print(f"| {groups}, {asked} | {figures[0]} % | {expected[0]} % | {figures[1]} | {expected[1]} |")
        if figures != expected:
            goals.missed.append(f"missed: {groups} groups, {asked}: {figures}, chosen by {expected}")
    print("\n| classes of 15 to 30, 250 slots of 24 seats | groups a slot | placed | of those over 24 | seats left |")
    print("| --- | --- | --- | --- | --- |")
    for groups in GROUPS:
        for asked in ASKED:
            for places in (1, 2):
                found = shares(groups, asked, places=places, halves=True)
                placed, large, seats = (
                    mean(getattr(one, name) for one in found) for name in ("placed", "large", "seats")
                )
                print(f"| {groups}, {asked} | {places} | {placed:.1f} % | {large:.1f} % | {seats:.1f} % |")
    seconds, placed = large_draw()
    print()
    goals.show(
        "20 000 demands, 2 000 slots, drawn",
        f"{seconds:.1f} s of CPU, {placed} placed",
        f"{GOAL_SECONDS} s",
        reached=seconds < GOAL_SECONDS,
    )
    return goals.end()


if __name__ == "__main__":
    sys.exit(main())
