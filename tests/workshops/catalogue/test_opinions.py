"""What visits say is read once nobody's answer can be: from five on, of each workshop and each year."""

from __future__ import annotations

from tests import builders
from workshops.catalogue.count_opinion import GiveOpinion, count_opinion
from workshops.catalogue.queries import said_in_all, said_of_workshop

YES = GiveOpinion(built="yes", level="partly", again="no")


async def test_answers_are_told_from_five_visits_on(db):
    workshop, other = await builders.workshop(), await builders.workshop()
    slot, elsewhere = await builders.slot(workshop=workshop), await builders.slot(workshop=other)
    for answered in range(1, 6):
        await count_opinion(slot, YES, school_year=2026)
        told = [(one.question, one.visits) for one in await said_of_workshop(workshop)]
        assert told == ([] if answered < 5 else [("again", 5), ("built", 5), ("level", 5)])
    await count_opinion(elsewhere, YES, school_year=2026)
    await count_opinion(elsewhere, YES, school_year=2025)
    assert await said_of_workshop(other) == []
    assert [(one.school_year, one.visits) for one in await said_in_all()] == [(2026, 6)] * 3
    assert await said_in_all(2025) == []
