"""Which moment a scan was made at: a phone's clock may be minutes or days off, the server's decides."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from booking.day.checkin.acts import GroupHeadcount
from booking.day.checkin.check_in import check_in
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.queries import roster
from booking.day.checkin.rules import ScanAsked, ScanResult, made_at
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, START, Day
from tests.builders import paris
from workshops.database import row, rows, value
from workshops.refusals import Invalid

SKEWS = [timedelta(minutes=3), timedelta(minutes=25), timedelta(minutes=-40), timedelta(days=2)]
NOON = paris("2027-03-25 12:00")
EVE = paris("2027-03-24 23:59")
MIDNIGHT = paris("2027-03-25 00:00")


async def scan(
    day: Day,
    badge: str,
    *,
    made: datetime,
    received: datetime,
    skew: timedelta | None = None,
    act: str = "arrival",
    scan_id: uuid.UUID | None = None,
) -> ScanResult:
    """A scan from a phone whose clock is `skew` off, and tells what it shows; without one it tells nothing."""
    off = skew or timedelta()
    asked = ScanAsked(scan_id or uuid.uuid4(), day.slot, badge, made + off, act)
    sent_at = None if skew is None else received + off
    (told,) = await check_in([asked], account=day.host, school=day.school, now=received, sent_at=sent_at)
    return told


@pytest.mark.parametrize("skew", SKEWS)
async def test_a_scan_made_before_the_closing_counts_whatever_the_phone_s_clock_shows(day, skew):
    counts = [GroupHeadcount(reservation=group, pupils=20, adults=2, note="Badges oubliés") for group in day.groups]
    await close_slot(day.slot, headcounts=counts, companies=day.came, account=day.host, school=day.school, now=NOON)
    before, after = NOON - timedelta(minutes=1), NOON + timedelta(minutes=1)
    late = NOON + timedelta(minutes=30)
    assert (await scan(day, day.tokens[0], made=before, received=late, skew=skew)).result == "present"
    assert (await scan(day, day.tokens[1], made=after, received=late, skew=skew)).result == "closed"
    assert await value("SELECT first_scanned_at FROM presences") == before


@pytest.mark.parametrize("skew", SKEWS)
async def test_who_is_late_is_told_by_the_server_s_clock(day, skew):
    received = START + timedelta(minutes=40)
    await scan(day, day.tokens[0], made=START + timedelta(minutes=14), received=received, skew=skew)
    await scan(day, day.tokens[1], made=START + timedelta(minutes=16), received=received, skew=skew)
    seen = await roster(day.slot, school=day.school)
    assert [(place.late, place.first_scanned_at) for place in seen.groups[0].places[:2]] == [
        (False, START + timedelta(minutes=14)),
        (True, START + timedelta(minutes=16)),
    ]


async def test_the_phone_s_time_and_the_server_s_are_both_kept(day):
    received, fast = NINE_FOUR + timedelta(minutes=10), timedelta(minutes=25)
    await scan(day, day.tokens[0], made=NINE_FOUR, received=received, skew=fast)
    await scan(day, day.tokens[0], made=NINE_FOUR, received=received, skew=fast, act="departure")
    kept = await rows("SELECT scanned_at, device_at, received_at, off_hours FROM scans")
    assert [tuple(one) for one in kept] == [(NINE_FOUR, NINE_FOUR + fast, received, False)] * 2
    assert await value("SELECT left_at FROM presences") == NINE_FOUR


def test_a_few_seconds_are_the_network_s_and_a_device_that_tells_no_clock_is_believed():
    sent = NINE_FOUR + timedelta(minutes=1)
    assert made_at(NINE_FOUR, sent_at=None, now=sent) == NINE_FOUR
    assert made_at(NINE_FOUR, sent_at=sent, now=sent + timedelta(seconds=5)) == NINE_FOUR
    assert made_at(NINE_FOUR, sent_at=sent, now=sent + timedelta(seconds=6)) == NINE_FOUR + timedelta(seconds=6)


async def test_a_phone_that_woke_up_in_1970_loses_no_scan(day):
    dead = datetime.fromisoformat("1970-01-01T00:10:00+00:00") - NINE_FOUR
    received = NINE_FOUR + timedelta(minutes=2)
    assert (await scan(day, day.tokens[0], made=NINE_FOUR, received=received, skew=dead)).result == "present"
    kept = await row("SELECT scanned_at, device_at FROM scans")
    assert kept is not None and tuple(kept) == (NINE_FOUR, NINE_FOUR + dead)


async def test_a_clock_that_cannot_be_read_is_refused_in_words(day):
    asked = ScanAsked(uuid.uuid4(), day.slot, day.tokens[0], NINE_FOUR)
    first, last = (datetime.fromisoformat(f"{at}T00:00:00+01:00") for at in ("0001-01-01", "9999-12-31"))
    for scan_at, sent_at, field in (
        (NINE_FOUR, NINE_FOUR.replace(tzinfo=None), "sent_at"),
        (first, first, "sent_at"),
        (last, last, "sent_at"),
        (first, NINE_FOUR, "scans[0].scanned_at"),
        (NINE_FOUR, NINE_FOUR - timedelta(days=900), "scans[0].scanned_at"),
    ):
        wrong = ScanAsked(asked.scan_id, day.slot, day.tokens[0], scan_at)
        with pytest.raises(Invalid) as refused:
            await check_in([wrong], account=day.host, school=day.school, now=NINE_FOUR, sent_at=sent_at)
        assert list(refused.value.errors) == [field]
    assert await value("SELECT count(*) FROM scans") == 0


async def test_a_scan_before_the_day_of_the_visit_is_too_early_and_kept_as_refused(day):
    scan_id = uuid.uuid4()
    eleven_days_before = START - timedelta(days=11)
    told = await scan(day, day.tokens[16], made=eleven_days_before, received=eleven_days_before, scan_id=scan_id)
    assert told == ScanResult(
        scan_id, "too_early", kind="pupil", number=17, group="4e B", mark=0, expected_at=START, reservation=None
    )
    again = await scan(day, day.tokens[16], made=NINE_FOUR, received=NINE_FOUR, scan_id=scan_id)
    assert again == told
    assert await value("SELECT count(*) FROM presences") == 0
    seen = await roster(day.slot, school=day.school)
    assert [(one.told.result, one.told.face, one.words.title, one.settled) for one in seen.refused] == [
        ("too_early", "17", "Trop tôt", False)
    ]
    assert seen.refused[0].words.advice == (
        "La visite a lieu le jeudi 25 mars 2027\u00a0: ce pointage est noté, mais ne compte pas. Scannez le badge ce"
        " jour-là."
    )
    assert (await scan(day, day.tokens[16], made=NINE_FOUR, received=NINE_FOUR)).result == "present"


async def test_the_day_begins_at_midnight_in_france(day):
    assert (await scan(day, day.tokens[0], made=EVE, received=EVE)).result == "too_early"
    assert (await scan(day, day.tokens[0], made=MIDNIGHT, received=MIDNIGHT)).result == "present"
    # Sent on the day, it is still the eve's.
    assert (await scan(day, day.tokens[1], made=EVE, received=NINE_FOUR)).result == "too_early"
    kept = await rows("SELECT result, off_hours FROM scans WHERE result = 'present'")
    assert [tuple(one) for one in kept] == [("present", True)]


@pytest.mark.parametrize("skew", [*SKEWS, timedelta(days=11), timedelta(days=-11)])
async def test_a_phone_s_wrong_clock_moves_no_scan_to_another_day(day, skew):
    eve, later = EVE - timedelta(minutes=5), NINE_FOUR + timedelta(minutes=1)
    assert (await scan(day, day.tokens[0], made=eve, received=EVE, skew=skew)).result == "too_early"
    assert (await scan(day, day.tokens[1], made=NINE_FOUR, received=later, skew=skew)).result == "present"


async def test_a_scan_dated_in_the_future_counts_on_the_day_of_its_arrival(day):
    told = await scan(day, day.tokens[0], made=NINE_FOUR, received=START - timedelta(days=11))
    assert told.result == "too_early"


async def test_a_badge_of_another_visit_or_of_none_is_told_so_before_the_day_too(day):
    other = await builders.slot(host=day.school, starts_at=START + timedelta(days=1))
    (guest, _) = await builders.badges(
        await builders.reservation(slot=other, group=await builders.group(name="3e C"), pupils=2)
    )
    eve = {"made": EVE, "received": EVE}
    assert (await scan(day, "222222", **eve)).result == "unknown"
    assert (await scan(day, guest, **eve)).result == "wrong_slot"
    assert (await scan(day, guest, act="welcome", **eve)).result == "too_early"
    assert (await scan(day, day.tokens[0], act="departure", **eve)).result == "not_here"
