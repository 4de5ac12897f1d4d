from __future__ import annotations

import re

import pytest

from tests.booking.programme.records.story import HAAG, TABLES
from tests.browsing import read
from workshops.database import value

HOME = "/gestion/imports/donnees"


async def send(office, content, name="tableau.csv"):
    return await office.post(HOME, files={"file": (name, content, "text/csv")})


def carried(answer):
    return dict(re.findall(r'<input type="hidden" name="(content|after)" value="([^"]*)">', answer.text))


async def test_a_table_is_read_then_stored_once_confirmed(office, nadia):
    answer = await send(office, TABLES["bts1-formations"].encode())
    assert "tableau.csv se lit sans erreur : Formations BTS+1. Rien n'est encore enregistré." in read(answer)
    assert "À ajouter 1 ligne À corriger 0 ligne Déjà ainsi 0 ligne" in read(answer)
    assert f"Où Quoi Ce qui change Ligne 2 Ajout : {HAAG}, Bachelor horloger domaine : Horlogerie" in read(answer)
    assert await value("SELECT count(*) FROM bts1_courses") == 0
    stored = await office.post(f"{HOME}/confirmation", carried(answer))
    assert stored.headers["location"] == f"{HOME}?fait=donnees-importees"
    assert await value("SELECT count(*) FROM bts1_courses") == 1
    assert await value("SELECT by FROM events WHERE act = 'records_imported'") == nadia
    again = await send(office, TABLES["bts1-formations"].encode())
    assert "Ce fichier ne change rien." in read(again)


async def test_a_correction_shows_each_cell_as_it_is_and_as_it_would_be(office):
    answer = await send(office, TABLES["bts1-formations"].encode())
    await office.post(f"{HOME}/confirmation", carried(answer))
    answer = await send(office, TABLES["bts1-formations"].replace(";Horlogerie;", ";Montres;").encode())
    assert f"Ligne 2 Correction : {HAAG}, Bachelor horloger domaine : Horlogerie → devient Montres" in read(answer)


async def test_a_long_table_goes_on_by_steps_of_a_hundred_lines_and_shows_how_far(office):
    lines = "".join(f"{HAAG};Bachelor {number};Horlogerie;\n" for number in range(230))
    answer = await send(office, ("uai;formation;domaine;precisions\n" + lines).encode())
    for upto in (100, 200):
        answer = await office.post(f"{HOME}/confirmation", carried(answer))
        assert f"{upto} lignes enregistrées sur 230" in read(answer)
        assert f'<progress id="avancee" class="w-100" value="{upto}" max="230"></progress>' in answer.text
        assert await value("SELECT count(*) FROM bts1_courses") == upto
    last = await office.post(f"{HOME}/confirmation", carried(answer))
    assert (last.status_code, await value("SELECT count(*) FROM bts1_courses")) == (303, 230)


async def test_each_line_in_error_is_named(office):
    answer = await send(office, TABLES["bts1-etapes"].encode())
    assert answer.status_code == 422
    told = "Ligne 2 : la formation « Bachelor horloger » n'existe pas : importez d'abord les formations."
    assert told in read(answer)
    for fields in ({}, {"content": "%%%"}):
        empty = await office.post(f"{HOME}/confirmation", fields)
        assert (empty.status_code, "Choisissez un fichier." in read(empty)) == (422, True)


@pytest.mark.parametrize("file", ["lignes.csv", "lignes.xlsx", "modele.csv", "modele.xlsx"])
async def test_the_address_of_a_table_s_own_file_leads_to_the_workbook(office, file):
    answer = await office.get(f"{HOME}/bts1-formations/{file}")
    assert (answer.status_code, answer.headers["location"]) == (301, f"{HOME}/classeur.xlsx")
    for unknown in (f"inconnu/{file}", "bts1-formations/autre.csv"):
        assert (await office.get(f"{HOME}/{unknown}")).status_code == 404
    page = await office.get(HOME)
    assert re.findall(r'href="([^"]+)" download', page.text) == [f"{HOME}/classeur.xlsx"]
