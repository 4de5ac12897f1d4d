"""One action for several cohorts in one act, and the same again a year later, on the pages of a lycée."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from tests import builders, builders_ptech
from tests.booking.web.host.lycee import a_lycee
from tests.booking.web.ptech.test_pages import ACTION, a_guest
from tests.browsing import read
from tests.builders import paris
from tests.telling import tell
from workshops.database import rows, value

PLANNED = "SELECT cohort, title, starts_at, company FROM mentoring_actions ORDER BY cohort"


@pytest.fixture
async def world(db) -> dict[str, Any]:
    """Three cohorts of a lycée, two of them mentored by Zénith Montres; one of another lycée."""
    lycee = await a_lycee()
    scheme = await builders_ptech.scheme(school=lycee.school)
    first, second, third = [await builders_ptech.cohort(of=scheme, entry_year=year) for year in (2024, 2025, 2026)]
    firm = await builders.company(name="Zénith Montres")
    for cohort in (first, second):
        await builders_ptech.mentor(cohort, company=firm, from_on=date(2026, 9, 1))
    await a_guest(firm)
    stranger = await builders_ptech.cohort(of=await builders_ptech.scheme(title="P-TECH Bois"), entry_year=2026)
    browser = lycee.browser
    return {"browser": browser, "firm": firm, "cohorts": (first, second, third), "stranger": stranger}


async def test_one_act_plans_an_action_with_several_cohorts_and_each_invitation_names_its_own(world):
    first, second, third = world["cohorts"]
    here = f"/lycee/ptech/cohortes/{first}"
    form = await world["browser"].get(f"{here}/actions")
    boxes = re.findall(r'name="also" value="(\d+)"', form.text)
    assert [int(one) for one in boxes] == [second, third]
    asked = {**ACTION, "company": str(world["firm"]), "also": [str(second)]}
    planned = await world["browser"].post(f"{here}/actions", asked)
    assert planned.headers["location"] == f"{here}?fait=action-prevue"
    expected = [(cohort, "Visite", paris("2027-03-25 09:00"), world["firm"]) for cohort in (first, second)]
    assert [tuple(one) for one in await rows(PLANNED)] == expected
    assert await value("SELECT count(DISTINCT uid) FROM mentoring_actions") == 2
    await tell()
    told = await rows("SELECT kind, count(*) FROM notices GROUP BY kind")
    # To the lycée's host and to the company, of each of the two.
    assert [tuple(one) for one in told] == [("mentoring", 4)]


async def test_where_one_of_the_cohorts_cannot_have_it_none_has_it_and_it_is_named(world):
    first, second, third = world["cohorts"]
    here = f"/lycee/ptech/cohortes/{first}"
    asked = {**ACTION, "company": str(world["firm"]), "also": [str(second), str(third)]}
    refused = await world["browser"].post(f"{here}/actions", asked)
    assert refused.status_code == 422
    assert "P-TECH Microtechniques, rentrée 2026 : cette entreprise n'est pas mentore de la cohorte" in read(refused)
    assert re.findall(r'name="also" value="(\d+)" checked', refused.text) == [str(second), str(third)]
    other = await world["browser"].post(f"{here}/actions", {**ACTION, "also": [str(world["stranger"])]})
    assert other.status_code == 404
    assert await rows(PLANNED) == []


async def test_an_action_is_proposed_again_a_year_later_on_the_same_day_of_the_week(world):
    first, second, _ = world["cohorts"]
    made = await builders_ptech.action(first, starts_at=paris("2026-12-03 14:00"), company=world["firm"])
    page = await world["browser"].get(f"/lycee/ptech/actions/{made}")
    again = f"/lycee/ptech/cohortes/{first}/actions?comme={made}"
    assert f'href="{again}"' in page.text
    form = (await world["browser"].get(again)).text
    assert 'name="starts_on" value="2027-12-02"' in form
    assert 'name="starts" value="14:00"' in form
    assert f'<option value="{world["firm"]}" selected>' in form
    other = f"/lycee/ptech/cohortes/{second}/actions?comme={made}"
    assert (await world["browser"].get(other)).status_code == 404
