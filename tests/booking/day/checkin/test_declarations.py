"""« Tout le groupe est là »: the host's word, counted apart from the badges that were read."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta

import pytest

from booking.day.checkin.acts import GroupHeadcount
from booking.day.checkin.check_in import check_in
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.queries import roster
from booking.day.checkin.rules import DeclaredByHosts, ScanAsked, ScanResult
from booking.day.checkin.undo import take_back_declarations, undo
from tests.booking.day.checkin.day import NINE_FOUR, NOON, START, Day
from workshops.database import rows, value


async def declare(day: Day, *, at=NINE_FOUR, ids=None, badges=None) -> list[ScanResult]:
    shown = day.tokens if badges is None else badges
    known = ids or [uuid.uuid4() for _ in shown]
    scans = [ScanAsked(one, day.slot, badge, at, "declaration") for one, badge in zip(known, shown, strict=True)]
    return await check_in(scans, account=day.host, school=day.school, now=at)


async def scan(day: Day, badge: str, *, at=NINE_FOUR, act: str = "arrival") -> ScanResult:
    asked = ScanAsked(uuid.uuid4(), day.slot, badge, at, act)
    (told,) = await check_in([asked], account=day.host, school=day.school, now=at)
    return told


async def figures(day: Day) -> tuple[int, int]:
    """Who came, and who of them by the host's word alone."""
    seen = await roster(day.slot, school=day.school)
    return seen.came, seen.declared


async def test_a_group_declared_present_is_counted_apart_from_the_badges_read_before(day):
    await scan(day, day.tokens[0])
    told = await declare(day)
    assert [one.result for one in told] == ["already", *["present"] * 23]
    assert await figures(day) == (24, 23)


async def test_a_badge_read_after_the_declaration_is_already_here_and_kept_as_a_scan(day):
    await declare(day)
    told = await scan(day, day.tokens[4], at=NINE_FOUR + timedelta(minutes=3))
    assert (told.result, told.confirms, told.first_scanned_at) == ("already", True, NINE_FOUR)
    assert await figures(day) == (24, 23)
    assert await value("SELECT count(*) FROM scans WHERE NOT declared AND confirms") == 1


async def test_a_declaration_undone_takes_the_absent_out_and_leaves_whoever_was_read_since(day):
    ids = [uuid.uuid4() for _ in day.tokens]
    await declare(day, ids=ids)
    await scan(day, day.tokens[0])
    for place in (0, 1):
        await undo(ids[place], account=day.host, school=day.school, now=NINE_FOUR)
    assert await figures(day) == (23, 22)
    await take_back_declarations(ids, account=day.host, school=day.school, now=NINE_FOUR)
    await take_back_declarations(ids, account=day.host, school=day.school, now=NINE_FOUR)
    assert await figures(day) == (1, 0)


async def test_sending_a_declaration_again_changes_nothing_and_says_it_once(day):
    ids = [uuid.uuid4() for _ in day.tokens]
    first = await declare(day, ids=ids)
    assert await declare(day, ids=ids) == first
    assert await figures(day) == (24, 24)
    said = await rows('SELECT "by", about_kind, about, detail FROM events WHERE act = $1', "group_declared")
    assert [tuple(one) for one in said] == [(day.host, "reservation", day.groups[0], "24 élèves")]


@pytest.mark.parametrize(("before", "result"), [(31, "too_early"), (30, "present")])
async def test_a_group_is_declared_present_from_thirty_minutes_before_the_start(day, before, result):
    at = START - timedelta(minutes=before)
    told = await declare(day, at=at)
    assert {one.result for one in told} == {result}


async def test_who_stands_behind_a_desk_link_declares_nobody(day):
    asked = ScanAsked(uuid.uuid4(), day.slot, day.tokens[0], NINE_FOUR, "declaration")
    with pytest.raises(DeclaredByHosts):
        await check_in([asked], account=None, school=day.school, now=NINE_FOUR)
    assert await figures(day) == (0, 0)


async def test_badges_read_while_their_group_is_declared_are_each_counted_once_and_as_read(day):
    told = await asyncio.gather(*(scan(day, badge) for badge in day.tokens[:12]), declare(day))
    assert {one.result for one in told[:12]} <= {"present", "already"}
    assert await figures(day) == (24, 12)
    assert await value("SELECT count(*) FROM presences") == 24


async def test_a_closing_keeps_the_declared_beside_the_scanned(day):
    await scan(day, day.tokens[0])
    await declare(day)
    counts = [
        GroupHeadcount(reservation=day.groups[0], pupils=24, adults=2),
        GroupHeadcount(reservation=day.groups[1], pupils=0, adults=0, note="", absent=True),
    ]
    await close_slot(day.slot, headcounts=counts, companies=day.came, account=day.host, school=day.school, now=NOON)
    kept = await rows("SELECT scanned, declared, counted FROM turnouts WHERE slot = $1 ORDER BY group_ref", day.slot)
    assert [tuple(one) for one in kept] == [(1, 23, 24), (0, 0, 0)]
    assert await figures(day) == (24, 23)
    said = await value("SELECT detail FROM events WHERE act = 'slot_closed'")
    assert said == "annoncés 47, pointés 24 dont 23 déclarés par l'hôte, comptés 24"
