"""A company that the lycée never answered."""

from __future__ import annotations

from datetime import timedelta

from booking.visits.attendance.lapse import lapse, remind_hosts
from tests import builders
from tests.booking.visits.attendance.test_answer import a_demand
from tests.builders import NOW
from tests.telling import tell
from workshops.database import row, rows, value

START = NOW + timedelta(days=5)


async def told() -> list[tuple[str, str]]:
    await tell()
    return [tuple(one) for one in await rows("SELECT kind, to_email FROM notices ORDER BY kind, to_email")]


async def test_an_unanswered_demand_ends_when_the_session_begins(db):
    _, slot, made = await a_demand(starts_at=START)
    assert await lapse(now=START - timedelta(minutes=1)) == 0
    assert await lapse(now=START) == 1
    assert tuple(await row("SELECT state, sequence FROM attendances WHERE id = $1", made)) == ("lapsed", 1)
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 0
    company = await value("SELECT email FROM accounts a JOIN attendances t ON t.announced_by = a.id")
    assert await told() == [("attendance_lapsed", company)]
    noted = await row("SELECT act, by, about FROM events")
    assert tuple(noted) == ("attendance_lapsed", None, made)
    assert await lapse(now=START) == 0


async def test_what_was_answered_does_not_lapse(db):
    await a_demand(starts_at=START, state="announced")
    assert await lapse(now=START) == 0
    assert await told() == []


async def test_the_lycee_is_reminded_once_two_days_before(db):
    lycee, *_ = await a_demand(starts_at=START)
    await builders.membership(await builders.account("accueil@example.org"), "host", school=lycee)
    assert await remind_hosts(now=START - timedelta(days=2, minutes=1)) == 0
    for _ in range(2):
        await remind_hosts(now=START - timedelta(days=2))
    assert await remind_hosts(now=START) == 0
    assert await told() == [("attendance_unanswered", "accueil@example.org")]


async def test_every_host_of_the_lycee_is_reminded(db):
    lycee, *_ = await a_demand(starts_at=START)
    for n in range(12):
        await builders.membership(await builders.account(f"accueil{n}@example.org"), "host", school=lycee)
    assert await remind_hosts(now=START - timedelta(days=2)) == 1
    assert await told() == [
        ("attendance_unanswered", f"accueil{n}@example.org") for n in sorted(range(12), key=lambda n: f"{n}@")
    ]


async def test_a_lycee_asked_within_these_two_days_needs_no_reminder(db):
    lycee, *_, made = await a_demand(starts_at=START)
    await builders.membership(await builders.account("accueil@example.org"), "host", school=lycee)
    await rows("UPDATE attendances SET created_at = $2 WHERE id = $1", made, START - timedelta(days=1))
    assert await remind_hosts(now=START - timedelta(hours=20)) == 0
