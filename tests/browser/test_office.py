"""The coordinator in a real browser: from an empty installation to a programme that counts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.async_api import Page, expect

from booking.words.wording import paris
from tests import builders, builders_milestones
from tests.booking.programme.milestones.test_look_into import a_picture
from tests.browser.judge import axe_findings, everything_wrong, too_wide
from workshops.database import row, rows, value

pytestmark = pytest.mark.browser


DIRECTORY = "\n".join(
    (
        "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Code_departement;Nom_commune;Libelle_academie",
        "0250001R;Lycée Jules Haag;Lycée;025;Besançon;Besançon",
        "0250011B;Collège Stendhal;Collège;025;Besançon;Besançon",
    )
)


async def a_coordinator() -> int:
    nadia = await builders.person("coordinator", name="Nadia Perrin")
    return nadia


async def said(page: Page, sentence: str) -> None:
    await expect(page.locator(".said")).to_have_text(sentence)


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_new_programme_goes_from_nothing_to_people_invited(db, browse, tmp_path: Path, javascript):
    nadia = await a_coordinator()
    (tmp_path / "annuaire.csv").write_text(DIRECTORY, encoding="cp1252")
    page = await browse("/gestion/repertoire", width=390, javascript=javascript, signed_in=nadia)
    await page.get_by_role("link", name="Importer l'annuaire").first.click()
    await page.get_by_label("Fichier de l'annuaire").set_input_files(tmp_path / "annuaire.csv")
    await page.get_by_role("button", name="Lire l'annuaire").click()
    await expect(page.get_by_text("annuaire.csv se lit sans erreur. Rien n'est encore enregistré.")).to_be_visible()
    assert await value("SELECT count(*) FROM schools") == 0
    await page.get_by_role("button", name="Enregistrer 2 établissements").click()
    await said(page, "Les établissements sont à jour.")

    await page.get_by_label("Nom, commune, métier, UAI ou SIRET").fill("stendhal")
    await page.get_by_role("button", name="Chercher").click()
    await page.get_by_role("link", name="Collège Stendhal").click()
    await page.get_by_role("link", name="Inviter quelqu'un").click()
    await page.get_by_label("Prénom et nom").fill("Claire Renaud")
    await page.get_by_label("Adresse de messagerie").fill("claire.renaud@example.org")
    await expect(page.locator("#school")).to_have_value("0250011B")
    await page.get_by_role("button", name="Envoyer l'invitation").click()
    await said(page, "L'invitation part par mail.")
    held = await row("SELECT m.role, s.uai FROM memberships m JOIN schools s ON s.id = m.school")
    assert tuple(held) == ("teacher", "0250011B")

    await page.goto("/gestion/repertoire")
    await page.get_by_role("link", name="Ajouter").click()
    await page.get_by_label("SIRET").fill("552 081 317 66522")
    await page.get_by_label("Nom de l'entreprise").fill("Horlogerie du Doubs")
    await page.get_by_role("button", name="Enregistrer l'entreprise").click()
    await said(page, "L'entreprise est enregistrée.")

    await page.goto("/gestion/objectifs")
    await page.get_by_role("link", name="Fixer l'objectif : Collégiens accueillis").click()
    await page.get_by_label("Objectif").fill("6000")
    await page.get_by_label("Premier jour compté").fill("2025-09-01")
    await page.get_by_label("Dernier jour compté").fill("2030-08-31")
    await page.get_by_role("button", name="Enregistrer l'objectif").click()
    await said(page, "L'objectif est à jour.")
    await page.goto("/gestion")
    await page.locator("summary", has_text="Les objectifs un par un").click()
    await expect(page.get_by_role("article", name="Collégiens accueillis")).to_contain_text("0 élèves sur 6\u202f000")

    await page.goto("/gestion/journal")
    acts = await page.get_by_role("rowheader").all_inner_texts()
    assert acts == ["Objectif modifié", "Entreprise enregistrée", "Personne invitée", "Annuaire importé", "Connexion"]


async def test_a_file_with_a_broken_line_names_it_and_stores_nothing(db, browse, tmp_path: Path):
    nadia = await a_coordinator()
    (tmp_path / "annuaire.csv").write_text(DIRECTORY.replace("0250011B", "0250011D"), encoding="cp1252")
    page = await browse("/gestion/imports", width=390, signed_in=nadia)
    await page.get_by_label("Fichier de l'annuaire").set_input_files(tmp_path / "annuaire.csv")
    await page.get_by_role("button", name="Lire l'annuaire").click()
    await expect(page.locator(".errors")).to_be_focused()
    await expect(page.locator(".errors li")).to_have_text(
        "Ligne 3 : l'UAI « 0250011D » n'est pas valable (7 chiffres et leur clé)."
    )
    assert (await axe_findings(page), await too_wide(page)) == ([], [])
    assert await value("SELECT count(*) FROM schools") == 0
    # The browser notes each 422 in its console.
    browse.complaints.clear()


async def test_a_table_of_her_own_is_read_once_its_columns_are_chosen_by_keyboard(db, browse, tmp_path: Path):
    nadia = await a_coordinator()
    await builders.school(kind="lycee", uai="0250001R", name="Lycée Jules Haag")
    await builders.school(uai="0250011B", name="Collège Stendhal")
    book = Workbook()
    book.active.append(["Couverture"])
    sheet = book.create_sheet("Feuil2")
    sheet.append(["Suivi des visites"])
    sheet.append(["Jour", "Lycée", "Collège", "Classe", "Reçus"])
    for line in ([45567, "0250001R", "0250011B", "4e B", "24 élèves"], [45568, None, "0250011B", "4e C", 20]):
        sheet.append(line)
    sheet.append(["TOTAL", None, None, None, 44])
    sheet.merge_cells("B3:B4")
    book.save(tmp_path / "suivi.xlsx")
    page = await browse("/gestion/imports", width=390, signed_in=nadia)
    await page.get_by_label("Fichier des visites").set_input_files(tmp_path / "suivi.xlsx")
    await page.get_by_role("button", name="Lire les visites").click()
    await expect(page.get_by_role("heading", name="Quelle colonne ?")).to_be_visible()
    assert await everything_wrong(page) == []
    await page.get_by_label("Date", exact=True).focus()
    for _ in range(2):
        await page.keyboard.press("Tab")
    await expect(page.get_by_label("Élèves", exact=True)).to_be_focused()
    await page.keyboard.type("Colonne E")
    await page.get_by_role("button", name="Lire ainsi").focus()
    await page.keyboard.press("Enter")
    await expect(
        page.get_by_text("suivi.xlsx, feuille « Feuil2 », titres ligne 2, se lit sans erreur.")
    ).to_be_visible()
    await expect(page.locator("#laissees li")).to_have_text("Ligne 5 : « TOTAL », laissée de côté")
    assert await everything_wrong(page) == []
    await page.get_by_role("button", name="Enregistrer 2 visites").press("Enter")
    await said(page, "2 visites enregistrées : elles comptent, comme déclarées. Défaire cet import")
    assert await value("SELECT sum(pupils) FROM past_visits") == 44
    # The browser notes each 422 in its console.
    browse.complaints.clear()


async def test_a_proof_that_weighs_too_much_is_told_before_it_leaves_and_what_was_typed_stays(db, browse, tmp_path):
    nadia, number = await a_coordinator(), await builders_milestones.milestone()
    page = await browse(f"/gestion/jalons/{number}", width=390, signed_in=nadia)
    (tmp_path / "scan.png").write_bytes(a_picture("PNG") + bytes(14_350_000))
    (tmp_path / "convention.png").write_bytes(a_picture("PNG"))
    await page.get_by_text("Ajouter une preuve").click()
    await page.get_by_label("Ce que c'est").fill("Convention signée")
    file = page.get_by_label("Un fichier")
    await file.set_input_files(tmp_path / "scan.png")
    told = page.get_by_role("alert").filter(
        has_text="Ce fichier pèse 14,4 Mo, 10 Mo au plus : choisissez-en un plus léger."
    )
    await expect(told).to_be_visible()
    await expect(file).to_have_accessible_description(re.compile(r"14,4\sMo"))
    await page.get_by_role("button", name="Ajouter la preuve").click()
    await expect(file).to_be_focused()
    await expect(told).to_have_count(1)
    await expect(page.get_by_label("Ce que c'est")).to_have_value("Convention signée")
    assert await everything_wrong(page) == []
    await file.set_input_files(tmp_path / "convention.png")
    await expect(told).to_have_count(0)
    await page.get_by_role("button", name="Ajouter la preuve").click()
    await said(page, "La preuve est ajoutée.")
    assert await value("SELECT label FROM milestone_proofs") == "Convention signée"


async def test_what_needs_care_leads_to_what_mends_it(db, browse):
    nadia = await a_coordinator()
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", phone="03 81 00 00 00")
    late = await builders.slot(host=lycee, starts_at=datetime.now(UTC) - timedelta(days=3))
    await builders.reservation(slot=late, group=await builders.group())
    await builders.notice(state="failed", attempts=1, last_error="550 5.1.1 User unknown")
    await rows("INSERT INTO heartbeats (name, beat_at) VALUES ('worker', now())")
    page = await browse("/gestion", width=390, signed_in=nadia)
    await page.get_by_role("link", name="Rappeler les lycées").click()
    await page.get_by_role("button", name="Rappeler l'accueil").click()
    await said(page, "Le rappel part par mail à l'accueil du lycée.")
    await page.get_by_role("link", name="Découpe laser").click()
    await expect(page.get_by_role("link", name="03 81 00 00 00")).to_be_visible()
    await page.goto("/gestion")
    await page.get_by_role("link", name="Voir pourquoi et relancer").click()
    await expect(page.get_by_role("article", name="L'adresse n'existe pas.")).to_be_visible()
    await page.get_by_role("button", name="Relancer").click()
    await said(page, "Le message repart dans la minute.")
    await expect(page.get_by_role("heading", name="Aucun message en échec")).to_be_visible()


async def test_the_counts_are_downloaded_as_a_file_named_with_the_day(db, browse):
    nadia = await a_coordinator()
    slot = await builders.slot(state="done", starts_at=datetime.now(UTC) - timedelta(days=3))
    await builders.turnout(slot=slot, counted=23)
    page = await browse("/gestion", signed_in=nadia)
    await page.get_by_role("link", name="Par lycée, collège, mois, objet").click()
    async with page.expect_download() as got:
        await page.get_by_role("link", name="CSV", exact=True).click()
    download = await got.value
    assert download.suggested_filename == f"technilab-bilan-{paris(datetime.now(UTC)).date().isoformat()}.csv"
    lines = (await download.path()).read_text(encoding="utf-8-sig").splitlines()
    assert [line for line in lines if line.startswith("Niveau")] == ["Niveau;4e;4e;23;1;1;;;;;;0;0;0"]


async def test_closing_an_account_asks_first_and_puts_the_person_out(db, browse):
    nadia = await a_coordinator()
    claire = await builders.person(
        "teacher", "claire@example.org", name="Claire Renaud", school=await builders.school()
    )
    hers = await browse("/mes-visites", signed_in=claire)
    page = await browse("/gestion/comptes", width=390, signed_in=nadia)
    await page.get_by_text("Fermer ce compte").click()
    await page.get_by_role("button", name="Fermer le compte").click()
    await said(page, "Le compte est fermé : ses sessions et ses clés n'ouvrent plus rien.")
    await hers.reload()
    await expect(hers).to_have_url(f"{hers.url.split('/connexion')[0]}/connexion?next=/mes-visites")
    await page.get_by_role("button", name="Rouvrir").click()
    await said(page, "Le compte est rouvert. La personne se connecte par un nouveau lien.")


async def test_a_long_title_of_a_column_leaves_its_width_to_the_names_of_the_lycees(db, browse):
    nadia = await a_coordinator()
    lycee = await builders.school(kind="lycee", name="Lycée professionnel Raoul Follereau", commune="Belfort")
    day = datetime(2025, 6, 5, tzinfo=UTC).date()
    await builders.past_visit(lycee=lycee, college=await builders.school(), held_on=day)
    page = await browse("/gestion/accueillis", width=1280, signed_in=nadia)
    name = await page.get_by_role("link", name="Lycée professionnel Raoul Follereau, Belfort").bounding_box()
    assert name["height"] < 70


async def test_a_chart_is_fetched_once_its_fold_is_opened_and_its_old_address_opens_it(db, browse):
    slot = await builders.slot(starts_at=datetime.now(UTC) - timedelta(days=5), state="done")
    await builders.turnout(slot=slot, counted=23)
    page = await browse("about:blank", width=390, signed_in=await a_coordinator())
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.split("/")[-2]) if ".svg" in request.url else None)
    await page.goto("/gestion/accueillis")
    await page.get_by_text("Graphique et fichiers : Par niveau").click()
    drawing = page.locator("section", has=page.get_by_role("heading", name="Par niveau")).locator(".chart img")
    await expect(drawing).to_have_js_property("complete", True)
    assert [name for name in fetched if name in {"niveaux", "mois", "lycees"}] == ["niveaux"]
    await page.goto("/gestion/graphiques/mois")
    shown = page.locator("#par-mois")
    await expect(shown).to_be_in_viewport()
    await expect(page.get_by_role("link", name="Image PNG")).to_be_visible()
