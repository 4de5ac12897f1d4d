"""The page of what is given: the coordination keeps its rates and sums, a member of the consortium reads them."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook

from booking.programme.contributions.rules import ACCOUNTS
from tests import builders
from tests.booking.door.rights.test_rights import a_person
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.contributions.tell_hosts import TellHosts, tell_hosts
from workshops.database import row, rows, value

PATH = "/gestion/apports"
RATE = f"{PATH}/taux/2026-2027/lyceens"
SUM = f"{PATH}/sommes/spent"
TOLD = {"euros": "1234567", "counted_on": "31/12/2026", "source": "Lycée support, état du trimestre"}


@pytest.fixture
async def visit(db) -> int:
    """Three hours with ten lycéens in November 2026."""
    await builders.target()
    lycee = await builders.school(kind="lycee")
    host = await builders.person("host", school=lycee)
    slot = await builders.slot(host=lycee, starts_at=paris("2026-11-05 09:00"), state="done")
    await builders.turnout(slot=slot)
    await tell_hosts(slot, TellHosts(lyceens=10), school=lycee, by=host, now=NOW)
    return slot


async def test_a_rate_is_set_with_its_source_and_values_the_hours_of_its_year(office, visit):
    page = await office.get(f"{PATH}?annee=2026-2027")
    assert "Lycéens Durée de la visite × lycéens qui ont reçu la classe (dit pour 1 sur 1 visite close)." in read(page)
    assert "30 h 00 à fixer Fixer le taux : lycéens sans taux" in read(page)
    answer = await office.post(RATE, {"euros": "4,55", "source": "Barème des stages"})
    assert answer.headers["location"] == f"{PATH}?annee=2026-2027&fait=taux-fixe"
    assert tuple(await row("SELECT school_year, giver, cents, source, example FROM hourly_rates")) == (
        *(2026, "lyceens", 455, "Barème des stages"),
        False,
    )
    shown = (await office.get(f"{PATH}?annee=2026-2027")).text
    assert "30 h 00 4,55 € Barème des stages Changer le taux : lycéens 137 €" in read(
        await office.get(f"{PATH}?annee=2026-2027")
    )
    assert "137\u202f€" in shown
    assert 'name="euros" value="4,55"' in (await office.get(RATE)).text
    journal = read(await office.get("/gestion/journal?sujet=year"))
    assert "Lycéens : 4,55 euros de l'heure, d'après Barème des stages" in journal
    # Told again, it is counted anew at once, on the page of the visit too.
    host, lycee = await row("SELECT m.account, m.school FROM memberships m WHERE m.role = 'host'")
    await tell_hosts(visit, TellHosts(lyceens=20, staff=1), school=lycee, by=host, now=NOW)
    assert "60 h 00 4,55 € Barème des stages Changer le taux : lycéens 273 €" in read(
        await office.get(f"{PATH}?annee=2026-2027")
    )
    seen = read(await office.get(f"/gestion/creneaux/{visit}"))
    assert "Qui a reçu la classe. Lycéens : 20, enseignants et personnels : 1." in seen
    # The whole life shows them; its years alone have rates of their own.
    assert f'href="{PATH}/taux/' not in (await office.get(PATH)).text


@pytest.mark.parametrize("wrong", ["-1", "501", "beaucoup", "nan", "inf", ""])
async def test_a_rate_that_is_none_is_refused_in_words_and_nothing_is_kept(office, wrong):
    answer = await office.post(RATE, {"euros": wrong, "source": "Barème"})
    told = "Taux horaire : écrivez un montant de 0 à 500 euros."
    assert (answer.status_code, told in read(answer)) == (422, True)
    assert (await value("SELECT count(*) FROM hourly_rates"), 'value="Barème"' in answer.text) == (0, True)


@pytest.mark.parametrize(
    "address", [f"{PATH}/taux/2026-2028/staff", f"{PATH}/taux/2026-2027/autres", f"{PATH}/sommes/x"]
)
async def test_what_has_no_rate_and_no_sum_is_not_found(office, address):
    assert (await office.get(address)).status_code == 404
    assert (await office.post(address, TOLD | {"euros": "4"})).status_code == 404


async def test_a_year_to_come_has_no_rate_yet(office):
    answer = await office.post(f"{PATH}/taux/2030-2031/staff", {"euros": "40", "source": "Barème"})
    assert (answer.status_code, "L'année 2030-2031 n'a pas commencé." in read(answer)) == (422, True)


async def test_a_new_sum_is_shown_and_the_former_one_stays(office):
    assert read(await office.get(PATH)).count("Non saisie") == 3
    await office.post(SUM, TOLD)
    answer = await office.post(SUM, {"euros": "1300000", "counted_on": "10/01/2027", "source": "Lycée support"})
    assert answer.headers["location"] == f"{PATH}?fait=somme-dite"
    told = await value("SELECT words FROM event_words ORDER BY event DESC LIMIT 1")
    assert told == "Dépensé à ce jour : 1\u202f300\u202f000 euros au 10/01/2027, d'après Lycée support"
    shown = read(await office.get(PATH))
    assert ACCOUNTS in shown
    assert "Dépensé à ce jour : 1 300 000 € au dimanche 10 janvier 2027, d'après Lycée support 1 autre saisie" in shown
    assert "1 234 567 € au jeudi 31 décembre 2026, d'après Lycée support, état du trimestre" in shown
    assert read(await office.get(SUM)).index("1 300 000 €") < read(await office.get(SUM)).index("1 234 567 €")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"euros": "-1"}, "Montant : écrivez un nombre entier d'euros, de 0 à un milliard, sans centimes."),
        ({"euros": "12,5"}, "Montant : écrivez un nombre entier d'euros, de 0 à un milliard, sans centimes."),
        ({"counted_on": "12/01/2027"}, "Ce jour n'est pas encore passé."),
        ({"counted_on": "demain"}, "À la date du : écrivez une date"),
        ({"source": " "}, "Source : à remplir."),
    ],
)
async def test_a_wrong_sum_is_said_and_nothing_is_kept(office, wrong, told):
    answer = await office.post(SUM, TOLD | wrong)
    assert (answer.status_code, told in read(answer)) == (422, True)
    assert await value("SELECT count(*) FROM funding_sums") == 0


async def test_a_member_of_the_consortium_reads_what_she_may_not_change(app, office, visit):
    await office.post(RATE, {"euros": "5", "source": "Barème"})
    await office.post(SUM, TOLD)
    reader = await Browser(app, now=NOW).sign_in(await a_person("consortium"))
    assert "/gestion/apports" in (await reader.get("/gestion")).text
    page = await reader.get(f"{PATH}?annee=2026-2027")
    assert "30 h 00 5 € Barème 150 €" in read(page)
    assert "1 234 567 €" in read(page)
    assert not re.search(r'href="/gestion/apports/(taux|sommes)', page.text)
    for address in (RATE, SUM):
        assert (await reader.get(address)).status_code == 404
        assert (await reader.post(address, TOLD)).status_code == 404
    assert await value("SELECT count(*) FROM funding_sums") == 1


async def test_teachers_hosts_and_inspections_do_not_read_it(app):
    for role in ("teacher", "host", "company", "inspector"):
        browser = await Browser(app, now=NOW).sign_in(await a_person(role))
        assert (await browser.get(PATH)).status_code == 404


async def test_the_files_hold_hours_rates_values_rules_and_every_sum(office, nadia, visit):
    await office.post(RATE, {"euros": "5", "source": "Barème"})
    await office.post(SUM, TOLD)
    answer = await office.get(f"{PATH}.csv?annee=2026-2027")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Ligne;Heures;Minutes;Taux horaire;Valeur (euros);À la date du;Source;Ce qui est compté"
    assert lines[2].startswith("Lycéens;30 h 00;1800;5\u202f€;150;;Barème;Durée de la visite × lycéens")
    assert lines[5].startswith("Dépensé à ce jour;;;;1234567;31/12/2026;Lycée support, état du trimestre;Technilab ne")
    book = load_workbook(io.BytesIO((await office.get(f"{PATH}.xlsx?annee=2026-2027")).content))
    assert [cell.value for cell in book["Apports"][3]][:5] == ["Lycéens", "30 h 00", 1800, "5\u202f€", 150]
    told = await rows("SELECT by, detail FROM events WHERE act = 'counts_exported' ORDER BY id")
    assert [(one["by"], one["detail"].rpartition(", ")[2]) for one in told] == [(nadia, "csv"), (nadia, "xlsx")]


async def test_a_year_shows_what_each_lycee_gave_and_so_does_its_file(office, visit):
    name, commune = await row("SELECT name, commune FROM schools WHERE kind = 'lycee'")
    shown = read(await office.get(f"{PATH}?annee=2026-2027"))
    assert f"{name}, {commune} 30 h 00 1 sur 1 — 0 sur 1 — 0 sur 1" in shown
    assert "Ce que chaque lycée donne" not in read(await office.get(PATH))
    assert "Ce que chaque lycée donne" not in read(await office.get(f"{PATH}?annee=2025-2026"))
    answer = await office.get(f"{PATH}.csv?annee=2026-2027&par=lycee")
    header, line = answer.content.decode("utf-8-sig").splitlines()
    assert header.startswith(
        "UAI;Lycée;Commune;Visites closes;Lycéens (heures);Lycéens (minutes);Lycéens (visites dites)"
    )
    assert line.split(";")[1:] == [name, commune, "1", "30 h 00", "1800", "1", "", "", "0", "", "", "0"]
    book = load_workbook(io.BytesIO((await office.get(f"{PATH}.xlsx?annee=2026-2027&par=lycee")).content))
    assert [cell.value for cell in book["Apports par lycée"][2]][3:6] == [1, "30 h 00", 1800]


async def test_the_whole_life_leads_whoever_keeps_rates_to_their_years(app, office, visit):
    shown = await office.get(PATH)
    assert re.search(r"Changer un taux :( 20\d\d-20\d\d ·)* 2026-2027", read(shown))
    assert f'href="{PATH}?annee=2026-2027"' in shown.text
    reader = await Browser(app, now=NOW).sign_in(await a_person("consortium"))
    assert "Changer un taux" not in (await reader.get(PATH)).text


async def test_a_lycee_says_whom_a_slot_mobilises_for_the_whole_year(lycee_of):
    school, browser = lycee_of
    assert 'name="people" value=""' in (await browser.get("/lycee/venir")).text
    answer = await browser.post("/lycee/venir/personnels", {"people": "3"})
    assert answer.headers["location"] == "/lycee/venir?fait=personnels-dits"
    assert 'name="people" value="3"' in (await browser.get("/lycee/venir")).text
    for wrong in ("-1", "21"):
        refused = await browser.post("/lycee/venir/personnels", {"people": wrong})
        told = "Personnes mobilisées : écrivez un nombre de 0 à 20, ou laissez vide si vous ne savez pas."
        assert (refused.status_code, told in read(refused)) == (422, True)
    await browser.post("/lycee/venir/personnels", {"people": ""})
    again = await browser.post("/lycee/venir/personnels", {"people": ""})
    assert again.headers["location"] == "/lycee/venir?fait=rien-change"
    assert [tuple(one) for one in await rows("SELECT school, school_year, people FROM lycee_staff")] == [
        (school, 2026, None)
    ]


@pytest.fixture
async def lycee_of(app) -> tuple[int, Browser]:
    app.state.clock = lambda: NOW
    school = await builders.school(kind="lycee")
    return school, await Browser(app, now=NOW).sign_in(await builders.person("host", school=school))
