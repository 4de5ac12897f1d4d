"""Undoing the last import on its page."""

from __future__ import annotations

import re

import pytest

from tests import builders
from tests.browsing import read
from workshops.database import rows, value

DIRECTORY = "\n".join(
    (
        "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Code_departement;Nom_commune;Libelle_academie",
        "0250001R;Lycée Jules Haag;Lycée;025;Besançon;Besançon",
        "0250011B;Collège Stendhal;Collège;025;Besançon;Besançon",
        "0251055L;École des Prés;Ecole;025;Besançon;Besançon",
    )
)
CALENDAR = "\n".join(
    (
        "type;libelle;premier_jour;dernier_jour;zone",
        "vacances;Vacances d'hiver;2027-02-13;2027-02-28;Zone A",
        "vacances;Vacances d'hiver;2027-02-20;2027-03-07;Zone B",
    )
)


async def send(office, which, content, *, name="fichier.csv"):
    return await office.post(f"/gestion/imports/{which}", files={"file": (name, content, "text/csv")})


def carried(answer):
    """The hidden fields by which the page hands the file on to its confirmation."""
    return dict(re.findall(r'<input type="hidden" name="(content|name)" value="([^"]*)">', answer.text))


async def test_a_file_is_read_first_and_stores_nothing(office):
    await builders.school(uai="0250011B", name="Ancien nom", phone="03 81 00 00 00")
    answer = await send(office, "annuaire", DIRECTORY.encode(), name="annuaire.csv")
    assert answer.status_code == 200
    shown = read(answer)
    assert "annuaire.csv se lit sans erreur. Rien n'est encore enregistré." in shown
    assert "À ajouter 1 établissement" in shown
    assert "À corriger 1 établissement Déjà ainsi 0 établissement" in shown
    assert "Collège Stendhal, Besançon (0250011B) Nom : Ancien nom → devient Collège Stendhal" in shown
    assert "Téléphone : 03 81 00 00 00 → devient vide" in shown
    assert "Laissés de côté 1 ligne" in shown
    assert "Lycée Jules Haag, Besançon (0250001R)" in shown
    assert await value("SELECT count(*) FROM schools") == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
async def test_once_confirmed_the_file_is_stored(office, nadia, encoding):
    answer = await send(office, "annuaire", DIRECTORY.encode(encoding))
    confirmed = await office.post("/gestion/imports/annuaire/confirmation", carried(answer))
    assert confirmed.headers["location"] == "/gestion/repertoire?fait=annuaire-importe"
    assert [one["name"] for one in await rows("SELECT name FROM schools ORDER BY uai")] == [
        "Lycée Jules Haag",
        "Collège Stendhal",
    ]
    assert await value("SELECT by FROM events WHERE act = 'directory_imported'") == nadia


async def test_each_line_in_error_is_named_and_nothing_may_be_confirmed(office):
    wrong = DIRECTORY.replace("0250011B", "0250011D").replace("0250001R;Lycée Jules Haag", "0250001R;")
    answer = await send(office, "annuaire", wrong.encode("cp1252"))
    assert answer.status_code == 422
    shown = read(answer)
    assert "Rien n'a été enregistré Ligne 2 : le nom manque." in shown
    assert "Ligne 3 : l'UAI « 0250011D » n'est pas valable (7 chiffres et leur clé)." in shown
    assert carried(answer) == {}


async def test_a_file_broken_between_reading_and_confirming_stores_nothing(office):
    answer = await office.post("/gestion/imports/annuaire/confirmation", {"content": "bm90IGEgZmlsZQ=="})
    assert answer.status_code == 422
    assert "Ligne 1 : colonnes absentes" in read(answer)
    assert await value("SELECT count(*) FROM schools") == 0


@pytest.mark.parametrize("fields", [{}, {"content": ""}, {"content": "é"}, {"content": "a"}])
async def test_confirming_nothing_asks_for_a_file(office, fields):
    for which in ("annuaire", "calendrier"):
        answer = await office.post(f"/gestion/imports/{which}/confirmation", fields)
        assert (answer.status_code, "Choisissez un fichier." in read(answer)) == (422, True)


@pytest.mark.parametrize("which", ["annuaire", "calendrier"])
async def test_sending_no_file_asks_for_one(office, which):
    answer = await send(office, which, b"", name="")
    assert (answer.status_code, "Choisissez un fichier." in read(answer)) == (422, True)


@pytest.mark.parametrize("which", ["annuaire", "calendrier"])
async def test_a_file_over_one_megabyte_is_refused_in_words(office, which):
    answer = await send(office, which, b"x" * 1_000_001)
    assert (answer.status_code, "Le fichier dépasse 1 Mo." in read(answer)) == (422, True)
    answer = await send(office, which, b"x" * 3_000_000)
    assert (answer.status_code, "trop lourd" in read(answer)) == (413, True)


async def test_what_is_not_a_table_is_refused_in_words(office):
    answer = await send(office, "annuaire", b"\x89PNG\r\n\x1a\n\x00\x00", name="<b>photo</b>.png")
    assert answer.status_code == 422
    assert "Ligne 1 : colonnes absentes" in read(answer)


async def test_a_file_of_almost_one_megabyte_goes_through_both_steps(office):
    lines = DIRECTORY.splitlines()
    filler = "0251055L;" + "É" * 180 + ";Ecole;025;Besançon;Besançon"
    content = "\n".join([*lines, *[filler] * 2490]).encode()
    assert 950_000 < len(content) <= 1_000_000
    answer = await send(office, "annuaire", content)
    confirmed = await office.post("/gestion/imports/annuaire/confirmation", carried(answer))
    assert (answer.status_code, confirmed.status_code) == (200, 303)
    assert await value("SELECT count(*) FROM schools") == 2


async def test_the_calendar_shows_its_holidays_then_stores_them(office, nadia):
    answer = await send(office, "calendrier", CALENDAR.encode(), name="zones.csv")
    shown = read(answer)
    assert "zones.csv se lit sans erreur : 2 périodes de vacances." in shown
    assert "Vacances d'hiver A samedi 13 février 2027 dimanche 28 février 2027" in shown
    assert await value("SELECT count(*) FROM closures") == 0
    confirmed = await office.post("/gestion/imports/calendrier/confirmation", carried(answer))
    assert confirmed.headers["location"] == "/gestion/imports?fait=calendrier-importe"
    assert await value("SELECT count(*) FROM closures WHERE kind = 'holiday' AND source = 'zones.csv'") == 2
    assert "Les vacances sont connues jusqu'au dimanche 7 mars 2027." in read(await office.get("/gestion/imports"))


async def test_a_wrong_line_of_the_calendar_is_named(office):
    answer = await send(office, "calendrier", CALENDAR.replace("2027-03-07", "7 mars").encode())
    assert answer.status_code == 422
    assert "Ligne 3 : « 7 mars » n'est pas une date (attendu : 2027-03-25)." in read(answer)


async def test_only_so_many_errors_are_listed(office):
    lines = DIRECTORY.splitlines()
    answer = await send(office, "annuaire", "\n".join([lines[0], *["x"] * 60]).encode())
    assert "Et 10 autres erreurs." in read(answer)


async def taken_in(office) -> None:
    read_first = await send(office, "annuaire", DIRECTORY.encode())
    await office.post("/gestion/imports/annuaire/confirmation", carried(read_first))


async def test_the_last_import_is_shown_then_undone_by_one_button(office, nadia):
    await builders.school(uai="0250011B", name="Ancien nom")
    assert "Rien à défaire" in read(await office.get("/gestion/imports/dernier"))
    await office.post(
        "/gestion/imports/annuaire/confirmation", carried(await send(office, "annuaire", DIRECTORY.encode()))
    )
    assert 'href="/gestion/imports/dernier"' in (await office.get("/gestion/imports")).text
    shown = await office.get("/gestion/imports/dernier")
    assert "1 établissement ajouté sera retiré. 1 établissement redevient ce qu'il était." in read(shown)
    number = re.findall(r'name="number" value="([0-9]+)"', shown.text)[0]
    done = await office.post("/gestion/imports/dernier", {"number": number})
    assert done.headers["location"] == "/gestion/imports?fait=import-defait"
    assert await value("SELECT name FROM schools") == "Ancien nom"
    again = await office.post("/gestion/imports/dernier", {"number": number})
    assert (again.status_code, "le dernier l'est déjà" in read(again)) == (409, True)


async def test_what_hangs_on_it_is_read_in_place_of_the_button(office):
    await office.post(
        "/gestion/imports/annuaire/confirmation", carried(await send(office, "annuaire", DIRECTORY.encode()))
    )
    await builders.workshop(host=await value("SELECT id FROM schools WHERE uai = '0250001R'"))
    shown = await office.get("/gestion/imports/dernier")
    assert "1 atelier ou salle y est décrit" in read(shown)
    assert '<button class="btn btn-danger">' not in shown.text
