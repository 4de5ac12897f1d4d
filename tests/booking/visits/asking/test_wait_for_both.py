"""A class in two halves waits as one: both places are offered together, or none."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.mails.pace import TOGETHER_WITHIN
from booking.visits.asking.ask import Granted, ask
from booking.visits.asking.book_both import BothTaken, book_both, cancel_both
from booking.visits.asking.unmet import unmet_everywhere
from booking.visits.asking.withdraw import withdraw
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.demand import Booked, WholeDemand
from booking.visits.reservations.hold_draw import hold_draws
from booking.visits.reservations.in_line import groups_waiting
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.let_through import let_through
from booking.visits.reservations.queries import visit
from booking.visits.reservations.rules import GroupTooBig, SlotFull
from booking.visits.slot_changes.call_off import call_off
from booking.words.wording import mark
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.visits.asking.test_book_both import AFTERNOON, MORNING, VISA, Class, a_class
from tests.booking.visits.reservations.demands import FIRST, SECRET, College, a_demand, refuse_visa, sign
from tests.builders import NOW, new_uid, paris
from tests.crossing import locked
from tests.seen import forget_mails, kinds, letter, seats, seen, state
from tests.telling import tell
from workshops.database import rows, transaction, value
from workshops.scope import EVERYTHING
from workshops.slots.call_off import CallOffSlot

LATER = paris("2027-03-26 09:00")


class Pair:
    """Two slots of a lycée, of a group each, both taken by collèges of their own."""

    lycee: int
    slots: list[int]
    holders: list[College]
    held: list[Booked]

    @classmethod
    async def full(cls, *, second_at: datetime = AFTERNOON) -> Pair:
        self = cls()
        self.lycee = await builders.school(kind="lycee")
        self.slots = [await builders.slot(host=self.lycee, starts_at=at) for at in (MORNING, second_at)]
        self.holders = [await College.new() for _ in self.slots]
        self.held = [await college.ask(slot) for college, slot in zip(self.holders, self.slots, strict=True)]
        return self

    async def free(self, place: int) -> None:
        """One of the two gives its place back."""
        await self.holders[place].cancel(self.held[place].id)

    async def waits(self, of: Class | None = None, **more: Any) -> Waiting:
        """A class in two halves that waits for both."""
        of = of or await a_class(self.lycee)
        first, second = of.demands((self.slots[0], self.slots[1]), **more)
        return Waiting(of, await book_both(first, second, wait=True, now=NOW))


class Waiting:
    """A class that waits in two halves."""

    def __init__(self, of: Class, taken: BothTaken) -> None:
        self.of, self.halves = of, [taken.first.id, taken.second.id]

    async def states(self) -> list[str]:
        return [await state(half) for half in self.halves]

    async def demand(self) -> int:
        return int(await value("SELECT demand FROM reservations WHERE id = $1", self.halves[0]))


async def wish(of: Class, *lines: tuple[int, ...], wait: bool = True) -> Granted:
    """The class asks for these lines at once: a slot alone, or two for its halves."""
    demands = []
    for rank, line in enumerate(lines, 1):
        halves = [(None, 20)] if len(line) == 1 else [(1, 14), (2, 13)]
        more: dict[str, Any] = {"line": rank, "wait": wait, "ranked": lines, **of.own}
        demands.append(
            tuple(
                a_demand(slot, of.whole, pupils=pupils, half=half, **more)
                for slot, (half, pupils) in zip(line, halves, strict=True)
            )
        )
    return await ask(WholeDemand(tuple(demands), 27), wait=wait, now=NOW)


TO_TEACHER = """SELECT kind, about FROM notices
WHERE kind = 'reservation_confirmed' AND reader = 'teacher' AND about = ANY ($1)"""


async def words(kind: str) -> str:
    """What the last mail of a kind says, on one line."""
    mail = await letter(kind)
    assert mail is not None
    return " ".join(mail.text.replace("\N{NO-BREAK SPACE}", " ").split())


async def minute(now: datetime = NOW) -> int:
    return await lapse(secret_key=SECRET, now=now)


async def test_two_halves_wait_each_at_its_slot_and_one_mail_names_both(db):
    pair = await Pair.full()
    first = await (await College.new()).ask(pair.slots[0], wait=True)
    waits = await pair.waits()
    assert await waits.states() == ["waiting", "waiting"]
    assert [(await visit(half, scope=EVERYTHING)).rank for half in waits.halves] == [2, 1]
    assert await groups_waiting(pair.slots) == {pair.slots[0]: 2, pair.slots[1]: 1}
    assert await state(first.id) == "waiting"
    await tell()
    assert await seen("SELECT kind FROM notices WHERE about = ANY ($1)", waits.halves) == [("reservation_waiting",)]
    assert "Autre moitié : jeudi 25 mars 2027, de 13 h 30 à 16 h 30" in await words("reservation_waiting")


async def test_without_waiting_a_full_slot_refuses_both(db):
    pair = await Pair.full()
    of = await a_class(pair.lycee)
    with pytest.raises(SlotFull):
        await of.take(*pair.slots)
    assert await value("SELECT count(*) FROM demands") == 0


async def test_a_half_larger_than_its_slot_never_waits(db):
    pair = await Pair.full()
    with pytest.raises(GroupTooBig):
        await pair.waits(pupils=(10, 25))
    assert await value("SELECT count(*) FROM demands") == 0


async def test_both_are_offered_once_both_fit_and_never_one(db):
    pair = await Pair.full()
    waits = await pair.waits()
    await pair.free(0)
    assert await waits.states() == ["waiting", "waiting"]
    assert [await minute(), await seats(pair.slots[0])] == [0, (0, 0)]
    await pair.free(1)
    assert await waits.states() == ["offered", "offered"]
    assert [await seats(slot) for slot in pair.slots] == [(14, 1), (13, 1)]
    one, other = [mark(await value("SELECT mark FROM reservations WHERE id = $1", half)) for half in waits.halves]
    assert (one.shape != other.shape, one.colour != other.colour) == (True, True)
    assert await value("SELECT count(DISTINCT hold_until) FROM reservations WHERE state = 'offered'") == 1
    await tell()
    assert await seen(
        "SELECT kind, about FROM notices WHERE about = ANY ($1) AND kind = 'place_offered'", waits.halves
    ) == [("place_offered", waits.halves[0])]
    day = "le jeudi 25 mars 2027, de"
    both = f"14 élèves {day} 9 h 00 à 12 h 00, et 13 élèves {day} 13 h 30 à 16 h 30"
    assert both in await words("place_offered")


async def test_what_a_half_cannot_have_goes_to_who_waits_behind_and_the_class_keeps_its_rank(db):
    pair = await Pair.full()
    waits = await pair.waits()
    behind, college = await (after := await College.new()).ask(pair.slots[0], wait=True), after
    await pair.free(0)
    assert [await waits.states(), await state(behind.id)] == [["waiting", "waiting"], "offered"]
    await pair.free(1)
    assert await waits.states() == ["waiting", "waiting"]
    await college.cancel(behind.id)
    assert await waits.states() == ["offered", "offered"]


async def test_both_halves_given_up_together_go_to_the_class_that_waits_before_a_group_behind_it(db):
    pair = await Pair.full()
    holds = await pair.waits()
    await pair.free(0)
    await pair.free(1)
    await holds.of.accept(holds.halves[0])
    waits = await pair.waits()
    behind = [await (await College.new()).ask(slot, wait=True) for slot in pair.slots]
    await cancel_both(holds.halves[1], CancelVisit(reason="Examens"), now=NOW, **holds.of.own)
    assert await holds.states() == ["cancelled_by_teacher", "cancelled_by_teacher"]
    assert await waits.states() == ["offered", "offered"]
    assert [await state(one.id) for one in behind] == ["waiting", "waiting"]


async def test_one_answer_takes_both_or_leaves_both(db):
    pair = await Pair.full()
    takes, leaves = await pair.waits(), await pair.waits()
    await pair.free(0)
    await pair.free(1)
    assert await takes.of.accept(takes.halves[1]) == "confirmed"
    assert await takes.states() == ["confirmed", "confirmed"]
    await tell()
    assert await seen(TO_TEACHER, takes.halves) == [("reservation_confirmed", takes.halves[0])]
    await cancel_both(takes.halves[0], CancelVisit(), now=NOW, **takes.of.own)
    assert await leaves.states() == ["offered", "offered"]
    assert await leaves.of.cancel(leaves.halves[1]) == "lapsed"
    assert await leaves.states() == ["lapsed", "lapsed"]
    assert [await seats(slot) for slot in pair.slots] == [(0, 0), (0, 0)]


async def test_one_visa_is_asked_for_both_halves_that_are_taken(db):
    pair = await Pair.full()
    waits = await pair.waits(await a_class(pair.lycee, **VISA))
    await pair.free(0)
    await pair.free(1)
    assert await waits.of.accept(waits.halves[0]) == "requested"
    assert await waits.states() == ["requested", "requested"]
    assert await value("SELECT count(*) FROM notices WHERE kind = 'approval_asked'") == 1
    assert await sign(FIRST) == "confirmed"
    assert await waits.states() == ["confirmed", "confirmed"]
    assert await value("SELECT count(*) FROM reservations WHERE signed_on IS NOT NULL") == 2


async def test_an_offer_without_an_answer_lapses_for_both_with_one_mail_and_goes_on(db):
    pair = await Pair.full()
    lapses, follows = await pair.waits(), await pair.waits()
    await pair.free(0)
    await pair.free(1)
    late = await value("SELECT max(hold_until) FROM reservations")
    await forget_mails()
    assert await minute(late) == 1
    assert [await lapses.states(), await follows.states()] == [["lapsed"] * 2, ["offered"] * 2]
    assert await kinds(by="kind") == ["lapsed", "place_offered"]
    assert [await seats(slot) for slot in pair.slots] == [(14, 1), (13, 1)]


async def test_the_wait_ends_for_both_when_the_list_of_one_closes(db):
    pair = await Pair.full(second_at=paris("2027-04-22 09:00"))
    waits = await pair.waits()
    await forget_mails()
    closes = await value("SELECT list_locks_at FROM slots WHERE id = $1", pair.slots[0])
    await minute(closes)
    assert await waits.states() == ["lapsed", "lapsed"]
    await tell()
    assert await seen("SELECT kind FROM notices WHERE about = ANY ($1)", waits.halves) == [("lapsed",)]


async def test_leaving_the_list_or_the_demand_ends_both(db):
    pair = await Pair.full()
    leaves, withdraws = await pair.waits(), await pair.waits()
    assert await leaves.of.cancel(leaves.halves[0]) == "cancelled_by_teacher"
    assert await leaves.states() == ["cancelled_by_teacher", "cancelled_by_teacher"]
    await withdraw(await withdraws.demand(), now=NOW, **withdraws.of.own)
    assert await withdraws.states() == ["cancelled_by_teacher", "cancelled_by_teacher"]
    both = await pair.waits()
    await cancel_both(both.halves[1], CancelVisit(), now=NOW, **both.of.own)
    assert await both.states() == ["cancelled_by_teacher", "cancelled_by_teacher"]


@pytest.mark.parametrize("offered", [False, True])
async def test_a_slot_called_off_ends_both_and_one_mail_says_so(db, offered):
    pair = await Pair.full()
    waits = await pair.waits()
    follows = await (await College.new()).ask(pair.slots[1], wait=True, pupils=24)
    if offered:
        await pair.free(0)
        await rows("UPDATE slots SET seats = 48, groups_max = 2 WHERE id = $1", pair.slots[1])
        await minute()
    assert await waits.states() == ["offered" if offered else "waiting"] * 2
    await forget_mails()
    host = await builders.person("host", school=pair.lycee)
    await call_off(pair.slots[0], CallOffSlot(reason="Panne"), school=pair.lycee, by=host, now=NOW)
    assert await waits.states() == ["called_off", "called_off"]
    await tell(now=NOW - TOGETHER_WITHIN)
    assert await seen("SELECT kind, about FROM notices WHERE about = ANY ($1)", waits.halves) == [
        ("slot_called_off", waits.halves[0])
    ]
    letters = [" ".join(text_of(mail).split()) for mail in await posted()]
    assert ["Annulée aussi : jeudi 25 mars 2027, de 13 h 30 à 16 h 30" in one for one in letters].count(True) == 1
    # What the second half held goes to who waits there.
    assert await state(follows.id) == ("offered" if offered else "waiting")


async def test_while_another_act_holds_the_other_slot_nothing_is_offered_and_the_next_minute_offers_both(db):
    pair = await Pair.full()
    waits = await pair.waits()
    await pair.free(0)
    held, go = asyncio.Event(), asyncio.Event()

    async def holds_the_first() -> None:
        async with transaction():
            await locked(pair.slots[0])()
            held.set()
            await go.wait()

    holding = asyncio.create_task(holds_the_first())
    await held.wait()
    await pair.free(1)
    assert await waits.states() == ["waiting", "waiting"]
    go.set()
    await holding
    assert await minute() == 2
    assert await waits.states() == ["offered", "offered"]


async def test_both_slots_that_come_free_at_one_instant_are_offered_once(db):
    for _ in range(6):
        pair = await Pair.full()
        waits = [await pair.waits() for _ in range(2)]
        await asyncio.gather(pair.free(0), pair.free(1))
        await asyncio.gather(minute(), minute())
        assert [await one.states() for one in waits] == [["offered"] * 2, ["waiting"] * 2]
        assert [await seats(slot) for slot in pair.slots] == [(14, 1), (13, 1)]


async def test_two_pairs_crosswise_neither_deadlock_nor_part(db):
    for _ in range(4):
        pair = await Pair.full()
        of = await a_class(pair.lycee)
        crosswise = [await pair.waits(), Waiting(of, await book_both(*of.demands((pair.slots[1], pair.slots[0])),
                                                                    wait=True, now=NOW))]  # fmt: skip
        await asyncio.gather(pair.free(1), pair.free(0))
        await minute()
        assert [await one.states() for one in crosswise] == [["offered"] * 2, ["waiting"] * 2]
        await asyncio.gather(*(one.of.cancel(one.halves[n]) for n, one in enumerate(crosswise)))
        assert [set(await one.states()) <= {"lapsed", "cancelled_by_teacher"} for one in crosswise] == [True, True]
        assert [await seats(slot) for slot in pair.slots] == [(0, 0), (0, 0)]


async def test_a_class_busy_at_the_hour_of_one_half_is_passed_over(db):
    pair = await Pair.full()
    waits = await pair.waits()
    elsewhere = await waits.of.ask(await builders.slot(starts_at=AFTERNOON), group=waits.of.whole, pupils=20)
    await pair.free(0)
    await pair.free(1)
    assert await waits.states() == ["waiting", "waiting"]
    await waits.of.cancel(elsewhere.id)
    await minute()
    assert await waits.states() == ["offered", "offered"]


async def test_a_pair_waits_beside_the_single_lines_of_its_demand_and_the_first_taken_ends_the_others(db):
    pair = await Pair.full()
    single = await builders.slot(host=pair.lycee, starts_at=LATER)
    holder = await College.new()
    held = await holder.ask(single)
    of = await a_class(pair.lycee)
    granted = await wish(of, (single,), (pair.slots[0], pair.slots[1]))
    assert [(one.rank, one.state) for one in granted.choices] == [(1, "waiting"), (2, "waiting")]
    assert await seen("SELECT line, half, state FROM reservations WHERE demand IS NOT NULL ORDER BY line, half") == [
        *[(1, None, "waiting")],
        *[(2, 1, "waiting"), (2, 2, "waiting")],
    ]
    waits = await words("reservation_waiting")
    assert "de 9 h 00 à 12 h 00 ; et" in waits
    assert "(27 élèves) est en liste d'attente pour 2 choix" in waits
    await pair.free(0)
    await pair.free(1)
    await of.accept(await value("SELECT max(id) FROM reservations"))
    assert await seen(
        'SELECT line, half, state FROM reservations WHERE "group" = $1 ORDER BY line, half', of.whole
    ) == [
        (1, None, "cancelled_by_teacher"),
        *[(2, 1, "confirmed"), (2, 2, "confirmed")],
    ]
    await holder.cancel(held.id)
    assert await seats(single) == (0, 0)


async def test_a_pair_is_kept_in_reserve_while_another_line_awaits_its_visa(db):
    pair = await Pair.full()
    free = await builders.slot(host=pair.lycee, starts_at=LATER)
    beside = [await builders.slot(host=pair.lycee, starts_at=LATER + timedelta(days=n)) for n in (3, 4)]
    of = await a_class(pair.lycee, **VISA)
    await wish(of, (pair.slots[0], pair.slots[1]), (free,), (beside[0], beside[1]))
    by_line = 'SELECT line, state FROM reservations WHERE "group" = $1 ORDER BY line, half'
    assert await seen(by_line, of.whole) == [(1, "waiting")] * 2 + [(2, "requested")] + [(3, "waiting")] * 2
    await pair.free(0)
    await pair.free(1)
    assert await seen(by_line, of.whole) == [(1, "waiting")] * 2 + [(2, "requested")] + [(3, "waiting")] * 2
    requested = await value("SELECT id FROM reservations WHERE state = 'requested'")
    await of.cancel(requested)
    assert [one for one in await seen(by_line, of.whole) if one[0] != 2] == [(1, "offered")] * 2 + [(3, "waiting")] * 2


async def test_a_refused_visa_ends_the_pairs_in_reserve_too(db):
    pair = await Pair.full()
    free = await builders.slot(host=pair.lycee, starts_at=LATER)
    of = await a_class(pair.lycee, **VISA)
    await wish(of, (free,), (pair.slots[0], pair.slots[1]))
    assert (await refuse_visa(FIRST)) == "refused_by_principal"
    ended = await seen('SELECT line, state FROM reservations WHERE "group" = $1 ORDER BY line, half', of.whole)
    assert ended == [(1, "refused_by_principal"), *[(2, "cancelled_by_teacher")] * 2]


async def test_after_a_draw_a_pair_waits_under_its_rank(db):
    await builders.opening(opens_at=NOW, draws_at=NOW + timedelta(hours=1), seed=bytes(32))
    lycee = await builders.school(kind="lycee")
    slots = [await builders.slot(host=lycee, starts_at=at) for at in (MORNING, AFTERNOON)]
    classes = [await a_class(lycee) for _ in range(3)]
    for of in classes:
        await wish(of, (slots[0], slots[1]))
    drawn = NOW + timedelta(hours=1, seconds=3)
    await hold_draws(secret_key=SECRET, new_token=lambda: "d" * 43, new_uid=new_uid, now=drawn)
    by_rank = """SELECT d.result, array_agg(r.state::text ORDER BY r.half), array_agg(r.drawn_rank ORDER BY r.half),
      d."group" FROM demands d JOIN reservations r ON r.demand = d.id GROUP BY d.id ORDER BY d.rank"""
    found = await seen(by_rank)
    assert [one[:3] for one in found] == [
        ("placed", ["confirmed"] * 2, [None] * 2),
        ("waits", ["waiting"] * 2, [2] * 2),
        ("waits", ["waiting"] * 2, [3] * 2),
    ]
    await tell(now=drawn)
    told_of = await seen(
        "SELECT kind, count(*) FROM notices WHERE kind = 'reservation_waiting' AND what = '' GROUP BY kind"
    )
    assert told_of == [("reservation_waiting", 2)]
    placed = next(of for of in classes if of.whole == found[0][3])
    own = 'SELECT id FROM reservations WHERE "group" = $1 AND half = 2'
    await cancel_both(await value(own, placed.whole), CancelVisit(), now=drawn, **placed.own)
    assert [one[1] for one in await seen(by_rank)] == [
        ["cancelled_by_teacher"] * 2,
        ["offered"] * 2,
        ["waiting"] * 2,
    ]


async def test_in_a_draw_both_are_withdrawn_and_none_waits_where_one_slot_receives_nobody(db):
    await builders.opening(opens_at=NOW, draws_at=NOW + timedelta(hours=1), seed=bytes(32))
    lycee = await builders.school(kind="lycee")
    slots = [await builders.slot(host=lycee, starts_at=at) for at in (MORNING, AFTERNOON)]
    leaves, loses = await a_class(lycee), await a_class(lycee)
    first = (await wish(leaves, (slots[0], slots[1]))).first
    await wish(loses, (slots[0], slots[1]))
    assert await leaves.cancel(first.id) == "cancelled_by_teacher"
    own = 'SELECT state FROM reservations WHERE "group" = $1'
    assert await seen(own, leaves.whole) == [("cancelled_by_teacher",)] * 2
    drawn = NOW + timedelta(hours=1, seconds=3)
    await rows("UPDATE slots SET booking_closes_at = $2 WHERE id = $1", slots[1], drawn)
    await hold_draws(secret_key=SECRET, new_token=lambda: "d" * 43, new_uid=new_uid, now=drawn)
    assert await seen(own, loses.whole) == [("lapsed",)] * 2
    await tell(now=drawn)
    assert await seen("SELECT kind, count(*) FROM notices WHERE kind = 'lapsed' AND what = 'draw' GROUP BY kind") == [
        ("lapsed", 1)
    ]


async def test_a_class_beyond_its_number_waits_in_two_halves_and_both_are_let_through(db):
    lycee = await builders.school(kind="lycee")
    slots = [await builders.slot(host=lycee, starts_at=at) for at in (MORNING, AFTERNOON)]
    of = await a_class(lycee)
    await builders.head_count(school=of.school, pupils=20)
    await of.ask(await builders.slot(starts_at=LATER))
    waits = Waiting(of, await book_both(*of.demands((slots[0], slots[1])), wait=True, now=NOW))
    assert await seen("SELECT beyond, state FROM reservations WHERE half IS NOT NULL") == [(True, "waiting")] * 2
    coordinator = await builders.person("coordinator")
    await let_through(waits.halves[1], by=coordinator, now=NOW)
    assert await waits.states() == ["offered", "offered"]


async def test_what_is_lacking_counts_the_whole_class(db):
    pair = await Pair.full()
    await pair.waits()
    assert [(one.classes, one.pupils, one.waiting) for one in await unmet_everywhere(now=NOW)] == [(1, 27, 1)]
