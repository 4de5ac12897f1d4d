"""The demand for the principal's visa, to sign on paper."""

from __future__ import annotations

import pytest

from booking.day.papers.pack import paper_of
from booking.day.papers.queries import visit_on_paper
from booking.day.papers.rules import NoVisaAsked, Ticks
from tests import builders
from tests.booking.day.papers.paper_visit import visit
from workshops.database import row, rows


async def test_it_lists_each_choice_with_its_day_its_lycee_and_how_far_it_is(db):
    asked = await visit(state="requested")
    told = await row('SELECT "group", booked_by FROM reservations')
    above = await builders.demand(told["group"])
    await rows("UPDATE reservations SET demand = $1", above)
    other = await builders.slot(starts_at=builders.paris("2027-04-01 14:00"))
    own = {"group": told["group"], "by": told["booked_by"], "state": "waiting"}
    await builders.reservation(slot=other, **own, demand=above, line=2)
    await rows(
        "UPDATE schools SET name = 'Lycée Edgar Faure' WHERE id = (SELECT school FROM slots WHERE id = $1)", other
    )
    on_paper = await visit_on_paper(asked)
    assert on_paper is not None
    [sheet] = paper_of(on_paper, "visa").sheets
    ticks = next(block for block in sheet if isinstance(block, Ticks))
    assert [one.replace("\u00a0", " ") for one in ticks.items] == [
        "jeudi 25 mars 2027, de 9 h 00 à 12 h 00, Lycée Jules Haag (Besançon), 43 km, Découpe laser",
        "jeudi 1er avril 2027, de 14 h 00 à 17 h 00, Lycée Edgar Faure (Besançon), 43 km, Découpe laser",
    ]


async def test_there_is_none_once_the_visa_is_given(db):
    on_paper = await visit_on_paper(await visit())
    assert on_paper is not None
    with pytest.raises(NoVisaAsked):
        paper_of(on_paper, "visa")
