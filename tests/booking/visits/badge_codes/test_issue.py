"""Badges are issued once, whoever needs one first, and follow who comes from then on."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from booking.day.badges.issue_due import issue_at, issue_of
from booking.visits.badge_codes.rules import hash_of, places_of, token_of
from booking.visits.reservations.acts import (
    AcceptPlace,
    AnswerApproval,
    CancelVisit,
    ChangeHeadcount,
    MoveVisit,
)
from booking.visits.reservations.approve import answer_approval, note_paper_visa
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import change_headcount
from booking.visits.reservations.confirm import accept
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.move import move
from tests import builders
from tests.booking.visits.newcomers.test_answer import newcomer, yes
from tests.booking.visits.reservations.demands import SECRET, a_demand, fresh
from tests.builders import NOW, paris
from tests.crossing import another_act
from tests.statements import statements_of
from workshops.database import row, rows, value

LINK = "p" * 43
# The eve of the eve of a visit: its list has locked, its reservations are open still.
NEAR = {"starts_at": NOW + timedelta(days=3), "booking_closes_at": NOW + timedelta(days=2, hours=23)}
LOCKED = NOW + timedelta(days=1, hours=1)
# The salt of a visit whose pupil 49 draws the code of its second spare badge.
CLASHES = UUID(int=22711)


async def issued(reservation: int) -> list[tuple[str, int]]:
    """Kind and number of a visit's badges, in the order in which they were issued."""
    found = await rows("SELECT kind, number FROM badges WHERE reservation = $1 ORDER BY id", reservation)
    return [(one["kind"], one["number"]) for one in found]


def all_of(pupils: int, adults: int = 2) -> list[tuple[str, int]]:
    return list(zip(*places_of(pupils, adults), strict=True))


async def a_visit(slot: int, *, pupils: int = 24, salt: UUID | None = None, now: datetime = NOW, **school: object):
    """A visit as a teacher books it; the number of it, of her collège and hers."""
    college = await builders.school(**school)
    teacher = await builders.person("teacher", school=college)
    demand = a_demand(slot, await builders.group(school=college), school=college, by=teacher, pupils=pupils, token=LINK)
    booked = await book(demand if salt is None else replace(demand, badge_salt=salt), now=now)
    return booked.id, {"school": college, "by": teacher}


async def of_lycee(slot: int) -> int:
    return int(await value("SELECT school FROM slots WHERE id = $1", slot))


async def desk(slot: int) -> None:
    await issue_at(slot, school=await of_lycee(slot), secret_key=SECRET)


async def test_a_booking_writes_no_badge_and_the_first_desk_issues_those_that_its_salt_gives_in_order(db):
    slot, elsewhere = await builders.slot(seats=48, groups_max=2), await builders.slot()
    (visit, _), (other, _) = await a_visit(slot), await a_visit(slot, pupils=11)
    apart, _ = await a_visit(elsewhere)
    assert await value("SELECT count(*) FROM badges") == 0
    await desk(slot)
    assert [await issued(one) for one in (visit, other, apart)] == [all_of(24), all_of(11), []]
    salt = await value("SELECT badge_salt FROM reservations WHERE id = $1", visit)
    kept = await rows("SELECT kind, number, token_hash FROM badges WHERE reservation = $1", visit)
    assert {hash_of(token_of(SECRET, salt, one["kind"], one["number"])) for one in kept} == {
        one["token_hash"] for one in kept
    }


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
    near, college = await builders.slot(seats=60, **NEAR), await builders.school()
    teacher = await builders.person("teacher", school=college)
    demand = a_demand(near, await builders.group(school=college), school=college, by=teacher, pupils=pupils)
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
    school = await of_lycee(slot)
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
    visit, own = await a_visit(slot)
    count = {"secret_key": SECRET, "token": LINK, "now": NOW}
    acts = [
        lambda: issue_of([visit], secret_key=SECRET),
        lambda: change_headcount(visit, ChangeHeadcount(pupils=31, adults=1), **own, **count),
    ]
    holds, waits = acts if first == "badges" else acts[::-1]
    async with another_act(holds):
        await waits()
    good = await rows("SELECT kind, number FROM badges WHERE reservation = $1 AND revoked_at IS NULL", visit)
    assert sorted(map(tuple, good)) == sorted(all_of(31, 1))


async def test_a_visit_that_is_cancelled_while_its_badges_are_wanted_has_none(db):
    slot = await builders.slot()
    visit, own = await a_visit(slot)
    async with another_act(lambda: cancel(visit, CancelVisit(reason="Examens"), role="teacher", now=NOW, **own)):
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
    visit, own = await a_visit(slot, salt=CLASHES)
    await desk(slot)
    (spare,) = await rows("SELECT short_code FROM badges WHERE kind = 'spare' AND number = 2")
    more = {"secret_key": SECRET, "token": LINK}
    await change_headcount(visit, ChangeHeadcount(pupils=60, adults=2), now=NOW, **more, **own)
    seen = await row("SELECT count(*), count(DISTINCT short_code) FROM badges WHERE reservation = $1", visit)
    assert tuple(seen) == (68, 68)
    assert await rows("SELECT short_code FROM badges WHERE kind = 'spare' AND number = 2") == [spare]


async def test_a_head_count_or_a_move_before_the_first_need_issues_nothing(db):
    slot, later = await builders.slot(), await builders.slot(seats=60, starts_at=paris("2027-04-01 09:00"))
    visit, own = await a_visit(slot)
    count = {"secret_key": SECRET, "token": LINK, "now": NOW}
    await change_headcount(visit, ChangeHeadcount(pupils=20, adults=3), **own, **count)
    await move(visit, MoveVisit(to_slot=later), fresh=fresh(), now=NOW, **own)
    await change_headcount(visit, ChangeHeadcount(pupils=31, adults=3), **own, **count)
    assert await value("SELECT count(*) FROM badges") == 0
    await desk(slot)
    assert await value("SELECT count(*) FROM badges") == 0
    await desk(later)
    assert await issued(visit) == all_of(31, 3)


async def test_badges_stay_the_visit_s_when_it_moves_and_follow_its_head_count(db):
    slot, later = await builders.slot(), await builders.slot(seats=60, starts_at=paris("2027-04-01 09:00"))
    visit, own = await a_visit(slot)
    await desk(slot)
    before = await rows("SELECT kind, number, token_hash, short_code FROM badges ORDER BY id")
    await move(visit, MoveVisit(to_slot=later), fresh=fresh(), now=NOW, **own)
    assert await rows("SELECT kind, number, token_hash, short_code FROM badges ORDER BY id") == before
    count = {"secret_key": SECRET, "token": LINK, "now": NOW}
    await change_headcount(visit, ChangeHeadcount(pupils=26, adults=1), **own, **count)
    assert await issued(visit) == [*all_of(24), ("pupil", 25), ("pupil", 26)]
    good = "SELECT kind, number FROM badges WHERE revoked_at IS NULL ORDER BY kind = 'spare', kind = 'adult', number"
    assert [tuple(one) for one in await rows(good)] == all_of(26, 1)


async def test_the_lock_of_the_list_issues_for_every_visit_of_it(db):
    near, far = await builders.slot(seats=48, groups_max=2, **NEAR), await builders.slot()
    (visit, _), (other, _), (apart, _) = await a_visit(near), await a_visit(near, pupils=7), await a_visit(far)
    gone, own = await a_visit(await builders.slot(**NEAR))
    await cancel(gone, CancelVisit(reason="Examens"), role="teacher", now=NOW, **own)
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
    assert await answer_approval(LINK, AnswerApproval(approved=True), secret_key=SECRET, now=LOCKED) == "confirmed"
    return visit


async def signed_late_on_paper(slot: int) -> int:
    visit, own = await a_visit(slot, needs_approval=True, principal_mail="principale@example.org")
    await note_paper_visa(visit, builders.paper_visa(), secret_key=SECRET, token="v" * 43, now=LOCKED, **own)
    return visit


async def admitted_late(slot: int) -> int:
    claire = await newcomer()
    visit = (await claire.book(slot)).id
    await yes(claire.sign_up, now=LOCKED)
    return int(visit)


async def offered_late(slot: int) -> int:
    before, hers = await a_visit(slot)
    college = await builders.school()
    teacher = await builders.person("teacher", school=college)
    demand = a_demand(slot, await builders.group(school=college), school=college, by=teacher, wait=True)
    waits = await book(demand, now=NOW)
    await cancel(before, CancelVisit(reason="Examens"), role="teacher", now=NOW, **hers)
    until = "UPDATE reservations SET hold_until = $2 WHERE id = $1 AND state = 'offered' RETURNING id"
    assert await value(until, waits.id, LOCKED + timedelta(hours=1)) == waits.id
    own = {"school": college, "by": teacher, "secret_key": SECRET, "token": LINK}
    assert await accept(waits.id, AcceptPlace(pupils=20), now=LOCKED, **own) == "confirmed"
    return waits.id


async def signed_late_for_another_date(slot: int) -> int:
    visit, own = await a_visit(await builders.slot(), needs_approval=True, principal_mail="principale@example.org")
    await answer_approval(LINK, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    asked = await move(visit, MoveVisit(to_slot=slot), fresh=fresh("r" * 43), now=NOW, **own)
    assert asked.asked is not None
    await answer_approval("r" * 43, AnswerApproval(approved=True), secret_key=SECRET, now=LOCKED)
    return visit


LATE = [booked_late, signed_late, signed_late_on_paper, signed_late_for_another_date, admitted_late, offered_late]


@pytest.mark.parametrize("late", LATE)
async def test_what_is_confirmed_after_the_lock_has_its_badges_in_the_same_act(db, late):
    slot = await builders.slot(**NEAR)
    visit = await late(slot)
    state = await row("SELECT state, pupils, slot FROM reservations WHERE id = $1", visit)
    assert (state["state"], state["slot"]) == ("confirmed", slot)
    assert await issued(visit) == all_of(state["pupils"])
    act = """SELECT DISTINCT r.xmin::text, b.xmin::text FROM badges b JOIN reservations r ON r.id = b.reservation"""
    ((sure, badged),) = await rows(act)
    assert sure == badged


async def test_a_visit_that_moves_to_a_list_that_has_locked_has_its_badges_before_the_clock_comes(db):
    visit, own = await a_visit(await builders.slot())
    await move(visit, MoveVisit(to_slot=await builders.slot(**NEAR)), fresh=fresh(), now=LOCKED, **own)
    assert await value("SELECT state FROM reservations WHERE id = $1", visit) == "confirmed"
    assert await issued(visit) == all_of(24)
