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
    name = name.replace("brouillon", "brouillon-petits-effectifs")
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.content.startswith(begins)
    event, *_ = await rows("SELECT by, detail FROM events WHERE act = 'counts_exported' ORDER BY id")
    assert tuple(event) == (nadia, f"Dossier France 2030 {YEAR}, {file}, brouillon, petits effectifs montrés")
    masked = (await office.get(f"{HERE}/{YEAR}/{file}")).headers["content-disposition"]
    assert masked == f'attachment; filename="{name.replace("-petits-effectifs", "")}"'
    assert (await office.get(f"{HERE}/2031-2032/{file}")).status_code == 404


async def test_texts_are_saved_together_and_brought_over_to_the_next_year_once_taken(office, world):
    answer = await office.post(
        f"{HERE}/2025-2026/textes",
        {
            "text-technilab": "Les visites ont commencé en novembre.",
            "shown-technilab": "",
            "text-ptech": "",
            "text-bts1": "Deux ans.",
        },
    )
    assert answer.headers["location"] == f"{HERE}?annee=2025-2026&fait=textes-gardes"
    shown = await office.get(f"{HERE}?annee={YEAR}")
    assert "TECHNILAB · brouillon repris de 2025-2026" in read(shown)
    assert "P-TECH · vide" in read(shown)
    assert '<input type="hidden" name="shown-bts1" value="Deux ans.">' in shown.text
    same = {"text-technilab": "Les visites ont doublé.", "shown-technilab": "Les visites ont commencé en novembre."}
    draft = {"text-bts1": "Deux ans.", "shown-bts1": "Deux ans."}
    await office.post(f"{HERE}/{YEAR}/textes", same | draft)
    assert "TECHNILAB · écrit" in read(await office.get(HERE))
    assert "BTS+1 · brouillon repris de 2025-2026" in read(await office.get(HERE))
    await office.post(f"{HERE}/{YEAR}/textes", draft | {"take-bts1": "oui"})
    assert "BTS+1 · écrit" in read(await office.get(HERE))
    assert await value("SELECT count(*) FROM events WHERE act = 'report_written'") == 4


async def test_a_text_that_another_coordinator_wrote_meanwhile_stays(office, world):
    await office.post(f"{HERE}/{YEAR}/textes", {"text-ptech": "Écrit par l'autre.", "shown-ptech": ""})
    stale = {"text-ptech": "", "shown-ptech": "", "text-bts1": "Le mien.", "shown-bts1": ""}
    await office.post(f"{HERE}/{YEAR}/textes", stale)
    kept = await rows("SELECT section, text FROM report_words ORDER BY section")
    assert [tuple(one) for one in kept] == [("bts1", "Le mien."), ("ptech", "Écrit par l'autre.")]


async def test_a_text_that_names_a_pupil_is_refused_beside_its_box_and_all_that_was_typed_is_kept(office, world):
    answer = await office.post(
        f"{HERE}/{YEAR}/textes",
        {"text-ptech": "Lina Martin a choisi la filière.", "text-bts1": "x" * 2001, "text-jalons": "Tous tenus."},
    )
    assert answer.status_code == 422
    assert "« Lina Martin » ressemble à un nom de personne" in read(answer)
    assert "2000 caractères au plus" in read(answer).replace("\u202f", "").replace("2 000", "2000")
    for text in ("Lina Martin a choisi la filière.", "x" * 2001, "Tous tenus."):
        assert f">{text}</textarea>" in answer.text
    assert await value("SELECT count(*) FROM report_words") == 0
    assert (await office.post(f"{HERE}/2031-2032/textes", {"text-ptech": "Rien"})).status_code == 404


async def test_a_final_file_is_confirmed_kept_and_told_with_what_changed_since(office, world):
    unsure = await office.post(f"{HERE}/{YEAR}/versions", {"version": "1"})
    assert (unsure.status_code, await value("SELECT count(*) FROM final_reports")) == (422, 0)
    assert "Cochez la case pour confirmer" in read(unsure)
    answer = await declare(office)
    assert answer.headers["location"] == f"{HERE}?annee={YEAR}&fait=dossier-final"
    shown = read(await office.get(HERE))
    assert f"{YEAR}, version 1 Final Déclaré lundi 11 janvier 2027, 9 h 00, par Nadia Perrin." in shown
    assert "Les chiffres de l'année gardés avec lui sont ceux d'aujourd'hui. Empreintes" in shown
    again = await declare(office)
    assert (again.status_code, "La version 1 est la dernière" in read(again)) == (409, True)
    kept = await office.get(f"{HERE}/{YEAR}/versions/1/dossier.pdf")
    slot = await builders.slot(host=world.haag, starts_at=paris("2026-12-17 09:00"), state="done")
    await builders.turnout(slot=slot, school=world.colleges[0], counted=10)
    shown = read(await office.get(HERE))
    since, goes_on = shown.split("Le programme continue : ")
    assert "Changé depuis : Collégiens accueillis 72 → 82, Visites 4 → 5, REP 26 → 36, Commune urbaine" in since
    assert "Collégiens accueillis, compté en tout 114 → 124" in goes_on
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
    assert "Changé depuis : Lycéens en parcours P-TECH Le programme continue : " in shown
    assert "Lycéens en parcours P-TECH, compté en tout," in shown
    assert "REP" not in shown
    assert "Lycéens en parcours P-TECH 22 → 23, REP 26 → 0" in read(await office.get(HERE))
    await declare(office, version="2")
    assert f"{YEAR}, version 1 Remplacée par la version 2 Déclaré" in read(await member.get(HERE))
    answer = await member.post(f"{HERE}/{YEAR}/textes", {"text-ptech": "Bonne année"})
    assert answer.status_code == 404
