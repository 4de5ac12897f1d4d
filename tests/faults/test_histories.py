"""Histories that can have been are told from those that cannot."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.faults.check_history import contradictions, slots_in
from tests.faults.history import Act, read, write
from tests.faults.linearizable import Call, linearizable
from tests.faults.models import DrawnSlot, Group, Slot

STORED = Path(__file__).parent / "histories"


class TrueSlot:
    """A slot that does each act at one instant: its history holds whatever the clients' clocks show."""

    def __init__(self, model: Slot) -> None:
        self.model, self.seated = model, model.first

    def does(self, act: str, group: int, pupils: int) -> tuple[str, int]:
        sits = any(one == group for one, _ in self.seated)
        if act == "read" or sits == (act == "book"):
            return "seen", self.model.free(self.seated)
        done = self.model.after(self.seated, Act(0, act, 0, 0, "done", self.model.id, group=group, pupils=pupils))
        if done is None:
            return "slot-full", 0
        self.seated = done
        return "done", 0


def lived(chance: random.Random, slot: Slot, *, acts: int, clients: int, lost: float = 0.0) -> list[Act]:
    """What clients of a true slot see: an act takes effect at some instant between its sending and its answer."""
    true, free_at, history = TrueSlot(slot), [0.0] * clients, []
    instants = sorted(chance.uniform(0, acts) for _ in range(acts))
    for instant in instants:
        waiting = [client for client in range(clients) if free_at[client] < instant]
        if not waiting:
            continue
        client = chance.choice(waiting)
        # Each client has groups of its own, as a teacher has.
        group, pupils = client * 10 + chance.randrange(3), chance.choice((6, 12, 24))
        answer, seen = true.does(act := chance.choice(("book", "cancel", "read")), group, pupils)
        act = "read" if answer == "seen" else act
        began = chance.uniform(free_at[client], instant)
        ended = free_at[client] = instant + chance.expovariate(0.5)
        silent = chance.random() < lost
        history.append(
            Act(
                client=client,
                act=act,
                began=began,
                ended=None if silent else ended,
                answer="" if silent else answer,
                slot=slot.id,
                group=0 if act == "read" else group,
                pupils=0 if act == "read" else pupils,
                seen=seen,
            )
        )
    return [act for act in history if act.answer or act.act != "read"]


def by_every_order(history: list[Act], slot: Slot) -> bool:
    """The definition itself: some choice of the silent acts and some order, allowed by the clock and the rules."""
    known, silent = [act for act in history if act.answer], [act for act in history if not act.answer]
    for many in range(len(silent) + 1):
        for chosen in itertools.combinations(silent, many):
            for order in itertools.permutations([*known, *chosen]):
                ends = [act.ended if act.ended is not None else float("inf") for act in order]
                if any(ends[j] < order[i].began for i in range(len(order)) for j in range(i + 1, len(order))):
                    continue
                state = slot.first
                for act in order:
                    if (found := slot.after(state, act)) is None:
                        break
                    state = found
                else:
                    return True
    return False


def test_what_clients_of_a_true_slot_see_holds() -> None:
    chance, slot = random.Random(1), Slot(7, seats=48, groups_max=3)
    for _ in range(20):
        assert contradictions(lived(chance, slot, acts=400, clients=8, lost=0.02), {7: slot}) == []


def test_the_search_says_what_trying_every_order_says() -> None:
    chance, slot, verdicts = random.Random(2), Slot(7, seats=24, groups_max=2), []
    for _ in range(400):
        history = lived(chance, slot, acts=8, clients=3, lost=0.2)[:6]
        if history and chance.random() < 0.7:
            spoilt = chance.randrange(len(history))
            was = history[spoilt]
            told = {"done": "slot-full", "slot-full": "done"} if was.act == "book" else {}
            history[spoilt] = replace(
                was,
                seen=was.seen + 6 if was.answer == "seen" else was.seen,
                answer=told.get(was.answer, was.answer),
            )
        found = linearizable([Call(act.began, act.ended, act) for act in history], slot).holds
        assert found == by_every_order(history, slot), history
        verdicts.append(found)
    assert {True, False} <= set(verdicts)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("seat_sold_twice", "slot 7"),
        ("lost_cancellation", "slot 7"),
        ("stale_read_after_own_write", "slot 7"),
    ],
)
def test_a_stored_bad_history_is_found(name: str, where: str) -> None:
    found = contradictions(read(STORED / f"{name}.jsonl"), slots_in(STORED / "slots.json"))
    assert [wrong.where for wrong in found] == [where]


@pytest.mark.parametrize(
    ("act", "where"),
    [
        # Asked again under its key, a booking that was done is not refused for being there.
        (Act(0, "book", 3, 4, "group-busy", 7, group=1, pupils=24), ["slot 7", "group 1"]),
        # What was acknowledged is there.
        (Act(0, "look", 3, 4, "not-found", group=1), ["group 1"]),
        (Act(0, "cancel", 3, 4, "not-found", 7, group=1, pupils=24), ["slot 7", "group 1"]),
        (Act(0, "move", 3, 4, "not-found", 7, 8, group=1, pupils=24), ["slot 7", "slot 8", "group 1"]),
        (Act(0, "read", 3, 4, "404", 7), ["slot 7"]),
        (Act(0, "read", 3, 4, "404", 9), ["slot 9"]),
        (Act(0, "scan", 3, 4, "unknown", badge="a", scan="1"), ["badge a"]),
        (Act(0, "undo", 3, 4, "not-found", badge="a", scan="1"), ["badge a"]),
        (Act(0, "demand", 3, 4, "not-found", 9, group=2, draw=3), ["demand 2"]),
        (Act(0, "withdraw", 3, 4, "not-found", group=2, draw=3), ["demand 2"]),
        (Act(0, "look", 3, 4, "not-found", group=2, draw=3), ["demand 2"]),
    ],
    ids=lambda told: f"{told.act} {told.answer}" if isinstance(told, Act) else "",
)
def test_an_answer_that_cannot_be_is_told_and_does_not_end_the_search(act: Act, where: list[str]) -> None:
    slots = {7: Slot(7, 48, 2), 8: Slot(8, 48, 2), 9: DrawnSlot(48, held_at=10.0, pupils=24)}
    silent = Act(0, "book", 1, None, "", 7, group=1, pupils=24)
    assert sorted(one.where for one in contradictions([silent, act], slots)) == sorted(where)


def test_an_act_without_answer_may_have_been_done_or_not() -> None:
    slot = Slot(7, seats=24, groups_max=2)
    silent = Act(0, "book", 1, None, "", 7, group=1, pupils=24)
    for free in (0, 24):
        assert contradictions([silent, Act(1, "read", 2, 3, "seen", 7, seen=free)], {7: slot}) == []
    # Once seen as done, it is not undone; and it cannot have been done before it was sent.
    again = Act(1, "read", 4, 5, "seen", 7, seen=24)
    assert contradictions([silent, Act(1, "read", 2, 3, "seen", 7, seen=0), again], {7: slot}) != []
    assert contradictions([silent, Act(1, "read", 0, 0.5, "seen", 7, seen=0)], {7: slot}) != []


def test_a_page_may_be_late_by_as_much_as_it_says_and_no_more() -> None:
    slot = Slot(7, seats=24, groups_max=2)
    booked = Act(0, "book", 1, 2, "done", 7, group=1, pupils=24)
    assert contradictions([booked, Act(1, "read", 2.5, 2.6, "seen", 7, seen=24, late=1)], {7: slot}) == []
    assert contradictions([booked, Act(1, "read", 3.5, 3.6, "seen", 7, seen=24, late=1)], {7: slot}) != []


def test_a_group_that_sits_in_a_slot_it_left_is_found() -> None:
    slots = {7: Slot(7, seats=48, groups_max=2), 8: Slot(8, seats=48, groups_max=2)}
    moved = Act(0, "move", 3, 4, "done", 7, 8, group=1, pupils=24)
    history = [Act(0, "book", 1, 2, "done", 7, group=1, pupils=24), moved]
    assert contradictions(history, slots) == []
    twice = [*history, Act(1, "cancel", 5, 6, "done", 7, group=1, pupils=24)]
    assert [wrong.where for wrong in contradictions(twice, slots)] == ["slot 7", "group 1"]
    assert linearizable([Call(act.began, act.ended, act) for act in twice], Group()).stuck[-1].said == twice[-1]


def test_a_badge_is_present_once() -> None:
    first = Act(0, "scan", 1, 2, "present", badge="a", scan="1")
    second = Act(1, "scan", 1.5, 3, "already", badge="a", scan="2")
    assert contradictions([first, second], {}) == []
    assert contradictions([first, replace(second, answer="present")], {}) != []


def test_a_badge_whose_scan_was_taken_back_is_present_again_by_another_one() -> None:
    first = Act(0, "scan", 1, 2, "present", badge="a", scan="1")
    back = Act(0, "undo", 3, 4, "undone", badge="a", scan="1")
    second = Act(1, "scan", 5, 6, "present", badge="a", scan="2")
    assert contradictions([first, back, second], {}) == []
    assert contradictions([first, back, replace(second, answer="already")], {}) != []
    # Who takes back a scan that counted nothing takes nobody's presence.
    other = Act(1, "undo", 7, 8, "undone", badge="a", scan="1")
    assert contradictions([first, back, second, other, Act(0, "scan", 9, 10, "present", badge="a", scan="3")], {}) != []


def test_scans_sent_together_may_stand_in_any_order_between_the_ends_of_their_request() -> None:
    together = [Act(0, "scan", 1, 5, "present", badge=badge, scan=badge) for badge in "ab"]
    between = [
        Act(1, "scan", 2, 3, "already", badge="a", scan="c"),
        Act(1, "scan", 3, 4, "already", badge="b", scan="d"),
    ]
    assert contradictions([*together, *between], {}) == []
    assert contradictions([*together, *(replace(act, began=0.1, ended=0.9) for act in between)], {}) != []


def test_a_scan_sent_again_gets_its_first_answer() -> None:
    first = Act(0, "scan", 1, 2, "present", badge="a", scan="1")
    again = Act(0, "repeat", 3, 4, "same", badge="a", scan="1")
    assert contradictions([first, again], {}) == []
    assert contradictions([first, replace(again, answer="already")], {}) != []


def test_no_seat_is_taken_before_the_draw_and_none_that_it_gave_comes_back() -> None:
    slots = {7: DrawnSlot(seats=48, held_at=10.0, pupils=24)}
    seen = [Act(0, "read", at, at + 1, "seen", 7, seen=free) for at, free in ((8, 48), (9.5, 48), (11, 24), (13, 24))]
    assert contradictions(seen, slots) == []
    assert contradictions([Act(0, "read", 8, 9, "seen", 7, seen=24)], slots) != []
    assert contradictions([*seen, Act(0, "read", 15, 16, "seen", 7)], slots) == []
    for half_a_group, come_back in ((12, 12), (0, 24)):
        later = [Act(0, "read", at, at + 1, "seen", 7, seen=n) for at, n in ((15, half_a_group), (17, come_back))]
        assert contradictions([*seen, *later], slots) != []


def test_a_demand_has_one_result_and_a_group_one_demand() -> None:
    slots = {7: DrawnSlot(seats=48, held_at=10.0, pupils=24)}
    demand = Act(0, "demand", 1, 2, "done", 7, group=1, draw=3)
    looks = [Act(0, "look", at, at + 1, said, group=1, draw=3) for at, said in ((3, "in_draw"), (12, "waits"))]
    assert contradictions([demand, *looks], slots) == []
    for wrong in (
        replace(demand, began=5, ended=6),
        Act(0, "look", 14, 15, "placed", group=1, draw=3),
        Act(0, "withdraw", 14, 15, "done", group=1, draw=3),
    ):
        assert [one.where for one in contradictions([demand, *looks, wrong], slots)] == ["demand 1"]
    left = Act(0, "withdraw", 5, 6, "done", group=1, draw=3)
    assert contradictions([demand, left, replace(demand, began=7, ended=8)], slots) == []


def test_a_half_written_last_line_is_passed_over(tmp_path: Path) -> None:
    acts = [Act(0, "book", 1, 2, "done", 7, group=1, pupils=24), Act(0, "read", 3, None, "", 7)]
    write(acts, file := tmp_path / "log.jsonl")
    file.write_text(file.read_text() + '{"client": 0, "act": "bo')
    assert read(file) == acts
