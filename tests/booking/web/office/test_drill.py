"""Each figure of the signed-in pages leads to a list, and what the list says in all is the figure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from random import Random

import pytest

from tests import builders, builders_bts1, builders_ptech
from tests.browsing import read
from tests.builders import NOW, paris

# A cell whose figure is a link: what it counts, where it leads, how many.
CELL = re.compile(r'data-label="([^"]+)"><a href="([^"]+)">([\d  ]+)</a>')
LINE = re.compile(r'<tr><th scope="row"><a href="(/gestion/creneaux[^"]+)">[^<]+</a></th>(.+?)</tr>')
COUNT = re.compile(r'data-label="([^"]+)">([\d  ]+)</td>')
IN_ALL = {
    "Élèves": r"([\d ]+) élèves? accueillis?",
    "Groupes": r"([\d ]+) groupes?",
    "Visites": r"([\d ]+) visites? closes?",
    "Filles": r"([\d ]+) filles?",
    "Garçons": r"([\d ]+) garçons?",
    "Fabriqués": r"([\d ]+) objets? fabriqués?",
    "Terminés": r"([\d ]+) terminés?",
    "Fonctionnent": r"([\d ]+) qui fonctionne(?:nt)?",
    "Emportés": r"([\d ]+) emportés?",
    "Personnes": r"([\d ]+) personnes?",
}


@pytest.fixture
async def visits(db) -> None:
    """Thirty visits of two school years, by collèges of each kind; one collège never came."""
    draw = Random(7)
    await builders.target()
    hosts = [await builders.school(kind="lycee", name=f"Lycée {n}", lat=47.0, lon=6.0) for n in range(2)]
    colleges = [
        await builders.school(
            name=f"Collège {n}",
            department=("25", "39")[n % 2],
            priority=("REP+", "REP", "")[n % 3],
            rural=(True, False, None)[n // 2],
            lat=None if n == 5 else 47.0 + n / 6,
            lon=6.0,
        )
        for n in range(6)
    ]
    await builders.school(name="Collège Pasteur", department="39", priority="REP", rural=True)
    objects = [await builders.tech_object(name=f"Objet {n}") for n in range(2)]
    firm = await builders.company()
    for n in range(30):
        taught = await builders.workshop(host=hosts[n % 2])
        slot = await builders.slot(
            workshop=taught, starts_at=paris("2026-04-02 09:00") + timedelta(days=9 * n), state="done", groups_max=9
        )
        for ref in range(draw.randint(1, 3)):
            counted = draw.randint(6, 60)
            girls = draw.choice((None, draw.randint(2, counted - 2)))
            level = draw.choice(("5e", "4e", "3e"))
            college = draw.choice(colleges)
            await builders.turnout(slot=slot, group_ref=ref, school=college, counted=counted, girls=girls, level=level)
            built = {"tech_object": draw.choice(objects), "made": draw.randint(3, 9)}
            await builders.build(slot=slot, group_ref=ref, **built, finished=3, working=2, taken_home=2)
        if n % 3:
            await builders.company_turnout(slot=slot, company=firm, people=draw.randint(2, 4))


def number_of(shown: str) -> int:
    return int(re.sub(r"\D", "", shown))


async def the_list_says(office, address: str, label: str) -> int:
    lead = read(await office.get(address)).split("Visites comptées", 2)[-1].split("Année scolaire")[0]
    found = re.search(IN_ALL[label], lead.split(" : ")[-1] if label != "Visites" else lead)
    assert found is not None, (address, label, lead)
    return number_of(found[1])


@pytest.mark.parametrize("year", ["", "?annee=2025-2026"])
async def test_each_figure_of_equity_leads_to_visits_that_add_up_to_it(office, visits, year):
    page = (await office.get(f"/gestion/equite{year}")).text
    cells = CELL.findall(page)
    behind = [(label, unescape(to), number_of(shown)) for label, to, shown in cells if "/creneaux" in to]
    assert {label for label, _, _ in behind} == {"Élèves", "Groupes", "Filles", "Garçons"}
    assert len(behind) > 30
    for label, to, figure in behind:
        assert (label, to, await the_list_says(office, to, label)) == (label, to, figure)


@pytest.mark.parametrize("year", ["", "?annee=2025-2026"])
async def test_each_count_of_colleges_leads_to_as_many(office, visits, year):
    page = (await office.get(f"/gestion/equite{year}")).text
    pairs = re.findall(
        r'venus"><a href="([^"]+)">(\d+)<span[^>]*>[^<]*</span></a> sur <a href="([^"]+)">(\d+)<span', page
    )
    assert len(pairs) == 8
    counts = {unescape(to): int(count) for some in pairs for to, count in (some[:2], some[2:])}
    never = re.search(r'<dd><a href="([^"]+)">(\d+)</a></dd><dd class="unit">[^<]+, sur <a href="([^"]+)">(\d+)', page)
    counts |= {unescape(never[1]): int(never[2]), unescape(never[3]): int(never[4])}
    for to, count in counts.items():
        listed = await office.get(to)
        assert (to, listed.text.count('<th scope="row">')) == (to, count)
        assert re.search(rf"\b{count} collèges? publics?", read(listed)) or count == 0


@pytest.mark.parametrize("year", ["", "?annee=2026-2027"])
async def test_each_figure_of_the_board_leads_to_visits_that_add_up_to_it(office, visits, year):
    page = " ".join((await office.get(f"/gestion/accueillis{year}")).text.split())
    lines = LINE.findall(page)
    assert len(lines) > 20
    labels = set()
    for to, cells in lines:
        for label, shown in COUNT.findall(cells):
            labels.add(label)
            said = await the_list_says(office, unescape(to), label)
            assert (to, label, said) == (to, label, number_of(shown))
    assert labels == set(IN_ALL) - {"Filles", "Garçons"}


async def test_pupils_booked_and_places_to_come_lead_to_the_visits_awaited(office, visits):
    for days, taken in ((-3, 20), (8, 11), (900, 0)):
        slot = await builders.slot(starts_at=NOW + timedelta(days=days))
        if taken:
            await builders.reservation(slot=slot, group=await builders.group(), pupils=taken)
    board = await office.get("/gestion")
    told = re.findall(r'<dd><a href="(/gestion/creneaux/attendus)">(\d+)</a></dd>', board.text)
    assert told == [("/gestion/creneaux/attendus", "24"), ("/gestion/creneaux/attendus", "31")]
    shown = await office.get("/gestion/creneaux/attendus")
    told = "3 créneaux à clore ou à venir, dont 2 avec un groupe : 31 élèves inscrits, 24 places encore libres."
    assert told in read(shown)
    assert shown.text.count('<th scope="row">') == 3


async def test_each_figure_of_ptech_and_bts1_leads_to_what_adds_up_to_it(office):
    for n, (programme, metric) in enumerate(
        (*(("ptech", one) for one in ("schemes", "pupils", "entrants", "companies")), ("bts1", "courses"))
    ):
        await builders.target(
            programme=programme, metric=metric, label=f"Cible {n}", unit=f"unités {n}", from_on=date(2024, 9, 1)
        )
    for year in (2024, 2025):
        cohort = await builders_ptech.cohort(entry_year=year)
        await builders_ptech.census(cohort, year, present=20 + year % 7)
        await builders_ptech.mentor(cohort)
    await builders_bts1.opened()
    board = " ".join((await office.get("/gestion")).text.split())
    told = re.findall(r'<strong><a href="([^"]+/detail)">(\d+)</a></strong> <span>(unités \d)', board)
    assert [int(count) for _, count, _ in told] == [2, 43, 43, 2, 1]
    for to, count, unit in told:
        assert f"{count} {unit} sur 6 000, du dimanche 1er septembre 2024" in read(await office.get(to))
        assert f"En tout {count}" in read(await office.get(to))
    tallies = (await office.get("/gestion/ptech")).text + (await office.get("/gestion/bts1")).text
    assert set(re.findall(r'<dd><a href="([^"]+/detail)">(\d+)</a></dd>', tallies)) == {(to, n) for to, n, _ in told}
    assert (await office.get("/gestion/objectifs/ptech/rien/detail")).status_code == 404


async def test_the_months_to_choose_from_end_with_this_one(office):
    await builders.target()
    offered = re.findall(r'<option value="(20\d\d-\d\d)"', (await office.get("/gestion/creneaux")).text)
    assert (offered[0], offered[-1]) == ("2027-01", "2025-09")
    ahead = (await office.get("/gestion/creneaux?mois=2027-03")).text
    assert '<option value="2027-03" selected>mars 2027</option>' in ahead


async def test_the_pupils_of_a_school_lead_to_its_visits_of_every_year(office):
    lycee = await builders.school(kind="lycee")
    college = await builders.school()
    await builders.target()
    for on, counted in (("2019-03-05 09:00", 20), ("2026-12-10 09:00", 13)):
        slot = await builders.slot(host=lycee, starts_at=paris(on), state="done")
        await builders.turnout(slot=slot, school=college, counted=counted)
    for number in (lycee, college):
        page = (await office.get(f"/gestion/etablissements/{number}")).text
        told = re.search(r'<dd><a href="([^"]+)">(\d+)</a></dd><dd class="unit">en (\d) visites closes', page)
        assert (told[2], told[3]) == ("33", "2")
        shown = read(await office.get(unescape(told[1])))
        assert "toutes années : 33 élèves accueillis en 2 groupes." in shown


async def test_the_page_of_a_lycee_names_what_waits_for_it(office):
    """The coordinator's Monday mail counts it and leads here."""
    lycee = await builders.school(kind="lycee")
    empty = await builders.slot(host=lycee, starts_at=NOW + timedelta(days=9))
    await builders.slot(starts_at=NOW + timedelta(days=9))
    page = await office.get(f"/gestion/etablissements/{lycee}")
    assert "Créneaux sans groupe, à moins de trois semaines" in read(page)
    assert re.findall(r'href="/gestion/creneaux/(\d+)\?', page.text) == [str(empty)]
