"""Scans on real PostgreSQL: each badge once, no scan lost, each answer the right one."""

from __future__ import annotations

import asyncio
import os
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from booking.day.checkin.check_in import check_in
from booking.day.checkin.let_in import LET_IN, LET_IN_BY_TOKEN
from booking.day.checkin.rules import ScanAsked, ScanResult
from booking.day.checkin.say import said
from booking.day.checkin.undo import undo
from booking.visits.badge_codes.issue import add_missing_of_company
from tests import builders
from tests.booking.day.checkin.day import a_day
from tests.builders import paris
from tests.crossing import elsewhere, until_one_waits
from workshops.database import row, rows, transaction, value
from workshops.refusals import Invalid, NotFound

NINE_TEN = paris("2027-03-25 09:10")
NINE_FOUR = paris("2027-03-25 09:04")


@dataclass
class Visit:
    """A lycée's slot with one group of 24, its badges, and the host who scans."""

    school: int
    host: int
    slot: int
    reservation: int
    tokens: list[str]

    async def scan(
        self, badge: str, *, at: datetime = NINE_FOUR, scan_id: uuid.UUID | None = None, slot: int | None = None
    ) -> ScanResult:
        asked = ScanAsked(scan_id or uuid.uuid4(), slot or self.slot, badge, at)
        (told,) = await check_in([asked], account=self.host, school=self.school, now=NINE_TEN)
        return told

    async def batch(self, *scans: ScanAsked) -> list[ScanResult]:
        return await check_in(list(scans), account=self.host, school=self.school, now=NINE_TEN)

    async def short_code(self, number: int) -> str:
        return str(
            await value(
                "SELECT short_code FROM badges WHERE reservation = $1 AND number = $2", self.reservation, number
            )
        )


@pytest.fixture
async def visit(db) -> Visit:
    lycee = await builders.school(kind="lycee")
    host = await builders.account(name="Hélène Monnier")
    slot = await builders.slot(host=lycee, seats=60, groups_max=2)
    group = await builders.group(name="4e B")
    reservation = await builders.reservation(slot=slot, group=group, mark=1)
    return Visit(lycee, host, slot, reservation, await builders.badges(reservation))


async def scans_kept() -> list[tuple[str, bool]]:
    return [(one["result"], one["off_hours"]) for one in await rows("SELECT * FROM scans ORDER BY received_at, id")]


async def present() -> list[int]:
    found = await rows("SELECT b.number FROM presences p JOIN badges b ON b.id = p.badge ORDER BY b.number")
    return [one["number"] for one in found]


async def test_a_badge_of_the_slot_is_present_and_says_its_number_group_and_mark(visit: Visit):
    scan_id = uuid.uuid4()
    assert await visit.scan(visit.tokens[16], scan_id=scan_id) == ScanResult(
        scan_id=scan_id,
        result="present",
        kind="pupil",
        number=17,
        group="4e B",
        mark=1,
        first_scanned_at=NINE_FOUR,
    )
    assert await present() == [17]
    kept = await rows("SELECT slot, result, scanned_at, received_at, off_hours, scanned_by FROM scans")
    assert [tuple(one) for one in kept] == [(visit.slot, "present", NINE_FOUR, NINE_TEN, False, visit.host)]


async def test_a_second_scan_of_a_badge_says_when_it_was_first_seen(visit: Visit):
    await visit.scan(visit.tokens[0])
    again = await visit.scan(visit.tokens[0], at=NINE_TEN)
    assert (again.result, again.number, again.first_scanned_at) == ("already", 1, NINE_FOUR)
    assert await present() == [1]


async def test_the_short_code_counts_as_the_badge_however_it_is_typed(visit: Visit):
    code = await visit.short_code(3)
    first = await visit.scan(f" {code[:3].lower()}-{code[3:].lower()} ")
    again = await visit.scan(visit.tokens[2])
    assert (first.result, first.number, again.result, again.number) == ("present", 3, "already", 3)


async def test_a_number_tapped_in_the_grid_counts_as_its_badge(visit: Visit):
    tapped = await visit.scan(f"{visit.reservation}/5")
    assert (tapped.result, tapped.number) == ("present", 5)
    adult = await builders.badges(visit.reservation, numbers=1, kind="adult")
    assert (await visit.scan(f"{visit.reservation}/A1")).kind == "adult"
    assert (await visit.scan(adult[0])).result == "already"


async def test_repeating_a_scan_changes_nothing_and_gives_the_first_answer(visit: Visit):
    scan_id = uuid.uuid4()
    first = await visit.scan(visit.tokens[0], scan_id=scan_id)
    assert await visit.scan(visit.tokens[0], scan_id=scan_id, at=NINE_TEN) == first
    assert await visit.scan(visit.tokens[5], scan_id=scan_id) == first
    assert await present() == [1]
    assert await scans_kept() == [("present", False)]


async def test_a_repeated_refusal_is_kept_once_too(visit: Visit):
    scan_id = uuid.uuid4()
    assert [(await visit.scan("https://example.org", scan_id=scan_id)).result for _ in range(3)] == ["unknown"] * 3
    assert await scans_kept() == [("unknown", False)]


async def test_an_unknown_badge_is_refused_and_kept(visit: Visit):
    for text in ("B1.AAAAAAAAAAAAAAAAAAAAAAAAAA", "222222", "9999/99", "é" * 400, "💡", " ", "", "a\x00b", "\ud800"):
        told = await visit.scan(text)
        assert (told.result, told.number, told.group) == ("unknown", None, None)
    assert await scans_kept() == [("unknown", False)] * 9
    assert await present() == []


async def test_a_badge_of_another_visit_of_the_lycee_says_when_it_is_expected(visit: Visit):
    later = await builders.slot(host=visit.school, starts_at=paris("2027-03-26 14:00"))
    told = await visit.scan(visit.tokens[0], slot=later)
    assert (told.result, told.number, told.group, told.expected_at) == (
        "wrong_slot",
        1,
        "4e B",
        paris("2027-03-25 09:00"),
    )
    assert (await visit.scan(await visit.short_code(1), slot=later)).result == "wrong_slot"
    assert await present() == []


async def test_a_badge_of_another_lycee_says_nothing_of_its_group(visit: Visit):
    elsewhere = await builders.slot(host=await builders.school(kind="lycee"))
    theirs = await builders.reservation(slot=elsewhere, group=await builders.group())
    (token, *_) = await builders.badges(theirs)
    told = await visit.scan(token)
    assert (told.result, told.number, told.group, told.expected_at) == ("wrong_slot", None, None, None)
    code = await value("SELECT short_code FROM badges WHERE reservation = $1 AND number = 1", theirs)
    assert (await visit.scan(code)).result == "unknown"
    assert (await visit.scan(f"{theirs}/1")).result == "unknown"


@pytest.mark.parametrize("state", ["cancelled_by_teacher", "refused_by_host", "lapsed", "called_off", "waiting"])
async def test_a_badge_of_a_visit_that_does_not_take_place_is_cancelled(visit: Visit, state: str):
    await value("UPDATE reservations SET state = $2 WHERE id = $1", visit.reservation, state)
    told = await visit.scan(visit.tokens[0])
    assert (told.result, told.number, told.group) == ("cancelled", 1, "4e B")
    assert (await present(), await scans_kept()) == ([], [("cancelled", False)])


async def test_a_revoked_badge_is_cancelled(visit: Visit):
    await value("UPDATE badges SET revoked_at = $1 WHERE number = 1", NINE_FOUR)
    assert (await visit.scan(visit.tokens[0])).result == "cancelled"


@pytest.mark.parametrize("state", ["requested", "offered", "locked"])
async def test_a_group_whose_seats_are_held_is_let_in(visit: Visit, state: str):
    await value("UPDATE reservations SET state = $2 WHERE id = $1", visit.reservation, state)
    assert (await visit.scan(visit.tokens[0])).result == "present"


async def test_a_scan_far_from_the_slot_is_kept_and_flagged(visit: Visit):
    early, late = paris("2027-03-25 06:59"), paris("2027-03-25 16:01")
    for badge, at in zip(
        visit.tokens, [early, paris("2027-03-25 07:00"), paris("2027-03-25 16:00"), late], strict=False
    ):
        assert (await visit.scan(badge, at=at)).result == "present"
    kept = await rows("SELECT off_hours FROM scans ORDER BY scanned_at")
    assert [one["off_hours"] for one in kept] == [True, False, False, True]


async def test_a_bad_scan_never_blocks_the_next_and_answers_keep_their_order(visit: Visit):
    ids = [uuid.uuid4() for _ in range(6)]
    badges = ["nothing", visit.tokens[0], visit.tokens[0], "222222", visit.tokens[1], visit.tokens[0]]
    told = await visit.batch(
        *(ScanAsked(scan_id, visit.slot, badge, NINE_FOUR) for scan_id, badge in zip(ids, badges, strict=True))
    )
    assert [one.scan_id for one in told] == ids
    assert [one.result for one in told] == ["unknown", "present", "already", "unknown", "present", "already"]
    assert [one.first_scanned_at for one in told[1:3]] == [NINE_FOUR, NINE_FOUR]
    assert await present() == [1, 2]
    assert len(await scans_kept()) == 6


async def test_one_scan_twice_in_a_batch_is_one_scan(visit: Visit):
    scan_id = uuid.uuid4()
    told = await visit.batch(
        ScanAsked(scan_id, visit.slot, visit.tokens[0], NINE_FOUR),
        ScanAsked(scan_id, visit.slot, visit.tokens[1], NINE_FOUR),
    )
    assert [(one.result, one.number) for one in told] == [("present", 1)] * 2
    assert (await present(), await scans_kept()) == ([1], [("present", False)])


async def test_a_batch_with_a_slot_of_another_lycee_is_refused_whole(visit: Visit):
    elsewhere = await builders.slot(host=await builders.school(kind="lycee"))
    with pytest.raises(NotFound):
        await visit.batch(
            ScanAsked(uuid.uuid4(), visit.slot, visit.tokens[0], NINE_FOUR),
            ScanAsked(uuid.uuid4(), elsewhere, visit.tokens[1], NINE_FOUR),
        )
    assert (await present(), await scans_kept()) == ([], [])


async def test_a_scan_of_another_lycee_is_not_shown_to_whoever_knows_its_id(visit: Visit):
    scan_id = uuid.uuid4()
    await visit.scan(visit.tokens[0], scan_id=scan_id)
    lycee = await builders.school(kind="lycee")
    slot = await builders.slot(host=lycee)
    with pytest.raises(NotFound):
        await check_in([ScanAsked(scan_id, slot, "222222", NINE_FOUR)], account=None, school=lycee, now=NINE_TEN)
    with pytest.raises(NotFound):
        await undo(scan_id, account=None, school=lycee, now=NINE_TEN)
    assert await present() == [1]


async def test_a_batch_that_cannot_be_read_is_refused_in_words(visit: Visit):
    a_scan = ScanAsked(uuid.uuid4(), visit.slot, visit.tokens[0], NINE_FOUR)
    for scans, field in (
        ([], "scans"),
        ([a_scan] * 501, "scans"),
        ([ScanAsked(uuid.uuid4(), visit.slot, "x", NINE_FOUR.replace(tzinfo=None))], "scans[0].scanned_at"),
        ([a_scan, ScanAsked(uuid.uuid4(), visit.slot, "x", NINE_FOUR - timedelta(days=900))], "scans[1].scanned_at"),
    ):
        with pytest.raises(Invalid) as refused:
            await check_in(scans, account=visit.host, school=visit.school, now=NINE_TEN)
        assert list(refused.value.errors) == [field]
    assert await scans_kept() == []


async def test_an_undone_scan_frees_its_badge_and_stays_written(visit: Visit):
    scan_id = uuid.uuid4()
    await visit.scan(visit.tokens[0], scan_id=scan_id)
    undone = await undo(scan_id, account=visit.host, school=visit.school, now=NINE_TEN)
    assert (undone.result, undone.number, undone.group) == ("undone", 1, "4e B")
    assert await present() == []
    assert await undo(scan_id, account=visit.host, school=visit.school, now=NINE_TEN) == undone
    kept = await rows("SELECT result, undoes FROM scans ORDER BY received_at, result")
    assert sorted((one["result"], one["undoes"]) for one in kept) == [("present", None), ("undone", scan_id)]
    assert (await visit.scan(visit.tokens[0], scan_id=scan_id)).result == "undone"
    assert await present() == []
    assert (await visit.scan(visit.tokens[0])).result == "present"
    assert await present() == [1]


async def test_undoing_a_second_scan_leaves_the_first_one_counted(visit: Visit):
    second = uuid.uuid4()
    await visit.scan(visit.tokens[0])
    await visit.scan(visit.tokens[0], scan_id=second)
    await undo(second, account=visit.host, school=visit.school, now=NINE_TEN)
    assert await present() == [1]


async def test_a_scan_that_nobody_made_cannot_be_undone(visit: Visit):
    with pytest.raises(NotFound):
        await undo(uuid.uuid4(), account=visit.host, school=visit.school, now=NINE_TEN)


async def test_two_phones_on_one_badge_at_the_same_instant_count_it_once(visit: Visit):
    for badge in visit.tokens[:12]:
        times = [NINE_FOUR + timedelta(seconds=one) for one in range(6)]
        told = await asyncio.gather(*(visit.scan(badge, at=at) for at in times))
        assert sorted(one.result for one in told) == ["already"] * 5 + ["present"]
        assert len({one.first_scanned_at for one in told}) == 1
    assert await present() == list(range(1, 13))


async def test_one_scan_sent_twice_at_the_same_instant_gets_one_answer(visit: Visit):
    for badge in visit.tokens[:12]:
        scan_id = uuid.uuid4()
        told = await asyncio.gather(*(visit.scan(badge, scan_id=scan_id) for _ in range(6)))
        assert [one.result for one in told] == ["present"] * 6
    assert len(await scans_kept()) == 12


async def test_a_scan_s_id_that_another_phone_used_meanwhile_gets_the_answer_of_its_badge(visit: Visit):
    first, late = [ScanAsked(uuid.uuid4(), visit.slot, token, NINE_FOUR) for token in visit.tokens[:2]]
    async with transaction():
        await visit.scan(visit.tokens[0])
        sent = elsewhere(visit.batch(first, late))
        await until_one_waits()
        assert (await elsewhere(visit.scan(visit.tokens[2], scan_id=late.scan_id))).number == 3
    assert [(one.result, one.number) for one in await sent] == [("already", 1), ("present", 3)]


async def test_crossed_batches_of_many_phones_never_lock_each_other_out(visit: Visit):
    def shuffled(phone: int) -> list[ScanAsked]:
        order = visit.tokens[phone:] + visit.tokens[:phone]
        return [
            ScanAsked(uuid.uuid4(), visit.slot, badge, NINE_FOUR)
            for badge in (order if phone % 2 else list(reversed(order)))
        ]

    told = await asyncio.gather(*(visit.batch(*shuffled(phone)) for phone in range(24)))
    results = [one.result for batch in told for one in batch]
    assert (results.count("present"), results.count("already")) == (24, 24 * 23)
    assert len(await scans_kept()) == 24 * 24


async def test_after_the_closure_earlier_scans_still_count_and_later_ones_are_kept_as_closed(visit: Visit):
    noon = paris("2027-03-25 12:00")
    await value("UPDATE slots SET state = 'done', closed_at = $2 WHERE id = $1", visit.slot, noon)
    assert (await visit.scan(visit.tokens[0], at=NINE_FOUR)).result == "present"
    late = await visit.scan(visit.tokens[1], at=noon + timedelta(minutes=1))
    assert (late.result, late.number) == ("closed", 2)
    assert await present() == [1]


@pytest.mark.parametrize("statement", [LET_IN_BY_TOKEN, LET_IN], ids=["read", "tapped"])
async def test_the_statement_is_planned_once_and_not_at_each_scan(visit: Visit, statement: str):
    tapped = [f"{visit.reservation}/{number}" for number in range(1, 25)]
    badges = visit.tokens if statement == LET_IN_BY_TOKEN else tapped
    asked = "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement = $1"
    async with transaction():
        # PostgreSQL tries five plans for the values it is given before it keeps one for all.
        for badge in badges[:6]:
            await visit.scan(badge)
        before = await row(asked, statement)
        for badge in badges[6:]:
            await visit.scan(badge)
        after = await row(asked, statement)
    assert before is not None and after is not None
    assert (after["custom_plans"] - before["custom_plans"], after["generic_plans"] - before["generic_plans"]) == (0, 18)


async def test_the_badge_of_a_company_that_the_lycee_did_not_accept_is_told_the_truth(db):
    visit = await a_day()
    await rows("UPDATE attendances SET state = 'asked', confirmed_at = NULL")
    attendance = await value("SELECT id FROM attendances")
    await add_missing_of_company(attendance, people=1, secret_key=os.environ["SECRET_KEY"])
    code = await value("SELECT short_code FROM badges WHERE attendance = $1", attendance)
    scan = ScanAsked(uuid.uuid4(), visit.slot, code, NINE_FOUR)
    (told,) = await check_in([scan], account=visit.host, school=visit.school, now=NINE_FOUR)
    assert (told.result, said(told).title) == ("cancelled", "Venue non confirmée")
