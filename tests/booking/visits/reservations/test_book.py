from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from msgspec.structs import asdict

from booking.day.badges.issue_due import issue_of
from booking.visits.badge_codes.rules import hash_of, token_of
from booking.visits.reservations.book import refused_lately
from booking.visits.reservations.demand import Booked
from booking.visits.reservations.rules import GroupBusy, KeyReused, SlotFull, SlotSeen, TooLate, refuse_booking
from booking.visits.reservations.seats_seen import SEATS_OF, SEEN_TOGETHER
from booking.visits.reservations.take_seats import PLAIN
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, College
from tests.builders import NOW, paris
from tests.crossing import another_act, locked
from tests.owner import by_owner
from tests.seen import first, mails, seats, seen
from tests.statements import statements_of
from tests.telling import tell
from workshops.database import rows, value
from workshops.refusals import NotFound, Refusal
from workshops.slots.rules import Deadlines


async def nothing_written() -> bool:
    await tell()
    counts = """SELECT (SELECT count(*) FROM reservations), (SELECT count(*) FROM badges),
      (SELECT count(*) FROM notices), (SELECT count(*) FROM events),
      (SELECT coalesce(sum(seats_taken), 0) FROM slots)"""
    return await first(counts) == (0, 0, 0, 0, 0)


async def test_booking_takes_the_seats_tells_both_schools_and_makes_no_badge_before_one_is_needed(db):
    lycee, college = await builders.school(kind="lycee"), await College.new("claire@example.org")
    await builders.person("host", "accueil@example.org", name="Paul Morel", school=lycee)
    slot = await builders.slot(host=lycee, seats=48, groups_max=2)

    booked = await college.ask(slot)

    assert (booked.state, booked.sequence, booked.repeated) == ("confirmed", 0, False)
    assert await first("SELECT seats_taken, groups_taken, groups_ever FROM slots WHERE id = $1", slot) == (24, 1, 1)
    assert await value("SELECT count(*) FROM badges") == 0
    await issue_of([booked.id], secret_key=SECRET)
    badges = await seen("SELECT kind, max(number), count(*) FROM badges WHERE reservation = $1 GROUP BY 1", booked.id)
    assert sorted(badges) == [("adult", 2, 2), ("pupil", 24, 24), ("spare", 3, 3)]
    assert await mails(by="kind") == [
        ("reservation_confirmed", "claire@example.org"),
        ("reservation_confirmed", "accueil@example.org"),
    ]
    assert await value("SELECT array_agg(DISTINCT about) FROM notices") == [booked.id]
    noted = ("reservation_booked", college.teacher, booked.id, "24 élèves")
    assert await first("SELECT act, by, about, detail FROM events") == noted


async def test_a_printed_token_is_found_again_by_its_hash(db):
    booked = await (await College.new()).ask(await builders.slot())
    await issue_of([booked.id], secret_key=SECRET)
    salt = await value("SELECT badge_salt FROM reservations WHERE id = $1", booked.id)
    found = await value("SELECT number FROM badges WHERE token_hash = $1", hash_of(token_of(SECRET, salt, "pupil", 7)))
    assert found == 7


async def test_two_groups_of_a_slot_have_two_marks_even_after_a_cancellation(db):
    college, slot = await College.new(), await builders.slot(seats=72, groups_max=3)
    for _ in range(3):
        await college.ask(slot)
    assert await seen("SELECT mark FROM reservations ORDER BY id") == [(0,), (1,), (2,)]


async def test_a_second_click_gives_the_first_reservation(db):
    college, slot = await College.new(), await builders.slot()
    group = await college.group()
    one, again = [await college.ask(slot, group=group, key="page-1") for _ in range(2)]
    assert (again.id, again.uid, again.repeated) == (one.id, one.uid, True)
    assert await seats(slot) == (24, 1)


async def test_what_was_asked_is_kept_under_a_key_alone(db):
    college = await College.new()
    for key in ("page-1", None):
        await college.ask(await builders.slot(), key=key)
    kept = await seen("SELECT idempotency_key, asked <> '' FROM reservations ORDER BY id")
    assert kept == [("page-1", True), (None, False)]


async def test_the_same_key_for_another_demand_is_refused(db):
    college = await College.new()
    group = await college.group()
    await college.ask(await builders.slot(), group=group, key="page-1")
    with pytest.raises(KeyReused):
        await college.ask(await builders.slot(starts_at=paris("2027-04-01 09:00")), group=group, key="page-1")


async def test_two_tabs_that_click_at_once_make_one_reservation(db):
    college, slot = await College.new(), await builders.slot(seats=60, groups_max=5)
    group = await college.group()
    answers = await asyncio.gather(*(college.ask(slot, group=group, key="page-1") for _ in range(8)))
    assert len({one.id for one in answers}) == 1
    assert sorted(one.repeated for one in answers) == [False] + [True] * 7
    assert await seats(slot) == (24, 1)


async def test_a_group_cannot_be_in_two_places(db):
    college = await College.new()
    group = await college.group()
    await college.ask(await builders.slot(), group=group)
    with pytest.raises(GroupBusy):
        await college.ask(await builders.slot(starts_at=paris("2027-03-25 11:00")), group=group)
    just_after = await builders.slot(starts_at=paris("2027-03-25 12:00"))
    assert (await college.ask(just_after, group=group)).state == "confirmed"


async def test_overlapping_demands_at_the_same_instant_leave_one_visit(db):
    college = await College.new()
    group, slots = await college.group(), [await builders.slot() for _ in range(6)]
    answers = await asyncio.gather(*(college.ask(one, group=group) for one in slots), return_exceptions=True)
    assert [type(one) for one in answers].count(Booked) == 1
    assert [type(one) for one in answers].count(GroupBusy) == 5
    assert await value("SELECT sum(seats_taken) FROM slots") == 24


async def test_demands_of_one_group_come_one_after_the_other_and_hold_no_place_meanwhile(db):
    college, slot = await College.new(), await builders.slot()
    group = await college.group()
    alone = "SELECT 1 FROM groups WHERE id = $1 FOR NO KEY UPDATE"
    async with another_act(lambda: rows(alone, group), locked(slot)):
        booked = await college.ask(slot, group=group)
    assert isinstance(booked, Booked)


async def test_a_group_of_another_college_does_not_exist_for_this_teacher(db):
    college, other = await College.new(), await College.new()
    with pytest.raises(NotFound):
        await college.ask(await builders.slot(), group=await other.group())
    assert await nothing_written()


async def test_a_draft_slot_does_not_exist_for_teachers(db):
    college = await College.new()
    with pytest.raises(NotFound):
        await college.ask(await builders.slot(state="draft"))


async def test_a_refused_booking_writes_nothing(db):
    college = await College.new()
    with pytest.raises(TooLate):
        await college.ask(await builders.slot(booking_closes_at=NOW - timedelta(minutes=1)))
    assert await nothing_written()


async def test_forty_groups_at_the_same_instant_fill_a_slot_exactly(db):
    college, slot = await College.new(), await builders.slot(seats=120, groups_max=20)
    groups = [await college.group() for _ in range(40)]
    answers = await asyncio.gather(*(college.ask(slot, group=group) for group in groups), return_exceptions=True)
    assert [type(one) for one in answers].count(Booked) == 5
    assert {type(one) for one in answers if isinstance(one, Refusal)} == {SlotFull}
    assert (await seats(slot), await value("SELECT sum(pupils) FROM reservations")) == ((120, 5), 120)


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
    asked = (slot, group, college, 0, None, None, None, NOW)
    ((plan,),) = await rows(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {SEATS_OF}", *asked)
    return int(json.loads(plan)[0]["Plan"]["Shared Hit Blocks"]), plan


async def test_whether_a_group_is_free_is_read_from_its_own_visits_however_many_others_wait(db):
    college = await builders.school()
    slot, group = await builders.slot(), await builders.group(school=college)
    await builders.reservation(slot=await builders.slot(starts_at=NOW + timedelta(days=9)), group=group, pupils=2)
    before, _ = await pages_read(slot, group, college)
    await rows(MANY_GROUPS, college)
    await by_owner("ANALYZE groups")
    await rows(MANY_WAIT, [await builders.slot() for _ in range(50)], college, NOW)
    # What other tests have left dead of a group of this number would be looked at too.
    await by_owner("VACUUM ANALYZE reservations")
    after, how = await pages_read(slot, group, college)
    assert after < before + 20, how


async def at_rest() -> None:
    """What other tests have left dead in these tables is not looked at, and how much they hold is known."""
    for table in ("schools", "slots", "groups", "reservations", "head_counts"):
        await by_owner(f"VACUUM ANALYZE {table}")


async def test_how_many_groups_a_college_has_is_read_by_indexes_however_many_others_there_are(db):
    college, *others = [await builders.school() for _ in range(51)]
    await builders.head_count(school=college, pupils=118)
    slot, group = await builders.slot(), await builders.group(school=college)
    groups = [await builders.group(school=college, level=("6e", "5e", "4e", "3e")[n % 4]) for n in range(24)]
    for n, one in enumerate(groups):
        there = await builders.slot(starts_at=NOW + timedelta(days=20 + n))
        await builders.reservation(slot=there, group=one)
    await at_rest()
    before, _ = await pages_read(slot, group, college)
    await rows(MANY_GROUPS, college)
    await rows("UPDATE groups SET school = ($1::int[])[1 + id % 50] WHERE name LIKE 'Groupe %'", others)
    await rows(
        """INSERT INTO head_counts (school, school_year, level, pupils)
           SELECT school, 2026 - n, level, 100 FROM unnest($1::int[]) school, generate_series(0, 20) n,
             unnest(ARRAY['4e', '3e']) level""",
        others,
    )
    await by_owner("ANALYZE groups")
    await rows(MANY_WAIT, [await builders.slot() for _ in range(50)], others[0], NOW)
    await at_rest()
    after, how = await pages_read(slot, group, college)
    assert (after < before + 20, after < 120) == (True, True), (before, after, how)
    assert [one for one in ("groups", "reservations", "head_counts") if scanned(how, one)] == []


def scanned(plan: str, table: str) -> bool:
    """Whether all of a table is read, anywhere in a plan."""

    def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield node
        for part in node.get("Plans", ()):
            yield from nodes(part)

    every = nodes(json.loads(plan)[0]["Plan"])
    return any(node["Node Type"] == "Seq Scan" and node.get("Relation Name") == table for node in every)


async def test_a_booking_is_one_statement_whatever_the_size_of_the_group(db):
    college, slot = await College.new(), await builders.slot(seats=120, groups_max=3)
    refused_lately.clear()
    for pupils in (2, 60):
        group = await college.group()
        assert len(await statements_of(partial(college.ask, slot, group=group, pupils=pupils))) == 1


async def test_a_full_slot_is_only_read_until_it_has_room_again(db):
    college, slot = await College.new(), await builders.slot(seats=24)
    one, other, third = [await college.group() for _ in range(3)]
    booked = await college.ask(slot, group=one)

    async def refused(group: int) -> None:
        with pytest.raises(SlotFull):
            await college.ask(slot, group=group)

    await refused(other)
    assert await statements_of(partial(refused, third)) == [SEEN_TOGETHER]
    await college.cancel(booked.id)
    assert (await college.ask(slot, group=third)).state == "confirmed"


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
        classes=drawn.choice((None, 2)),
        others=rarely(2, 1),
        absences=rarely(2, 0),
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
        **{"list": "timestamptz", "classes": "int", "others": "int", "absences": "int"},
    }
    seen = ", ".join(f"${n}::{kind} AS {name}" for n, (name, kind) in enumerate(read.items(), 2))
    alone = f"SELECT *, others + 1 AS with_it FROM (SELECT $1::timestamptz AS now, 24 AS pupils, {seen}) seen"
    asked = f"SELECT {PLAIN} FROM ({alone}) alone"
    told = [asdict(one) | {"list": one.deadlines.list} for one in slots]
    had = [await value(asked, NOW, *(one[name] for name in read)) for one in told]
    assert had == [may_be_had_at_once(one) for one in slots]
    assert 40 < had.count(True) < 360
