from __future__ import annotations

import asyncio
from typing import Any

import pytest

from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.states import NotNow
from tests import builders
from tests.builders import NOW, paris
from tests.seen import first, mails, seats
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound

NEAR = paris("2027-01-14 09:00")
KEPT = "SELECT state, sequence, late, reason FROM reservations WHERE id = $1"


class Visit:
    """Of a group of Claire's, whom a lycée receives: either may end it."""

    @classmethod
    async def new(cls, *, starts_at: Any = None) -> Visit:
        self = cls()
        lycee, college = await builders.school(kind="lycee"), await builders.school()
        host = await builders.person("host", "accueil@example.org", school=lycee)
        claire = await builders.person("teacher", "claire@example.org", school=college)
        self.slot = await builders.slot(host=lycee, starts_at=starts_at)
        self.id = await builders.reservation(slot=self.slot, group=await builders.group(school=college), by=claire)
        self.who = {"teacher": {"school": college, "by": claire}, "host": {"school": lycee, "by": host}}
        return self

    async def end(self, role: str = "teacher", *, reason: str = "", **who: int) -> str:
        return await cancel(self.id, CancelVisit(reason=reason), role=role, now=NOW, **self.who[role] | who)


async def test_cancelling_gives_the_places_back_and_tells_both_schools(db):
    visit = await Visit.new()
    assert await visit.end() == "cancelled_by_teacher"
    assert await first(KEPT, visit.id) == ("cancelled_by_teacher", 1, False, "")
    assert await seats(visit.slot) == (0, 0)
    assert await mails(by="kind") == [
        ("reservation_cancelled", "claire@example.org"),
        ("reservation_cancelled", "accueil@example.org"),
    ]
    assert await value("SELECT act FROM events") == "reservation_cancel"


async def test_a_late_cancellation_says_why_and_is_counted_late(db):
    visit = await Visit.new(starts_at=NEAR)
    with pytest.raises(Invalid) as no:
        await visit.end(reason="  ")
    assert set(no.value.errors) == {"reason"}
    await visit.end(reason="Car en panne")
    assert (await first(KEPT, visit.id))[2:] == (True, "Car en panne")


async def test_the_lycee_declines_with_a_reason(db):
    assert await (await Visit.new()).end("host", reason="Travaux") == "refused_by_host"


async def test_another_school_cannot_cancel_what_it_cannot_see(db):
    visit = await Visit.new()
    with pytest.raises(NotFound):
        await visit.end(reason="x", school=await builders.school())


async def test_a_visit_that_has_begun_cannot_be_cancelled(db):
    with pytest.raises(NotNow):
        await (await Visit.new(starts_at=NOW)).end(reason="x")


async def test_cancelling_twice_at_once_frees_the_places_once(db):
    visit = await Visit.new()
    answers = await asyncio.gather(*(visit.end() for _ in range(6)), return_exceptions=True)
    assert [one for one in answers if isinstance(one, str)] == ["cancelled_by_teacher"]
    assert {type(one) for one in answers if not isinstance(one, str)} == {NotNow}
    assert await seats(visit.slot) == (0, 0)


async def test_a_late_refusal_by_the_lycee_is_not_counted_against_the_college(db):
    visit = await Visit.new(starts_at=NEAR)
    await visit.end("host", reason="Machine en panne")
    assert (await first(KEPT, visit.id))[::2] == ("refused_by_host", False)


@pytest.mark.parametrize("role", ["teacher", "host"])
async def test_first_names_are_erased_with_the_visit_that_ends(db, role):
    visit = await Visit.new()
    await builders.badges(visit.id, numbers=3)
    await rows("UPDATE badges SET first_name = 'Inès'")
    await visit.end(role, reason="Grève")
    assert await value("SELECT count(*) FROM badges WHERE first_name <> ''") == 0
