from __future__ import annotations

import asyncio
import json
import random
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from msgspec.structs import asdict

from booking.day.badges.issue_due import issue_of
from booking.visits.badge_codes.rules import hash_of, token_of
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.book import book, refused_lately
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.demand import Booked
from booking.visits.reservations.rules import GroupBusy, KeyReused, SlotFull, SlotSeen, TooLate, refuse_booking
from booking.visits.reservations.seats_seen import SEATS_OF, SEEN_TOGETHER
from booking.visits.reservations.take_seats import PLAIN
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, a_demand
from tests.builders import NOW
from tests.crossing import another_act, locked
from tests.statements import statements_of
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import NotFound, Refusal
from workshops.slots.rules import Deadlines


async def a_teacher(school: int) -> int:
    teacher = await builders.person("teacher", school=school)
    return teacher


async def ask(slot: int, group: int, *, school: int, by: int, pupils: int = 24, key: str | None = None) -> Booked:
    return await book(a_demand(slot, group, school=school, by=by, pupils=pupils, key=key), now=NOW)


async def refused(slot: int, group: int, *, school: int, by: int) -> None:
    with pytest.raises(SlotFull):
        await ask(slot, group, school=school, by=by)


async def nothing_written() -> bool:
    await tell()
    counts = await row(
        """SELECT (SELECT count(*) FROM reservations) AS r, (SELECT count(*) FROM badges) AS b,
                  (SELECT count(*) FROM notices) AS n, (SELECT count(*) FROM events) AS j,
                  (SELECT coalesce(sum(seats_taken), 0) FROM slots) AS s"""
    )
    return tuple(counts) == (0, 0, 0, 0, 0)


async def test_booking_takes_the_seats_tells_both_schools_and_makes_no_badge_before_one_is_needed(db):
    lycee, college = await builders.school(kind="lycee"), await builders.school()
    await builders.person("host", "accueil@example.org", name="Paul Morel", school=lycee)
    teacher = await a_teacher(college)
    slot, group = await builders.slot(host=lycee, seats=48, groups_max=2), await builders.group(school=college)

    booked = await ask(slot, group, school=college, by=teacher)

    assert (booked.state, booked.sequence, booked.repeated) == ("confirmed", 0, False)
    taken = await row("SELECT seats_taken, groups_taken, groups_ever FROM slots WHERE id = $1", slot)
    assert tuple(taken) == (24, 1, 1)
    assert await value("SELECT count(*) FROM badges") == 0
    await issue_of([booked.id], secret_key=SECRET)
    badges = await rows("SELECT kind, max(number), count(*) FROM badges WHERE reservation = $1 GROUP BY 1", booked.id)
    assert sorted(map(tuple, badges)) == [("adult", 2, 2), ("pupil", 24, 24), ("spare", 3, 3)]
    await tell()
    told = await rows("SELECT kind, to_email FROM notices WHERE about = $1 ORDER BY kind", booked.id)
    assert [(one["kind"], one["to_email"]) for one in told] == [
        ("reservation_confirmed", await value("SELECT email FROM accounts WHERE id = $1", teacher)),
        ("reservation_received", "accueil@example.org"),
    ]
    noted = await row("SELECT act, by, about, detail FROM events")
    assert tuple(noted) == ("reservation_booked", teacher, booked.id, "24 élèves")


async def test_a_printed_token_is_found_again_by_its_hash(db):
    college = await builders.school()
    booked = await ask(
        await builders.slot(), await builders.group(school=college), school=college, by=await a_teacher(college)
    )
    await issue_of([booked.id], secret_key=SECRET)
    salt = await value("SELECT badge_salt FROM reservations WHERE id = $1", booked.id)
    found = await value("SELECT number FROM badges WHERE token_hash = $1", hash_of(token_of(SECRET, salt, "pupil", 7)))
    assert found == 7


async def test_two_groups_of_a_slot_have_two_marks_even_after_a_cancellation(db):
    college = await builders.school()
    teacher = await a_teacher(college)
    slot = await builders.slot(seats=72, groups_max=3)
    for _ in range(3):
        await ask(slot, await builders.group(school=college), school=college, by=teacher)
    marks = await rows("SELECT mark FROM reservations ORDER BY id")
    assert [one["mark"] for one in marks] == [0, 1, 2]


async def test_a_second_click_gives_the_first_reservation(db):
    college = await builders.school()
    teacher = await a_teacher(college)
    slot, group = await builders.slot(), await builders.group(school=college)
    first = await ask(slot, group, school=college, by=teacher, key="page-1")
    second = await ask(slot, group, school=college, by=teacher, key="page-1")
    assert (second.id, second.uid, second.repeated) == (first.id, first.uid, True)
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 24


async def test_what_was_asked_is_kept_under_a_key_alone(db):
    college = await builders.school()
    teacher = await a_teacher(college)
    for key in ("page-1", None):
        await ask(await builders.slot(), await builders.group(school=college), school=college, by=teacher, key=key)
    kept = await rows("SELECT idempotency_key, asked <> '' AS asked FROM reservations ORDER BY id")
    assert [tuple(one) for one in kept] == [("page-1", True), (None, False)]


async def test_the_same_key_for_another_demand_is_refused(db):
    college = await builders.school()
    teacher = await a_teacher(college)
    group = await builders.group(school=college)
    await ask(await builders.slot(), group, school=college, by=teacher, key="page-1")
    other = await builders.slot(starts_at=builders.paris("2027-04-01 09:00"))
    with pytest.raises(KeyReused):
        await ask(other, group, school=college, by=teacher, key="page-1")


async def test_two_tabs_that_click_at_once_make_one_reservation(db):
    college = await builders.school()
    teacher = await a_teacher(college)
    slot, group = await builders.slot(seats=60, groups_max=5), await builders.group(school=college)
    answers = await asyncio.gather(*(ask(slot, group, school=college, by=teacher, key="page-1") for _ in range(8)))
    assert len({one.id for one in answers}) == 1
    assert sorted(one.repeated for one in answers) == [False] + [True] * 7
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 24


async def test_a_group_cannot_be_in_two_places(db):
    college = await builders.school()
    teacher = await a_teacher(college)
    group = await builders.group(school=college)
    await ask(await builders.slot(), group, school=college, by=teacher)
    overlapping = await builders.slot(starts_at=builders.paris("2027-03-25 11:00"))
    with pytest.raises(GroupBusy):
        await ask(overlapping, group, school=college, by=teacher)
    just_after = await builders.slot(starts_at=builders.paris("2027-03-25 12:00"))
    assert (await ask(just_after, group, school=college, by=teacher)).state == "confirmed"


async def test_overlapping_demands_at_the_same_instant_leave_one_visit(db):
    college = await builders.school()
    teacher = await a_teacher(college)
    group = await builders.group(school=college)
    slots = [await builders.slot() for _ in range(6)]
    answers = await asyncio.gather(
        *(ask(slot, group, school=college, by=teacher) for slot in slots), return_exceptions=True
    )
    assert [type(one) for one in answers].count(Booked) == 1
    assert [type(one) for one in answers].count(GroupBusy) == 5
    assert await value("SELECT sum(seats_taken) FROM slots") == 24


async def test_demands_of_one_group_come_one_after_the_other_and_hold_no_place_meanwhile(db):
    college = await builders.school()
    group, slot = await builders.group(school=college), await builders.slot()
    alone = "SELECT 1 FROM groups WHERE id = $1 FOR NO KEY UPDATE"
    async with another_act(lambda: rows(alone, group), locked(slot)):
        booked = await ask(slot, group, school=college, by=await a_teacher(college))
    assert isinstance(booked, Booked)


async def test_a_group_of_another_college_does_not_exist_for_this_teacher(db):
    college, other = await builders.school(), await builders.school()
    with pytest.raises(NotFound):
        await ask(
            await builders.slot(), await builders.group(school=other), school=college, by=await a_teacher(college)
        )
    assert await nothing_written()


async def test_a_draft_slot_does_not_exist_for_teachers(db):
    college = await builders.school()
    with pytest.raises(NotFound):
        await ask(
            await builders.slot(state="draft"),
            await builders.group(school=college),
            school=college,
            by=await a_teacher(college),
        )


async def test_a_refused_booking_writes_nothing(db):
    college = await builders.school()
    with pytest.raises(TooLate):
        await ask(
            await builders.slot(booking_closes_at=NOW - timedelta(minutes=1)),
            await builders.group(school=college),
            school=college,
            by=await a_teacher(college),
        )
    assert await nothing_written()


async def test_forty_groups_at_the_same_instant_fill_a_slot_exactly(db):
    college = await builders.school()
    teacher = await a_teacher(college)
    slot = await builders.slot(seats=120, groups_max=20)
    groups = [await builders.group(school=college) for _ in range(40)]
    answers = await asyncio.gather(
        *(ask(slot, group, school=college, by=teacher) for group in groups), return_exceptions=True
    )
    assert [type(one) for one in answers].count(Booked) == 5
    assert {type(one) for one in answers if isinstance(one, Refusal)} == {SlotFull}
    sums = await row(
        """SELECT sl.seats_taken, sl.groups_taken, (SELECT sum(pupils) FROM reservations) AS held
           FROM slots sl WHERE id = $1""",
        slot,
    )
    assert tuple(sums) == (120, 5, 120)


# Fifty slots, each waited for by three hundred groups.
MANY_GROUPS = """INSERT INTO groups (school, name, level, pupils, school_year)
SELECT $1, 'Groupe ' || n, '4e', 24, '2026-2027' FROM generate_series(1, 15000) n"""
MANY_WAIT = """
INSERT INTO reservations (uid, sequence, slot, "group", school, state, pupils, adults, starts_at, ends_at, badge_salt,
  created_at, changed_at)
SELECT 'u' || others.id, 0, s.id, others.id, $2, 'waiting', 24, 2, s.starts_at, s.ends_at, gen_random_uuid(), $3, $3
FROM groups others JOIN slots s ON s.id = ($1::int[])[1 + others.id % 50] WHERE others.name LIKE 'Groupe %'
"""


async def pages_read(slot: int, group: int, college: int) -> tuple[int, str]:
    """How many pages of the database a demand's decision looks at, and how it went about it."""
    asked = (slot, group, college, 0, None, None)
    ((plan,),) = await rows(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {SEATS_OF}", *asked)
    return int(json.loads(plan)[0]["Plan"]["Shared Hit Blocks"]), plan


async def test_whether_a_group_is_free_is_read_from_its_own_visits_however_many_others_wait(db):
    college = await builders.school()
    slot, group = await builders.slot(), await builders.group(school=college)
    await builders.reservation(slot=await builders.slot(starts_at=NOW + timedelta(days=9)), group=group, pupils=2)
    before, _ = await pages_read(slot, group, college)
    await rows(MANY_GROUPS, college)
    await rows("ANALYZE groups")
    await rows(MANY_WAIT, [await builders.slot() for _ in range(50)], college, NOW)
    # What other tests have left dead of a group of this number would be looked at too.
    await rows("VACUUM ANALYZE reservations")
    after, how = await pages_read(slot, group, college)
    assert after < before + 20, how


async def test_a_booking_is_one_statement_whatever_the_size_of_the_group(db):
    college = await builders.school()
    teacher, slot = await a_teacher(college), await builders.slot(seats=120, groups_max=3)
    refused_lately.clear()
    for pupils in (2, 60):
        group = await builders.group(school=college)
        sent = await statements_of(partial(ask, slot, group, school=college, by=teacher, pupils=pupils))
        assert len(sent) == 1


async def test_a_full_slot_is_only_read_until_it_has_room_again(db):
    college = await builders.school()
    teacher, slot = await a_teacher(college), await builders.slot(seats=24)
    groups = [await builders.group(school=college) for _ in range(3)]
    first = await ask(slot, groups[0], school=college, by=teacher)
    await refused(slot, groups[1], school=college, by=teacher)
    sent = await statements_of(partial(refused, slot, groups[2], school=college, by=teacher))
    assert sent == [SEEN_TOGETHER]
    await cancel(first.id, CancelVisit(), school=college, role="teacher", by=teacher, now=NOW)
    assert (await ask(slot, groups[2], school=college, by=teacher)).state == "confirmed"


def some_slot(drawn: random.Random) -> SlotSeen:
    """A slot against which little speaks, whatever it is."""

    def rarely(unusual: Any, usual: Any) -> Any:
        return unusual if drawn.random() < 0.12 else usual

    opens_at = rarely(NOW + timedelta(seconds=drawn.choice((-1, 0, 1))), None)
    return SlotSeen(
        state=rarely(drawn.choice(("closed", "called_off", "done")), "open"),
        booking_closes_at=NOW + timedelta(seconds=rarely(drawn.choice((-1, 0)), 1)),
        levels=("4e", "3e"),
        seats=drawn.choice((23, 24, 48)),
        seats_taken=rarely(1, 0),
        groups_max=2,
        groups_taken=rarely(2, 1),
        group_level=rarely("6e", "4e"),
        group_busy=rarely(True, False),
        host_closed=rarely(True, False),
        approval=rarely(True, False),
        host=1,
        deadlines=Deadlines(NOW, NOW, NOW + timedelta(seconds=rarely(drawn.choice((-1, 0)), 1)), NOW, NOW),
        opens_at=opens_at,
        opening=None if opens_at is None else 1,
        draws_at=None if opens_at is None else drawn.choice((None, NOW, NOW + timedelta(hours=1))),
    )


def may_be_had_at_once(slot: SlotSeen) -> bool:
    try:
        refuse_booking(slot, pupils=24, now=NOW)
    except Refusal:
        return False
    # Whoever comes to a list that has locked has badges in the same act.
    return not slot.approval and slot.deadlines.list > NOW


async def test_what_is_had_at_once_is_what_the_decision_says_nothing_against(db):
    drawn = random.Random(2310)
    slots = [some_slot(drawn) for _ in range(400)]
    read = {
        **{"state": "varchar", "booking_closes_at": "timestamptz", "host_closed": "bool", "group_level": "varchar"},
        **{"levels": "varchar[]", "opens_at": "timestamptz", "draws_at": "timestamptz", "group_busy": "bool"},
        **{"approval": "bool", "seats_taken": "int", "seats": "int", "groups_taken": "int", "groups_max": "int"},
        "list": "timestamptz",
    }
    seen = ", ".join(f"${n}::{kind} AS {name}" for n, (name, kind) in enumerate(read.items(), 2))
    asked = f"SELECT {PLAIN} FROM (SELECT $1::timestamptz AS now, 24 AS pupils, {seen}) seen"
    told = [asdict(one) | {"list": one.deadlines.list} for one in slots]
    had = [await value(asked, NOW, *(one[name] for name in read)) for one in told]
    assert had == [may_be_had_at_once(one) for one in slots]
    assert 40 < had.count(True) < 360
