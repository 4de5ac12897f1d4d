from __future__ import annotations

import pytest

from tests import builders_bts1
from tests.browsing import read
from workshops.database import row, value


@pytest.fixture
async def course(lycee):
    return await builders_bts1.course(school=lycee.school)


async def test_the_counts_of_a_year_are_noted_and_completed(lycee, course):
    path = f"/bts1/{course}/effectifs/2026"
    answer = await lycee.browser.post(path, {"places": "12", "applicants": "41", "enrolled": "14", "girls": "5"})
    assert answer.headers["location"] == f"/bts1/{course}?fait=effectifs-notes#effectifs"
    assert 'name="enrolled" value="14"' in (await lycee.browser.get(path)).text
    shown = read(await lycee.browser.get(f"/bts1/{course}"))
    assert "2026-2027 2 inscrits de plus que de places 12 41 14 dont 5 filles — — Compléter 2026-2027" in shown
    await lycee.browser.post(path, {"places": "12", "enrolled": "14", "completed": "9", "employed_6m": "7"})
    shown = read(await lycee.browser.get(f"/bts1/{course}"))
    assert "2 diplômés sans situation notée" in shown
    assert tuple(await row("SELECT applicants, girls, completed FROM bts1_intakes")) == (None, None, 9)
    detail = await value("SELECT detail FROM events ORDER BY id DESC LIMIT 1")
    assert detail == "2026-2027 : places 12, enrolled 14, completed 9, employed_6m 7"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "places"),
        ({"enrolled": "12", "completed": "13"}, "completed"),
        ({"enrolled": "12", "completed": "9", "employed_6m": "10"}, "employed_6m"),
        ({"places": "beaucoup"}, "places"),
        ({"places": "501"}, "places"),
    ],
)
async def test_counts_that_do_not_add_up_are_said_at_their_field(lycee, course, sent, field):
    answer = await lycee.browser.post(f"/bts1/{course}/effectifs/2026", sent)
    assert (answer.status_code, f'<a href="#{field}">' in answer.text) == (422, True)
    assert await value("SELECT count(*) FROM bts1_intakes") == 0


async def test_a_year_that_was_a_mistake_is_taken_back(lycee, course):
    await builders_bts1.intake(course, 2026, enrolled=9)
    answer = await lycee.browser.post(f"/bts1/{course}/effectifs/2026/retrait")
    assert answer.headers["location"] == f"/bts1/{course}?fait=effectifs-retires#effectifs"
    assert (await lycee.browser.post(f"/bts1/{course}/effectifs/2026/retrait")).status_code == 404


async def test_no_year_is_counted_before_the_one_that_comes(lycee, course):
    path = f"/bts1/{course}/effectifs"
    assert (await lycee.browser.get(f"{path}/2028")).status_code == 404
    assert (await lycee.browser.post(f"{path}/2028", {"places": "12"})).status_code == 404
    assert (await lycee.browser.post(f"{path}/2027", {"places": "12"})).status_code == 303
    assert await value("SELECT array_agg(school_year) FROM bts1_intakes") == [2027]


async def test_a_year_that_nobody_counts_has_no_page(lycee, course):
    assert (await lycee.browser.get(f"/bts1/{course}/effectifs/1999")).status_code == 404
    assert (await lycee.browser.post(f"/bts1/{course}/effectifs/1999", {"places": "12"})).status_code == 404


async def test_mobilities_are_noted_and_taken_back(lycee, course):
    sent = {"country": "suisse", "stay": "stage", "stay_year": "2026", "people": "3"}
    assert (await lycee.browser.post(f"/bts1/{course}/mobilites", sent)).status_code == 303
    assert "Suisse 2026-2027 Stage sortante 3 — Retirer" in read(await lycee.browser.get(f"/bts1/{course}"))
    wrong = await lycee.browser.post(f"/bts1/{course}/mobilites", {**sent, "people": "0", "stay": "séjour"})
    assert wrong.status_code == 422
    assert ('<a href="#people">' in wrong.text, '<a href="#stay">' in wrong.text) == (True, True)
    number = await value("SELECT id FROM bts1_mobilities")
    await lycee.browser.post(f"/bts1/{course}/mobilites/{number}/retrait")
    assert await value("SELECT count(*) FROM bts1_mobilities") == 0
