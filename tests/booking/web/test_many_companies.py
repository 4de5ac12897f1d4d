"""The pages where a company is named, with two thousand companies in the register."""

from __future__ import annotations

import pytest

from tests import builders, builders_bts1, builders_ptech
from tests.application import application
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.statements import statements_of
from workshops.database import row, rows, value

APP = application(now=lambda: NOW)
PAGES = (
    "/gestion/ptech/cohortes/{cohort}/entreprises",
    "/gestion/ptech/cohortes/{cohort}/actions",
    "/gestion/repertoire/nouveau/partenaire",
    "/gestion/comptes/invitation?role=company",
    "/gestion/repertoire?type=entreprise",
    "/bts1/{course}",
)


async def a_coordinator() -> Browser:
    account = await builders.person("coordinator", name="Yves Marchand")
    return await Browser(APP, now=NOW).sign_in(account)


async def two_thousand_companies() -> None:
    await rows(
        "INSERT INTO companies (siret, name, trade, commune, department, example)"
        " SELECT lpad(n::text, 14, '0'), 'Société ' || lpad(n::text, 4, '0'), 'Mécanique', 'Dole', '39', false"
        " FROM generate_series(1, 2000) AS n"
    )


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_weighs_and_asks_the_same_with_two_thousand_companies(db, page):
    yves = await a_coordinator()
    path = page.format(cohort=await builders_ptech.cohort(), course=await builders_bts1.course())
    await builders.company()
    few = await yves.get(path)
    asked = await statements_of(lambda: yves.get(path))
    await two_thousand_companies()
    many = await yves.get(path)
    assert (few.status_code, many.status_code) == (200, 200)
    assert len(await statements_of(lambda: yves.get(path))) == len(asked)
    assert len(many.text) < len(few.text) + 60_000


async def test_a_company_among_two_thousand_mentors_a_cohort_by_its_words(db):
    yves = await a_coordinator()
    cohort = await builders_ptech.cohort(entry_year=2026)
    await two_thousand_companies()
    path = f"/gestion/ptech/cohortes/{cohort}/entreprises"
    unclear = await yves.post(path, {"company": "société dole", "from_on": "2026-09-15"})
    assert (unclear.status_code, 'value="société dole"' in unclear.text) == (422, True)
    assert 'type="radio" id="company_siret-1" name="company_siret" value="00000000000001"' in unclear.text
    answer = await yves.post(
        path, {"company": "société 12", "company_siret": "00000000001234", "from_on": "2026-09-15"}
    )
    assert answer.headers["location"] == f"{path}?fait=mentore-ajoutee"
    named = "SELECT c.name FROM ptech_mentors m JOIN companies c ON c.id = m.company"
    assert await value(named) == "Société 1234"


async def test_a_course_is_made_with_a_company_that_is_typed(db):
    yves = await a_coordinator()
    course = await builders_bts1.course()
    firm = await builders.company(name="Horlogerie du Doubs")
    answer = await yves.post(f"/bts1/{course}/partenaires", {"maker": "", "company": "horlogerie du doubs", "name": ""})
    assert answer.headers["location"] == f"/bts1/{course}?fait=formation-completee#partenaires"
    assert tuple(await row("SELECT kind, name, company FROM bts1_partners")) == (
        "entreprise",
        "Horlogerie du Doubs",
        firm,
    )
    wrong = await yves.post(f"/bts1/{course}/partenaires", {"maker": "", "company": "zzz", "name": ""})
    assert (wrong.status_code, '<a href="#company">' in wrong.text) == (422, True)


async def test_the_register_is_read_a_page_at_a_time_and_says_how_many_there_are(db):
    yves = await a_coordinator()
    await two_thousand_companies()
    there = "/gestion/repertoire?type=entreprise"
    first = read(await yves.get(there))
    assert "2 000 fiches" in first
    assert "Fiches suivantes : il en reste 1 950" in first
    last = read(await yves.get(f"{there}&apres=1950"))
    assert ("Société 2000" in last, "Fiches suivantes" in last) == (True, False)
    found = read(await yves.get(f"{there}&q=dole+MECANIQUE+00000000000150"))
    assert ("1 fiche " in found, "Société 0150" in found) == (True, True)
