"""Badges are issued once, whoever needs one first, and follow who comes from then on."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from booking.day.badges.issue_due import issue_at, issue_of
from booking.visits.badge_codes.rules import hash_of, places_of, token_of
from booking.visits.reservations.book import book
from booking.visits.reservations.lapse import lapse
from tests import builders
from tests.booking.visits.newcomers.test_answer import newcomer, yes
from tests.booking.visits.reservations.demands import FIRST, SECRET, College, sign
from tests.builders import NOW, paris
from tests.crossing import another_act
from tests.seen import first, lycee_of, seen
from tests.seen import state as state_of
from tests.statements import statements_of
from workshops.database import rows, value

# The eve of the eve of a visit: its list has locked, its reservations are open still.
NEAR = {"starts_at": NOW + timedelta(days=3), "booking_closes_at": NOW + timedelta(days=2, hours=23)}
LOCKED = NOW + timedelta(days=1, hours=1)
# The salt of a visit whose pupil 49 draws the code of its second spare badge.
CLASHES = UUID(int=22711)


async def issued(reservation: int) -> list[tuple[str, int]]:
    """Kind and number of a visit's badges, in the order in which they were issued."""
    return await seen("SELECT kind, number FROM badges WHERE reservation = $1 ORDER BY id", reservation)


def all_of(pupils: int, adults: int = 2) -> list[tuple[str, int]]:
    return list(zip(*places_of(pupils, adults), strict=True))


async def a_visit(
    slot: int, *, pupils: int = 24, salt: UUID | None = None, now: datetime = NOW, **school: object
) -> tuple[int, College]:
    """A visit as a teacher books it, and her collège."""
    college = await College.new(**school)
    demand = await college.demand(slot, pupils=pupils)
    booked = await book(demand if salt is None else replace(demand, badge_salt=salt), now=now)
    return booked.id, college


async def desk(slot: int) -> None:
    await issue_at(slot, school=await lycee_of(slot), secret_key=SECRET)


async def test_a_booking_writes_no_badge_and_the_first_desk_issues_those_that_its_salt_gives_in_order(db):
    slot, elsewhere = await builders.slot(seats=48, groups_max=2), await builders.slot()
    (visit, _), (other, _) = await a_visit(slot), await a_visit(slot, pupils=11)
    apart, _ = await a_visit(elsewhere)
    assert await value("SELECT count(*) FROM badges") == 0
    await desk(slot)
    assert [await issued(one) for one in (visit, other, apart)] == [all_of(24), all_of(11), []]
    salt = await value("SELECT badge_salt FROM reservations WHERE id = $1", visit)
    kept = await seen("SELECT kind, number, token_hash FROM badges WHERE reservation = $1", visit)
    assert all(hashed == hash_of(token_of(SECRET, salt, kind, number)) for kind, number, hashed in kept)


async def test_what_was_issued_is_never_issued_again(db):
    slot = await builders.slot()
    visit, _ = await a_visit(slot)
    await desk(slot)
    before = await rows("SELECT * FROM badges ORDER BY id")
    await desk(slot)
    await issue_of([visit], secret_key=SECRET)
    assert await rows("SELECT * FROM badges ORDER BY id") == before


@pytest.mark.parametrize("pupils", [7, 55])
async def test_issuing_costs_the_same_statements_whatever_the_group_s_size(db, pupils: int):
    slot = await builders.slot(seats=60)
    visit, _ = await a_visit(slot, pupils=pupils)
    assert len(await statements_of(lambda: issue_of([visit], secret_key=SECRET))) == 4
    assert len(await statements_of(lambda: issue_of([visit], secret_key=SECRET))) == 1
    assert await issued(visit) == all_of(pupils)
    demand = await (await College.new()).demand(await builders.slot(seats=60, **NEAR), pupils=pupils)
    # Read, taken, and its badges.
    assert len(await statements_of(lambda: book(demand, now=LOCKED))) == 3
    assert await value("SELECT count(*) FROM badges") == 2 * len(all_of(pupils))


async def test_another_lycee_issues_nothing_here(db):
    slot, strange = await builders.slot(), await builders.school(kind="lycee")
    visit, _ = await a_visit(slot)
    await issue_at(slot, school=strange, secret_key=SECRET)
    await issue_of([visit], school=strange, secret_key=SECRET)
    assert await value("SELECT count(*) FROM badges") == 0


@pytest.mark.parametrize("asking", [2, 12])
async def test_who_needs_them_at_the_same_instant_finds_the_same_ones(db, asking: int):
    slot = await builders.slot(seats=48, groups_max=2)
    visits = [(await a_visit(slot))[0] for _ in range(2)]
    school = await lycee_of(slot)
    needs = (
        lambda: issue_at(slot, school=school, secret_key=SECRET),
        lambda: issue_of(visits[::-1], secret_key=SECRET),
    )
    await asyncio.gather(*(needs[n % 2]() for n in range(asking)))
    assert [await issued(one) for one in visits] == [all_of(24)] * 2


async def test_who_comes_second_waits_for_the_first_and_issues_nothing(db):
    slot = await builders.slot()
    visit, _ = await a_visit(slot)
    async with another_act(lambda: issue_of([visit], secret_key=SECRET)):
        await desk(slot)
    assert await issued(visit) == all_of(24)


@pytest.mark.parametrize("first", ["badges", "headcount"])
async def test_a_head_count_and_a_first_need_at_the_same_instant_leave_one_good_badge_each(db, first: str):
    slot = await builders.slot(seats=60)
    visit, college = await a_visit(slot)
    acts = [lambda: issue_of([visit], secret_key=SECRET), lambda: college.come(visit, 31, 1)]
    holds, waits = acts if first == "badges" else acts[::-1]
    async with another_act(holds):
        await waits()
    good = await seen("SELECT kind, number FROM badges WHERE reservation = $1 AND revoked_at IS NULL", visit)
    assert sorted(good) == sorted(all_of(31, 1))


async def test_a_visit_that_is_cancelled_while_its_badges_are_wanted_has_none(db):
    slot = await builders.slot()
    visit, college = await a_visit(slot)
    async with another_act(lambda: college.cancel(visit, "Examens")):
        await desk(slot)
    assert await issued(visit) == []


@pytest.mark.parametrize(
    "state", ["waiting", "offered", "in_draw", "cancelled_by_teacher", "refused_by_host", "lapsed", "called_off"]
)
async def test_who_does_not_come_yet_or_any_more_has_no_badges(db, state: str):
    slot = await builders.slot(seats=48, groups_max=2)
    visit = await builders.reservation(slot=slot, group=await builders.group(), state=state)
    coming, _ = await a_visit(slot)
    await desk(slot)
    await issue_of([visit, coming], secret_key=SECRET)
    assert (await issued(visit), await issued(coming)) == ([], all_of(24))


async def test_two_issues_of_one_visit_never_share_a_short_code(db):
    slot = await builders.slot(seats=60)
    visit, college = await a_visit(slot, salt=CLASHES)
    await desk(slot)
    (spare,) = await rows("SELECT short_code FROM badges WHERE kind = 'spare' AND number = 2")
    await college.come(visit, 60, 2)
    codes = "SELECT count(*), count(DISTINCT short_code) FROM badges WHERE reservation = $1"
    assert await first(codes, visit) == (68, 68)
    assert await rows("SELECT short_code FROM badges WHERE kind = 'spare' AND number = 2") == [spare]


async def test_a_head_count_or_a_move_before_the_first_need_issues_nothing(db):
    slot, later = await builders.slot(), await builders.slot(seats=60, starts_at=paris("2027-04-01 09:00"))
    visit, college = await a_visit(slot)
    await college.come(visit, 20, 3)
    await college.move(visit, later)
    await college.come(visit, 31, 3)
    assert await value("SELECT count(*) FROM badges") == 0
    await desk(slot)
    assert await value("SELECT count(*) FROM badges") == 0
    await desk(later)
    assert await issued(visit) == all_of(31, 3)


async def test_badges_stay_the_visit_s_when_it_moves_and_follow_its_head_count(db):
    slot, later = await builders.slot(), await builders.slot(seats=60, starts_at=paris("2027-04-01 09:00"))
    visit, college = await a_visit(slot)
    await desk(slot)
    before = await rows("SELECT kind, number, token_hash, short_code FROM badges ORDER BY id")
    await college.move(visit, later)
    assert await rows("SELECT kind, number, token_hash, short_code FROM badges ORDER BY id") == before
    await college.come(visit, 26, 1)
    assert await issued(visit) == [*all_of(24), ("pupil", 25), ("pupil", 26)]
    good = "SELECT kind, number FROM badges WHERE revoked_at IS NULL ORDER BY kind = 'spare', kind = 'adult', number"
    assert await seen(good) == all_of(26, 1)


async def test_the_lock_of_the_list_issues_for_every_visit_of_it(db):
    near, far = await builders.slot(seats=48, groups_max=2, **NEAR), await builders.slot()
    (visit, _), (other, _), (apart, _) = await a_visit(near), await a_visit(near, pupils=7), await a_visit(far)
    gone, college = await a_visit(await builders.slot(**NEAR))
    await college.cancel(gone, "Examens")
    assert await lapse(secret_key=SECRET, now=LOCKED - timedelta(hours=2)) == 0
    assert await value("SELECT count(*) FROM badges") == 0
    assert sum(await asyncio.gather(*(lapse(secret_key=SECRET, now=LOCKED) for _ in range(3)))) == 2
    assert [await issued(one) for one in (visit, other, apart, gone)] == [all_of(24), all_of(7), [], []]


async def test_a_lock_adds_what_a_first_sheet_left_over(db):
    """Kept from before adults and spare badges were issued, say."""
    visit, _ = await a_visit(await builders.slot(**NEAR))
    await builders.badges(visit, numbers=24)
    await lapse(secret_key=SECRET, now=LOCKED)
    assert await issued(visit) == all_of(24)


async def booked_late(slot: int) -> int:
    visit, _ = await a_visit(slot, now=LOCKED)
    return visit


async def signed_late(slot: int) -> int:
    visit, _ = await a_visit(slot, needs_approval=True, principal_mail="principale@example.org")
    assert await sign(FIRST, now=LOCKED) == "confirmed"
    return visit


async def signed_late_on_paper(slot: int) -> int:
    visit, college = await a_visit(slot, needs_approval=True, principal_mail="principale@example.org")
    await college.note(visit, now=LOCKED)
    return visit


async def admitted_late(slot: int) -> int:
    claire = await newcomer()
    visit = (await claire.book(slot)).id
    await yes(claire.sign_up, now=LOCKED)
    return int(visit)


async def offered_late(slot: int) -> int:
    before, hers = await a_visit(slot)
    college = await College.new()
    waits = await college.ask(slot, wait=True)
    await hers.cancel(before, "Examens")
    until = "UPDATE reservations SET hold_until = $2 WHERE id = $1 AND state = 'offered' RETURNING id"
    assert await value(until, waits.id, LOCKED + timedelta(hours=1)) == waits.id
    assert await college.accept(waits.id, pupils=20, now=LOCKED) == "locked"
    return waits.id


async def signed_late_for_another_date(slot: int) -> int:
    visit, college = await a_visit(await builders.slot(), needs_approval=True, principal_mail="principale@example.org")
    await sign(FIRST)
    asked = await college.move(visit, slot, token="r" * 43)
    assert asked.asked is not None
    await sign("r" * 43, now=LOCKED)
    return visit


LATE = [booked_late, signed_late, signed_late_on_paper, signed_late_for_another_date, admitted_late, offered_late]


@pytest.mark.parametrize("late", LATE)
async def test_what_is_confirmed_after_the_lock_has_its_badges_in_the_same_act(db, late):
    slot = await builders.slot(**NEAR)
    visit = await late(slot)
    state, there, pupils = await first("SELECT state, slot, pupils FROM reservations WHERE id = $1", visit)
    # A place that is offered after the lock is locked at once.
    assert (state, there) == ("locked" if late is offered_late else "confirmed", slot)
    assert await issued(visit) == all_of(pupils)
    act = """SELECT DISTINCT r.xmin::text, b.xmin::text FROM badges b JOIN reservations r ON r.id = b.reservation"""
    ((sure, badged),) = await rows(act)
    assert sure == badged


async def test_a_visit_that_moves_to_a_list_that_has_locked_has_its_badges_before_the_clock_comes(db):
    visit, college = await a_visit(await builders.slot())
    await college.move(visit, await builders.slot(**NEAR), now=LOCKED)
    assert await state_of(visit) == "confirmed"
    assert await issued(visit) == all_of(24)
