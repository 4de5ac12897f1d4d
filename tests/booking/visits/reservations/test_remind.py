"""Who is reminded of a visit, when, and that it happens once."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from booking.visits.reservations.acts import MoveVisit
from booking.visits.reservations.move import move
from booking.visits.reservations.remind import remind
from tests import builders
from tests.booking.visits.reservations.demands import fresh
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import first, forget_mails, seen
from tests.telling import tell
from workshops.database import rows, transaction, value

WEEK_BEFORE, DAY_BEFORE = paris("2027-03-18 08:00"), paris("2027-03-24 08:00")
MINUTE = timedelta(minutes=1)


async def a_visit(*, starts: str = "2027-03-25 09:00", **more: object) -> int:
    """Claire's visit, received by Jules and Lise."""
    haag = await builders.school(kind="lycee")
    for host in ("jules", "lise"):
        await builders.person("host", f"{host}@example.org", school=haag)
    claire = await builders.account("claire@example.org")
    slot = await builders.slot(host=haag, starts_at=paris(starts))
    group = await builders.group(school=await builders.school())
    return await builders.reservation(slot=slot, group=group, by=claire, **more)


async def queued() -> list[tuple[str, str, int]]:
    await tell()
    return await seen("SELECT kind, to_email, also FROM notices ORDER BY kind, to_email, also")


async def test_the_day_before_every_host_is_reminded_once_and_the_teacher_never(db):
    await a_visit(state="locked")
    for now in (paris("2027-03-11 08:00"), WEEK_BEFORE, paris("2027-03-22 08:00")):
        await remind(now=now)
    await forget_mails()
    assert await remind(now=DAY_BEFORE - MINUTE) == 0
    assert await remind(now=DAY_BEFORE) == 1
    assert await remind(now=DAY_BEFORE + MINUTE) == 0
    assert await queued() == [
        ("eve", "jules@example.org", 20270325),
        ("eve", "lise@example.org", 20270325),
    ]


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        ("2027-03-11 07:59", []),
        ("2027-03-19 10:00", [("visit_asked", "")]),
        ("2027-03-22 07:59", []),
        ("2027-03-22 08:00", [("visit_asked", "again")]),
        ("2027-03-23 10:00", [("visit_asked", "again")]),
        ("2027-03-24 07:59", [("visit_asked", "again")]),
        ("2027-03-24 08:00", []),
        ("2027-03-25 08:59", []),
    ],
)
async def test_a_worker_that_comes_late_asks_once_until_the_day_before(db, now, asked):
    await a_visit()
    await remind(now=paris(now))
    await tell()
    assert await seen("SELECT kind, what FROM notices WHERE to_email = 'claire@example.org'") == asked


async def test_a_visit_of_which_nothing_is_said_has_two_letters_and_one_that_comes_one(db):
    silent = await a_visit()
    bruno = await builders.account("bruno@example.org")
    slot = await builders.slot(starts_at=paris("2027-03-25 09:00"))
    comes = await builders.reservation(slot=slot, group=await builders.group(), by=bruno)
    for day in range(1, 25):
        for hour in ("07:59", "08:00", "17:00"):
            await remind(now=paris(f"2027-03-{day:02} {hour}"))
        if day == 11:
            await rows("UPDATE reservations SET comes_on = '2027-03-25' WHERE id = $1", comes)
    assert await seen(
        "SELECT about, to_char(at AT TIME ZONE 'Europe/Paris', 'MM-DD HH24:MI'), act FROM events"
        " WHERE about_kind = 'reservation' ORDER BY about, id"
    ) == [
        (silent, "03-11 08:00", "visit_asked"),
        (silent, "03-22 08:00", "visit_asked_again"),
        (comes, "03-11 08:00", "visit_asked"),
    ]
    assert {email for _, email, _ in await queued()} == {
        "claire@example.org",
        "bruno@example.org",
        "jules@example.org",
        "lise@example.org",
    }


async def test_the_help_says_which_visits_are_asked_about_two_weeks_before(app):
    told = read(await Browser(app, now=NOW).get("/aide/enseignant"))
    assert (
        "Deux semaines avant, un mail vous le demande, si la visite est réservée depuis une semaine au moins ; sans"
        " réponse, un autre trois jours d'école avant, de votre zone."
    ) in told
    since = {}
    for day in ("04", "08"):
        slot = await builders.slot(starts_at=paris("2027-03-25 09:00"))
        by = await builders.account(f"since{day}@example.org")
        confirmed_at = paris(f"2027-03-{day} 07:00")
        made = await builders.reservation(slot=slot, group=await builders.group(), by=by, confirmed_at=confirmed_at)
        since[made] = day
    for day in range(8, 25):
        await remind(now=paris(f"2027-03-{day:02} 08:00"))
    asked = await seen("SELECT about, act FROM events WHERE act IN ('visit_asked', 'visit_asked_again') ORDER BY id")
    assert sorted((since[about], act) for about, act in asked) == [
        ("04", "visit_asked"),
        ("04", "visit_asked_again"),
        ("08", "visit_asked_again"),
    ]


async def test_a_college_is_asked_on_its_own_school_days_and_has_one_letter_a_day(db):
    """Two zones rest at different times before Friday 12 March."""
    await builders.holidays(date(2027, 2, 13), date(2027, 2, 28), zone="A")
    await builders.holidays(date(2027, 2, 20), date(2027, 3, 9), zone="B")
    haag = await builders.school(kind="lycee", zone="A")
    slot = await builders.slot(host=haag, starts_at=paris("2027-03-12 09:00"), groups_max=2, seats=60)
    visits = {}
    for zone in ("A", "B"):
        college = await builders.school(zone=zone)
        visits[await builders.reservation(slot=slot, group=await builders.group(school=college))] = zone
    for month, days in ((2, range(8, 29)), (3, range(1, 12))):
        for day in days:
            for hour in ("07:00", "08:00", "12:00"):
                await remind(now=paris(f"2027-{month:02}-{day:02} {hour}"))
    said = await seen(
        "SELECT about, to_char(at AT TIME ZONE 'Europe/Paris', 'MM-DD'), act FROM events"
        " WHERE about_kind = 'reservation' ORDER BY id"
    )
    # Two weeks before, zone A rests: it is asked on its last day before. Zone B does too, and until three days before:
    # its two questions are one letter.
    assert sorted((visits[about], day, act) for about, day, act in said) == [
        ("A", "02-12", "visit_asked"),
        ("A", "03-09", "visit_asked_again"),
        ("B", "02-19", "visit_asked_again"),
    ]


async def test_a_visit_made_sure_the_week_before_is_not_asked_at_two_weeks(db):
    await a_visit(confirmed_at=paris("2027-03-05 10:00"))
    assert await remind(now=paris("2027-03-11 08:00")) == 0
    assert await remind(now=paris("2027-03-12 10:00")) == 0
    assert await remind(now=paris("2027-03-22 08:00")) == 1


@pytest.mark.parametrize(("second", "asked"), [("2027-03-25 14:00", 1), ("2027-03-26 09:00", 2)])
async def test_the_halves_of_a_class_are_asked_in_one_letter_where_they_come_on_one_day(db, second, asked):
    claire = await builders.account("claire@example.org")
    group = await builders.group()
    above = await builders.demand(group, lines=1)
    async with transaction():
        for half, starts in ((1, "2027-03-25 09:00"), (2, second)):
            slot = await builders.slot(starts_at=paris(starts))
            await builders.reservation(slot=slot, group=group, by=claire, demand=above, half=half)
    await remind(now=paris("2027-03-12 08:00"))
    assert [kind for kind, *_ in await queued()] == ["visit_asked"] * asked


async def test_three_workers_at_once_remind_once(db):
    await a_visit()
    await asyncio.gather(*(remind(now=DAY_BEFORE) for _ in range(3)))
    assert len(await queued()) == 2


async def test_workers_that_remind_of_many_visits_write_in_one_order_and_never_lock_each_other_out(db):
    haag, claire = await builders.school(kind="lycee"), await builders.account("claire@example.org")
    await builders.person("host", "jules@example.org", school=haag)
    for _ in range(12):
        slot = await builders.slot(host=haag, starts_at=paris("2027-03-25 09:00"))
        await builders.reservation(slot=slot, group=await builders.group(), by=claire)
    assert await remind(now=WEEK_BEFORE) == 12
    written = await seen("SELECT act, about FROM events ORDER BY id")
    assert written == sorted(written)


@pytest.mark.parametrize(
    ("starts", "due"),
    [("2027-04-01 09:00", "2027-03-18 08:00"), ("2027-11-04 09:00", "2027-10-21 08:00")],
)
async def test_eight_in_the_morning_stays_so_across_a_change_of_hour(db, starts, due):
    await a_visit(starts=starts)
    assert await remind(now=paris(due) - MINUTE) == 0
    assert await remind(now=paris(due)) == 1


async def test_a_visit_that_moves_is_asked_about_for_its_new_date(db):
    reservation = await a_visit()
    await remind(now=WEEK_BEFORE)
    later = await builders.slot(starts_at=paris("2027-04-22 09:00"))
    school, by = await first("SELECT school, booked_by FROM reservations")
    await move(reservation, MoveVisit(to_slot=later), school=school, by=by, fresh=fresh(), now=WEEK_BEFORE)
    await tell()
    await rows("DELETE FROM notices WHERE kind <> 'visit_asked'")
    assert await remind(now=DAY_BEFORE) == 0
    assert await remind(now=paris("2027-04-08 08:00")) == 1
    assert await queued() == [
        ("visit_asked", "claire@example.org", 20270325),
        ("visit_asked", "claire@example.org", 20270422),
    ]


async def test_a_visit_confirmed_since_is_not_asked_about(db):
    asked_again = paris("2027-03-22 08:00")
    await a_visit(confirmed_at=asked_again)
    assert await remind(now=asked_again + MINUTE) == 0
    assert await remind(now=DAY_BEFORE) == 1


@pytest.mark.parametrize("state", ["requested", "waiting", "offered", "cancelled_by_teacher", "called_off"])
async def test_only_a_visit_that_is_sure_is_reminded(db, state):
    await a_visit(state=state)
    assert await remind(now=DAY_BEFORE) == 0


async def test_nobody_is_reminded_on_a_closed_account(db):
    await a_visit()
    await rows("UPDATE accounts SET disabled_at = $1", NOW)
    await remind(now=DAY_BEFORE)
    assert await queued() == []


async def test_a_host_gets_one_mail_for_all_the_groups_of_a_day(db):
    await a_visit()
    host = await value("SELECT school FROM slots")
    afternoon = await builders.slot(host=host, starts_at=paris("2027-03-25 14:00"))
    await builders.reservation(slot=afternoon, group=await builders.group())
    await remind(now=DAY_BEFORE)
    hosts = [email for kind, email, _ in await queued() if kind == "eve"]
    assert hosts == ["jules@example.org", "lise@example.org"]


async def test_a_company_is_reminded_the_day_before_once(db):
    slot, alone = await builders.slot(), await builders.slot()
    await builders.reservation(slot=slot, group=await builders.group(), state="locked")
    emma = await builders.account("emma@example.org")
    for one in (slot, alone):
        await builders.attendance(slot=one, company=await builders.company(), by=emma)
    await builders.attendance(slot=slot, company=await builders.company(), by=emma, state="withdrawn")
    for moment in (DAY_BEFORE - MINUTE, DAY_BEFORE, DAY_BEFORE):
        await remind(now=moment)
    told = [one for one in await queued() if one[0] == "eve"]
    assert told == [("eve", "emma@example.org", 20270325)]


async def test_a_monday_is_reminded_of_on_the_friday_before(db):
    await a_visit(starts="2027-03-22 09:00", state="locked")
    emma = await builders.account("emma@example.org")
    slot = await value("SELECT id FROM slots")
    await builders.attendance(slot=slot, company=await builders.company(), by=emma)
    friday = paris("2027-03-19 08:00")
    await remind(now=friday - MINUTE)
    await forget_mails()
    assert await remind(now=friday) == 2
    assert await queued() == [
        ("eve", "emma@example.org", 20270322),
        ("eve", "jules@example.org", 20270322),
        ("eve", "lise@example.org", 20270322),
    ]
