"""A lycée's host at the page of its own records."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import Workbook, load_workbook

from booking.door.forms.read import encoded_file
from booking.process.version import VERSION
from booking.programme.lycee_year.give_data import COLUMNS
from booking.programme.records.read_lines import SHEETS
from tests import builders
from tests.booking.programme.records.story import HAAG, SIRET, TABLES
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.telling import tell
from workshops.database import rows, value

HOME = "/lycee/donnees"
PERGAUD = "0250011B"


async def send(browser, content, name="tableau.csv"):
    return await browser.post(HOME, files={"file": (name, content, "text/csv")})


def carried(answer):
    return dict(re.findall(r'<input type="hidden" name="(content|after)" value="([^"]*)">', answer.text))


async def stored(browser, name, table=None):
    answer = await send(browser, (table or TABLES[name]).encode("cp1252"))
    assert answer.status_code == 200, read(answer)
    return await browser.post(f"{HOME}/confirmation", carried(answer))


async def test_a_host_tries_then_stores_the_records_of_the_lycee(host, jules, haag):
    answer = await send(host, TABLES["ptech-cohortes"].encode("cp1252"))
    assert "tableau.csv se lit sans erreur : Dispositifs et cohortes P-TECH." in read(answer)
    assert await value("SELECT count(*) FROM ptech_schemes") == 0
    done = await host.post(f"{HOME}/confirmation", carried(answer))
    assert done.headers["location"] == f"{HOME}?fait=donnees-importees"
    assert [one["school"] for one in await rows("SELECT school FROM ptech_schemes")] == [haag, haag]
    assert [tuple(one) for one in await rows("SELECT act, by, detail FROM events WHERE act <> 'signed_in'")] == [
        ("records_imported", jules, "Dispositifs et cohortes P-TECH : 2 ajouts, 0 correction")
    ]


async def test_the_page_says_that_invitations_will_leave_before_it_stores_actions(host, jules):
    for name in ("ptech-cohortes", "ptech-mentors"):
        await stored(host, name)
    answer = await send(host, TABLES["ptech-actions"].encode("cp1252"))
    told = "L'invitation de chaque action à venir part par mail au lycée et à l'entreprise dès l'enregistrement."
    assert told in read(answer)
    await host.post(f"{HOME}/confirmation", carried(answer))
    await tell()
    notices = [tuple(one) for one in await rows("SELECT kind, to_email FROM notices")]
    assert notices == [("mentoring", "jules@example.org")]


async def test_a_line_of_another_lycee_stops_the_file(host):
    await builders.school(kind="lycee", name="Lycée Louis Pergaud", uai=PERGAUD)
    table = TABLES["bts1-formations"] + f"{PERGAUD};Bachelor luthier;Lutherie;\n"
    answer = await send(host, table.encode())
    assert answer.status_code == 422
    said = "Ligne 3 : UAI : ce n'est pas celui de votre lycée, dont vous n'importez que les données."
    assert said in read(answer)
    sent_anyway = await host.post(f"{HOME}/confirmation", {"content": encoded_file(table.encode())})
    assert (sent_anyway.status_code, said in read(sent_anyway)) == (422, True)
    assert await value("SELECT count(*) FROM bts1_courses") == 0


async def test_a_host_is_given_the_records_of_the_lycee_alone_and_the_file_says_so(host, office):
    await builders.school(kind="lycee", name="Lycée Louis Pergaud", uai=PERGAUD)
    await stored(host, "bts1-formations")
    theirs = TABLES["bts1-formations"].replace(HAAG, PERGAUD).replace("horloger", "luthier")
    answer = await office.post("/gestion/imports/donnees", files={"file": ("a.csv", theirs.encode(), "text/csv")})
    await office.post("/gestion/imports/donnees/confirmation", carried(answer))
    book = load_workbook(io.BytesIO((await host.get(f"{HOME}/classeur.xlsx")).content))
    lines = [[cell.value for cell in line] for line in book["Formations BTS+1"].iter_rows()]
    assert lines == [
        ["UAI", "formation", "domaine", "précisions", "ECTS", "langue d'enseignement"],
        [HAAG, "Bachelor horloger", "Horlogerie", "Avec le CNAM", 60, "Français"],
    ]
    assert book["Lire d'abord"].max_row == 1 + sum(len(one.columns) for one in SHEETS.values()) + sum(
        len(said) for said in COLUMNS.values()
    ) + sum(bool(one.hint) for one in SHEETS.values())
    assert book.sheetnames[-1] == "À propos de ce fichier"
    about = [line[:2] for line in book.worksheets[-1].iter_rows(min_row=2, values_only=True)]
    assert about == [
        ("Tableau", "Classeur"),
        ("Filtre", f"Lycée Jules Haag ({HAAG})"),
        ("Extrait le", "lundi 11 janvier 2027, 9 h 00"),
        ("Version", f"Technilab {VERSION}"),
    ]
    all_of_them = load_workbook(io.BytesIO((await office.get("/gestion/imports/donnees/classeur.xlsx")).content))
    assert [line[1].value for line in all_of_them["Formations BTS+1"].iter_rows(min_row=2)] == [
        *("Bachelor horloger", "Bachelor luthier"),
    ]
    assert "Visites" not in all_of_them.sheetnames


async def test_a_workbook_given_out_and_sent_back_changes_nothing(host):
    for name in ("ptech-cohortes", "ptech-mentors", "ptech-actions", "bts1-formations"):
        await stored(host, name)
    given = await host.get(f"{HOME}/classeur.xlsx")
    answer = await send(host, given.content, "classeur.xlsx")
    assert "À ajouter 0 ligne À corriger 0 ligne Déjà ainsi" in read(answer)
    assert "Ce fichier ne change rien." in read(answer)


async def test_tables_filled_in_on_several_sheets_are_stored_together_each_in_its_turn(host):
    book = load_workbook(io.BytesIO((await host.get(f"{HOME}/classeur.xlsx")).content))
    book["Étapes des formations BTS+1"].append([HAAG, "Bachelor horloger", "Idée", "10/01/2025", "non"])
    book["Formations BTS+1"].append([HAAG, "Bachelor horloger", "Horlogerie", ""])
    book["Visites"].append(["ce qui s'y écrit n'est pas relu"])
    answer = await send(host, saved(book), "classeur.xlsx")
    shown = read(answer)
    assert "classeur.xlsx se lit sans erreur : Formations BTS+1, Étapes des formations BTS+1." in shown
    assert "Formations BTS+1, ligne 2 Ajout" in shown
    assert await value("SELECT count(*) FROM bts1_courses") == 0
    assert (await host.post(f"{HOME}/confirmation", carried(answer))).status_code == 303
    assert await value("SELECT count(*) FROM bts1_courses") == 1
    assert await value("SELECT count(*) FROM bts1_steps") == 1
    book["Formations BTS+1"].append([HAAG, "Bachelor luthier", "", ""])
    book["Étapes des formations BTS+1"].append([HAAG, "Bachelor inconnu", "Idée", "10/01/2025", "non"])
    wrong = await send(host, saved(book), "classeur.xlsx")
    assert (wrong.status_code, "Formations BTS+1, ligne 3 : domaine : à remplir." in read(wrong)) == (422, True)
    book["Formations BTS+1"].cell(3, 3, "Lutherie")
    wrong = await send(host, saved(book), "classeur.xlsx")
    said = "Étapes des formations BTS+1, ligne 3 : la formation « Bachelor inconnu » n'existe pas"
    assert (wrong.status_code, said in read(wrong)) == (422, True)
    assert await value("SELECT count(*) FROM bts1_courses") == 1


def saved(book: Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize("page", ["/lycee/ptech", "/lycee/bts1"])
async def test_the_lycee_s_pages_lead_there(host, page):
    await stored(host, "bts1-formations")
    assert f'href="{HOME}"' in (await host.get(page)).text
    shown = await host.get(HOME)
    assert "Les données de votre lycée" in read(shown)
    assert re.findall(r'href="([^"]+)" download', shown.text) == [f"{HOME}/classeur.xlsx"]


@pytest.mark.parametrize("page", ["/gestion/ptech", "/gestion/bts1"])
async def test_the_coordinator_s_pages_lead_to_all_the_records(office, page):
    assert 'href="/gestion/imports/donnees"' in (await office.get(page)).text


async def test_a_company_sends_nothing_in(app, haag):
    firm = await value("SELECT id FROM companies WHERE siret = $1", SIRET)
    ines = await builders.person("company", "ines@example.org", company=firm)
    app.state.clock = lambda: NOW
    company = await Browser(app, now=NOW).sign_in(ines)
    assert (await company.get(HOME)).status_code == 404
    assert (await send(company, TABLES["bts1-formations"].encode())).status_code == 404


async def test_a_file_of_more_than_a_megabyte_or_of_too_many_lines_is_refused_in_words(host):
    big = await send(host, b"x" * 1_000_001)
    assert (big.status_code, "Le fichier dépasse 1 Mo." in read(big)) == (422, True)
    many = "uai;formation;domaine;precisions\n" + "".join(f"{HAAG};Bachelor {n};a;\n" for n in range(2001))
    long = await send(host, many.encode())
    said = "Le fichier dépasse 2 000 lignes : importez-le en plusieurs fois."
    assert (long.status_code, said in read(long)) == (422, True)
