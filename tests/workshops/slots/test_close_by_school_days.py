"""What is kept closes by school days once it is carried on: nothing that was told to those who come is over sooner."""

from __future__ import annotations

from datetime import date, time, timedelta

from piccolo_migrations.workshops.workshops_2481_close_by_school_days import STEPS
from piccolo_migrations.workshops.workshops_2541_chosen_kept import STEPS as CHOSEN_KEPT
from tests import builders
from workshops.database import rows, value
from workshops.school_calendar.rules import PARIS, paris_day, paris_instant
from workshops.slots.rules import closing, deadlines_of

CLOSED = "SELECT booking_closes_at FROM slots WHERE id = $1"
NINE, SIX = time(9), time(18)


async def _monday() -> date:
    """A Monday some ten weeks from the day on which the tests run: the migration reads the clock of the database."""
    ahead = paris_day(await value("SELECT now()")) + timedelta(weeks=10)
    return ahead - timedelta(days=ahead.weekday())


async def test_open_slots_to_come_close_by_the_rule_and_keep_what_was_promised(db):
    monday = await _monday()
    lycee, starts_at = await builders.school(kind="lycee"), paris_instant(monday, NINE)
    exam = (monday - timedelta(days=20), monday - timedelta(days=6))
    await builders.closure(school=lycee, on=exam[0], until=exam[1])
    pulled = paris_instant(exam[0] - timedelta(days=1), SIX)
    early = paris_instant(monday - timedelta(days=30), SIX)
    eve = paris_instant(monday - timedelta(days=3), SIX)
    told = paris_instant(monday - timedelta(days=4), NINE)
    taught = await builders.workshop(host=lycee)
    slots = {
        name: await builders.slot(workshop=taught, starts_at=starts_at, booking_closes_at=closes, settles_at=told)
        for name, closes in (("the rule's", pulled), ("chosen earlier", early), ("on the eve", eve))
    }
    booked = await builders.slot(workshop=taught, starts_at=starts_at, booking_closes_at=eve, settles_at=told)
    await builders.reservation(slot=booked, group=await builders.group())
    done = await builders.slot(workshop=taught, starts_at=starts_at - timedelta(weeks=20), state="done")
    was = await value(CLOSED, done)

    await rows(STEPS[0][0])

    rule = closing(starts_at, days=5)
    assert rule.astimezone(PARIS) == paris_instant(monday - timedelta(days=7), SIX)
    assert {name: await value(CLOSED, slot) for name, slot in slots.items()} == {
        "the rule's": rule,
        "chosen earlier": early,
        "on the eve": rule,
    }
    settles = "SELECT settles_at FROM slots WHERE id = $1"
    assert await value(settles, slots["on the eve"]) == deadlines_of(starts_at, now=early).headcount
    assert await value(settles, booked) == told
    assert await value(CLOSED, done) == was
    shortened = await rows("SELECT about, act FROM events ORDER BY about")
    assert [tuple(one) for one in shortened] == [(slots["on the eve"], "slot_restated"), (booked, "slot_restated")]
    assert await value("SELECT count(*) FROM events_to_tell") == 0


async def test_a_slot_that_closed_earlier_than_its_lycee_says_is_carried_on_as_chosen(db):
    monday = await _monday()
    await builders.holidays(monday - timedelta(days=9), monday - timedelta(days=3))
    starts_at = paris_instant(monday, NINE)
    made = {}
    for days, closes in ((5, monday - timedelta(days=14)), (10, monday - timedelta(days=21))):
        taught = await builders.workshop(host=await builders.school(kind="lycee", zone="A", booking_days=days))
        for name, at in (
            ("the rule's", paris_instant(closes, SIX)),
            ("earlier", paris_instant(closes - timedelta(days=1), SIX)),
            ("later", paris_instant(closes + timedelta(days=1), SIX)),
        ):
            made[days, name] = await builders.slot(workshop=taught, starts_at=starts_at, booking_closes_at=at), at
        over = {"starts_at": starts_at - timedelta(weeks=20), "state": "done"}
        made[days, "over"] = await builders.slot(workshop=taught, **over), None

    await rows(CHOSEN_KEPT[0][0])

    found = {one["id"]: one["chosen_closes_at"] for one in await rows("SELECT id, chosen_closes_at FROM slots")}
    assert found == {slot: at if name == "earlier" else None for (_, name), (slot, at) in made.items()}
