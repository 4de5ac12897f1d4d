"""What became of the pupils at the end of the bac: on the cohort's page, its scheme's and over all of them."""

from __future__ import annotations

import csv
import io
import re
import secrets
from datetime import date

import pytest

from booking.people.accounts.token import issue_token
from tests import builders, builders_ptech
from tests.application import application
from tests.booking.web.host.lycee import a_lycee
from tests.browsing import Browser, Machine, read
from tests.builders import NOW, _insert

APP = application(now=lambda: NOW)
RULE = "Les élèves présents au dernier recensement de terminale"


async def a_cohort(scheme, entry_year, present, **became):
    """A cohort whose terminale ended in June with so many, and what became of them."""
    made = await builders_ptech.cohort(of=scheme, entry_year=entry_year)
    await builders_ptech.census(made, entry_year, present=24)
    await builders_ptech.census(made, entry_year + 2, "june", present=present)
    for kind, pupils in became.items():
        await _insert("ptech_outcomes", cohort=made, kind=kind, pupils=pupils, school_year=entry_year + 3)
    return made


@pytest.fixture
async def lycee(db):
    return await a_lycee()


@pytest.fixture
async def schemes(lycee):
    """A scheme of the lycée with two cohorts that left and one that did not, another of it, and another lycée's."""
    ours = await builders_ptech.scheme(school=lycee.school, title="MEI", opens_on=date(2022, 9, 1))
    second = await builders_ptech.scheme(school=lycee.school, title="Optique", opens_on=date(2022, 9, 1))
    theirs = await builders_ptech.scheme(title="Bois", opens_on=date(2022, 9, 1))
    first = await a_cohort(ours, 2022, 20, bts_entered=15, studying=2, employed=1)
    wrong = await a_cohort(ours, 2023, 18, bts_entered=19)
    await a_cohort(second, 2023, 12)
    await a_cohort(theirs, 2023, 10, bts_entered=9)
    still = await builders_ptech.cohort(of=ours, entry_year=2025)
    await builders_ptech.census(still, 2025, present=24)
    return {"ours": ours, "first": first, "wrong": wrong, "still": still}


async def test_a_cohort_s_page_says_beside_its_funnel_what_became_of_each(lycee, schemes):
    shown = read(await lycee.browser.get(f"/lycee/ptech/cohortes/{schemes['first']}"))
    told = "Présents en fin de bac 20 juin 2025 Entrés en BTS 15 Autre formation 2 Emploi 1 Autre situation 0 Inconnu 2"
    assert (told in shown, RULE in shown) == (True, True)
    still = read(await lycee.browser.get(f"/lycee/ptech/cohortes/{schemes['still']}"))
    assert "Après le bac professionnel" not in still


async def test_more_told_of_than_left_is_said_where_it_is_corrected(lycee, schemes):
    sentence = "Devenir noté de 19 élèves, pour 18 présents en juin 2026 : corrigez l'un ou l'autre."
    for page in (f"/lycee/ptech/cohortes/{schemes['wrong']}", f"/lycee/ptech/dispositifs/{schemes['ours']}"):
        assert sentence in read(await lycee.browser.get(page)), page
    form = f"/lycee/ptech/cohortes/{schemes['wrong']}/devenir"
    assert sentence in read(await lycee.browser.get(form))
    sent = {"kind": "bts_entered", "school_year": "2026", "pupils": "17"}
    await lycee.browser.post(form, sent)
    assert "18 élèves présents en fin de bac, en juin 2026, dont 1 sans devenir noté." in read(
        await lycee.browser.get(form)
    )
    shown = read(await lycee.browser.get(f"/lycee/ptech/cohortes/{schemes['wrong']}"))
    assert ("Devenir noté de" in shown, "Autre situation 0 Inconnu 1" in shown) == (False, True)


async def test_a_cohort_s_page_asks_for_what_is_not_told_and_leads_to_the_form_and_to_the_census(lycee, schemes):
    first, wrong = (f"/lycee/ptech/cohortes/{schemes[name]}" for name in ("first", "wrong"))
    asks = await lycee.browser.get(first)
    assert "2 élèves sans devenir noté Présents en fin de bac, en juin 2025. Noter le devenir des élèves" in read(asks)
    assert asks.text.count(f'href="{first}/devenir"') == 3
    told = await lycee.browser.get(wrong)
    assert ("sans devenir noté" in read(told), "Corriger le recensement de juin 2026" in read(told)) == (False, True)
    census = f'href="{wrong}/recensement?annee=2025&amp;periode=june"'
    assert (told.text.count(census), (await lycee.browser.get(f"{wrong}/devenir")).text.count(census)) == (3, 1)
    await lycee.browser.post(f"{wrong}/devenir", {"kind": "bts_entered", "school_year": "2026", "pupils": "18"})
    assert "18 élèves présents en fin de bac, en juin 2026 : tous ont un devenir noté." in read(
        await lycee.browser.get(f"{wrong}/devenir")
    )


async def test_the_year_proposed_is_this_one_or_that_of_the_line_to_correct(lycee, schemes):
    form = f"/lycee/ptech/cohortes/{schemes['first']}/devenir"
    page = (await lycee.browser.get(form)).text
    assert chosen(page) == ["2026"]
    assert 'href="?devenir=bts_entered&amp;annee=2025#noter">Corriger<' in page
    assert chosen((await lycee.browser.get(f"{form}?devenir=bts_entered")).text) == ["bts_entered", "2025"]
    await lycee.browser.post(form, {"kind": "bts_entered", "school_year": "2026", "pupils": "1"})
    for year in ("2025", "2026"):
        assert chosen((await lycee.browser.get(f"{form}?devenir=bts_entered&annee={year}")).text)[1] == year
    assert chosen((await lycee.browser.get(f"{form}?devenir=bac_pro")).text) == ["bac_pro", "2026"]
    assert chosen((await lycee.browser.get(f"{form}?devenir=autre-chose")).text) == ["2026"]


def chosen(page: str) -> list[str]:
    return [value for value in re.findall(r'<option value="([^"]*)" selected', page) if value]


async def test_a_scheme_and_a_lycee_tell_their_own_cohorts_and_their_sum(lycee, schemes):
    scheme = read(await lycee.browser.get(f"/lycee/ptech/dispositifs/{schemes['ours']}"))
    assert "Toutes ces cohortes 38 34 2 1 0 2" in scheme
    assert ("Optique" in scheme, "Bois" in scheme) == (False, False)
    own = read(await lycee.browser.get("/lycee/ptech"))
    assert ("Toutes ces cohortes 50 34 2 1 0 14" in own, "Bois, rentrée 2023" in own) == (True, False)


async def test_the_coordination_has_all_of_them_and_their_file(lycee, schemes):
    nadia = await Browser(APP, now=NOW).sign_in(await builders.person("coordinator", name="Nadia Perrin"))
    shown = await nadia.get("/gestion/ptech")
    assert "Toutes ces cohortes 60 43 2 1 0 15" in read(shown)
    assert "/gestion/graphiques/ptech-devenir/chiffres.xlsx" in shown.text
    got = await nadia.get("/gestion/graphiques/ptech-devenir/chiffres.csv")
    told = list(csv.reader(io.StringIO(got.content.decode("utf-8-sig")), delimiter=";"))
    assert told[0] == [
        *("Cohorte", "Compté en", "Présents en fin de bac", "Entrés en BTS", "Autre formation", "Emploi"),
        *("Autre situation", "Inconnu"),
    ]
    assert told[5] == ["Toutes ces cohortes", "", "60", "43", "2", "1", "0", "15"]
    assert (await nadia.get("/gestion/graphiques/ptech-devenir")).headers["location"] == "/gestion/ptech#devenir"


async def test_a_mentor_company_is_told_nothing_of_what_became_of_them(lycee, schemes):
    company = await builders.company()
    await builders_ptech.mentor(schemes["first"], company=company)
    ines = await Browser(APP, now=NOW).sign_in(
        await builders.person("company", "ines@example.org", name="Inès Caron", company=company)
    )
    shown = read(await ines.get(f"/entreprise/cohortes/{schemes['first']}"))
    assert ("MEI" in shown, "Après le bac professionnel" in shown) == (True, False)
    token = secrets.token_urlsafe(32)
    await issue_token("ines@example.org", token=token, now=NOW)
    answer = (await Machine(APP, token).get(f"/ptech/cohorts/{schemes['first']}")).json()
    assert (answer["scheme"], "leavers" in answer, "outcomes" in answer) == ("MEI", False, False)
