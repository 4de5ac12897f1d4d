"""Scans that phones send one by one at once: one statement, and to each the answer that it would get alone."""

from __future__ import annotations

import asyncio
import uuid
from functools import partial

import pytest
from asyncpg import DataError

from booking.day.checkin.check_in import check_in
from booking.day.checkin.rules import ScanAsked, ScanResult
from booking.day.checkin.undo import undo
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, Day, a_day
from tests.crossing import WAITING, elsewhere, until_one_waits
from workshops.database import row, rows, transaction, value
from workshops.database.outage import outage
from workshops.refusals import NotFound

NO_INT = 2**40
END_WHOEVER_WAITS = WAITING.replace("count(*)", "pg_terminate_backend(pid)")


@pytest.fixture
async def day(db) -> Day:
    return await a_day()


async def scan(
    day: Day, badge: str, *, scan_id: uuid.UUID | None = None, slot: int | None = None, school: int | None = None
) -> ScanResult:
    asked = ScanAsked(scan_id or uuid.uuid4(), slot or day.slot, badge, NINE_FOUR)
    (told,) = await check_in([asked], account=day.host, school=school or day.school, now=NINE_FOUR)
    return told


async def kept() -> tuple[int, int]:
    """How many scans are written, and by how many statements."""
    found = await row("SELECT count(*), count(DISTINCT xmin::text) FROM scans")
    assert found is not None
    return tuple(found)


def results(told: list[ScanResult | BaseException]) -> list[object]:
    return [one.result if isinstance(one, ScanResult) else type(one) for one in told]


async def test_scans_of_several_lycees_are_one_statement_and_each_is_answered_as_if_alone(day: Day):
    lycee = await builders.school(kind="lycee")
    slot = await builders.slot(host=lycee, starts_at=NINE_FOUR, seats=48)
    visit = await builders.reservation(slot=slot, group=await builders.group(name="3e C"))
    theirs = (await builders.badges(visit))[6]
    told = await asyncio.gather(
        scan(day, day.tokens[0]),
        scan(day, theirs, slot=slot, school=lycee),
        scan(day, theirs),
        scan(day, day.tokens[0]),
        scan(day, await day.short_code(3)),
        scan(day, f"{day.groups[1]}/5"),
        scan(day, f"{visit}/7"),
    )
    assert [(one.result, one.number, one.group) for one in told] == [
        ("present", 1, "4e B"),
        ("present", 7, "3e C"),
        ("wrong_slot", None, None),
        ("already", 1, "4e B"),
        ("present", 3, "4e B"),
        ("present", 5, "5e A"),
        ("unknown", None, None),
    ]
    assert await kept() == (7, 1)


async def test_a_scan_that_comes_twice_at_once_is_one_scan_and_gets_its_first_answer(day: Day):
    scan_id = uuid.uuid4()
    told = await asyncio.gather(
        scan(day, day.tokens[0], scan_id=scan_id),
        scan(day, day.tokens[0], scan_id=scan_id),
        scan(day, day.tokens[1], scan_id=scan_id),
        scan(day, day.tokens[2]),
    )
    assert [(one.result, one.number) for one in told] == [("present", 1)] * 3 + [("present", 3)]
    assert await kept() == (2, 1)


async def test_a_scan_sent_again_counts_nobody_whose_first_scan_was_taken_back_between_the_two(day: Day):
    first, again = uuid.uuid4(), uuid.uuid4()
    assert (await scan(day, day.tokens[0], scan_id=first)).result == "present"
    async with transaction():
        # The phone gives up on this request, which is under way still, and sends it again.
        assert (await scan(day, day.tokens[0], scan_id=again)).result == "already"
        await elsewhere(undo(first, account=day.host, school=day.school, now=NINE_FOUR))
        sent = elsewhere(scan(day, day.tokens[0], scan_id=again))
        await until_one_waits()
    assert (await sent).result == "already"
    assert await rows("SELECT badge FROM presences") == []


async def test_a_departure_sent_again_is_as_it_was_answered(day: Day):
    scan_id = uuid.uuid4()
    leaving = [ScanAsked(scan_id, day.slot, day.tokens[0], NINE_FOUR, "departure")]
    leave = partial(check_in, leaving, account=day.host, school=day.school, now=NINE_FOUR)
    async with transaction():
        assert [one.result for one in await leave()] == ["not_here"]
        assert (await elsewhere(scan(day, day.tokens[0]))).result == "present"
        sent = elsewhere(leave())
        await until_one_waits()
    assert [one.result for one in await sent] == ["not_here"]
    assert await value("SELECT count(*) FROM presences WHERE left_at IS NULL") == 1


async def test_another_lycee_that_sends_the_same_scan_at_once_is_not_told_of_it(day: Day):
    lycee, scan_id = await builders.school(kind="lycee"), uuid.uuid4()
    slot = await builders.slot(host=lycee)
    told = await asyncio.gather(
        scan(day, day.tokens[0], scan_id=scan_id),
        scan(day, day.tokens[0], scan_id=scan_id, slot=slot, school=lycee),
        return_exceptions=True,
    )
    assert (results(told), await kept()) == (["present", NotFound], (1, 1))


async def test_a_slot_of_another_lycee_refuses_its_own_scan_alone(day: Day):
    other = await builders.slot(host=await builders.school(kind="lycee"))
    told = await asyncio.gather(
        scan(day, day.tokens[0]), scan(day, day.tokens[1], slot=other), scan(day, day.tokens[2]), return_exceptions=True
    )
    assert (results(told), await kept()) == (["present", NotFound, "present"], (2, 1))


async def test_a_scan_that_fails_fails_alone(day: Day):
    told = await asyncio.gather(
        scan(day, day.tokens[0]),
        scan(day, day.tokens[1], slot=NO_INT),
        scan(day, day.tokens[2]),
        return_exceptions=True,
    )
    assert (results(told), (await kept())[0]) == (["present", DataError, "present"], 2)


async def test_a_phone_that_hangs_up_takes_nobody_along_and_finds_its_answer_later(day: Day):
    scan_id = uuid.uuid4()
    gone = asyncio.create_task(scan(day, day.tokens[0], scan_id=scan_id))
    stays = asyncio.create_task(scan(day, day.tokens[1]))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).result == "present"
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert ((await scan(day, day.tokens[0], scan_id=scan_id)).result, await kept()) == ("present", (2, 1))


async def test_a_connection_that_ends_under_scans_that_came_at_once_loses_none(day: Day, monkeypatch):
    monkeypatch.setattr(outage, "on", False)  # it is over with the test
    async with transaction():
        await value("SELECT id FROM badges WHERE reservation = $1 AND number = 1 FOR UPDATE", day.groups[0])
        sent = [elsewhere(scan(day, token)) for token in day.tokens[:4]]
        await until_one_waits()
        await rows(END_WHOEVER_WAITS)
        await asyncio.sleep(0.05)
    assert [(one.result, one.number) for one in await asyncio.gather(*sent)] == [("present", n) for n in (1, 2, 3, 4)]
    assert (await kept())[0] == 4


async def test_a_badge_that_another_act_holds_keeps_no_later_scan_waiting(day: Day):
    async with transaction():
        await value("SELECT id FROM badges WHERE reservation = $1 AND number = 1 FOR UPDATE", day.groups[0])
        held = elsewhere(scan(day, day.tokens[0]))
        await until_one_waits()
        later = await asyncio.wait_for(elsewhere(scan(day, day.tokens[1])), 5)
        assert (later.result, held.done()) == ("present", False)
    assert (await held).result == "present"
