"""When the reservations of a slot close: 18 h of the fifth school day before, whatever the lycée closes itself."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from tests import builders
from tests.builders import paris
from tests.crossing import WAITING, elsewhere, until
from workshops.database import rows, transaction, value
from workshops.refusals import Invalid, NotFound
from workshops.school_calendar.rules import PARIS
from workshops.series.open_series import open_series
from workshops.series.rules import Series
from workshops.slots.close_by import SayNotice, say_notice
from workshops.slots.move import MoveSlot, move_slot
from workshops.slots.open import OpenSlot, open_slot
from workshops.slots.queries import deadlines_at, slot_card
from workshops.slots.restate import RestateSlot, restate_slot

AUTUMN = paris("2026-09-14 09:00")
HOLIDAYS = """INSERT INTO closures (kind, label, zone, first_on, last_on) VALUES
  ('holiday', 'Vacances de Noël', 'A', '2026-12-19', '2027-01-03'),
  ('holiday', 'Vacances d''hiver', 'A', '2027-02-13', '2027-02-28'),
  ('holiday', 'Vacances d''hiver', 'B', '2027-02-20', '2027-03-07'),
  ('holiday', 'Vacances de printemps', 'A', '2027-04-10', '2027-04-25')"""
PUBLIC = """INSERT INTO closures (kind, label, first_on, last_on) VALUES
  ('public_holiday', 'Noël', '2026-12-25', '2026-12-25'),
  ('public_holiday', 'Jour de l''an', '2027-01-01', '2027-01-01'),
  ('public_holiday', 'Lundi de Pâques', '2027-03-29', '2027-03-29'),
  ('public_holiday', 'Ascension', '2027-05-06', '2027-05-06')"""


async def _calendar(lycee: int, *, exam: bool) -> None:
    await rows(HOLIDAYS)
    await rows(PUBLIC)
    if exam:
        await builders.closure(school=lycee, on=date(2027, 1, 12), until=date(2027, 1, 26))


async def _opened(lycee: int, starts: str, **more) -> int:
    taught = await builders.workshop(host=lycee)
    starts_at = paris(starts)
    now = more.pop("now", AUTUMN)
    asked = OpenSlot(workshop=taught, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), **more)
    return await open_slot(asked, school=lycee, by=None, now=now)


async def _closes(slot: int) -> str:
    found = await value("SELECT booking_closes_at AT TIME ZONE 'Europe/Paris' FROM slots WHERE id = $1", slot)
    return f"{found:%Y-%m-%d %H:%M}"


CASES = [
    # The first days back: the holidays hold no school day.
    ("2027-01-04 09:00", "2026-12-14 18:00"),
    ("2027-01-06 09:00", "2026-12-16 18:00"),
    ("2027-01-12 14:00", "2027-01-05 18:00"),
    # A Monday, and the same week.
    ("2027-02-01 09:00", "2027-01-25 18:00"),
    ("2027-02-03 09:00", "2027-01-27 18:00"),
    # The week after the winter holidays of zone A; zone B's count for nobody here.
    ("2027-03-02 09:00", "2027-02-09 18:00"),
    # A public holiday, then a Saturday.
    ("2027-03-30 14:00", "2027-03-22 18:00"),
    ("2027-05-08 09:00", "2027-04-30 18:00"),
    # Another hour of the wall: the clocks change on 28 March.
    ("2027-04-01 09:00", "2027-03-24 18:00"),
]


@pytest.fixture
async def lycee(db):
    return await builders.school(kind="lycee")


@pytest.mark.parametrize("exam", [False, True], ids=["no exam", "Bac blanc"])
@pytest.mark.parametrize(("starts", "closes"), CASES)
async def test_a_slot_closes_at_18_of_the_fifth_school_day_before(lycee, starts, closes, exam):
    if exam and date(2027, 1, 12) <= paris(starts).date() <= date(2027, 1, 26):
        pytest.skip("nobody is received on a day of the exam")
    await _calendar(lycee, exam=exam)
    assert await _closes(await _opened(lycee, starts)) == closes


@pytest.mark.parametrize("way", [1, -1], ids=["later", "earlier"])
async def test_a_slot_that_moves_by_five_months_closes_by_the_school_days_of_its_new_date(db, way):
    winter, summer = ("2027-01-06 09:00", "2026-12-16 18:00"), ("2027-06-10 09:00", "2027-06-03 18:00")
    (starts, closed), (goes, closes) = (winter, summer)[::way]
    lycee = await builders.school(kind="lycee")
    await _calendar(lycee, exam=False)
    slot = await _opened(lycee, starts)
    assert await _closes(slot) == closed
    hours = {"starts_at": paris(goes), "ends_at": paris(goes) + timedelta(hours=3)}
    await move_slot(slot, MoveSlot(room=None, **hours), school=lycee, now=AUTUMN)
    assert await _closes(slot) == closes


async def test_the_lycee_says_an_earlier_closing_and_no_later_one(lycee):
    await _calendar(lycee, exam=False)
    earlier = await _opened(lycee, "2027-02-01 09:00", booking_closes_at=paris("2027-01-15 18:00"))
    assert await _closes(earlier) == "2027-01-15 18:00"
    with pytest.raises(Invalid) as no:
        await _opened(lycee, "2027-02-01 09:00", booking_closes_at=paris("2027-01-29 18:00"))
    assert no.value.errors == {
        "booking_closes_at": "Les réservations closent au plus tard le 25/01/2027 à 18 h, 5 jours d'école avant la"
        " visite."
    }
    assert await value("SELECT count(*) FROM slots") == 1


async def test_a_slot_that_nobody_could_reserve_any_more_is_not_opened(db):
    lycee = await builders.school(kind="lycee", booking_days=1)
    await _calendar(lycee, exam=False)
    with pytest.raises(Invalid) as no:
        await _opened(lycee, "2027-01-04 09:00", now=paris("2026-12-18 18:00"))
    assert no.value.errors == {
        "starts_at": "Trop tôt pour les collèges : vos réservations closent 1 jour d'école avant, le 18/12/2026 à 18 h"
        " pour cette date. Choisissez une date plus lointaine, ou changez ce délai dans « Venir, signer »."
    }
    assert await _closes(await _opened(lycee, "2027-01-04 09:00", now=paris("2026-12-18 17:59"))) == "2026-12-18 18:00"


async def test_a_series_leaves_out_the_dates_that_nobody_could_prepare(lycee):
    taught = await builders.workshop(host=lycee)
    series = Series(
        workshop=taught,
        weekdays=frozenset({3}),
        starts=time(9),
        ends=time(12),
        first_on=date(2027, 3, 11),
        last_on=date(2027, 4, 1),
    )
    opened = await open_series(series, school=lycee, by=0, now=paris("2027-03-11 18:00"))
    assert [(one.on, one.reason) for one in opened.dates] == [
        (date(2027, 3, 18), "too_soon"),
        (date(2027, 3, 25), None),
        (date(2027, 4, 1), None),
    ]
    assert [await _closes(slot) for slot in opened.slots.values()] == ["2027-03-18 18:00", "2027-03-25 18:00"]


async def test_another_number_of_days_moves_the_closings_of_its_own_open_slots_alone(db):
    lycee, other = await builders.school(kind="lycee"), await builders.school(kind="lycee")
    await _calendar(lycee, exam=True)
    host = await builders.person("host", school=lycee)
    ruled, earlier = (
        await _opened(lycee, "2027-02-01 09:00"),
        await _opened(lycee, "2027-02-02 09:00", booking_closes_at=paris("2027-01-11 18:00")),
    )
    elsewhere = await _opened(other, "2027-02-01 09:00")
    assert (await say_notice(lycee, SayNotice(booking_days=2), by=host, now=AUTUMN)).slots == 1
    closings = [await _closes(one) for one in (ruled, earlier, elsewhere)]
    assert closings == ["2027-01-28 18:00", "2027-01-11 18:00", "2027-01-25 18:00"]
    assert (await say_notice(lycee, SayNotice(booking_days=20), by=host, now=AUTUMN)).slots == 2
    assert [await _closes(one) for one in (ruled, earlier)] == ["2027-01-04 18:00", "2027-01-05 18:00"]
    assert await _closes(await _opened(lycee, "2027-02-03 09:00")) == "2027-01-06 18:00"
    told = [one["detail"] for one in await rows("SELECT detail FROM events WHERE act = 'notice_setting' ORDER BY id")]
    assert told == ["5 -> 2", "2 -> 20"]
    college = await builders.school()
    with pytest.raises(NotFound):
        await say_notice(college, SayNotice(booking_days=3), by=host, now=AUTUMN)


async def test_the_closing_that_a_lycee_chose_for_a_slot_outlives_each_change_of_its_days(lycee):
    await _calendar(lycee, exam=False)
    host = await builders.person("host", school=lycee)
    ruled = await _opened(lycee, "2027-02-01 09:00")
    chosen = await _opened(lycee, "2027-02-01 14:00", booking_closes_at=paris("2027-01-20 18:00"))
    moved = await _opened(lycee, "2027-02-01 09:00", booking_closes_at=paris("2027-01-20 18:00"))
    restated = await _opened(lycee, "2027-02-01 14:00", booking_closes_at=paris("2027-01-20 18:00"))

    async def said(days: int) -> list[str]:
        await say_notice(lycee, SayNotice(booking_days=days), by=host, now=AUTUMN)
        return [await _closes(one) for one in (ruled, chosen, moved, restated)]

    assert await said(10) == ["2027-01-18 18:00"] * 4
    hours = {"starts_at": paris("2027-02-08 09:00"), "ends_at": paris("2027-02-08 12:00")}
    await move_slot(moved, MoveSlot(room=None, **hours), school=lycee, now=AUTUMN)
    await restate_slot(restated, RestateSlot(booking_closes_at=paris("2027-01-15 12:00")), school=lycee, now=AUTUMN)
    assert [await _closes(one) for one in (moved, restated)] == ["2027-01-25 18:00", "2027-01-15 12:00"]
    assert await said(5) == ["2027-01-25 18:00", "2027-01-20 18:00", "2027-01-27 18:00", "2027-01-15 12:00"]
    # Back to the rule, and no longer the lycée's own.
    await restate_slot(restated, RestateSlot(booking_closes_at=paris("2027-01-25 18:00")), school=lycee, now=AUTUMN)
    assert await said(2) == ["2027-01-28 18:00", "2027-01-20 18:00", "2027-01-27 18:00", "2027-01-28 18:00"]


@pytest.mark.parametrize("days_first", [False, True], ids=["then the days", "the days first"])
@pytest.mark.parametrize("act", ["a slot", "a series", "a move", "a restatement"])
async def test_what_a_colleague_opens_or_changes_while_the_days_change_closes_by_the_new_ones(lycee, act, days_first):
    await _calendar(lycee, exam=False)
    host = await builders.person("host", school=lycee)
    taught = await builders.workshop(host=lycee)
    hours = {"starts_at": paris("2027-02-01 09:00"), "ends_at": paris("2027-02-01 12:00")}
    stands = await _opened(lycee, "2027-03-18 09:00")

    async def say() -> None:
        await say_notice(lycee, SayNotice(booking_days=10), by=host, now=AUTUMN)

    async def do() -> None:
        if act == "a slot":
            await open_slot(OpenSlot(workshop=taught, **hours), school=lycee, by=host, now=AUTUMN)
        elif act == "a series":
            monday = date(2027, 2, 1)
            series = Series(
                workshop=taught, weekdays=frozenset({0}), starts=time(9), ends=time(12), first_on=monday, last_on=monday
            )
            await open_series(series, school=lycee, by=host, now=AUTUMN)
        elif act == "a move":
            await move_slot(stands, MoveSlot(room=None, **hours), school=lycee, now=AUTUMN)
        else:
            await restate_slot(
                stands, RestateSlot(booking_closes_at=paris("2027-03-11 18:00")), school=lycee, now=AUTUMN
            )

    first, then = (say, do) if days_first else (do, say)
    async with transaction():
        await first()
        other = elsewhere(then())

        async def met() -> bool:
            return other.done() or bool(await value(WAITING))

        await until(met)
    if (act, days_first) == ("a restatement", True):
        with pytest.raises(Invalid, match="10 jours d'école avant"):
            await other
    else:
        await other
    closings = {one["starts_at"]: one["id"] for one in await rows("SELECT id, starts_at FROM slots")}
    by_ten = {"2027-02-01 09:00": "2027-01-18 18:00", "2027-03-18 09:00": "2027-03-04 18:00"}
    assert [await _closes(slot) for slot in closings.values()] == [
        by_ten[f"{at.astimezone(PARIS):%Y-%m-%d %H:%M}"] for at in closings
    ]
    assert len(closings) == (2 if act in {"a slot", "a series"} else 1)


async def test_a_college_of_another_zone_settles_on_its_own_school_days(db):
    lycee = await builders.school(kind="lycee", zone="A")
    await _calendar(lycee, exam=False)
    slot = await slot_card(await _opened(lycee, "2027-03-16 09:00"))
    here, there, nowhere = [await builders.school(zone=zone) for zone in ("A", "B", "")]
    for college, settles in ((here, "2027-03-09 09:00"), (there, "2027-03-09 09:00"), (nowhere, "2027-03-09 09:00")):
        assert (await deadlines_at(slot, college=college)).headcount == paris(settles)
    # A week before is in the holidays of zone B, and in the lessons of zone A.
    slot = await slot_card(await _opened(lycee, "2027-03-12 09:00"))
    assert (await deadlines_at(slot, college=here)).headcount == paris("2027-03-05 09:00")
    assert (await deadlines_at(slot, college=there)).headcount == paris("2027-02-19 09:00")
    assert (await deadlines_at(slot, college=nowhere)).headcount == paris("2027-03-05 09:00")
    # The list locks by the lycée's days, whoever comes.
    assert {(await deadlines_at(slot, college=one)).list for one in (here, there)} == {paris("2027-03-10 09:00")}
