"""A draw from its demands to what became of each."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from booking.day.badges.issue_due import issue_at
from booking.people.accounts.rules import hash_of
from booking.visits.asking.looking import left_of_draw
from booking.visits.draws.queries import draw, draw_lines
from booking.visits.draws.rules import AlreadyInDraw, DrawFirst, DrawUnderWay, PeriodNotOpen, Ticket, drawn_order
from booking.visits.newcomers.answer import refuse
from booking.visits.reservations import tell_draw
from booking.visits.reservations.book import book
from booking.visits.reservations.demand import WholeDemand
from booking.visits.reservations.enter_draw import enter_draw
from booking.visits.reservations.hold_draw import hold_draws
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.queries import visit
from booking.visits.reservations.rules import GroupTooBig, HostClosed, NewcomerHolds, WrongLevel
from booking.visits.reservations.seats_seen import seats_of_lines
from booking.visits.reservations.whom_to_ask import NoPrincipal
from booking.visits.slot_changes.call_off import call_off
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.visits.asking.test_book_both import AFTERNOON, a_class
from tests.booking.visits.reservations.demands import SECRET
from tests.booking.visits.reservations.test_wait import College
from tests.builders import NOW, new_uid, paris
from tests.crossing import another_act
from tests.seen import lycee_of, seats, seen, state
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import or_not_found
from workshops.scope import EVERYTHING, of_school
from workshops.slots.call_off import CallOffSlot

SEED = bytes(range(32))
OPENS, DRAWS = NOW, NOW + timedelta(hours=1)
IN_IT, AFTER = NOW + timedelta(minutes=5), DRAWS + timedelta(seconds=3)
# Three school days after that Monday.
OPEN_TO_ALL = paris("2027-01-15 00:00")


async def a_draw(*, opens_at: datetime = OPENS, first_weight: int = 2) -> int:
    """March is drawn."""
    draws_at = opens_at + timedelta(hours=1)
    return await builders.opening(opens_at=opens_at, draws_at=draws_at, seed=SEED, first_weight=first_weight)


async def hold(*, now: datetime = AFTER) -> int:
    return await hold_draws(secret_key=SECRET, new_token=lambda: "d" * 43, new_uid=new_uid, now=now)


async def enter(slot: int, *, pupils: int = 24, now: datetime = IN_IT) -> int:
    booked = await (await College.new()).ask(slot, pupils=pupils, now=now)
    assert booked.state == "in_draw"
    return booked.id


async def order(opening: int) -> list[int]:
    """The reservations of a draw, as the rule of the draw orders them."""
    found = await rows(
        "SELECT r.id AS reservation, d.number, d.weight FROM demands d JOIN reservations r ON r.demand = d.id"
        " WHERE d.opening = $1",
        opening,
    )
    whose = {one["number"]: one["reservation"] for one in found}
    return [whose[one.number] for one in drawn_order(SEED, [Ticket(one["number"], one["weight"]) for one in found])]


async def test_a_demand_of_the_first_hour_holds_no_seat_under_a_number_of_its_own(db):
    opening, slot = await a_draw(), await builders.slot()
    college = await College.new()
    group = await college.group()
    booked = await college.ask(slot, group=group, now=IN_IT)
    again = await college.ask(slot, group=await college.group(), now=IN_IT)
    assert (booked.state, again.state, await seats(slot)) == ("in_draw", "in_draw", (0, 0))
    stands = await visit(booked.id, scope=of_school(college.school))
    assert (stands.draw, len(stands.draw_number), stands.acts(role="teacher", now=IN_IT)) == (opening, 16, ("cancel",))
    with pytest.raises(AlreadyInDraw):
        await college.ask(await builders.slot(starts_at=paris("2027-03-18 09:00")), group=group, now=IN_IT)
    await college.cancel(booked.id, now=IN_IT)
    assert (await college.ask(slot, group=group, now=IN_IT)).state == "in_draw"
    await tell()
    assert await seen("SELECT kind, count(*) FROM notices GROUP BY kind") == [("reservation_waiting", 3)]


async def test_twelve_that_a_program_enters_at_the_very_same_moment_are_counted_one_after_the_other(db):
    college, slot = await College.new(), await builders.slot(seats=60)
    await builders.head_count(school=college.school, pupils=48)
    await a_draw()
    demands = [await college.demand(slot) for _ in range(12)]
    entered = await asyncio.gather(*[book(demand, now=IN_IT) for demand in demands])
    assert [one.state for one in entered] == ["in_draw"] * 12
    beyond = {row["id"]: row["beyond"] for row in await rows("SELECT id, beyond FROM demands")}
    assert [beyond[one.demand] for one in entered] == [False] * 2 + [True] * 10


async def test_a_group_that_is_in_the_draw_already_holds_up_none_that_enters_with_it(db):
    college, slot = await College.new(), await builders.slot(seats=60)
    await a_draw()
    there = await college.group()
    await college.ask(slot, group=there, now=IN_IT)
    demands = [await college.demand(slot) for _ in range(3)] + [await college.demand(slot, group=there)]
    entered = await asyncio.gather(*[book(demand, now=IN_IT) for demand in demands], return_exceptions=True)
    assert [getattr(one, "state", type(one)) for one in entered] == ["in_draw"] * 3 + [AlreadyInDraw]


async def test_the_same_key_gives_the_first_demand_again(db):
    await a_draw()
    slot, college = await builders.slot(), await College.new()
    group = await college.group()
    first, again = [await college.ask(slot, group=group, key="page-1", now=IN_IT) for _ in range(2)]
    assert (again.id, again.repeated, await value("SELECT count(*) FROM demands")) == (first.id, True, 1)


async def test_what_no_draw_can_give_is_refused_at_once(db):
    await a_draw()
    slot = await builders.slot(levels=["3e"])
    with pytest.raises(WrongLevel):
        await enter(slot)
    with pytest.raises(GroupTooBig):
        await enter(await builders.slot(seats=20))
    with pytest.raises(PeriodNotOpen):
        await enter(await builders.slot(), now=OPENS - timedelta(seconds=1))
    unsigned = await College.new(needs_approval=True)
    with pytest.raises(NoPrincipal):
        await unsigned.ask(await builders.slot(), now=IN_IT)
    assert await value("SELECT count(*) FROM reservations") == 0


async def test_halves_alone_come_after_the_draw(db):
    await a_draw()
    slot = await builders.slot()
    lycee = await lycee_of(slot)
    with pytest.raises(DrawFirst):
        await (await a_class(lycee)).take(slot, await builders.slot(host=lycee, starts_at=AFTERNOON))


async def test_each_has_its_place_in_the_order_of_the_draw_or_waits_with_its_rank(db):
    opening, slot = await a_draw(), await builders.slot(seats=60, groups_max=3)
    sizes = {await enter(slot, pupils=pupils): pupils for pupils in (24, 30, 12, 24, 30, 6, 24, 12)}
    expected = await order(opening)
    free, groups, placed = 60, 3, []
    for one in expected:
        if groups and sizes[one] <= free:
            placed.append(one)
            free, groups = free - sizes[one], groups - 1
    assert await hold() == 8
    assert [one for one in expected if await state(one) == "confirmed"] == placed
    assert await seats(slot) == (60 - free, len(placed))
    waits = [one for one in expected if one not in placed]
    assert [(await visit(one, scope=EVERYTHING)).rank for one in waits] == list(range(1, len(waits) + 1))
    public = await draw_lines(opening, limit=100)
    assert [one.rank for one in public] == list(range(1, 9))
    assert [one.result for one in public] == ["placed" if one in placed else "waits" for one in expected]
    assert await value("SELECT count(*) FROM badges") == 0
    await issue_at(slot, school=await lycee_of(slot), secret_key=SECRET)
    badges = await value("SELECT count(*) FROM badges WHERE kind = 'pupil'")
    assert badges == sum(sizes[one] for one in placed)
    await tell()
    told = dict(await rows("SELECT kind, count(*)::int FROM notices WHERE what <> 'draw' GROUP BY kind"))
    assert told == {"reservation_confirmed": len(placed), "reservation_waiting": len(waits)}


async def test_who_comes_after_the_draw_stands_behind_and_offers_keep_its_order(db):
    opening, slot = await a_draw(), await builders.slot()
    await asyncio.gather(*(enter(slot) for _ in range(4)))
    first, *waits = await order(opening)
    assert await hold() == 4
    late = await (await College.new()).ask(slot, now=OPEN_TO_ALL)
    assert (await visit(late.id, scope=EVERYTHING)).rank == 4
    # Many visits would put a collège behind others that joined on the same day, but not behind its rank of the draw.
    gone = await row("SELECT school, booked_by FROM reservations WHERE id = $1", first)
    rich = await value("SELECT school FROM reservations WHERE id = $1", waits[0])
    done = await builders.slot(starts_at=paris("2027-04-01 09:00"))
    await builders.reservation(slot=done, group=await builders.group(school=rich))
    college = College()
    college.school, college.teacher = gone["school"], gone["booked_by"]
    await college.cancel(first, now=AFTER)
    assert await state(waits[0]) == "offered"


async def test_what_is_left_is_for_three_school_days_of_those_who_got_nothing(db):
    await a_draw()
    slot, left = await builders.slot(), await builders.slot(starts_at=paris("2027-03-18 09:00"))
    colleges = [await College.new() for _ in range(2)]
    groups = [await college.group() for college in colleges]
    entered = [await college.ask(slot, group=group, now=IN_IT) for college, group in zip(colleges, groups, strict=True)]
    await hold()
    states = [await state(one.id) for one in entered]
    without, placed = states.index("waiting"), states.index("confirmed")
    with pytest.raises(PeriodNotOpen):
        await colleges[placed].ask(left, group=groups[placed], now=AFTER)
    with pytest.raises(PeriodNotOpen):
        await (await College.new()).ask(left, now=OPEN_TO_ALL - timedelta(seconds=1))
    told = await left_of_draw((await visit(entered[without].id, scope=EVERYTHING)).demand, now=AFTER)
    assert (told.group, told.until, [slot.id for slot in told.slots]) == (groups[without], OPEN_TO_ALL, [left])
    assert await left_of_draw((await visit(entered[placed].id, scope=EVERYTHING)).demand, now=AFTER) is None
    assert (await colleges[without].ask(left, group=groups[without], now=AFTER)).state == "confirmed"
    other = await builders.slot(starts_at=paris("2027-03-11 09:00"))
    assert (await (await College.new()).ask(other, now=OPEN_TO_ALL)).state == "confirmed"


async def test_where_everybody_has_a_place_what_is_left_is_open_at_once(db):
    await a_draw()
    slot, left = await builders.slot(), await builders.slot(starts_at=paris("2027-03-18 09:00"))
    await enter(slot)
    await hold()
    assert (await (await College.new()).ask(left, now=AFTER)).state == "confirmed"


async def test_between_the_hour_and_the_end_of_the_draw_nobody_steps_in(db):
    opening, slot = await a_draw(), await builders.slot()
    await enter(slot)
    with pytest.raises(DrawUnderWay):
        await (await College.new()).ask(slot, now=DRAWS)
    assert (await draw(opening)).seed is None
    await hold(now=DRAWS)
    seen = await draw(opening)
    assert (seen.seed, seen.drawn_at) == (SEED.hex(), DRAWS)
    assert (await (await College.new()).ask(slot, now=DRAWS)).state == "waiting"


async def test_a_withdrawn_demand_has_no_rank_and_a_called_off_slot_no_place(db):
    opening = await a_draw()
    slot, other = await builders.slot(), await builders.slot(starts_at=paris("2027-03-18 09:00"))
    college = await College.new()
    gone = (await college.ask(slot, now=IN_IT)).id
    kept, lost = await enter(slot), await enter(other)
    await college.cancel(gone, now=IN_IT)
    host = await builders.account()
    lycee = await lycee_of(other)
    await call_off(other, CallOffSlot(reason="Machine en panne"), school=lycee, by=host, now=IN_IT)
    assert await hold() == 1
    assert [await state(one) for one in (gone, kept, lost)] == ["cancelled_by_teacher", "confirmed", "called_off"]
    found = [(one.rank, one.result) for one in await draw_lines(opening, limit=9)]
    assert sorted(found, key=str) == [(1, "placed"), (None, ""), (None, "")]


async def test_a_visa_is_asked_for_and_a_newcomers_places_are_held(db):
    await a_draw()
    slot = await builders.slot(seats=60, groups_max=3)
    principal = {"principal_mail": "principale@example.org", "principal_name": "Mme Perrin"}
    college, new = await College.new(needs_approval=True, **principal), await College.new(awaiting=True)
    asks = await college.ask(slot, pupils=20, now=IN_IT)
    entered = [await new.ask(slot, pupils=20, now=IN_IT) for _ in range(2)]
    with pytest.raises(NewcomerHolds):
        await new.ask(slot, pupils=20, now=IN_IT)
    await hold()
    assert [await state(one.id) for one in (asks, *entered)] == ["requested"] * 3
    await tell()
    mails = await rows("SELECT kind, about FROM notices WHERE kind LIKE 'approval%' OR kind LIKE '%requested'")
    assert sorted(map(tuple, mails)) == sorted(
        [("approval_asked", asks.id), *(("reservation_requested", one.id) for one in (asks, *entered))]
    )


async def test_each_principal_is_asked_but_for_one_who_teaches_there_by_then(db):
    await a_draw()
    slot = await builders.slot(seats=60, groups_max=3)
    mails = ["principale@example.org", "principal@example.org", "direction@example.org"]
    colleges = [await College.new(needs_approval=True, principal_mail=mail) for mail in mails]
    asked = [(await college.ask(slot, pupils=20, now=IN_IT)).id for college in colleges]
    teaches = await builders.account("direction+cours@example.org")
    await builders.membership(teaches, "teacher", school=colleges[2].school)
    tokens = iter("abc")
    await hold_draws(secret_key=SECRET, new_token=lambda: next(tokens) * 43, new_uid=new_uid, now=AFTER)
    assert [await state(one) for one in asked] == ["requested"] * 3
    links = await rows("SELECT about, to_email, secret FROM notices WHERE kind = 'approval_asked' ORDER BY about")
    assert [(link["about"], link["to_email"]) for link in links] == list(zip(asked[:2], mails[:2], strict=True))
    kept = await rows("SELECT reservation, token_hash FROM approvals ORDER BY reservation")
    assert [tuple(link) for link in kept] == [(link["about"], hash_of(link["secret"])) for link in links]


async def test_a_newcomer_who_is_turned_away_leaves_the_draw(db):
    await a_draw()
    nora = await College.new("nora@example.org", awaiting=True)
    entered = await nora.ask(await builders.slot(), pupils=20, now=IN_IT)
    sign_up = await value(
        """INSERT INTO sign_ups (email, name, school, asked_at, expires_at, proved_at, membership)
        SELECT 'nora@example.org', 'Nora', school, $1, $1, $1, id FROM memberships RETURNING id""",
        NOW,
    )
    await refuse(sign_up, by=None, now=IN_IT)
    assert (await state(entered.id), await hold()) == ("cancelled_by_teacher", 0)


async def test_a_group_that_is_busy_meanwhile_keeps_its_rank(db):
    opening = await a_draw()
    slot = await builders.slot()
    busy, free = await enter(slot), await enter(slot)
    while (await order(opening))[0] != busy:
        busy, free = free, busy
    group = await value('SELECT "group" FROM reservations WHERE id = $1', busy)
    await builders.reservation(slot=await builders.slot(), group=group)
    await hold()
    assert [await state(one) for one in (busy, free)] == ["waiting", "confirmed"]


async def test_where_the_lycee_receives_nobody_any_more_the_demands_end_and_are_told(db):
    await a_draw()
    slot = await builders.slot()
    lost = [await enter(slot) for _ in range(2)]
    lycee = await lycee_of(slot)
    await builders.closure(school=lycee, on=date(2027, 3, 25))
    await hold()
    assert [await state(one) for one in lost] == ["lapsed", "lapsed"]
    await tell()
    assert await value("SELECT count(*) FROM notices WHERE kind = 'lapsed' AND what = 'draw'") == 2


async def test_a_draw_that_broke_off_is_gone_on_with_and_several_workers_hold_one(db, monkeypatch):
    opening = await a_draw()
    slots = [await builders.slot(starts_at=paris(f"2027-03-{day:02} 09:00")) for day in (2, 4, 9, 11)]
    for slot in slots:
        for _ in range(3):
            await enter(slot)
    expected = await order(opening)
    giving, given = tell_draw._give, 0

    async def breaks(*places):
        nonlocal given
        given += 1
        if given == 3:
            raise KeyboardInterrupt
        await giving(*places)

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(tell_draw, "TOGETHER", 3)
        broken.setattr(tell_draw, "_give", breaks)
        await hold()
    left = await value("SELECT count(*) FROM reservations WHERE state = 'in_draw'")
    assert (left, await value("SELECT drawn_at FROM openings")) == (6, None)
    answered = await asyncio.gather(*(hold() for _ in range(3)))
    assert (sum(answered), await hold()) == (6, 0)
    public = await draw_lines(opening, limit=100)
    numbers = dict(await rows("SELECT d.number, r.id FROM demands d JOIN reservations r ON r.demand = d.id"))
    assert [numbers[one.number] for one in public] == expected
    assert await value("SELECT count(*) FROM reservations WHERE state = 'confirmed'") == 4
    assert await value("SELECT count(*) FROM events WHERE act = 'reservation_drawn'") == 12
    assert await value("SELECT count(*) FROM events WHERE act = 'opening_drawn'") == 1


async def test_a_draw_that_was_ranked_before_there_were_files_gives_its_places_by_rank(db):
    opening, slot = await a_draw(), await builders.slot()
    entered = [await enter(slot) for _ in range(2)]
    await rows("UPDATE openings SET frozen_at = $1, ranked_at = $1", AFTER)
    for rank, one in enumerate(entered, start=1):
        await rows("UPDATE demands SET rank = $2 WHERE id = (SELECT demand FROM reservations WHERE id = $1)", one, rank)
    assert await hold() == 2
    await lapse(secret_key=SECRET, now=AFTER)
    assert [await state(one) for one in entered] == ["offered", "waiting"]
    assert (await draw(opening)).drawn_at == AFTER


async def test_a_college_that_never_came_weighs_what_was_said_and_keeps_it(db):
    opening = await a_draw(first_weight=3)
    slot, came = await builders.slot(), await College.new()
    lycee = await builders.school(kind="lycee")
    await builders.past_visit(lycee=lycee, college=came.school, held_on=date(2026, 3, 2))
    await came.ask(slot, now=IN_IT)
    await enter(slot)
    assert sorted(one.weight for one in await draw_lines(opening, limit=9)) == [1, 3]


async def test_a_slot_that_is_called_off_at_that_moment_takes_no_demand(db):
    await a_draw()
    slot, host = await builders.slot(), await builders.account()
    lycee = await lycee_of(slot)
    off = {"school": lycee, "by": host, "now": IN_IT}
    async with another_act(partial(call_off, slot, CallOffSlot(reason="Machine en panne"), **off)):
        with pytest.raises(HostClosed):
            await enter(slot)
    assert await value("SELECT count(*) FROM reservations") == 0


async def test_of_those_who_enter_together_one_whose_slot_has_just_gone_enters_with_none_of_its_lines(db):
    await a_draw()
    gone, stays = await builders.slot(), await builders.slot(starts_at=paris("2027-03-16 09:00"))
    entering = []
    for slots in ((gone, stays), (stays,)):
        college = await College.new()
        group = await college.group()
        lines = [await college.demand(slot, group=group, line=n) for n, slot in enumerate(slots, start=1)]
        seen = [or_not_found(slot) for slot in await seats_of_lines(lines, now=IN_IT)]
        entering.append((WholeDemand(tuple((line,) for line in lines), 24), seen))
    host = await builders.account()
    await call_off(gone, CallOffSlot(reason="Machine en panne"), school=await lycee_of(gone), by=host, now=IN_IT)
    entered = await asyncio.gather(*[enter_draw(*one, now=IN_IT) for one in entering], return_exceptions=True)
    assert [getattr(one, "state", type(one)) for one in entered] == [HostClosed, "in_draw"]
    assert [row["slot"] for row in await rows("SELECT slot FROM reservations")] == [stays]
    assert await value("SELECT count(*) FROM demands") == 1


async def test_who_waits_after_a_draw_reads_her_number_and_where_it_stands_in_the_list(db):
    opening, slot = await a_draw(), await builders.slot(seats=24)
    for _ in range(2):
        await enter(slot)
    _, waits = await order(opening)
    await hold()
    number = (await visit(waits, scope=EVERYTHING)).draw_number
    [mail] = [one for one in await posted(now=AFTER) if str(one.message["Subject"]).startswith("Liste d'attente")]
    lines = text_of(mail).split("\n")
    assert [one for one in lines if one.startswith(("Rang", "Numéro", "Le tirage"))] == [
        "Rang : 1",
        f"Numéro : {number}",
        f"Le tirage : http://127.0.0.1:8000/tirages/{opening}",
    ]
