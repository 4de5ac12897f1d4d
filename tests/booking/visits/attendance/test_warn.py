"""A company that would come where no group does is told, and what it read is not said again."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from booking.visits.attendance.acts import TellComing
from booking.visits.attendance.announce import announce
from booking.visits.attendance.lapse import warn
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.remind import remind
from tests import builders
from tests.builders import NOW
from tests.telling import tell
from workshops.database import rows, value

START = NOW + timedelta(days=30)
CLOSES = START - timedelta(days=8)


async def told() -> list[tuple[str, str]]:
    await tell()
    asked = """SELECT kind, to_email FROM notices WHERE kind LIKE 'session_%' OR kind = 'reminder_1_company'
      ORDER BY id"""
    return [tuple(one) for one in await rows(asked)]


async def two_sessions() -> tuple[list[int], list[int]]:
    """Two slots of two lycées, each with a company that is announced; returns the slots and the companies."""
    slots, companies = [], []
    for n in (1, 2):
        lycee = await builders.school(kind="lycee")
        slots.append(await builders.slot(host=lycee, starts_at=START, seats=60, groups_max=3, booking_closes_at=CLOSES))
        companies.append(await builders.company(name=f"Horlogerie {n}"))
        await builders.person("company", f"firm{n}@example.org", company=companies[-1])
    return slots, companies


async def a_group(slot: int) -> tuple[int, int, int]:
    college = await builders.school()
    teacher = await builders.person("teacher", f"{uuid4()}@example.org", school=college)
    group = await builders.group(school=college, teacher=teacher)
    await value("UPDATE slots SET groups_ever = groups_ever + 1 WHERE id = $1 RETURNING id", slot)
    return await builders.reservation(slot=slot, group=group, by=teacher, state="confirmed"), college, teacher


async def leaves(reservation: int, college: int, teacher: int) -> None:
    await cancel(reservation, CancelVisit(reason="Grève"), role="teacher", school=college, by=teacher, now=NOW)


async def comes(slot: int, company: int, *, now: datetime = NOW) -> int:
    by = await value("SELECT account FROM memberships WHERE company = $1", company)
    drawn = {"uid": str(uuid4()), "badge_salt": uuid4(), "secret_key": "a secret of the tests"}
    asked = TellComing(people=2, role="temoignage")
    return await announce(asked, slot=slot, company=company, by=by, now=now, **drawn)


async def test_the_company_hears_that_the_last_group_left_once_and_no_other_company_does(db):
    slots, companies = await two_sessions()
    groups = [await a_group(slots[0]), await a_group(slots[0])]
    await a_group(slots[1])
    for slot, company in zip(slots, companies, strict=True):
        await comes(slot, company)
    await leaves(*groups[0])
    assert (await warn(now=NOW), await told()) == (0, [])
    await leaves(*groups[1])
    assert [await warn(now=NOW), await warn(now=NOW)] == [1, 0]
    assert await told() == [("session_left_alone", "firm1@example.org")]
    # Another group comes, and leaves as well.
    third = await a_group(slots[0])
    assert await warn(now=NOW) == 0
    await leaves(*third)
    assert await warn(now=NOW) == 1
    assert await told() == [("session_left_alone", "firm1@example.org")] * 2


async def test_who_signs_up_where_nobody_comes_read_it_then(db):
    slots, companies = await two_sessions()
    await leaves(*await a_group(slots[0]))
    for slot, company in zip(slots, companies, strict=True):
        await comes(slot, company)
    assert (await warn(now=NOW), await told()) == (0, [])


async def test_reservations_that_close_empty_are_told_and_nobody_is_expected_tomorrow(db):
    slots, companies = await two_sessions()
    await a_group(slots[1])
    for slot, company in zip(slots, companies, strict=True):
        await comes(slot, company)
    assert await warn(now=CLOSES - timedelta(minutes=1)) == 0
    assert [await warn(now=CLOSES), await warn(now=START - timedelta(days=1))] == [1, 0]
    await remind(now=START - timedelta(hours=2))
    assert await told() == [
        ("session_to_nobody", "firm1@example.org"),
        ("reminder_1_company", "firm2@example.org"),
    ]


async def test_who_signs_up_once_reservations_closed_empty_read_it_then(db):
    slots, companies = await two_sessions()
    for slot, company, now in zip(slots, companies, (CLOSES - timedelta(minutes=1), CLOSES), strict=True):
        await comes(slot, company, now=now)
    assert [await warn(now=CLOSES), await warn(now=START - timedelta(hours=2))] == [1, 0]
    assert await told() == [("session_to_nobody", "firm1@example.org")]


async def test_a_group_that_was_offered_a_place_since_and_leaves_is_told_to_who_signed_up_beside_nobody(db):
    slots, companies = await two_sessions()
    for slot, company in zip(slots, companies, strict=True):
        await comes(slot, company, now=CLOSES)
    offered = await a_group(slots[0])
    assert await warn(now=CLOSES) == 0
    await leaves(*offered)
    assert await warn(now=CLOSES) == 1
    assert await told() == [("session_to_nobody", "firm1@example.org")]


async def test_a_session_that_moves_and_closes_at_once_is_told_to_who_read_that_it_was_open(db):
    slots, companies = await two_sessions()
    for slot, company, now in zip(slots, companies, (NOW, CLOSES), strict=True):
        await comes(slot, company, now=now)
    sooner = START - timedelta(days=1)
    await rows("UPDATE slots SET starts_at = $1, booking_closes_at = $2", sooner, NOW - timedelta(days=1))
    assert await warn(now=CLOSES) == 2
    assert await told() == [("session_to_nobody", f"firm{n}@example.org") for n in (1, 2)]
