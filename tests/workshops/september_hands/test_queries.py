"""Who is asked in September, who answered, and what all of it amounts to."""

from __future__ import annotations

import pytest

from tests import builders
from tests.builders import paris
from tests.workshops.september_hands.world import SEPTEMBER, asked_lycees, count
from workshops.september_hands.count_hands import AskOfHands, ask_of_hands
from workshops.september_hands.queries import asks_now, hands, silent_now, years_of_hands


async def test_those_asked_have_received_or_propose_and_may_have_a_2de_pro(db):
    lycees = await asked_lycees()
    assert [its.id for its in (await hands(2026)).silent] == [lycees.received, lycees.offers]
    # A section of the general lycée teaches a trade: the lycée is asked, which it is not for one of which nobody knows.
    await builders.school(kind="lycee", name="SGT", part_of=lycees.general)
    assert lycees.general not in {its.id for its in (await hands(2026)).silent}
    section = await builders.school(kind="lycee", name="SEP", part_of=lycees.general, vocational=True)
    await builders.workshop(host=section, created_at=paris("2026-06-01 08:00"))
    assert lycees.general in {its.id for its in (await hands(2026)).silent}
    assert section not in {its.id for its in (await hands(2026)).silent}
    # The one that came in November is asked the autumn after.
    assert lycees.new in {its.id for its in (await hands(2027)).silent}


async def test_a_lycee_that_said_that_it_has_none_is_not_counted_among_those_asked(db):
    lycees = await asked_lycees()
    marc = await builders.person("host", school=lycees.received)
    await ask_of_hands(lycees.received, AskOfHands(asked=False), by=marc, now=SEPTEMBER)
    await count(lycees.offers, ("2de MTNE", 24, 6))
    found = await hands(2026)
    assert (found.answered, found.asked, found.silent) == (1, 1, [])


async def test_all_sections_of_a_year_are_told_by_lycee_and_add_up(db):
    lycees = await asked_lycees()
    await count(lycees.offers, ("2de MTNE", 24, 6), ("2de MRC", 30, 0), ("2de AGORA", None, None))
    await count(lycees.received, ("2de Bois", 12, 3))
    await count(lycees.received, ("2de Bois", 11, 1), year=2025)
    found = await hands(2026)
    assert [(line.name, line.section, line.present, line.hands, line.share) for line in found.lines] == [
        ("Lycée Faure", "2de Bois", 12, 3, 25),
        ("Lycée Haag", "2de MRC", 30, 0, 0),
        ("Lycée Haag", "2de MTNE", 24, 6, 25),
    ]
    assert [(its.name, its.whole.present, its.whole.hands) for its in found.lycees] == [
        ("Lycée Faure", 12, 3),
        ("Lycée Haag", 54, 6),
    ]
    assert (found.whole.present, found.whole.hands, found.whole.share) == (66, 9, 14)
    assert (await years_of_hands(), await years_of_hands(lycee=lycees.offers)) == ([2026, 2025], [2026])


async def test_a_lycee_that_named_its_sections_alone_has_not_answered(db):
    lycees = await asked_lycees()
    await count(lycees.offers, ("2de MTNE", None, None))
    assert (await hands(2026)).answered == 0
    assert await asks_now(lycees.offers, now=SEPTEMBER)


@pytest.mark.parametrize(
    ("day", "asks", "called"),
    [("2026-08-31", False, 0), ("2026-09-01", True, 0), ("2026-10-01", True, 2), ("2026-10-16", False, 2)],
)
async def test_a_lycee_is_asked_in_its_weeks_and_the_coordination_told_in_its_own(db, day, asks, called):
    lycees, now = await asked_lycees(), paris(f"{day} 09:00")
    assert (await asks_now(lycees.offers, now=now), len(await silent_now(now=now, most=9))) == (asks, called)
    assert not await asks_now(lycees.general, now=now)


async def test_a_lycee_that_answered_is_neither_asked_nor_called_again_this_year(db):
    lycees, october = await asked_lycees(), paris("2026-10-05 09:00")
    await count(lycees.offers, ("2de MTNE", 0, 0))
    assert not await asks_now(lycees.offers, now=october)
    assert [its.id for its in await silent_now(now=october, most=9)] == [lycees.received]
    assert await asks_now(lycees.offers, now=paris("2027-09-05 09:00"))


async def test_of_many_silent_lycees_the_first_are_named_and_all_are_counted(db):
    lycees, october = await asked_lycees(), paris("2026-10-05 09:00")
    (first,) = await silent_now(now=october, most=1)
    assert (first.id, first.in_all) == (lycees.received, 2)
    assert ((await hands(2026)).unanswered, (await hands(2026)).asked) == (2, 2)
