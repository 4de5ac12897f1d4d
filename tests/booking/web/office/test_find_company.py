"""A company is found among those that came, by its trade and how far it is, and written to by whom may."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows

BESANCON, DOLE = {"lat": 47.24, "lon": 6.02}, {"lat": 47.09, "lon": 5.49}


async def came(
    company: int, lycee: int, *walls: str, people: int = 2, pupils: int = 20, role: str = "mentorat"
) -> None:
    for wall in walls:
        slot = await builders.slot(host=lycee, starts_at=paris(wall), hours=3, state="done")
        await builders.attendance(slot=slot, company=company, people=2, role=role)
        await builders.company_turnout(slot=slot, company=company, people=people)
        await builders.turnout(slot=slot, counted=pupils)


@pytest.fixture
async def haag(db):
    """Two lycées, and the companies around them; returns the number of the first."""
    haag = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon", **BESANCON)
    duhamel = await builders.school(
        kind="lycee", name="Lycée Jacques Duhamel", commune="Dole", department="39", postcode="39100", **DOLE
    )
    near = await builders.company(name="Horlogerie du Doubs", trade="Horlogerie")
    far = await builders.company(name="Temps et Cie", trade="Horloger", commune="Dole", department="39")
    about = await builders.company(name="Balanciers", trade="horlogère", commune="Villers", department="39")
    wood = await builders.company(name="Bois et Fils", trade="Menuiserie")
    closed = await builders.company(name="Horloges closes", trade="Horlogerie")
    missed = await builders.company(name="Horloges absentes", trade="Horlogerie")
    await builders.company(name="Horloges nouvelles", trade="Horlogerie")
    await came(near, haag, "2026-10-01 09:00", "2026-12-03 09:00")
    await came(far, duhamel, "2026-11-05 09:00", role="temoignage")
    await came(wood, duhamel, "2026-11-06 09:00")
    await came(closed, haag, "2026-11-09 09:00")
    await came(missed, haag, "2026-11-12 09:00", people=0)
    await came(missed, haag, "2026-11-13 09:00", pupils=0)
    siret = (await rows("SELECT siret FROM companies WHERE id = $1", about))[0]["siret"]
    college = await builders.school()
    for group in ("4e A", "4e B"):
        await builders.past_visit(
            lycee=duhamel, college=college, held_on=date(2024, 3, 14), companies=[siret], group_label=group
        )
    await builders.person("company", "nadege@example.org", name="Nadège Roy", company=near)
    await builders.person("company", "luc@example.org", name="Luc Petit", company=far)
    gone = await builders.person("company", "parti@example.org", name="Paul Parti", company=closed)
    await rows("UPDATE accounts SET disabled_at = $2 WHERE id = $1", gone, NOW)
    await rows("INSERT INTO doubtful_addresses (email, said, since) VALUES ('luc@example.org', '550', $1)", NOW)
    return haag


def names(page) -> list[str]:
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r'<h2 class="h3 m-0">(.*?)</h2>', page.text)]


async def test_the_coordination_finds_who_came_near_a_school_and_writes_to_whom_mails_reach(office, haag):
    page = await office.get(f"/entreprises?metier=horlogers&pres={haag}")
    shown = read(page)
    assert names(page) == ["Horlogerie du Doubs", "Temps et Cie", "Balanciers"]
    assert "3 entreprises déjà venues pour « horlogers », la plus proche d'abord." in shown
    assert (
        "Horlogerie du Doubs Horlogerie Besançon · 0 km Venue 2 fois , 12 h 00 données, la dernière fois le jeudi"
        " 3 décembre 2026 Mentorat" in shown
    )
    assert re.search(r"Dole · 4\d km Venue 1 fois , 6 h 00 données, le jeudi 5 novembre 2026", shown)
    assert re.search(r"Villers · 4\d km \(estimé\) Venue 1 fois , le jeudi 14 mars 2024 Inviter", shown)
    assert re.findall(r"mailto:([^\"]+)\"", page.text.partition('<ul class="rows rows-long">')[2]) == [
        "nadege@example.org"
    ]
    assert shown.count("Inviter quelqu'un de") == 2
    assert names(await office.get(f"/entreprises?metier=horlogers&pres={haag}&km=20")) == ["Horlogerie du Doubs"]
    assert names(await office.get("/entreprises")) == [
        "Balanciers",
        "Bois et Fils",
        "Horlogerie du Doubs",
        "Temps et Cie",
    ]
    none = read(await office.get("/entreprises?metier=lunetterie"))
    assert "Aucune entreprise venue ne convient" in none
    assert (await office.get("/entreprises?pres=x&km=7&apres=900")).status_code == 200


async def test_a_distance_needs_a_lycee_and_who_finds_nobody_is_led_to_the_register_with_the_same_words(
    app, office, haag
):
    needed = "Choisissez le lycée d'où compter 20 km."
    asked = ("pres=&km=20", f"pres={haag}&km=20", "pres=")
    assert [needed in read(await office.get(f"/entreprises?{one}")) for one in asked] == [True, False, False]
    await builders.company(name="Verre et Cie", trade="Verrerie d'art")
    onwards = re.search(
        r'href="(/gestion/repertoire[^"]+)">Chercher', (await office.get("/entreprises?metier=d'art")).text
    )
    found = read(await office.get(onwards[1].replace("&amp;", "&")))
    assert ("Verre et Cie" in found, "Bois et Fils" in found) == (True, False)
    app.state.clock = lambda: NOW
    host = await Browser(app, now=NOW).sign_in(await builders.person("host", "hote@example.org", school=haag))
    assert "/gestion/" not in (await host.get("/entreprises?metier=d'art")).text


async def test_a_host_looks_from_her_lycee_and_reads_no_address(app, office, haag):
    host = await builders.person("host", "hote@example.org", school=haag)
    app.state.clock = lambda: NOW
    browser = await Browser(app, now=NOW).sign_in(host)
    page = await browser.get("/entreprises")
    assert names(page) == ["Bois et Fils", "Horlogerie du Doubs", "Temps et Cie", "Balanciers"]
    assert "mailto:" not in page.text.partition("<main")[2].partition("</main")[0]
    assert "nadege@example.org" not in page.text and "Nadège" not in page.text and "/gestion/" not in page.text
    assert "Pour en inviter une, écrivez à la coordination" in read(page)
    assert len(names(await browser.get("/entreprises?pres="))) == 4


async def test_the_list_goes_on_and_says_how_many_are_left(office, haag):
    for number in range(20):
        await came(
            await builders.company(name=f"Atelier {number:02}", trade="Usinage"), haag, f"2026-09-{number + 8:02} 09:00"
        )
    first = await office.get("/entreprises?metier=usinages")
    assert len(names(first)) == 20
    await came(await builders.company(name="Zénith", trade="Usinage"), haag, "2026-11-20 14:00")
    first = await office.get("/entreprises?metier=usinages")
    assert "Entreprises suivantes : il en reste 1" in read(first)
    onwards = re.findall(r'href="(/entreprises\?metier[^"]+)"', first.text)[0].replace("&amp;", "&")
    assert names(await office.get(onwards)) == ["Zénith"]
