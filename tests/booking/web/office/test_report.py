"""The page of the file for France 2030: taken, written, declared final; a member of the consortium reads final ones."""

from __future__ import annotations

import re

import pytest

from tests import builders, builders_bts1
from tests.booking.programme.report.world import a_programme
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows, value

HERE = "/gestion/dossier"
YEAR = "2026-2027"


@pytest.fixture
async def world(db):
    return await a_programme()


@pytest.fixture
async def member(app, world):
    """Who reads for a member of the consortium."""
    app.state.clock = lambda: NOW
    partner = await builders_bts1.partner(name="Cnam Bourgogne-Franche-Comté", kind="cnam")
    return await Browser(app, now=NOW).sign_in(await builders.person("consortium", partner=partner))


async def declare(office, **more):
    return await office.post(f"{HERE}/{YEAR}/versions", {"version": "1", "sure": "oui"} | more)


async def test_the_board_leads_to_the_file_of_this_year(office, world):
    board = (await office.get("/gestion")).text
    assert re.search(rf'<h1>Bilan du programme</h1>\s*<a class="btn[^"]*" href="{HERE}">Dossier France 2030</a>', board)
    shown = await office.get(HERE)
    assert f"Le dossier de {YEAR}, aujourd'hui" in read(shown)
    assert "Encore provisoire. L'année n'est pas finie" in read(shown)
    assert "Le dossier de 2025-2026, aujourd'hui" in read(await office.get(f"{HERE}?annee=2025-2026"))
    assert f"Le dossier de {YEAR}, aujourd'hui" in read(await office.get(f"{HERE}?annee=hier"))


@pytest.mark.parametrize(
    ("file", "begins", "name"),
    [
        ("dossier.pdf", b"%PDF", "technilab-dossier-france-2030-2026-2027-brouillon.pdf"),
        ("dossier.docx", b"PK", "technilab-dossier-france-2030-2026-2027-brouillon.docx"),
        ("feuille.pdf", b"%PDF", "technilab-feuille-france-2030-2026-2027-brouillon.pdf"),
    ],
)
async def test_each_file_is_taken_and_the_journal_says_who_took_it(office, world, nadia, file, begins, name):
    answer = await office.get(f"{HERE}/{YEAR}/{file}?petits=oui")
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.content.startswith(begins)
    (event,) = await rows("SELECT by, detail FROM events WHERE act = 'counts_exported'")
    assert tuple(event) == (nadia, f"Dossier France 2030 {YEAR}, {file}, brouillon, petits effectifs montrés")
    assert (await office.get(f"{HERE}/2031-2032/{file}")).status_code == 404


async def test_words_are_written_by_section_and_brought_over_to_the_next_year(office, world):
    answer = await office.post(
        f"{HERE}/2025-2026/textes/technilab", {"text-technilab": "Les visites ont commencé en novembre."}
    )
    assert answer.headers["location"] == f"{HERE}?annee=2025-2026&fait=texte-garde#texte-technilab"
    shown = read(await office.get(f"{HERE}?annee={YEAR}"))
    assert "TECHNILAB · brouillon repris de 2025-2026 Repris de 2025-2026 : le dossier ne le dit qu'une fois" in shown
    assert "P-TECH · vide" in shown
    await office.post(f"{HERE}/{YEAR}/textes/technilab", {"text-technilab": "Les visites ont doublé."})
    assert "TECHNILAB · écrit" in read(await office.get(HERE))
    assert await value("SELECT count(*) FROM events WHERE act = 'report_written'") == 2


async def test_a_text_that_names_a_pupil_is_refused_beside_its_box_and_kept_there(office, world):
    answer = await office.post(f"{HERE}/{YEAR}/textes/ptech", {"text-ptech": "Lina Martin a choisi la filière."})
    assert answer.status_code == 422
    assert "« Lina Martin » ressemble à un nom de personne" in read(answer)
    assert ">Lina Martin a choisi la filière.</textarea>" in answer.text
    assert await value("SELECT count(*) FROM report_words") == 0
    assert (await office.post(f"{HERE}/{YEAR}/textes/ailleurs", {"text-ailleurs": "Rien"})).status_code == 404


async def test_a_final_file_is_confirmed_kept_and_told_with_what_changed_since(office, world):
    unsure = await office.post(f"{HERE}/{YEAR}/versions", {"version": "1"})
    assert (unsure.status_code, await value("SELECT count(*) FROM final_reports")) == (422, 0)
    assert "Cochez la case pour confirmer" in read(unsure)
    answer = await declare(office)
    assert answer.headers["location"] == f"{HERE}?annee={YEAR}&fait=dossier-final#versions"
    shown = read(await office.get(HERE))
    assert f"{YEAR}, version 1 Final Déclaré lundi 11 janvier 2027, 9 h 00, par Nadia Perrin." in shown
    assert "Ses chiffres sont ceux d'aujourd'hui." in shown
    again = await declare(office)
    assert (again.status_code, "La version 1 est la dernière" in read(again)) == (409, True)
    kept = await office.get(f"{HERE}/{YEAR}/versions/1/dossier.pdf")
    slot = await builders.slot(host=world.haag, starts_at=paris("2026-12-17 09:00"), state="done")
    await builders.turnout(slot=slot, school=world.colleges[0], counted=10)
    shown = read(await office.get(HERE))
    assert "Changé depuis : Collégiens accueillis 72 → 82, Visites 4 → 5" in shown
    assert (await office.get(f"{HERE}/{YEAR}/versions/1/dossier.pdf")).content == kept.content
    assert (await office.get(f"{HERE}/{YEAR}/versions/2/dossier.pdf")).status_code == 404


async def test_a_member_of_the_consortium_reads_final_files_alone(office, member, world):
    assert "Aucun dossier n'est encore final" in read(await member.get(HERE))
    await declare(office)
    board = (await member.get("/gestion")).text
    assert re.search(rf'<h1>Bilan du programme</h1>\s*<a class="btn[^"]*" href="{HERE}">Dossier France 2030</a>', board)
    shown = read(await member.get(HERE))
    assert f"{YEAR}, version 1 Final" in shown
    assert "Vos textes" not in shown
    for file in ("dossier.pdf", "dossier.docx", "feuille.pdf"):
        assert (await member.get(f"{HERE}/{YEAR}/versions/1/{file}")).status_code == 200
        assert (await member.get(f"{HERE}/{YEAR}/{file}")).status_code == 404
    await rows("UPDATE schools SET priority = '' WHERE id = $1", world.colleges[0])
    await rows("UPDATE ptech_censuses SET present = 23 WHERE school_year = 2026")
    shown = read(await member.get(HERE))
    assert "Changé depuis : Lycéens en parcours P-TECH Empreintes" in shown
    assert "REP" not in shown
    assert "Changé depuis : Lycéens en parcours P-TECH 22 → 23, REP 26 → 0" in read(await office.get(HERE))
    answer = await member.post(f"{HERE}/{YEAR}/textes/ptech", {"text-ptech": "Bonne année"})
    assert answer.status_code == 404
