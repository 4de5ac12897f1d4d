from __future__ import annotations

import asyncio

import pytest

from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.states import NotNow
from tests import builders
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound


async def a_visit(*, starts_at=None):
    lycee, college = await builders.school(kind="lycee"), await builders.school()
    host = await builders.person("host", "accueil@example.org", school=lycee)
    teacher = await builders.person("teacher", "claire@example.org", school=college)
    slot = await builders.slot(host=lycee, starts_at=starts_at)
    reservation = await builders.reservation(slot=slot, group=await builders.group(school=college), by=teacher)
    return reservation, slot, college, lycee, teacher, host


async def test_cancelling_gives_the_places_back_and_tells_both_schools(db):
    reservation, slot, college, _, teacher, _ = await a_visit()
    state = await cancel(reservation, CancelVisit(), role="teacher", school=college, by=teacher, now=NOW)
    assert state == "cancelled_by_teacher"
    kept = await row("SELECT state, sequence, late, reason FROM reservations WHERE id = $1", reservation)
    assert tuple(kept) == ("cancelled_by_teacher", 1, False, "")
    assert tuple(await row("SELECT seats_taken, groups_taken FROM slots WHERE id = $1", slot)) == (0, 0)
    await tell()
    told = await rows("SELECT kind, to_email, once FROM notices ORDER BY kind")
    assert [(one["kind"], one["to_email"]) for one in told] == [
        ("reservation_cancelled", "claire@example.org"),
        ("reservation_cancelled_host", "accueil@example.org"),
    ]
    assert await value("SELECT act FROM events") == "reservation_cancel"


async def test_a_late_cancellation_says_why_and_is_counted_late(db):
    reservation, _, college, _, teacher, _ = await a_visit(starts_at=paris("2027-01-14 09:00"))
    with pytest.raises(Invalid) as no:
        await cancel(reservation, CancelVisit(reason="  "), role="teacher", school=college, by=teacher, now=NOW)
    assert set(no.value.errors) == {"reason"}
    await cancel(reservation, CancelVisit(reason="Car en panne"), role="teacher", school=college, by=teacher, now=NOW)
    kept = await row("SELECT late, reason FROM reservations WHERE id = $1", reservation)
    assert tuple(kept) == (True, "Car en panne")


async def test_the_lycee_declines_with_a_reason(db):
    reservation, _, _, lycee, _, host = await a_visit()
    state = await cancel(reservation, CancelVisit(reason="Travaux"), role="host", school=lycee, by=host, now=NOW)
    assert state == "refused_by_host"


async def test_another_school_cannot_cancel_what_it_cannot_see(db):
    reservation, *_, teacher, _ = await a_visit()
    stranger = await builders.school()
    with pytest.raises(NotFound):
        await cancel(reservation, CancelVisit(reason="x"), role="teacher", school=stranger, by=teacher, now=NOW)


async def test_a_visit_that_has_begun_cannot_be_cancelled(db):
    reservation, _, college, _, teacher, _ = await a_visit(starts_at=NOW)
    with pytest.raises(NotNow):
        await cancel(reservation, CancelVisit(reason="x"), role="teacher", school=college, by=teacher, now=NOW)


async def test_cancelling_twice_at_once_frees_the_places_once(db):
    reservation, slot, college, _, teacher, _ = await a_visit()
    answers = await asyncio.gather(
        *(cancel(reservation, CancelVisit(), role="teacher", school=college, by=teacher, now=NOW) for _ in range(6)),
        return_exceptions=True,
    )
    assert [one for one in answers if isinstance(one, str)] == ["cancelled_by_teacher"]
    assert {type(one) for one in answers if not isinstance(one, str)} == {NotNow}
    assert tuple(await row("SELECT seats_taken, groups_taken FROM slots WHERE id = $1", slot)) == (0, 0)


async def test_a_late_refusal_by_the_lycee_is_not_counted_against_the_college(db):
    reservation, _, _, lycee, _, host = await a_visit(starts_at=paris("2027-01-14 09:00"))
    await cancel(reservation, CancelVisit(reason="Machine en panne"), role="host", school=lycee, by=host, now=NOW)
    kept = await row("SELECT state, late FROM reservations WHERE id = $1", reservation)
    assert tuple(kept) == ("refused_by_host", False)


@pytest.mark.parametrize("role", ["teacher", "host"])
async def test_first_names_are_erased_with_the_visit_that_ends(db, role):
    reservation, _, college, lycee, teacher, host = await a_visit()
    await builders.badges(reservation, numbers=3)
    await rows("UPDATE badges SET first_name = 'Inès'")
    own = {"teacher": (college, teacher), "host": (lycee, host)}
    school, by = own[role]
    await cancel(reservation, CancelVisit(reason="Grève"), role=role, school=school, by=by, now=NOW)
    assert await value("SELECT count(*) FROM badges WHERE first_name <> ''") == 0
