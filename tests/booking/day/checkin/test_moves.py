"""Departures, guests, companies and refusals at the door, on real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import uuid
from datetime import datetime, timedelta

from booking.day.checkin.check_in import check_in
from booking.day.checkin.queries import roster, roster_version
from booking.day.checkin.rules import ScanAsked, ScanResult
from booking.day.checkin.say import said
from booking.day.checkin.undo import undo
from booking.visits.badge_codes.rules import issue_rows, token_of
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, NOON, START, Day
from tests.crossing import elsewhere, until_one_waits
from workshops.database import row, rows, transaction, value

ELEVEN_TWENTY = START + timedelta(hours=2, minutes=20)


async def scan(
    day: Day,
    badge: str,
    act: str = "arrival",
    *,
    at: datetime = NINE_FOUR,
    slot: int | None = None,
    scan_id: uuid.UUID | None = None,
) -> ScanResult:
    asked = ScanAsked(scan_id or uuid.uuid4(), slot or day.slot, badge, at, act)
    (told,) = await check_in([asked], account=day.host, school=day.school, now=at)
    return told


async def an_afternoon(day: Day) -> tuple[int, list[str]]:
    """Another slot of the same lycée, at 14 h, with a group of 20."""
    slot = await builders.slot(host=day.school, starts_at=START + timedelta(hours=5))
    group = await builders.group(name="3e C")
    return slot, await builders.badges(await builders.reservation(slot=slot, group=group, pupils=20))


async def test_a_pupil_who_leaves_is_no_longer_here_but_came(day):
    await scan(day, day.tokens[0])
    gone = await scan(day, day.tokens[0], "departure", at=ELEVEN_TWENTY)
    assert (gone.result, gone.number, gone.left_at, said(gone).title) == ("left", 1, ELEVEN_TWENTY, "Parti à 11 h 20")
    again = await scan(day, day.tokens[0], "departure", at=NOON)
    assert (again.result, again.left_at) == ("left", ELEVEN_TWENTY)
    seen = await roster(day.slot, school=day.school)
    assert (seen.came, seen.here, seen.left) == (1, 0, 1)
    assert await undo(gone.scan_id, account=day.host, school=day.school, now=NOON)
    seen = await roster(day.slot, school=day.school)
    assert (seen.came, seen.here, seen.left) == (1, 1, 0)


async def test_a_badge_that_never_came_has_nowhere_to_leave(day):
    told = [await scan(day, day.tokens[0], "departure"), await scan(day, "B1.NOBODY", "departure")]
    assert [one.result for one in told] == ["not_here", "unknown"]
    assert await value("SELECT count(*) FROM presences") == 0


async def test_a_batch_of_an_offline_phone_does_what_it_did_in_its_order(day):
    one, two = day.tokens[:2]
    acts = [(one, "departure"), (one, "arrival"), (two, "arrival"), (one, "departure"), (two, "departure")]
    batch = [ScanAsked(uuid.uuid4(), day.slot, badge, NINE_FOUR, act) for badge, act in acts]
    for _ in range(2):
        told = await check_in(batch, account=None, school=day.school, now=NOON)
        assert [one.result for one in told] == ["not_here", "present", "present", "left", "left"]
    assert await value("SELECT count(*) FROM scans") == 5


async def test_a_guest_is_welcomed_here_once_and_counts_nowhere_else(day):
    afternoon, theirs = await an_afternoon(day)
    refused = await scan(day, theirs[0])
    assert (refused.result, refused.may_welcome, refused.group) == ("wrong_slot", True, "3e C")
    assert said(refused).advice.endswith("Accueillez-le ici ?")
    welcomed = await scan(day, refused.tapped, "welcome")
    assert (welcomed.result, welcomed.number) == ("present", 1)
    assert (await scan(day, theirs[0])).result == "already"
    assert (await scan(day, theirs[0], slot=afternoon, at=START + timedelta(hours=5))).result == "already"
    here, there = [await roster(slot, school=day.school) for slot in (day.slot, afternoon)]
    assert [(group.label, group.pupils, group.came) for group in here.guests] == [("3e C", 0, 1)]
    assert (here.came, there.came, there.groups[0].elsewhere) == (1, 0, 1)
    assert here.refused[0].settled


async def test_nobody_is_welcomed_from_another_lycee(day):
    far = await builders.slot(host=await builders.school(kind="lycee"))
    theirs = await builders.badges(await builders.reservation(slot=far, group=await builders.group()))
    told = await scan(day, theirs[0], "welcome")
    assert (told.result, told.may_welcome, told.group, told.tapped) == ("wrong_slot", False, None, "None/")


async def test_a_company_badge_marks_the_company_as_here(day):
    attendance = await row("SELECT id, badge_salt FROM attendances WHERE slot = $1", day.slot)
    hashes, codes = issue_rows(os.environ["SECRET_KEY"], attendance["badge_salt"], "company", range(1, 3))
    await rows(
        """INSERT INTO badges (attendance, kind, number, token_hash, short_code)
           SELECT $1, 'company', * FROM unnest(ARRAY[1, 2], $2::bytea[], $3::text[])""",
        attendance["id"],
        hashes,
        codes,
    )
    told = await scan(day, token_of(os.environ["SECRET_KEY"], attendance["badge_salt"], "company", 1))
    assert (told.result, told.kind, told.group, told.mark) == ("present", "company", "Zénith Montres", None)
    seen = await roster(day.slot, school=day.school)
    assert [(one.name, one.people, one.scanned, one.arrived_at) for one in seen.companies] == [
        ("Zénith Montres", 2, 1, NINE_FOUR)
    ]
    assert seen.here == 0
    await value("UPDATE attendances SET state = 'withdrawn'")
    assert (await scan(day, codes[1])).result == "cancelled"


async def test_who_comes_a_quarter_of_an_hour_after_the_start_is_late(day):
    spare = await builders.badges(day.groups[0], numbers=1, kind="spare")
    await scan(day, day.tokens[0], at=START + timedelta(minutes=15))
    await scan(day, spare[0], at=START + timedelta(minutes=16))
    seen = await roster(day.slot, school=day.school)
    assert [place.face for place in seen.groups[0].places if place.late] == ["R1"]
    assert (seen.late, seen.groups[0].came) == (1, 2)


async def test_refused_scans_are_listed_with_what_to_do_and_no_text_of_theirs(day):
    await scan(day, "Léa Martin 3e C")
    await value("UPDATE badges SET revoked_at = now() WHERE number = 2 AND reservation = $1", day.groups[0])
    await scan(day, day.tokens[1], at=ELEVEN_TWENTY)
    seen = await roster(day.slot, school=day.school)
    assert [(one.words.title, one.told.face, one.settled) for one in seen.refused] == [
        ("Réservation annulée", "2", False),
        ("Badge inconnu", "", False),
    ]
    assert "Léa" not in str([tuple(one) for one in await rows("SELECT * FROM scans")])


async def test_the_version_changes_with_whatever_the_desk_shows(day):
    afternoon, theirs = await an_afternoon(day)
    versions = [await roster_version(slot, school=day.school) for slot in (day.slot, afternoon)]
    assert versions[0] == await roster_version(day.slot, school=day.school)
    first = await scan(day, theirs[0], "welcome")
    after = [await roster_version(slot, school=day.school) for slot in (day.slot, afternoon)]
    assert [was != now for was, now in zip(versions, after, strict=True)] == [True, True]
    for change in (
        scan(day, day.tokens[0]),
        scan(day, day.tokens[0], "departure"),
        undo(first.scan_id, account=None, school=day.school, now=NOON),
        value("UPDATE reservations SET pupils = 20 WHERE id = $1", day.groups[0]),
    ):
        was = await roster_version(day.slot, school=day.school)
        await change
        assert was != await roster_version(day.slot, school=day.school)


async def send(day: Day, *scans: ScanAsked) -> None:
    await check_in(list(scans), account=None, school=day.school, now=NOON)


async def done_and_undone(day: Day, scan: ScanAsked) -> None:
    await send(day, scan)
    await undo(scan.scan_id, account=None, school=day.school, now=NOON)


async def sent_again_while_undone(day: Day, first: ScanAsked, late: ScanAsked) -> asyncio.Task[None]:
    """A batch that began before `late` was known anywhere waits for `first`, while `late` is done and undone."""
    sent = elsewhere(send(day, first, late))
    await until_one_waits()
    await elsewhere(done_and_undone(day, late))
    assert not sent.done()
    return sent


async def test_a_scan_undone_while_it_is_sent_again_enters_nobody(day):
    one, two = [ScanAsked(uuid.uuid4(), day.slot, token, NINE_FOUR) for token in day.tokens[:2]]
    async with transaction():
        await scan(day, day.tokens[0])
        sent = await sent_again_while_undone(day, one, two)
    await sent
    found = await rows("SELECT b.number FROM presences p JOIN badges b ON b.id = p.badge")
    assert [one["number"] for one in found] == [1]


async def test_a_departure_undone_while_it_is_sent_again_lets_nobody_out(day):
    for token in day.tokens[:2]:
        await scan(day, token)
    one, two = [ScanAsked(uuid.uuid4(), day.slot, token, NOON, "departure") for token in day.tokens[:2]]
    async with transaction():
        await rows("SELECT FROM presences p JOIN badges b ON b.id = p.badge WHERE b.number = 1 FOR UPDATE OF p")
        sent = await sent_again_while_undone(day, one, two)
    await sent
    found = await rows("SELECT b.number, p.left_at FROM presences p JOIN badges b ON b.id = p.badge ORDER BY b.number")
    assert [(one["number"], one["left_at"]) for one in found] == [(1, NOON), (2, None)]
