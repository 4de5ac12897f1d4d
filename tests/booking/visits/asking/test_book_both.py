"""Both halves of a class, or neither."""

from __future__ import annotations

import asyncio
from copy import copy
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from booking.day.badges.issue_due import issue_of
from booking.people.accounts.rules import LinkSpent
from booking.visits.asking.book_both import BookHalves, BothTaken, HalfAsked, book_both
from booking.visits.draws.halves import split
from booking.visits.reservations.ask_approval import remind_principals, renew_approval
from booking.visits.reservations.demand import Demand
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.rules import GroupBusy, KeyReused, SlotFull
from booking.words.wording import mark
from tests import builders
from tests.booking.visits.reservations.demands import FIRST, SECRET, College, a_demand, refuse_visa, sign
from tests.builders import NOW, paris
from tests.seen import first as first_row
from tests.seen import kinds, seen, states
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound

MORNING, AFTERNOON = paris("2027-03-25 09:00"), paris("2027-03-25 13:30")


class Class(College):
    """27 pupils, the `whole` of a class, of a collège that reserves in a lycée."""

    lycee: int
    whole: int

    @property
    def college(self) -> int:
        return self.school

    def demands(
        self, slots: tuple[int, int], *, pupils: tuple[int, int] = (14, 13), key: str | None = None
    ) -> list[Demand]:
        both = {"ranked": (slots[0], pupils[0], slots[1], pupils[1]), **self.own}
        return [
            a_demand(slot, self.whole, pupils=count, half=half, key=key if half == 1 else None, **both)
            for half, (slot, count) in enumerate(zip(slots, pupils, strict=True), 1)
        ]

    async def take(self, *slots: int, **more: Any) -> BothTaken:
        return await book_both(*self.demands(slots, **more), now=NOW)

    async def another(self) -> Class:
        """Of the same collège."""
        of = copy(self)
        of.whole = await self.group(pupils=27)
        return of


async def a_class(lycee: int | None = None, **more: Any) -> Class:
    of = await (await Class.new(**more)).another()
    of.lycee = lycee or await builders.school(kind="lycee")
    return of


async def two_slots(lycee: int, *, second_at: datetime = AFTERNOON) -> list[int]:
    return [await builders.slot(host=lycee, starts_at=at) for at in (MORNING, second_at)]


async def nothing_taken() -> bool:
    await tell()
    counts = """SELECT (SELECT count(*) FROM reservations), (SELECT count(*) FROM badges),
      (SELECT count(*) FROM notices), (SELECT count(*) FROM events),
      (SELECT coalesce(sum(seats_taken + groups_taken + groups_ever), 0) FROM slots)"""
    return await first_row(counts) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("pupils", "rooms", "halves"),
    [
        (27, (24, 24), (14, 13)),
        (28, (24, 24), (14, 14)),
        (27, (13, 24), (13, 14)),
        (27, (24, 10), (17, 10)),
        (27, (13, 13), None),
        (30, (24, 0), None),
        (1, (24, 24), None),
    ],
)
def test_a_class_is_split_as_evenly_as_the_seats_allow(pupils, rooms, halves):
    assert split(pupils, *rooms) == halves


async def test_two_halves_take_two_slots_with_their_own_badges_entries_and_signs(db):
    of = await a_class()
    slots = await two_slots(of.lycee)

    taken = await of.take(*slots)

    assert [(one.slot, one.pupils, one.state, one.half) for one in (taken.first, taken.second)] == [
        (slots[0], 14, "confirmed", 1),
        (slots[1], 13, "confirmed", 2),
    ]
    assert taken.first.uid != taken.second.uid
    assert [one["seats_taken"] for one in await rows("SELECT seats_taken FROM slots ORDER BY id")] == [14, 13]
    await issue_of([taken.first.id, taken.second.id], secret_key=SECRET)
    pupils = "SELECT count(*) FROM badges WHERE reservation = $1 AND kind = 'pupil'"
    assert [await value(pupils, one.id) for one in (taken.first, taken.second)] == [14, 13]
    one, other = mark(taken.first.mark_number), mark(taken.second.mark_number)
    assert one.shape != other.shape
    assert one.colour != other.colour
    # The next group of the second slot wears a sign that nobody there has.
    assert await value("SELECT groups_ever FROM slots WHERE id = $1", slots[1]) == 2


async def test_two_halves_may_be_in_two_rooms_at_one_hour_and_the_class_nowhere_else(db):
    of = await a_class()
    taken = await of.take(*await two_slots(of.lycee, second_at=MORNING))
    assert (taken.first.starts_at, taken.second.starts_at) == (MORNING, MORNING)

    third, fourth = await two_slots(of.lycee, second_at=MORNING)
    with pytest.raises(GroupBusy):
        await of.ask(third, group=of.whole, pupils=20)
    with pytest.raises(GroupBusy):
        await of.take(third, fourth)
    # Nor can another act's halves stand crosswise: the first at this hour, the second at another.
    later = await builders.slot(host=of.lycee, starts_at=AFTERNOON)
    with pytest.raises(GroupBusy):
        await of.take(later, third)


async def test_the_database_itself_keeps_a_class_from_being_twice_at_one_hour(db):
    of = await a_class()
    taken = await of.take(*await two_slots(of.lycee))
    third = await builders.slot(host=of.lycee, starts_at=MORNING)
    for half in (None, 1, 2):
        with pytest.raises(asyncpg.ExclusionViolationError, match="reservations_group_free"):
            await builders.reservation(
                slot=third, group=of.whole, pupils=10, **({} if half is None else {"half": half})
            )
    with pytest.raises(asyncpg.ExclusionViolationError, match="reservations_group_free"):
        await rows("UPDATE reservations SET half = 1, starts_at = $2, ends_at = $3 WHERE id = $1",
                   taken.second.id, taken.first.starts_at, taken.first.ends_at)  # fmt: skip


async def test_the_database_itself_keeps_a_half_from_standing_alone(db):
    of = await a_class()
    slot = await builders.slot(host=of.lycee)
    with pytest.raises(asyncpg.CheckViolationError, match="a half without the other"):
        await builders.reservation(slot=slot, group=of.whole, pupils=14, half=1)


async def test_a_full_slot_says_which_half_has_no_place_and_nobody_waits(db):
    of = await a_class()
    first = await builders.slot(host=of.lycee, starts_at=MORNING)
    second = await builders.slot(host=of.lycee, starts_at=AFTERNOON, seats=24, seats_taken=12, groups_max=2)
    with pytest.raises(SlotFull) as no:
        await of.take(first, second)
    assert no.value.sentence == (
        "Deuxième moitié : il n'y a plus 13 places sur son créneau."
        " Rien n'est réservé : choisissez deux autres créneaux."
    )
    assert await value("SELECT count(*) FROM reservations") == 0
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", first) == 0


async def test_both_halves_go_to_one_lycee_in_two_slots(db):
    of = await a_class()
    first = await builders.slot(host=of.lycee, starts_at=MORNING)
    elsewhere = await builders.slot(starts_at=AFTERNOON)
    with pytest.raises(Invalid) as no:
        await of.take(first, elsewhere)
    assert "même lycée" in no.value.errors["halves"]
    half = HalfAsked(slot=first, pupils=14)
    with pytest.raises(Invalid) as no:
        BookHalves(group=of.whole, adults=2, halves=[half, half])
    assert "deux créneaux différents" in no.value.errors["halves"]
    with pytest.raises(NotFound):
        await of.take(first, 999_999)
    assert await nothing_taken()


async def test_a_repeat_gives_the_first_answer_and_the_key_serves_for_nothing_else(db):
    of = await a_class()
    slots = await two_slots(of.lycee)
    first = await of.take(*slots, key="page-1")
    again = await of.take(*slots, key="page-1")
    assert (again.first.id, again.second.id, again.repeated) == (first.first.id, first.second.id, True)
    with pytest.raises(KeyReused):
        await of.take(*slots, pupils=(13, 14), key="page-1")


async def test_200_classes_at_once_for_the_last_places_take_whole_pairs_and_never_half(db):
    lycee = await builders.school(kind="lycee")
    slots = [
        await builders.slot(host=lycee, starts_at=at, seats=28, groups_max=2) for at in (MORNING, AFTERNOON, MORNING)
    ]
    classes = [await a_class(lycee) for _ in range(8)]
    groups = [await one.another() for one in classes for _ in range(25)]
    pairs = [(0, 1), (1, 2), (2, 0), (1, 0), (0, 2)]

    async def ask(number: int, of: Class) -> int:
        first, second = pairs[number % len(pairs)]
        try:
            await of.take(slots[first], slots[second], pupils=(14, 13))
        except SlotFull:
            return 0
        return 1

    had = sum(await asyncio.gather(*(ask(number, of) for number, of in enumerate(groups))))

    # Three pairs fill the three slots; two pairs that share two slots leave the third with nobody to share it with.
    assert had in {2, 3}
    assert [one["n"] for one in await rows("SELECT count(*) AS n FROM reservations GROUP BY demand")] == [2] * had
    held = await rows("SELECT seats_taken, groups_taken FROM slots WHERE id = ANY ($1::int[])", slots)
    assert sum(one["seats_taken"] for one in held) == had * 27
    assert sorted(one["groups_taken"] for one in held) == ([2, 2, 2] if had == 3 else [0, 2, 2])


async def test_one_visa_is_asked_for_both_halves(db):
    _, taken = await a_demand_for_both()
    assert (taken.first.state, taken.second.state) == ("requested", "requested")
    assert await value("SELECT count(*) FROM notices WHERE kind = 'approval_asked'") == 1
    holds = await rows("SELECT DISTINCT hold_until FROM reservations")
    assert len(holds) == 1


async def test_one_half_may_be_cancelled_or_moved_without_the_other(db):
    of = await a_class()
    taken = await of.take(*await two_slots(of.lycee))
    # Where its half goes, the other half may be at that hour.
    beside = await builders.slot(host=of.lycee, starts_at=AFTERNOON)
    await of.move(taken.first.id, beside)
    moved = await row("SELECT slot, half, mark FROM reservations WHERE id = $1", taken.first.id)
    assert tuple(moved)[:2] == (beside, 1)
    assert mark(moved["mark"]).colour != mark(taken.second.mark_number).colour
    await of.cancel(taken.second.id)
    assert await states(by="half") == ["confirmed", "cancelled_by_teacher"]


async def a_host(lycee: int) -> None:
    await builders.person("host", "accueil@example.org", name="Paul Morel", school=lycee)


async def test_two_halves_make_one_mail_for_each_side(db):
    of = await a_class()
    await a_host(of.lycee)
    taken = await of.take(*await two_slots(of.lycee))
    assert await kinds(by="kind") == ["reservation_confirmed", "reservation_confirmed"]
    assert await seen("SELECT act, about FROM events ORDER BY id") == [
        ("reservation_booked", taken.first.id),
        ("reservation_booked_also", taken.second.id),
    ]


VISA = {"needs_approval": True, "principal_mail": "principal@example.org", "principal_name": "Mme Perrin"}


async def a_demand_for_both() -> tuple[Class, BothTaken]:
    of = await a_class(**VISA)
    await a_host(of.lycee)
    return of, await of.take(*await two_slots(of.lycee))


async def test_a_visa_confirms_both_halves_and_tells_each_side_once(db):
    await a_demand_for_both()
    assert await sign(FIRST) == "confirmed"
    assert await states(by="half") == ["confirmed", "confirmed"]
    assert await value("SELECT count(*) FROM reservations WHERE signed_on IS NOT NULL") == 2
    told = ["approval_asked", "reservation_confirmed", "reservation_confirmed", "reservation_requested"]
    assert await kinds(by="kind") == told


async def test_a_refused_visa_ends_both_halves_and_gives_their_seats_back(db):
    await a_demand_for_both()
    await refuse_visa(FIRST, "Trop loin")
    assert await states(by="half") == ["refused_by_principal", "refused_by_principal"]
    assert await value("SELECT sum(seats_taken)::int FROM slots") == 0
    assert await kinds(by="kind") == ["approval_asked", "reservation_cancelled", "reservation_requested"]


async def test_a_visa_on_paper_noted_on_either_half_is_for_both(db):
    of, taken = await a_demand_for_both()
    await of.note(taken.second.id)
    assert await states(by="half") == ["confirmed", "confirmed"]
    told = ["approval_asked", "paper_visa_noted", "reservation_confirmed", "reservation_confirmed"]
    assert await kinds(by="kind") == [*told, "reservation_requested"]


async def test_a_visa_that_never_comes_ends_both_halves_with_one_mail(db):
    await a_demand_for_both()
    late = await value("SELECT max(hold_until) FROM reservations")
    assert await lapse(secret_key=SECRET, now=late) == 1
    assert await states(by="half") == ["lapsed", "lapsed"]
    assert "lapsed" in await kinds(by="kind")
    assert await value("SELECT count(*) FROM notices WHERE kind = 'lapsed' AND what = 'visa'") == 1


async def test_when_the_first_half_is_given_up_its_link_asks_for_the_second(db):
    of, taken = await a_demand_for_both()
    await of.cancel(taken.first.id)
    assert await sign(FIRST) == "confirmed"
    assert await states(by="half") == ["cancelled_by_teacher", "confirmed"]


async def test_a_link_sent_again_for_one_half_replaces_the_one_for_both(db):
    of, taken = await a_demand_for_both()
    await renew_approval(taken.second.id, token="n" * 43, now=NOW, **of.own)
    with pytest.raises(LinkSpent):
        await sign(FIRST)
    await sign("n" * 43)
    assert await states(by="half") == ["confirmed", "confirmed"]


async def test_the_principal_is_reminded_once_for_both(db):
    await a_demand_for_both()
    soon = await value("SELECT min(hold_until) FROM reservations") - timedelta(days=1)
    assert await remind_principals(new_token=lambda: "r" * 43, now=soon) == 1
    assert await value("SELECT count(*) FROM notices WHERE kind = 'approval_asked'") == 2
