from __future__ import annotations

import re
from html import escape

import pytest

from tests import builders
from tests.browsing import read
from tests.builders import paris
from workshops.database import rows, value

GRID = b"CODGEO;DENS\n25056;6\n"


@pytest.fixture
async def visits(db) -> dict[str, int]:
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", uai="0250001R")
    came = await builders.school(name="Collège Stendhal", priority="REP")
    never = await builders.school(name="Collège Pasteur", mail="ce.0250011b@ac-besancon.fr", insee="25056")
    done = await builders.slot(host=lycee, starts_at=paris("2026-11-05 09:00"), state="done")
    await builders.turnout(slot=done, school=came, counted=20, girls=8)
    await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    await builders.target()
    return {"never": never, "came": came}


async def test_the_page_tells_who_came(office, visits):
    shown = read(await office.get("/gestion/equite"))
    assert "Filles 40 % 8 filles, 12 garçons" in shown
    assert "Éducation prioritaire 100 % 20 élèves de REP ou REP+" in shown
    assert "Collèges pas venus 1 depuis le début, sur 2 collèges publics" in shown
    assert "REP 20 8 12 1 collège venu sur 1 collège public" in shown
    assert "Hors éducation prioritaire 0 – – 0 sur 1 collège public" in shown
    assert "Moins de 10 km 20 1" in shown
    assert "Année scolaire 2026-2027" in shown
    last = read(await office.get("/gestion/equite?annee=2025-2026"))
    assert "Aucune visite close sur cette période" in last


async def test_the_csv_holds_the_same_figures_and_is_journalled(office, visits, nadia):
    answer = await office.get("/gestion/equite.csv?annee=2026-2027")
    assert answer.headers["content-disposition"] == (
        'attachment; filename="technilab-equite-2026-2027-du-2027-01-11.csv"'
    )
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[-1].startswith("Distance;;")
    assert "Éducation prioritaire;REP;REP;20;1;20;8;12;1;1;0;100;" in lines
    assert "Département;25;Doubs;20;1;20;8;12;2;1;0;100;" in lines
    assert "Distance;;Moins de 10 km;20;1;;;;;;;;" in lines
    assert await value("SELECT by FROM events WHERE act = 'counts_exported'") == nadia


async def test_what_no_lycee_counted_apart_is_empty_in_the_csv_too(office, visits):
    done = await builders.slot(starts_at=paris("2026-11-06 09:00"), state="done")
    await builders.turnout(slot=done, school=visits["never"], counted=15)
    lines = (await office.get("/gestion/equite.csv")).text.splitlines()
    assert "Éducation prioritaire;;Hors éducation prioritaire;15;1;0;;;1;1;0;43;" in lines


async def test_a_commune_is_said_rural_by_hand(office, visits):
    path = f"/gestion/etablissements/{visits['never']}"
    answer = await office.post(f"{path}/commune", {"rural": "oui"})
    assert answer.headers["location"] == f"{path}?fait=commune-notee"
    assert "Type de commune Rurale" in read(await office.get(path))
    await office.post(f"{path}/commune", {"rural": ""})
    assert "Type de commune Non renseignée" in read(await office.get(path))
    assert (await office.post(f"{path}/commune", {"rural": "peut-être"})).status_code == 422
    assert [one["detail"] for one in await rows("SELECT detail FROM events WHERE act = 'school_marked'")] == [
        "rural",
        "non renseigné",
    ]


async def test_the_density_grid_is_read_then_stored(office, visits):
    answer = await office.post("/gestion/imports/densite", files={"file": ("grille.csv", GRID, "text/csv")})
    assert "Communes lues 1 À noter 1 établissement" in read(answer)
    assert await value("SELECT count(*) FROM schools WHERE rural") == 0
    fields = dict(re.findall(r'<input type="hidden" name="(content)" value="([^"]*)">', answer.text))
    stored = await office.post("/gestion/imports/densite/confirmation", fields)
    assert stored.headers["location"] == "/gestion/equite?fait=densite-importee"
    assert await value("SELECT count(*) FROM schools WHERE rural") == 1
    wrong = await office.post("/gestion/imports/densite", files={"file": ("g.csv", b"CODGEO;DENS\n1;1\n", "text/csv")})
    assert (wrong.status_code, "Ligne 2 : « 1 » n'est pas un code de commune." in read(wrong)) == (422, True)


async def test_the_departements_of_the_academie_come_first_and_all_others_are_folded(office, visits):
    away = await builders.school(name="Collège de Gex", department="01")
    await builders.school(name="Collège de Nice", department="06")
    slot = await builders.slot(starts_at=paris("2026-11-06 09:00"), state="done")
    await builders.turnout(slot=slot, school=away, counted=15)
    await builders.academie(departments=["25", "70"])
    await builders.school(name="Collège de Vesoul", department="70")
    page = (await office.get("/gestion/equite")).text
    ours, folded = page.split('id="departement"')[1].split('id="distance"')[0].split("<details>")
    assert re.findall(r'<th scope="row">([^<]+)', ours) == ["Doubs", "Haute-Saône"]
    assert "<summary>2 autres départements, 15 élèves</summary>" in folded
    assert re.findall(r'<th scope="row">([^<]+)', folded) == ["01", "06"]


async def test_of_many_lycees_the_first_are_told_and_the_rest_among_who_was_received(office, visits):
    for n in range(51):
        host = await builders.school(kind="lycee", name=f"Lycée {n:02}", uai=builders.uai(9_000 + n))
        slot = await builders.slot(host=host, starts_at=paris("2026-10-05 09:00"), state="done")
        await builders.turnout(slot=slot, school=visits["came"], counted=10)
    answer = await office.get("/gestion/equite?annee=2026-2027")
    assert len(set(re.findall(r"lycee=\w+", answer.text))) == 50
    every = "/gestion/accueillis?annee=2026-2027&graphique=lycees#par-lycees"
    assert f'href="{escape(every)}">Voir les 52 lycées</a>' in answer.text
    lycees = (await office.get(every)).text.split('id="par-lycees"')[1].split('id="par-colleges"')[0]
    assert len(set(re.findall(r"lycee=\w+", lycees))) == 52
