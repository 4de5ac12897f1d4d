"""A company that the lycée never answered, and one that would come where no group does: each is told, once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from booking.visits.attendance.lapse import lapse, remind_hosts, warn
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.remind import remind
from tests import builders
from tests.booking.visits.attendance.test_announce import come
from tests.booking.visits.attendance.test_change import Coming
from tests.builders import NOW
from tests.seen import first, kinds, mails
from workshops.database import rows, value

ASKED_FOR = NOW + timedelta(days=5)
START = NOW + timedelta(days=30)
CLOSES = START - timedelta(days=8)


async def a_demand(*, state: str = "asked") -> Coming:
    return await Coming.new(state=state, on_agreement=True, starts_at=ASKED_FOR)


async def test_an_unanswered_demand_ends_when_the_session_begins(db):
    demand = await a_demand()
    assert await lapse(now=ASKED_FOR - timedelta(minutes=1)) == 0
    assert await lapse(now=ASKED_FOR) == 1
    assert await first("SELECT state, sequence FROM attendances") == ("lapsed", 1)
    assert await demand.taken() == 0
    pauline = await value("SELECT email FROM accounts WHERE id = $1", demand.pauline)
    assert await mails() == [("attendance_ended", pauline)]
    assert await first("SELECT act, by, about FROM events") == ("attendance_lapsed", None, demand.id)
    assert await lapse(now=ASKED_FOR) == 0


async def test_what_was_answered_does_not_lapse(db):
    await a_demand(state="announced")
    assert await lapse(now=ASKED_FOR) == 0
    assert await kinds() == []


async def test_the_lycee_is_reminded_once_two_days_before(db):
    await a_demand()
    assert await remind_hosts(now=ASKED_FOR - timedelta(days=2, minutes=1)) == 0
    for _ in range(2):
        await remind_hosts(now=ASKED_FOR - timedelta(days=2))
    assert await remind_hosts(now=ASKED_FOR) == 0
    assert await mails() == [("attendance_asked", "accueil@example.org")]


async def test_every_host_of_the_lycee_is_reminded(db):
    demand, hosts = await a_demand(), {"accueil@example.org"}
    for n in range(12):
        hosts.add(f"accueil{n}@example.org")
        await builders.person("host", f"accueil{n}@example.org", school=demand.lycee)
    assert await remind_hosts(now=ASKED_FOR - timedelta(days=2)) == 1
    assert sorted(await mails()) == sorted(("attendance_asked", host) for host in hosts)


async def test_a_lycee_asked_within_these_two_days_needs_no_reminder(db):
    await a_demand()
    await rows("UPDATE attendances SET created_at = $1", ASKED_FOR - timedelta(days=1))
    assert await remind_hosts(now=ASKED_FOR - timedelta(hours=20)) == 0


async def told() -> list[tuple[str, str]]:
    """What a company reads of who comes."""
    return [one for one in await mails() if one[0].startswith("session_") or one[0] == "eve"]


async def two_sessions() -> list[tuple[int, int, int]]:
    """Two slots of two lycées, each with a company and whoever announces it."""
    sessions = []
    for n in (1, 2):
        lycee, company = await builders.school(kind="lycee"), await builders.company(name=f"Horlogerie {n}")
        slot = await builders.slot(host=lycee, starts_at=START, seats=60, groups_max=3, booking_closes_at=CLOSES)
        firm = await builders.person("company", f"firm{n}@example.org", company=company)
        sessions.append((slot, company, firm))
    return sessions


async def a_group(slot: int) -> tuple[int, int, int]:
    college = await builders.school()
    teacher = await builders.person("teacher", f"{uuid4()}@example.org", school=college)
    group = await builders.group(school=college, teacher=teacher)
    await rows("UPDATE slots SET groups_ever = groups_ever + 1 WHERE id = $1", slot)
    return await builders.reservation(slot=slot, group=group, by=teacher), college, teacher


async def leaves(reservation: int, college: int, teacher: int) -> None:
    await cancel(reservation, CancelVisit(reason="Grève"), role="teacher", school=college, by=teacher, now=NOW)


async def test_the_company_hears_that_the_last_group_left_once_and_no_other_company_does(db):
    alone, beside = await two_sessions()
    groups = [await a_group(alone[0]), await a_group(alone[0])]
    await a_group(beside[0])
    for session in (alone, beside):
        await come(*session)
    await leaves(*groups[0])
    assert (await warn(now=NOW), await told()) == (0, [])
    await leaves(*groups[1])
    assert [await warn(now=NOW), await warn(now=NOW)] == [1, 0]
    assert await told() == [("session_alone", "firm1@example.org")]
    # Another group comes, and leaves as well.
    third = await a_group(alone[0])
    assert await warn(now=NOW) == 0
    await leaves(*third)
    assert await warn(now=NOW) == 1
    assert await told() == [("session_alone", "firm1@example.org")] * 2


async def test_who_signs_up_where_nobody_comes_read_it_then(db):
    left, empty = await two_sessions()
    await leaves(*await a_group(left[0]))
    for session in (left, empty):
        await come(*session)
    assert (await warn(now=NOW), await told()) == (0, [])


async def test_reservations_that_close_empty_are_told_and_nobody_is_expected_tomorrow(db):
    empty, visited = await two_sessions()
    await a_group(visited[0])
    for session in (empty, visited):
        await come(*session)
    assert await warn(now=CLOSES - timedelta(minutes=1)) == 0
    assert [await warn(now=CLOSES), await warn(now=START - timedelta(days=1))] == [1, 0]
    await remind(now=START - timedelta(hours=2))
    assert await told() == [("session_alone", "firm1@example.org"), ("eve", "firm2@example.org")]


async def test_who_signs_up_once_reservations_closed_empty_read_it_then(db):
    before, since = await two_sessions()
    await come(*before, now=CLOSES - timedelta(minutes=1))
    await come(*since, now=CLOSES)
    assert [await warn(now=CLOSES), await warn(now=START - timedelta(hours=2))] == [1, 0]
    assert await told() == [("session_alone", "firm1@example.org")]


async def test_a_group_that_was_offered_a_place_since_and_leaves_is_told_to_who_signed_up_beside_nobody(db):
    alone, other = await two_sessions()
    for session in (alone, other):
        await come(*session, now=CLOSES)
    offered = await a_group(alone[0])
    assert await warn(now=CLOSES) == 0
    await leaves(*offered)
    assert await warn(now=CLOSES) == 1
    assert await told() == [("session_alone", "firm1@example.org")]


async def test_a_session_that_moves_and_closes_at_once_is_told_to_who_read_that_it_was_open(db):
    open_then, closed_then = await two_sessions()
    await come(*open_then)
    await come(*closed_then, now=CLOSES)
    sooner = START - timedelta(days=1)
    await rows("UPDATE slots SET starts_at = $1, booking_closes_at = $2", sooner, NOW - timedelta(days=1))
    assert await warn(now=CLOSES) == 2
    assert await told() == [("session_alone", f"firm{n}@example.org") for n in (1, 2)]
