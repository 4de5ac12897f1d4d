"""A reservation's whole life, walked at random by teachers, hosts, principals, companies, strangers, the clock and the
slots.

After each step PostgreSQL is asked whether seats, groups, hours, SEQUENCE, journal and mails are what they must be, and
a refused act must have left no trace. An act that the table of states offers is never refused because of the state.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from asyncpg import Record
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from booking.day.checkin.rules import EXPECTED
from booking.visits.draws.rules import PeriodNotOpen
from booking.visits.reservations.queries import visit
from booking.visits.reservations.rules import GroupBusy, GroupTooBig, HostClosed, SlotFull, TooLate
from tests.booking.visits.reservations.walk_companies import (
    UNANSWERED,
    check_certificates,
    refused_act,
    refused_announcement,
)
from tests.booking.visits.reservations.walk_facts import Seen, check_what_changed, check_what_never_is, see
from tests.booking.visits.reservations.walk_world import World
from workshops.database import rows
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.scope import EVERYTHING

DUE = """SELECT r.id, r.state FROM reservations r JOIN slots sl ON sl.id = r.slot
LEFT JOIN demands d ON d.id = r.demand
WHERE ((r.state IN ('requested', 'offered') OR r.adults_asked IS NOT NULL AND r.state = 'confirmed')
       AND r.hold_until <= $1::timestamptz)
   OR (r.state = 'in_draw' AND $1::timestamptz >= (SELECT min(draws_at) FROM openings))
   OR (r.state = 'waiting' AND $1::timestamptz >=
       CASE WHEN d.last_minute AND r.half IS NULL THEN sl.starts_at ELSE sl.list_locks_at END)
   OR (r.state = 'confirmed' AND sl.list_locks_at <= $1::timestamptz
       AND r.starts_at > $1::timestamptz - interval '2 days')"""
FITS = """{one}.state = 'waiting' AND {slot}.state = 'open' AND {one}.pupils <= {slot}.seats - {slot}.seats_taken
  AND {slot}.groups_taken < {slot}.groups_max AND {slot}.list_locks_at > $1::timestamptz + interval '2 hours'
  AND NOT EXISTS (SELECT FROM reservations b WHERE b."group" = {one}."group" AND b.id <> {one}.id
    AND b.state IN ('requested', 'confirmed', 'locked', 'offered')
    AND b.starts_at < {one}.ends_at AND b.ends_at > {one}.starts_at)"""
# A group that fits, is free and has no better choice at hand, in a slot where an offer could still be answered; of a
# class in two halves, both of them.
PASSED_OVER = f"""SELECT r.id FROM reservations r JOIN slots sl ON sl.id = r.slot
WHERE {FITS.format(one="r", slot="sl")}
  AND (r.half IS NULL OR EXISTS (SELECT FROM reservations t JOIN slots ts ON ts.id = t.slot
    WHERE t.demand = r.demand AND t.line = r.line AND t.half <> r.half AND {FITS.format(one="t", slot="ts")}))
  AND NOT EXISTS (SELECT FROM reservations w WHERE w.demand = r.demand AND w.id <> r.id
    AND (w.state = 'requested' OR w.state = 'offered' AND w.line < r.line))"""
ACTS = {
    "teacher": ("cancel", "headcount", "move", "accept", "paper_visa", "renew_approval"),
    "host": ("decline", "attend", "miss"),
    "principal": ("approve", "refuse", "take_back"),
}
EVERY_ACT = [(role, act) for role, acts in ACTS.items() for act in acts]
ANSWERS = [
    ("teacher", "accept"),
    ("teacher", "accept_fewer"),
    ("teacher", "paper_visa"),
    ("teacher", "renew_approval"),
    ("principal", "approve"),
    ("principal", "approve_others"),
    ("principal", "take_back"),
]
# Refusals that speak of places, hours or another slot; those of the state are NotNow, ListLocked, HeadcountLocked.
NOT_FOR_THE_STATE = (PeriodNotOpen, SlotFull, GroupTooBig, GroupBusy, TooLate, HostClosed, Invalid)
# Days and hours from the first day on, and whether in a room; or numbers of seats and of groups; or the end.
MOVES = [("move", days, hour, room) for days in (3, 9, 12, 31) for hour in (1, 2) for room in (False, True)]
PLACES = [("places", several) for several in (1, 3, 5)]
SIZES = [("resize", seats, groups) for seats in (10, 30, 45) for groups in (1, 3, 4)]
CHANGES = [*MOVES, *SIZES, *PLACES, ("call_off",), ("call_off",)]
# Everybody wants the first one.
SLOTS = st.sampled_from((0, 0, 0, 0, 1, 2, 3))
# Mostly those that a lycée can have.
PAIRS = st.sampled_from(((0, 2), (2, 0), (0, 2), (2, 0), (3, 4), (4, 3), (0, 1), (1, 3)))
LINES = st.lists(st.one_of(st.tuples(st.integers(0, 4)), PAIRS), min_size=1, max_size=3)
GROUPS = st.integers(0, 5)
# The last three are of the collège that asks for its principal's visa.
BOTH_COLLEGES = (3, 0, 4, 1, 5)
PUPILS = st.sampled_from((6, 14, 20, 30))
COMPANIES, PEOPLE = st.integers(0, 2), st.sampled_from((1, 1, 2, 3))
COMPANY_ACTS = st.sampled_from(("change", "withdraw", "welcome", "welcome", "turn_down"))
WHICH = st.integers(0, 11)
LOOP: list[asyncio.AbstractEventLoop] = []


def now_do(act: Coroutine[Any, Any, Any]) -> Any:
    """Run one act on the tests' loop, where the pool of connections lives."""
    return asyncio.run_coroutine_threadsafe(act, LOOP[0]).result(timeout=60)


class Walk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world: World = now_do(World.new())
        self.seen: Seen = now_do(see())
        self.sound = True

    async def attempt(self, act: Coroutine[Any, Any, Any], *, clock: bool = False) -> Refusal | None:
        """Do an act and look at everything; returns the refusal, which must have changed nothing at all.

        The clock alone asks a principal again without a line in the journal.
        """
        no: Refusal | None = None
        self.sound = False
        try:
            await act
        except Refusal as refusal:
            no = refusal
        before, self.seen = self.seen, await see()
        await check_what_never_is()
        if no is None:
            await check_what_changed(before, self.seen, self.world.lycee_of, clock=clock)
        else:
            assert self.seen.digest == before.digest, no
        self.sound = True
        return no

    @initialize(pupils=st.lists(PUPILS, max_size=5), comings=st.lists(st.tuples(SLOTS, COMPANIES, PEOPLE), max_size=4))
    def the_morning_it_opens(self, pupils: list[int], comings: list[tuple[int, int, int]]) -> None:
        """Groups of several collèges ask for the same slot, those that do not fit wait; companies come too."""
        for slot, company, people in comings:
            self.a_company_announces_itself(slot=slot, company=company, people=people)
        for group, several in zip(BOTH_COLLEGES, pupils, strict=False):
            self.a_teacher_asks_to_wait_if_need_be(slot=0, group=group, pupils=several)

    @rule(slot=SLOTS, group=GROUPS, pupils=PUPILS, wait=st.booleans(), last_minute=st.booleans())
    def a_teacher_asks(self, slot: int, group: int, pupils: int, wait: bool, last_minute: bool) -> None:
        world = self.world
        of_slot = world.slots[slot], world.groups[group], pupils
        now_do(self.attempt(world.book(*of_slot, wait=wait, last_minute=last_minute)))

    @rule(pair=PAIRS, group=GROUPS, pupils=PUPILS, wait=st.booleans())
    def a_class_asks_in_two_halves(self, pair: tuple[int, int], group: int, pupils: int, wait: bool) -> None:
        world = self.world
        first, second = (world.slots[slot] for slot in pair)
        now_do(self.attempt(world.halves((first, second), world.groups[group], pupils, wait=wait)))

    @precondition(lambda self: self.halves())
    @rule(which=WHICH)
    def a_teacher_cancels_both_halves(self, which: int) -> None:
        halves = self.halves()
        now_do(self.attempt(self.world.act(halves[which % len(halves)], "cancel_both", pupils=6, to_slot=0)))

    @precondition(lambda self: self.seen.reservations)
    @rule(which=WHICH, choice=st.integers(0, 9), pupils=PUPILS, to=SLOTS)
    def somebody_does_what_the_page_offers(self, which: int, choice: int, pupils: int, to: int) -> None:
        reservation = self.chosen(which)
        offered = [one for one in EVERY_ACT if one[1] in now_do(self.offered(reservation, one[0]))]
        if offered:
            self.act(reservation, *offered[choice % len(offered)], pupils=pupils, to=to)

    @precondition(lambda self: self.those_who_are_asked())
    @rule(which=WHICH, which_act=st.sampled_from(ANSWERS))
    def somebody_answers(self, which: int, which_act: tuple[str, str]) -> None:
        asked = self.those_who_are_asked()
        self.act(asked[which % len(asked)], *which_act, pupils=6, to=0)

    @precondition(lambda self: self.those_who_are_asked())
    @rule(which=WHICH)
    def a_principal_signs(self, which: int) -> None:
        asked = self.those_who_are_asked()
        self.act(asked[which % len(asked)], "principal", "approve", pupils=6, to=0)

    @precondition(lambda self: self.those_signed())
    @rule(which=WHICH, act=st.sampled_from(("move", "move", "headcount")), to=st.sampled_from((0, 1, 2, 3)))
    def a_teacher_changes_what_was_signed(self, which: int, act: str, to: int) -> None:
        signed = self.those_signed()
        self.act(signed[which % len(signed)], "teacher", act, pupils=6, to=to)

    @precondition(lambda self: self.seen.reservations)
    @rule(which=WHICH, which_act=st.sampled_from(EVERY_ACT), pupils=PUPILS, to=SLOTS)
    def somebody_tries_anything(self, which: int, which_act: tuple[str, str], pupils: int, to: int) -> None:
        self.act(self.chosen(which), *which_act, pupils=pupils, to=to)

    @rule(slot=SLOTS, group=GROUPS, pupils=PUPILS, last_minute=st.booleans())
    def a_teacher_asks_to_wait_if_need_be(self, slot: int, group: int, pupils: int, last_minute: bool = False) -> None:
        world = self.world
        of_slot = world.slots[slot], world.groups[group], pupils
        now_do(self.attempt(world.book(*of_slot, wait=True, last_minute=last_minute)))

    @rule(lines=LINES, group=GROUPS, pupils=PUPILS, wait=st.booleans(), last_minute=st.booleans())
    def a_teacher_wishes(
        self, lines: list[tuple[int, ...]], group: int, pupils: int, wait: bool, last_minute: bool
    ) -> None:
        world = self.world
        of_lines = [tuple(world.slots[slot] for slot in line) for line in lines], world.groups[group], pupils
        now_do(self.attempt(world.wish(*of_lines, wait=wait, last_minute=last_minute)))

    @precondition(lambda self: self.seen.reservations)
    @rule(which=WHICH, act=st.sampled_from((*ACTS["teacher"], *ACTS["host"])), pupils=PUPILS, to=SLOTS)
    def a_stranger_tries_a_reservation(self, which: int, act: str, pupils: int, to: int) -> None:
        world, reservation = self.world, self.chosen(which)
        if act in ACTS["host"] and act != "decline" and self.seen.reservations[reservation]["state"] not in EXPECTED:
            return
        self.finds_nothing(world.act(reservation, act, pupils=pupils, to_slot=world.slots[to], stranger=True))

    @rule(slot=SLOTS, what=st.sampled_from(("book", "wish", *CHANGES)), group=GROUPS, wait=st.booleans())
    def a_stranger_tries_a_slot(self, slot: int, what: str | tuple[Any, ...], group: int, wait: bool) -> None:
        world = self.world
        if what == "book":
            theirs = world.book(world.slots[slot], world.groups[group], 6, wait=wait, stranger=True)
        elif what == "wish":
            lines = [(world.slots[0], world.slots[2]), (world.slots[1],)]
            theirs = world.wish(lines, world.groups[group], 6, wait=wait, stranger=True)
        else:
            theirs = world.change_slot(world.slots[slot], *what, stranger=True)
        self.finds_nothing(theirs)

    def finds_nothing(self, act: Coroutine[Any, Any, Any]) -> None:
        """What belongs to another school does not exist for a stranger, whatever its state, and nothing changes."""
        no = now_do(self.attempt(act))
        assert isinstance(no, NotFound), no

    @rule(slot=SLOTS, what=st.sampled_from(CHANGES))
    def a_host_changes_the_slot(self, slot: int, what: tuple[Any, ...]) -> None:
        now_do(self.attempt(self.world.change_slot(self.world.slots[slot], *what)))

    @precondition(lambda self: self.halves("waiting"))
    @rule(which=WHICH, takes=st.booleans())
    def both_slots_of_a_class_that_waits_take_more(self, which: int, takes: bool) -> None:
        """In two acts: the first one gives room to one half alone, which is offered nothing yet."""
        halves, seen = self.halves("waiting"), self.seen.reservations
        waits = seen[halves[which % len(halves)]]
        pair = [half for half in seen.values() if (half["demand"], half["line"]) == (waits["demand"], waits["line"])]
        for half in pair:
            now_do(self.attempt(self.world.change_slot(half["slot"], "resize", 45, 4)))
        self.somebody_takes_what_is_offered(takes)

    @precondition(lambda self: self.those_sure())
    @rule(which=WHICH, group=st.integers(0, 2), hours=st.sampled_from((4, 20)), takes=st.booleans())
    def a_place_is_given_back_late(self, which: int, group: int, hours: int, takes: bool) -> None:
        """Once its reservations are closed: whoever waits, there or elsewhere, and ticked it, has a short clock."""
        world, sure = self.world, self.those_sure()
        number = sure[which % len(sure)]
        slot = self.seen.slots[self.seen.reservations[number]["slot"]]
        more = min(slot["seats"], slot["seats"] - slot["seats_taken"] + 1)
        waits = {"slot": world.slots.index(slot["id"]), "group": group, "pupils": more}
        self.a_teacher_asks_to_wait_if_need_be(**waits, last_minute=True)
        world.clock = max(world.clock, slot["starts_at"] - timedelta(hours=hours))
        self.the_worker_has_its_minute(hours=0)
        self.act(number, "teacher", "cancel", pupils=6, to=0)
        self.somebody_takes_what_is_offered(takes)

    def somebody_takes_what_is_offered(self, takes: bool) -> None:
        """The last one to whom a place was offered, if she does."""
        seen = self.seen.reservations
        offered = [number for number, place in seen.items() if place["state"] == "offered"]
        if takes and offered:
            self.act(offered[-1], "teacher", "accept", pupils=6, to=0)

    @rule(slot=SLOTS)
    def a_lycee_opens_its_desk(self, slot: int) -> None:
        """Badges are issued, which is no act of anybody: nothing else changes."""
        assert now_do(self.attempt(self.world.open_desk(self.world.slots[slot]))) is None

    @rule(hours=st.sampled_from((1, 1, 13, 30, 71)))
    def time_passes(self, hours: int) -> None:
        self.world.clock += timedelta(hours=hours)

    @rule(hours=st.sampled_from((0, 0, 1, 49)))
    def the_worker_has_its_minute(self, hours: int) -> None:
        self.world.clock += timedelta(hours=hours)
        assert now_do(self.attempt(self.world.minute(), clock=True)) is None
        assert now_do(rows(DUE, self.world.clock)) == []
        assert now_do(rows(UNANSWERED, self.world.clock)) == []
        assert now_do(rows(PASSED_OVER, self.world.clock)) == []

    @rule(slot=SLOTS, company=COMPANIES, people=PEOPLE)
    def a_company_announces_itself(self, slot: int, company: int, people: int) -> None:
        world, seen = self.world, self.seen
        where, who = world.slots[slot], world.companies.numbers[company]
        trade = world.companies.trade_of[who]
        due = refused_announcement(seen.slots[where], who, trade, seen.attendances, people, now=world.clock)
        no = now_do(self.attempt(world.companies.announce(where, who, people, now=world.clock)))
        assert type(no) is (due or type(None)), (due, no)

    @precondition(lambda self: self.seen.attendances)
    @rule(which=WHICH, act=COMPANY_ACTS, people=PEOPLE)
    def a_company_or_its_lycee_changes_a_coming(self, which: int, act: str, people: int) -> None:
        world, seen = self.world, self.seen
        # The mail of a change bears its instant: no two people press at the same one.
        world.clock += timedelta(seconds=1)
        coming = self.coming(which)
        due = refused_act(coming, act, seen.attendances, people, now=world.clock)
        host = world.host_of_slot(coming["slot"])
        no = now_do(self.attempt(world.companies.act(coming, act, people=people, host=host, now=world.clock)))
        assert type(no) is (due or type(None)), (act, due, no)

    @precondition(lambda self: self.seen.attendances)
    @rule(which=WHICH, act=COMPANY_ACTS, people=PEOPLE)
    def a_stranger_tries_a_coming(self, which: int, act: str, people: int) -> None:
        world = self.world
        nobody = {"school": world.strange, "by": world.stranger, "now": world.clock}
        theirs = {"people": people, "host": nobody, "now": world.clock, "stranger": True}
        self.finds_nothing(world.companies.act(self.coming(which), act, **theirs))

    def teardown(self) -> None:
        """The days of the visits come: each lycée closes those that it held, and each company has its certificate."""
        if not self.sound:
            return
        world = self.world
        for slot in sorted(self.seen.slots.values(), key=lambda one: (one["starts_at"], one["id"])):
            world.clock = max(world.clock, slot["starts_at"])
            self.the_worker_has_its_minute(hours=0)
            lycee = slot["school"]
            host = {"school": lycee, "by": world.host_of[lycee], "now": world.clock}
            now_do(self.attempt(world.close(slot["id"], pupils=20, host=host)))
        now_do(check_certificates(world.companies))

    def coming(self, which: int) -> Record:
        comings = list(self.seen.attendances.values())
        return comings[which % len(comings)]

    def chosen(self, which: int) -> int:
        numbers = list(self.seen.reservations)
        return numbers[which % len(numbers)]

    def halves(self, *states: str) -> list[int]:
        seen = self.seen.reservations
        return [number for number, row in seen.items() if row["half"] and (not states or row["state"] in states)]

    def those_who_are_asked(self) -> list[int]:
        seen = self.seen.reservations
        return [
            number
            for number, one in seen.items()
            if one["state"] in {"requested", "offered"} or (one["state"] == "confirmed" and one["adults_asked"])
        ]

    def those_sure(self) -> list[int]:
        seen = self.seen.reservations
        return [number for number, visit in seen.items() if visit["state"] in {"confirmed", "locked"}]

    def those_signed(self) -> list[int]:
        seen = self.seen.reservations
        return [number for number, one in seen.items() if one["state"] == "confirmed" and one["signed_host"]]

    async def offered(self, reservation: int, role: str) -> tuple[str, ...]:
        seen = await visit(reservation, scope=EVERYTHING)
        return seen.acts(role=role, now=self.world.clock)

    def act(self, reservation: int, role: str, act: str, *, pupils: int, to: int) -> None:
        """The table offers an act if and only if it is not refused for the state of the reservation."""
        may = act.removesuffix("_fewer").removesuffix("_others") in now_do(self.offered(reservation, role))
        lines = self.seen.last_line
        asked = {"pupils": pupils, "to_slot": self.world.slots[to], "adults": 2 + to % 2}
        no = now_do(self.attempt(self.world.act(reservation, act, **asked)))
        # The head count that it was already is no act.
        assert (no is None) == (self.seen.last_line > lines) or (no is None and act == "headcount"), act
        if may:
            assert no is None or isinstance(no, NOT_FOR_THE_STATE), (act, self.seen.reservations[reservation], no)
        else:
            assert no is not None, (act, self.seen.reservations[reservation])


async def test_a_walk_by_everybody_keeps_every_promise(db):
    LOOP[:] = [asyncio.get_running_loop()]
    walk = settings(
        max_examples=25,
        stateful_step_count=40,
        derandomize=True,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Walk, settings=walk)
