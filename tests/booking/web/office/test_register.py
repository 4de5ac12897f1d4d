"""The register: schools, companies and partners in one list, each leading to its page."""

from __future__ import annotations

import re

import pytest

from booking.web.office.register import SHOWN
from tests import builders, builders_bts1
from tests.browsing import Browser, read
from tests.statements import statements_of
from workshops.database import rows

LIST = "/gestion/repertoire"
LINE = re.compile(r'<strong><a href="(/gestion/[^"]+)">([^<]+)</a>')


@pytest.fixture
async def known(db) -> dict[str, str]:
    """Two of each kind, by their pages: one of each is a partner."""
    made = {}
    for name, commune, department in (("Stendhal", "Besançon", "25"), ("de l'Arc", "Dole", "39")):
        college = await builders.school(name=f"Collège {name}", commune=commune, department=department)
        made[f"Collège {name}"] = f"etablissements/{college}"
    haag = await builders.school(kind="lycee", name="Lycée Jules Haag")
    made["Lycée Jules Haag"] = f"etablissements/{haag}"
    made["Lycée Pergaud"] = f"etablissements/{await builders.school(kind='lycee', name='Lycée Pergaud')}"
    firm = await builders.company(name="Horlogerie du Doubs", trade="Décolletage", commune="Besançon", department="25")
    made["Horlogerie du Doubs"] = f"entreprises/{firm}"
    made["Lunetterie"] = f"entreprises/{await builders.company(name='Lunetterie', commune='Dole', department='39')}"
    made["Cnam"] = f"partenaires/{await builders_bts1.partner(kind='cnam', name='Cnam')}"
    made["UIMM"] = f"partenaires/{await builders_bts1.partner(kind='uimm', name='UIMM')}"
    await builders_bts1.partner(kind="lycee", name="Lycée Jules Haag", school=haag)
    await builders_bts1.partner(kind="entreprise", name="Horlogerie du Doubs", company=firm)
    section = await builders.school(name="SEGPA Stendhal", part_of=haag)
    assert section
    return made


async def listed(office: Browser, asked: str = "") -> dict[str, str]:
    found = LINE.findall((await office.get(f"{LIST}?{asked}")).text.replace("&#39;", "'"))
    return {name: path.removeprefix("/gestion/") for path, name in found}


async def test_everybody_is_in_it_by_name_and_leads_to_a_page_that_is_there(office, known):
    found = await listed(office)
    assert found == known
    assert list(found) == sorted(known, key=str.casefold)
    for name, path in found.items():
        assert f"<h1>{name}</h1>" in (await office.get(f"/gestion/{path}")).text.replace("&#39;", "'")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("type=college", {"Collège Stendhal", "Collège de l'Arc"}),
        ("type=lycee", {"Lycée Jules Haag", "Lycée Pergaud"}),
        ("type=entreprise", {"Horlogerie du Doubs", "Lunetterie"}),
        ("type=partenaire", {"Lycée Jules Haag", "Horlogerie du Doubs", "Cnam", "UIMM"}),
        ("departement=39", {"Collège de l'Arc", "Lunetterie"}),
        ("departement=39&type=college", {"Collège de l'Arc"}),
        ("q=besancon+decolletage", {"Horlogerie du Doubs"}),
        ("q=haag", {"Lycée Jules Haag"}),
        ("q=zzz", set()),
    ],
)
async def test_each_filter_keeps_its_own(office, known, asked, names):
    assert set(await listed(office, asked)) == names
    shown = read(await office.get(f"{LIST}?{asked}"))
    assert f"{len(names)} fiche{'s' * (len(names) > 1)}" in shown or "Rien ne convient" in shown


async def test_a_line_says_what_it_is_who_acts_for_it_and_since_when_it_is_a_partner(office, known):
    firm = int(known["Horlogerie du Doubs"].split("/")[1])
    await builders.person("company", "ines@example.org", company=firm)
    shown = read(await office.get(f"{LIST}?q=horlogerie"))
    siret = (await rows("SELECT siret FROM companies WHERE id = $1", firm))[0]["siret"]
    assert f"Horlogerie du Doubs Entreprise · Besançon (25) · {siret} · Décolletage · 1 compte" in shown
    assert re.search(r"Partenaire depuis \w+ 20\d\d", shown)
    assert "Partenaire depuis" not in read(await office.get(f"{LIST}?q=lunetterie"))


async def test_an_empty_register_says_to_import_the_directory(office):
    shown = await office.get(LIST)
    assert "Personne n'est encore connu" in read(shown)
    assert 'href="/gestion/imports">Importer l&#39;annuaire</a>' in shown.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("etablissements", LIST),
        ("etablissements?q=hugo&type=lycee&departement=39", f"{LIST}?q=hugo&type=lycee&departement=39"),
        ("entreprises?q=horlo", f"{LIST}?type=entreprise&q=horlo"),
        ("partenaires", f"{LIST}?type=partenaire"),
        ("entreprises/nouvelle", f"{LIST}/nouveau"),
        ("partenaires/nouveau", f"{LIST}/nouveau/partenaire"),
    ],
)
async def test_the_lists_of_before_lead_to_this_one(office, old, new):
    answer = await office.get(f"/gestion/{old}")
    assert (answer.status_code, answer.headers["location"]) == (303, new)


async def test_why_companies_take_their_comings_back_is_counted_beside_them(office):
    company = await builders.company()
    for why in ("too_far", "too_far", ""):
        slot = await builders.slot()
        await builders.attendance(slot=slot, company=company, state="withdrawn", withdrawn_why=why)
    told = "Venues retirées cette année Trop loin 2 Sans raison donnée 1"
    assert told in read(await office.get(f"{LIST}?type=entreprise"))
    assert told not in read(await office.get(LIST))


async def test_a_long_list_goes_on_where_it_stopped_and_asks_the_same_for_one_page_and_for_many(office):
    for number in range(3):
        await builders.school(name=f"Collège {number:03}", commune="Dole", department="39")
    few = await statements_of(lambda: office.get(LIST))
    for number in range(3, SHOWN + 3):
        await builders.school(name=f"Collège {number:03}", commune="Dole", department="39")
    first = await office.get(f"{LIST}?q=dole&departement=39&type=college")
    assert f"{SHOWN + 3} fiches pour « dole »" in read(first)
    assert "Fiches suivantes : il en reste 3" in read(first)
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    second = await office.get(following[1].replace("&amp;", "&"))
    found = re.findall(r">Collège (\d{3})</a>", first.text + second.text)
    assert found == [f"{number:03}" for number in range(SHOWN + 3)]
    assert 'rel="next"' not in second.text
    assert len(await statements_of(lambda: office.get(LIST))) == len(few)
