"""The minute a period opens, or what its draw has left, what suits is offered to who looks, and alerts hear."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest

from booking.visits.demands.alert import ask as ask_alert
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.open_to_all import offer_what_opens
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, College
from tests.builders import NOW, paris
from tests.seen import seen
from tests.statements import statements_of
from tests.telling import tell
from workshops.database import rows, value
from workshops.offer.rules import Search
from workshops.openings.plan import PutOffOpening, put_off, withdraw

OPENS = NOW + timedelta(hours=2)
BESANCON, FAR = {"lat": 47.24, "lon": 6.02}, {"lat": 47.64, "lon": 6.86}


async def clock(now: datetime = OPENS) -> None:
    await lapse(secret_key=SECRET, now=now)


async def looking(mail: str, *, name: str = "4e B", after: int = 0, pupils: int = 24, km: int | None = 40) -> int:
    """A class of a collège of Besançon whose demand only looks; it asked so many minutes `after` others."""
    college = await College.new(mail, **BESANCON)
    said = {"sentence": 2, "km": km, "level": "4e", "pupils": pupils, "adults": 2, "ends_at": paris("2027-08-01 00:00")}
    group = await college.group(name=name, pupils=pupils)
    return await builders.demand(group, asked_by=college.teacher, **said | {"asked_at": NOW + timedelta(minutes=after)})


async def alert(mail: str, *, level: str = "4e") -> int:
    college = await College.new(mail, **BESANCON)
    member = await value("SELECT id FROM memberships WHERE account = $1", college.teacher)
    return await ask_alert(Search(level=level, pupils=24), membership=member, by=college.teacher, now=NOW)


async def lycees() -> tuple[int, int]:
    near, far = [await builders.school(kind="lycee", **where) for where in (BESANCON, FAR)]
    return near, far


async def offers() -> list[tuple[int, int, int]]:
    return await seen("SELECT demand, slot, pupils FROM reservations WHERE state = 'offered' ORDER BY demand, half")


async def mails(*, now: datetime = OPENS) -> list[tuple[str, str]]:
    await tell(now=now)
    return await seen("SELECT kind, to_email FROM notices ORDER BY kind, to_email")


async def said() -> list[tuple[int]]:
    return await seen("SELECT about FROM events WHERE act = 'opening_opens' ORDER BY id")


async def test_what_opens_is_offered_the_nearest_to_who_asked_first_and_to_nobody_else(db):
    opening = await builders.opening(opens_at=OPENS)
    await builders.opening(opens_at=OPENS + timedelta(days=9), first_on=date(2027, 4, 1), last_on=date(2027, 4, 30))
    near, far = await lycees()
    days = ((far, "02"), (near, "04"), (near, "09"))
    slots = [await builders.slot(host=host, starts_at=paris(f"2027-03-{day} 09:00")) for host, day in days]
    await builders.slot(host=near, starts_at=paris("2027-04-06 09:00"))
    later = await looking("nora@example.org", after=5)
    first = await looking("claire@example.org")
    elsewhere = await looking("paul@example.org", after=9)
    await looking("yves@example.org", after=1, pupils=30)
    await clock(OPENS - timedelta(seconds=1))
    assert (await offers(), await said()) == ([], [])
    await asyncio.gather(clock(), clock())
    await clock(OPENS + timedelta(minutes=1))
    # 80 km away is too far for each of them.
    assert await offers() == sorted([(first, slots[1], 24), (later, slots[2], 24)])
    assert await said() == [(opening,)]
    assert await seen("SELECT state FROM reservations WHERE demand = $1", elsewhere) == []
    assert await mails() == [("place_offered", "claire@example.org"), ("place_offered", "nora@example.org")]


async def test_whoever_waits_for_that_very_slot_comes_first(db):
    await builders.opening(opens_at=OPENS)
    near, _ = await lycees()
    slot = await builders.slot(host=near, seats_taken=24)
    waits = await (await College.new()).group()
    waiting = await builders.reservation(slot=slot, group=waits, state="waiting", created_at=NOW)
    looks = await looking("claire@example.org")
    await rows("UPDATE slots SET seats_taken = 0")
    await offer_what_opens(now=OPENS)
    assert await seen("SELECT id, state FROM reservations") == [(waiting, "offered")]
    assert await seen("SELECT id FROM reservations WHERE demand = $1", looks) == []


async def test_a_class_larger_than_every_slot_is_offered_both_halves_of_what_opens(db):
    await builders.opening(opens_at=OPENS)
    near, _ = await lycees()
    pair = [await builders.slot(host=near, seats=20, starts_at=paris(f"2027-03-{day} 09:00")) for day in ("09", "11")]
    large = await looking("claire@example.org", pupils=30)
    await clock()
    assert await offers() == [(large, pair[0], 15), (large, pair[1], 15)]


@pytest.mark.parametrize("left", [True, False])
async def test_what_a_draw_left_is_offered_once_it_is_open_to_all(db, left):
    drawn, until = NOW - timedelta(hours=1), OPENS if left else None
    opening = await builders.opening(
        opens_at=NOW - timedelta(hours=3), draws_at=drawn, seed=bytes(32), drawn_at=None, left_until=until
    )
    near, _ = await lycees()
    slot = await builders.slot(host=near)
    looks = await looking("claire@example.org")
    hears = await alert("nora@example.org")
    await mails(now=NOW)
    await clock(NOW)
    assert (await offers(), await said()) == ([], [])
    await rows("UPDATE openings SET drawn_at = $1", NOW)
    if left:
        await clock(OPENS - timedelta(seconds=1))
        assert (await offers(), await said()) == ([], [])
    await rows("UPDATE slots SET groups_max = 2, seats = 60")
    await clock(OPENS if left else NOW)
    assert (await offers(), await said()) == ([(looks, slot, 24)], [(opening,)])
    heard = await mails(now=OPENS if left else NOW)
    assert heard == [("place_offered", "claire@example.org"), ("search", "nora@example.org")]
    assert await value("SELECT slots FROM demands WHERE id = $1", hears) == [slot]


async def test_alerts_hear_of_what_they_only_saw_until_then_once_and_of_no_other_period(db):
    await builders.opening(opens_at=OPENS)
    await builders.opening(opens_at=OPENS + timedelta(days=9), first_on=date(2027, 4, 1), last_on=date(2027, 4, 30))
    near, _ = await lycees()
    slots = [await builders.slot(host=near, starts_at=paris(f"2027-03-{day} 09:00")) for day in ("04", "09")]
    await builders.slot(host=near, starts_at=paris("2027-04-06 09:00"))
    open_already = await builders.slot(host=near, starts_at=paris("2027-05-06 09:00"))
    hers = await alert("claire@example.org")
    await rows("UPDATE slots SET levels = '{4e}'")
    await alert("nora@example.org", level="3e")
    assert open_already in await value("SELECT known FROM demands WHERE id = $1", hers)
    for minute in (-1, 0, 1):
        at = OPENS + timedelta(minutes=minute)
        await clock(at)
        assert await mails(now=at) == ([] if minute < 0 else [("search", "claire@example.org")])
    assert await value("SELECT slots FROM demands WHERE id = $1", hers) == slots


async def test_an_opening_that_is_withdrawn_or_comes_sooner_is_heard_at_that_minute(db):
    near, _ = await lycees()
    coordinator = await builders.person("coordinator")
    march = await builders.opening(opens_at=OPENS + timedelta(days=9))
    april = await builders.opening(
        opens_at=OPENS + timedelta(days=9), first_on=date(2027, 4, 1), last_on=date(2027, 4, 30)
    )
    slots = [await builders.slot(host=near, starts_at=paris(f"2027-0{month}-06 09:00")) for month in (4, 4, 3)]
    first, later = await looking("claire@example.org"), await looking("nora@example.org", after=5)
    third = await looking("paul@example.org", after=9)
    hears = await alert("yves@example.org")
    await clock()
    assert (await offers(), await said()) == ([], [])
    await rows("UPDATE slots SET seats = 48, groups_max = 2 WHERE id = $1", slots[1])
    await withdraw(april, by=coordinator, now=OPENS)
    await clock()
    assert await offers() == [(first, slots[0], 24), (later, slots[1], 24), (third, slots[1], 24)]
    assert await said() == [(april,)]
    await mails()
    # What is left to nobody is no news; the slot of March still opens later.
    assert await value("SELECT met_at FROM demands WHERE id = $1", hears) is None
    sooner = OPENS + timedelta(hours=1)
    await put_off(march, PutOffOpening(opens_at=sooner), by=coordinator, now=OPENS)
    await clock(sooner - timedelta(seconds=1))
    assert await said() == [(april,)]
    await clock(sooner)
    assert await said() == [(april,), (march,)]
    await mails(now=sooner)
    assert await value("SELECT slots FROM demands WHERE id = $1", hears) == [slots[2]]


async def test_a_thousand_slots_that_open_ask_no_more_than_those_who_look(db):
    await builders.opening(opens_at=OPENS)
    near, _ = await lycees()
    one = await builders.slot(host=near)
    columns = "workshop, school, state, booking_closes_at, settles_at, list_locks_at, eve_at, levels, seats"
    await rows(
        f"""INSERT INTO slots ({columns}, starts_at, ends_at, groups_max, company_places)
        SELECT {columns}, starts_at + n * interval '5 minutes', ends_at + n * interval '5 minutes', 1, 0
        FROM slots, generate_series(1, 999) n WHERE id = $1""",
        one,
    )
    await looking("claire@example.org")
    alone = await statements_of(lambda: offer_what_opens(now=OPENS))
    assert len(await offers()) == 1
    assert len(alone) < 20


async def test_what_had_opened_before_is_no_news(db):
    await builders.opening(opens_at=NOW - timedelta(days=20))
    await clock(NOW)
    assert await said() == []
