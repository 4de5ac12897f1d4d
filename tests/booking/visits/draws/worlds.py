"""Random worlds of ranked demands, small and crowded, in which every rule of a draw meets every other; and what is
claimed of a draw, tried in one of them."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from math import factorial, inf
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from booking.visits.draws.drawing import Answer, Drawn, answer_in_order, draw, ranked
from booking.visits.draws.drawing_file import (
    College,
    DaysOff,
    Demand,
    Hours,
    Line,
    Lycee,
    PairLine,
    SentenceLine,
    Slot,
    SlotLine,
    Snapshot,
    written,
)
from booking.visits.draws.rules import digest_of
from tests.booking.visits.draws.somebody_else import alike, distance, draw_again, meant, offers, wall

FIRST = datetime(2027, 1, 4, 7, tzinfo=UTC)
EVERY_ORDER = 4
ORDERS_TRIED = 24
LISTS_TRIED = 6


def world(seed: int) -> Snapshot:
    """The world of a seed: 1 to 4 lycées, up to 14 slots, up to 16 demands of up to 5 lines.

    In every other one classes are large and much alike, so that most are had in halves, by a sentence or not at all.
    """
    chance, large = random.Random(seed), seed % 2 == 1
    drawn = chance.randbytes(32)
    lycees = [Lycee(1 + n, *_place(chance), chance.choice(("25", "70"))) for n in range(chance.randint(1, 4 - large))]
    colleges = [College(1 + n, *_place(chance)) for n in range(chance.randint(1, 4 - 2 * large))]
    slots = [_slot(chance, 1 + n, lycees, large=large) for n in range(chance.randint(1, 14))]
    demands = [_demand(chance, slots, lycees, colleges, large=large) for _ in range(chance.randint(1, 16))]
    first = (FIRST + timedelta(days=chance.randint(0, 20))).date()
    return Snapshot(
        digest=digest_of(drawn),
        seed=drawn.hex(),
        lycees=tuple(lycees),
        colleges=tuple(colleges),
        slots=tuple(slots),
        demands=tuple(demands),
        days_off={"A": (DaysOff(first, first + timedelta(days=chance.randint(0, 15))),), "B": ()},
    )


def _place(chance: random.Random) -> tuple[float | None, float | None]:
    # A few spots only, so that two lycées are often as far; now and then none at all.
    if chance.random() < 0.05:
        return None, None
    return 47 + chance.randrange(4) / 8, 6 + chance.randrange(4) / 8


def _slot(chance: random.Random, number: int, lycees: Sequence[Lycee], *, large: bool) -> Slot:
    starts_at = FIRST + timedelta(days=chance.choice((0, 1, 7, 20, 21, 22, 84)), hours=chance.choice((0, 0, 3, 5)))
    seats = chance.choice((24, 24, 27) if large else (12, 15, 18, 24, 30))
    return Slot(
        id=number,
        lycee=chance.choice(lycees).id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        seats=seats,
        seats_left=seats if chance.random() < 0.6 else chance.randint(0, seats),
        groups_left=chance.choice((1, 1, 2, 3) if large else (0, 1, 1, 2, 2, 3)),
        levels=("4e",) if large else chance.choice((("4e",), ("4e", "3e"), ("4e", "3e"), ("3e",))),
        objects=tuple(chance.sample((1, 2, 3), chance.choice((0, 0, 1, 2) if large else (0, 1, 1, 2)))),
        offers=tuple(chance.sample(("step_free", "loop", "meal"), chance.choice((0, 2, 3, 3)))),
        company_places=chance.choice((0, 0, 1, 4)),
        closed=chance.random() < 0.06,
    )


def _demand(
    chance: random.Random,
    slots: Sequence[Slot],
    lycees: Sequence[Lycee],
    colleges: Sequence[College],
    *,
    large: bool,
) -> Demand:
    elsewhere = chance.choice(slots)
    starts_at = elsewhere.starts_at + timedelta(hours=chance.choice((-3, 2, 3)))
    wide = SentenceLine(km=chance.choice((None, 30.0)))
    return Demand(
        number=f"{chance.getrandbits(64):016x}",
        weight=chance.choice((1, 1, 2, 3)),
        within=chance.random() < 0.8,
        college=chance.choice(colleges).id,
        level="4e" if large else chance.choice(("4e", "4e", "3e")),
        pupils=chance.choice((25, 26, 27, 28) if large else (1, 9, 15, 18, 20, 24, 25, 27, 30)),
        lines=(wide,) if large and chance.random() < 0.5 else lines_of(chance, slots, lycees),
        needs=() if large else chance.choice(((), (), (), ("loop",), ("step_free:2", "meal"))),
        busy=(Hours(starts_at, starts_at + timedelta(hours=3)),) if chance.random() < 0.2 else (),
        refused_slots=(chance.choice(slots).id,) if chance.random() < 0.2 else (),
        refused_lycees=(chance.choice(lycees).id,) if chance.random() < 0.05 else (),
        salt=f"{chance.getrandbits(128):032x}",
    )


def lines_of(chance: random.Random, slots: Sequence[Slot], lycees: Sequence[Lycee]) -> tuple[Line, ...]:
    """Up to five lines, no two alike; now and then of a slot that is not in the file any more."""
    kinds = chance.choices(("slot", "pair", "sentence"), (5, 3, 2), k=chance.randint(1, 5))
    return tuple(dict.fromkeys(_line(chance, kind, slots, lycees) for kind in kinds))


def _line(chance: random.Random, kind: str, slots: Sequence[Slot], lycees: Sequence[Lycee]) -> Line:
    if kind == "sentence":
        return SentenceLine(
            km=chance.choice((None, 10.0, 30.0, 60.0)),
            from_on=chance.choice((None, None, FIRST.date() + timedelta(days=chance.randint(0, 7)))),
            to_on=chance.choice((None, None, FIRST.date() + timedelta(days=chance.randint(0, 30)))),
            away=chance.choice(("", "", "A", "B")),
            department=chance.choice(("", "", "", "25")),
            lycee=chance.choice((None, None, None, chance.choice(lycees).id)),
            tech_object=chance.choice((None, None, None, 1)),
            company_places=chance.choice((0, 0, 0, 1)),
        )
    here = chance.choice(slots)
    siblings = [slot.id for slot in slots if slot.id != here.id and (slot.lycee == here.lycee or chance.random() < 0.1)]
    if kind == "pair" and siblings:
        return PairLine((here.id, chance.choice(siblings)), two_objects=chance.random() < 0.3)
    return SlotLine(here.id if chance.random() < 0.97 else 99)


def differences(snapshot: Snapshot) -> list[str]:
    """Where somebody else, who is given the file, comes to another result; and where places do not add up."""
    drawn = draw(snapshot)
    answers, left = draw_again(written(snapshot))
    mine = [as_somebody_else_says(answer) for answer in drawn.answers]
    differing = [
        f"{ours} is {theirs} to somebody else" for ours, theirs in zip(mine, answers, strict=True) if ours != theirs
    ]
    if {places.slot: [places.seats, places.groups] for places in drawn.left} != left:
        differing.append("other places are left")
    return differing + broken(snapshot, drawn)


def as_somebody_else_says(answer: Answer) -> dict[str, Any]:
    return {
        "number": answer.number,
        "rank": answer.rank,
        "outcome": answer.outcome,
        "line": answer.line,
        "seats": [[seated.slot, seated.pupils] for seated in answer.seats],
        "seen": [[[left.slot, left.seats, left.groups] for left in line.left] for line in answer.lines],
    }


def broken(snapshot: Snapshot, drawn: Drawn) -> list[str]:
    """The seats and places of groups that do not add up, the groups that do not come whole."""
    pupils = {demand.number: demand.pupils for demand in snapshot.demands}
    seated = [seat for answer in drawn.answers for seat in answer.seats]
    wrong = [
        f"slot {slot.id}"
        for slot, left in zip(snapshot.slots, drawn.left, strict=True)
        if left.slot != slot.id
        or left.seats != slot.seats_left - sum(seat.pupils for seat in seated if seat.slot == slot.id)
        or left.groups != slot.groups_left - sum(seat.slot == slot.id for seat in seated)
        or min(left.seats, left.groups) < 0
    ]
    wrong += [
        answer.number
        for answer in drawn.answers
        if answer.seats and sum(seat.pupils for seat in answer.seats) != pupils[answer.number]
    ]
    return wrong


def turn(snapshot: Snapshot, order: Sequence[Demand], place: int, lines: Sequence[Line]) -> Answer:
    """The answer to the demand at this place in the order, had it asked for these lines."""
    turned = [*order[:place], replace(order[place], lines=tuple(lines))]
    return answer_in_order(snapshot, turned).answers[place]


def better_orders(snapshot: Snapshot, order: Sequence[Demand], place: int, chance: random.Random) -> list[str]:
    """The orders of a demand's own lines that would have given its group what it likes better: none is expected.

    Every order up to four lines, some of those of five.
    """
    lines = order[place].lines
    likes = _how_liked(lines, lines, turn(snapshot, order, place, lines))
    orders = list(permutations(lines))
    tried = orders if len(lines) <= EVERY_ORDER else chance.sample(orders, ORDERS_TRIED)
    return [
        f"{order[place].number} likes {other} better"
        for other in tried
        if _how_liked(lines, other, turn(snapshot, order, place, other)) < likes
    ]


def _how_liked(lines: Sequence[Line], order: Sequence[Line], answer: Answer) -> float:
    """How much who likes `lines` in this order likes an answer to another `order` of them: 0 the best line, infinity no
    place. What a sentence gave is as good as a line that names the same slots."""
    if answer.line is None:
        return inf
    slots = {seated.slot for seated in answer.seats}
    named = [place for place, line in enumerate(lines) if slots == slots_named(line)]
    return min([*named, lines.index(order[answer.line])])


def slots_named(line: Line) -> set[int]:
    match line:
        case SlotLine():
            return {line.slot}
        case PairLine():
            return set(line.slots)
        case SentenceLine():
            return set()


class Choices(Struct):
    """Whether it changed anything which lines stood before a sentence that covers them all.

    `by_slots`: a choice of slots changed whether a group was placed; `by_pairs`: pairs did, of two slots that a
    sentence proposes together at that turn. `by_other_pairs` counts the pairs that it does not propose, by why.
    """

    tried: int = 0
    by_slots: list[str] = field(default_factory=list)
    by_pairs: list[str] = field(default_factory=list)
    by_other_pairs: Counter[str] = field(default_factory=Counter)


def choose(snapshot: Snapshot, order: Sequence[Demand], place: int, chance: random.Random, choices: Choices) -> None:
    """Put lists of slots and pairs that a sentence covers before it, and compare with the sentence alone."""
    asking = order[place]
    sentence = next((line for line in asking.lines if isinstance(line, SentenceLine)), SentenceLine())
    file = json.loads(written(replace(snapshot, demands=(replace(asking, lines=(sentence,)),))))
    (plain,), (said,) = file["demands"], file["demands"][0]["lines"]
    offering = [slot for slot in file["slots"] if offers(slot, plain)]
    covered = [slot for slot in offering if meant(said, slot, distance(plain, slot, file), file)]
    alone = turn(snapshot, order, place, [sentence])
    for _ in range(LISTS_TRIED):
        slots = [SlotLine(slot["id"]) for slot in chance.sample(covered, min(len(covered), chance.randint(1, 4)))]
        choices.tried += 1
        if (turn(snapshot, order, place, [*slots, sentence]).line is None) != (alone.line is None):
            choices.by_slots.append(f"{asking.number} with {slots}")
    for first, second in permutations(covered, 2):
        pair = PairLine((first["id"], second["id"]), two_objects=True)
        if first["id"] < second["id"] and first["lycee"] == second["lycee"]:
            answer = turn(snapshot, order, place, [pair, sentence])
            if alone.line is None and answer.line is not None:
                why = why_not_together(first, second, asking.pupils, answer)
                choices.by_other_pairs.update(why)
                choices.by_pairs += [] if why else [f"{asking.number} with {pair}"]


def why_not_together(first: dict[str, Any], second: dict[str, Any], pupils: int, answer: Answer) -> list[str]:
    """Why a sentence does not propose these two slots together, with the seats that they had left at that turn."""
    rooms = [left.seats for left in answer.lines[0].left]
    why = {
        "one of them takes the class alone when it is empty": max(first["seats"], second["seats"]) >= pupils,
        "less than a third of the class finds room in one": min(rooms) * 3 < pupils,
        "more than three weeks apart": abs(wall(first) - wall(second)) > timedelta(weeks=3),
        "two objects": not alike(first, second),
    }
    return [words for words, is_so in why.items() if is_so]


class Tried(Struct):
    """What came of trying worlds: `worlds` of them, and `orders` of a group's own lines."""

    worlds: int = 0
    orders: int = 0
    differences: list[str] = field(default_factory=list)
    better_orders: list[str] = field(default_factory=list)
    choices: Choices = field(default_factory=Choices)


def try_worlds(seeds: Iterable[int], tried: Tried) -> Tried:
    """Draw each world twice, by the product and by somebody else, and try in it what one group could have asked.

    What comes of it is added to what was `tried` before.
    """
    for seed in seeds:
        snapshot, chance = world(seed), random.Random(seed)
        order = ranked(snapshot)
        place = chance.randrange(len(order))
        tried.worlds += 1
        tried.orders += min(factorial(len(order[place].lines)), ORDERS_TRIED)
        tried.differences += [f"world {seed}: {difference}" for difference in differences(snapshot)]
        tried.better_orders += [f"world {seed}: {better}" for better in better_orders(snapshot, order, place, chance)]
        choose(snapshot, order, place, chance, tried.choices)
    return tried
