"""The coordinator declares what was held before Technilab: one visit by a form, many by a file.

Targets whose figure the coordinator types, and the official unit of P-TECH's lycéens.
"""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape

from openpyxl import Workbook

from tests import builders, builders_bts1
from tests.booking.programme.past_visits.files import DIDEROT, FIRST, HAAG, HEADER, SECOND, a_place, file_of
from tests.browsing import read
from tests.builders import paris
from workshops.database import rows, value

TYPED = {
    "date": "2024-03-14",
    "lycee": f"Lycée Jules Haag, Besançon ({HAAG})",
    "college": DIDEROT,
    "niveau": "4e",
    "groupe": "4e B",
    "eleves": "24",
    "filles": "",
    "objet": "Lampe à balancier",
    "entreprises": "Horlogerie du Doubs",
    "source": "Tableau 2023-2024",
    "reference": "",
}
NEW = "/gestion/visites-reprises"
LISTED = "/gestion/creneaux?annee=tout&origine=reprises"


async def send(office, content: bytes, name: str = "visites.csv"):
    return await office.post("/gestion/imports/visites", files={"file": (name, content, "text/csv")})


def carried(answer) -> dict[str, str]:
    """What the form that stores the file sends back."""
    form = answer.text.rpartition('action="/gestion/imports/visites/confirmation"')[2]
    return dict(re.findall(r'<input type="hidden" name="([^"_]+)" value="([^"]*)">', form))


async def test_a_file_is_read_named_line_by_line_then_confirmed(office, nadia):
    await a_place()
    answer = await send(office, file_of(FIRST, SECOND, FIRST))
    shown = read(answer)
    assert answer.status_code == 200
    assert "visites.csv se lit sans erreur. Rien n'est encore enregistré." in shown
    assert "À ajouter 2 visites, 44 élèves" in shown
    assert "Répétées dans le fichier 1 ligne, comptée une seule fois" in shown
    assert "Ligne 4" in shown and "Répète la ligne 2" in shown
    assert await value("SELECT count(*) FROM past_visits") == 0
    confirmed = await office.post("/gestion/imports/visites/confirmation", carried(answer))
    assert confirmed.headers["location"] == f"{LISTED}&fait=visites-importees&nombre=2"
    done = await office.get(confirmed.headers["location"])
    assert '<a href="/gestion/imports/dernier">Défaire cet import</a>' in done.text
    listed = read(done)
    assert "2 visites enregistrées : elles comptent, comme déclarées. Défaire cet import" in listed
    forged = read(await office.get(f"{LISTED}&fait=visites-importees&nombre=<b>"))
    assert "Les visites du fichier sont enregistrées" in forged
    assert "2 visites reprises, déclarées, toutes années : 44 élèves accueillis en 2 groupes." in listed
    assert "jeudi 14 mars 2024 Visite reprise, 4e B" in listed
    assert await value("SELECT by FROM events WHERE act = 'past_visits_imported'") == nadia
    again = await send(office, file_of(FIRST, SECOND))
    assert "Tout est déjà connu visites.csv n'apporte rien de nouveau : il n'y a rien à confirmer." in read(again)
    assert "Déjà là, identiques 2 visites" in read(again) and "À ajouter" not in read(again)
    assert "<title>Tout est déjà connu" in again.text and "confirmation" not in again.text
    moved = read(await send(office, file_of(FIRST.replace(";24;", ";22;"))))
    assert "Élèves : 24 → 22" in moved


async def test_lines_in_error_come_back_on_the_page_and_the_template_is_there(office):
    await a_place()
    answer = await send(office, file_of(FIRST.replace(HAAG, "Lycée Inconnu")))
    assert answer.status_code == 422
    assert "Rien n'a été enregistré visites.csv. À corriger dans le fichier" in read(answer)
    assert "Ligne 2 : lycée : aucun lycée ne s'appelle « Lycée Inconnu »" in read(answer)
    broken = await office.post("/gestion/imports/visites/confirmation", {"content": ""})
    assert (broken.status_code, "Choisissez un fichier." in read(broken)) == (422, True)
    csv = await office.get("/gestion/imports/visites/modele.csv")
    assert csv.content.decode("utf-8-sig").strip() == HEADER
    assert (await office.get("/gestion/imports/visites/modele.xlsx")).content[:2] == b"PK"


async def test_what_is_understood_of_a_cell_is_said_before_it_is_kept_and_what_is_not_is_proposed(office):
    await a_place()
    shown = read(await send(office, file_of(FIRST.replace("Lampe à balancier", "Toupie"))))
    assert "Ce qui a été compris Ligne 2 : objet « Toupie » inconnu ici, laissé vide" in shown
    shown = read(await send(office, file_of(FIRST.replace(HAAG, "Haag Nord"))))
    assert f"« Haag Nord » : voulez-vous dire Lycée Jules Haag, Besançon ({HAAG}) ?" in shown
    assert "?." not in shown
    by_form = await office.post(NEW, TYPED | {"objet": "Toupie"})
    assert (by_form.status_code, await value("SELECT count(*) FROM past_visits")) == (422, 0)


OWN = """Suivi TECHNILAB;;;;;
Jour;Lycée;Provenance;Classe;Nb;Météo
14/03/2024;{0};{1};4e B;24;beau
15/03/2024;{0};{1};4e C;20 élèves;pluie
TOTAL 2024;;;;44;
"""


def answered(answer, **more: str) -> dict[str, str]:
    """The form that asks for columns, sent as it stands, with other answers."""
    form = answer.text.rpartition("novalidate>")[2]
    sent = dict(re.findall(r'<input [^>]*name="([^"]+)" value="([^"]*)"', form))
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = unescape(re.findall(r'<option value="([^"]*)" selected>', options)[0])
    return sent | more


async def test_unknown_columns_are_asked_for_once_and_the_file_is_kept_meanwhile(office):
    await a_place()
    content = OWN.format(HAAG, DIDEROT).encode("cp1252")
    asked = await send(office, content, "Suivi 2023.csv")
    shown = read(asked)
    assert asked.status_code == 422
    assert "Quelle colonne ? Suivi 2023.csv, titres ligne 2. Votre choix sera retenu. Date" in shown
    assert "Colonne E « Nb » : 24, 20 élèves" in shown
    proposed = answered(asked)
    assert {name: value for name, value in proposed.items() if name.startswith("colonne-")} == {
        "colonne-date": "jour",
        "colonne-college": "provenance",
        "colonne-niveau": "classe",
        "colonne-groupe": "classe",
        "colonne-eleves": "nb",
        "colonne-lycee": "lycee",
        **dict.fromkeys((f"colonne-{one}" for one in ("filles", "objet", "entreprises", "source")), ""),
        "colonne-reference": "",
    }
    still = await office.post(
        "/gestion/imports/visites", answered(asked, **{"colonne-niveau": "", "colonne-groupe": ""})
    )
    assert (still.status_code, "Quelle colonne ?" in read(still)) == (422, True)
    seen = await office.post("/gestion/imports/visites", answered(asked))
    shown = read(seen)
    assert "Suivi 2023.csv, titres ligne 2, se lit sans erreur. Rien n'est encore enregistré." in shown
    assert "Laissées de côté 1 ligne Source Suivi 2023" in shown
    assert "Ligne 5 : « TOTAL 2024 », laissée de côté" in shown
    assert "Colonnes non lues : Météo" in shown
    assert await value("SELECT count(*) FROM past_visits") == 0
    remembered = await rows("DELETE FROM visit_columns RETURNING heading")
    stored = await office.post("/gestion/imports/visites/confirmation", carried(seen))
    assert stored.status_code == 303
    kept = await rows("SELECT group_label, level, pupils, source FROM past_visits ORDER BY id")
    assert [tuple(one) for one in kept] == [("4e B", "4e", 24, "Suivi 2023"), ("4e C", "4e", 20, "Suivi 2023")]
    assert (await send(office, content, "Suivi 2023.csv")).status_code == 422
    await office.post("/gestion/imports/visites", answered(asked))
    assert sorted(await rows("SELECT heading FROM visit_columns")) == sorted(remembered)
    again = await send(office, content, "Suivi 2023.csv")
    assert (again.status_code, "Tout est déjà connu" in read(again)) == (200, True)
    otherwise = await office.post(
        "/gestion/imports/visites", answered(again, **{"colonne-niveau": "", "source": "Tableau de Mme Faivre"})
    )
    assert "À corriger 2 visites" in read(otherwise)
    assert "Source : Suivi 2023 → Tableau de Mme Faivre" in read(otherwise)


async def test_another_sheet_is_read_by_choice_with_its_own_columns(office):
    await a_place()
    book, file = Workbook(), io.BytesIO()
    book.active.title = "2024"
    later = book.create_sheet("2025")
    for sheet, title, year in ((book.active, "Élèves", 2024), (later, "Nb", 2025)):
        sheet.append(["Date", "Lycée", "Collège", "Groupe", title])
        sheet.append([f"14/03/{year}", HAAG, DIDEROT, "4e B", 24])
    book.save(file)
    seen = await send(office, file.getvalue(), "suivi.xlsx")
    assert "suivi.xlsx, feuille « 2024 », se lit sans erreur." in read(seen)
    asked = await office.post("/gestion/imports/visites", answered(seen, feuille="2025"))
    assert "Quelle colonne ? suivi.xlsx, feuille « 2025 ». Votre choix sera retenu." in read(asked)
    assert "La feuille « 2025 » seule est lue ; « 2024 » ressemble aussi à des visites." in read(asked)
    seen = await office.post("/gestion/imports/visites", answered(asked))
    assert "14/03/2025" in read(seen)
    following = read(await office.post("/gestion/imports/visites/confirmation", carried(seen)))
    assert "Feuille « 2025 » : 1 visite enregistrée." in following and "feuille « 2024 »" in following
    assert [str(one["held_on"]) for one in await rows("SELECT held_on FROM past_visits")] == ["2025-03-14"]


async def test_a_second_sheet_that_looks_like_visits_is_said_read_instead_and_offered_after_the_first(office):
    await a_place()
    book, file = Workbook(), io.BytesIO()
    book.active.title = "Notes"
    for sheet, year in ((book.active, 2024), (book.create_sheet("Belfort"), 2025)):
        sheet.append(["Date", "Lycée", "Collège", "Groupe", "Élèves"])
        sheet.append([f"14/03/{year}", HAAG, DIDEROT, "4e B", 24])
    book.create_sheet("Adresses").append(["Nom", "Rue", "Ville", "Téléphone"])
    book.save(file)
    seen = await send(office, file.getvalue(), "suivi.xlsx")
    alike = "La feuille « Notes » seule est lue ; « Belfort » ressemble aussi à des visites. Lire plutôt « Belfort »"
    assert alike in read(seen)
    form = re.findall(r'<form class="note".*?</form>', seen.text, re.DOTALL)[0]
    asked = dict(re.findall(r'name="([^"_]+)" value="([^"]*)"', form))
    instead = read(await office.post("/gestion/imports/visites", asked))
    assert "suivi.xlsx, feuille « Belfort », se lit sans erreur" in instead and "14/03/2025" in instead
    following = await office.post("/gestion/imports/visites/confirmation", carried(seen))
    shown = read(following)
    assert (following.status_code, await value("SELECT count(*) FROM past_visits")) == (200, 1)
    assert "Feuille « Notes » : 1 visite enregistrée. Défaire cet import" in shown
    assert "feuille « Belfort », se lit sans erreur" in shown and "14/03/2025" in shown
    assert "ressemble" not in shown
    last = await office.post("/gestion/imports/visites/confirmation", carried(following))
    assert last.headers["location"] == f"{LISTED}&fait=visites-importees&nombre=1"
    assert await value("SELECT array_agg(held_on::text ORDER BY id) FROM past_visits") == ["2024-03-14", "2025-03-14"]


async def test_one_visit_is_declared_by_a_form_corrected_and_taken_back(office):
    await a_place()
    assert "Un groupe reçu avant que le lycée n'utilise Technilab." in read(await office.get(f"{NEW}/nouvelle"))
    made = await office.post(NEW, TYPED)
    number = await value("SELECT id FROM past_visits")
    assert made.headers["location"] == f"{NEW}/{number}?fait=visite-reprise"
    assert await value("SELECT girls FROM past_visits") is None
    page = await office.get(f"{NEW}/{number}")
    assert "jeudi 14 mars 2024, Lycée Jules Haag, Besançon. Déclarée, non pointée" in read(page)
    assert 'value="2024-03-14"' in page.text
    listed = await office.get("/gestion/creneaux?annee=tout&niveau=4e")
    opened = unescape(re.findall(r'href="(/gestion/visites-reprises/[^"]*)"', listed.text)[0])
    assert '<a class="crumb" href="/gestion/creneaux?annee=tout&amp;niveau=4e">' in (await office.get(opened)).text
    changed = await office.post(f"{NEW}/{number}", TYPED | {"eleves": "20", "filles": "9"})
    assert changed.headers["location"] == f"{NEW}/{number}?fait=visite-reprise"
    assert [tuple(one) for one in await rows("SELECT pupils, girls FROM past_visits")] == [(20, 9)]
    unsure = await office.post(f"{NEW}/{number}/retrait", {})
    assert (unsure.status_code, await value("SELECT count(*) FROM past_visits")) == (422, 1)
    gone = await office.post(f"{NEW}/{number}/retrait", {"gone": "oui"})
    assert gone.headers["location"] == "/gestion/creneaux?annee=tout&origine=reprises&fait=visite-reprise-retiree"
    assert [(await office.get(f"{NEW}/{number}")).status_code] == [404]


async def test_today_is_refused_in_words_and_nothing_typed_is_lost(office):
    await a_place()
    answer = await office.post(NEW, TYPED | {"date": "2027-01-11"})
    assert answer.status_code == 422
    assert "Date : la visite n'est pas passée" in read(answer)
    assert 'value="Tableau 2023-2024"' in answer.text
    assert await value("SELECT count(*) FROM past_visits") == 0


async def test_a_holiday_is_asked_about_and_kept_once_sure(office):
    await a_place()
    await rows(
        "INSERT INTO closures (kind, label, first_on, last_on, zone) VALUES ('holiday', 'Hiver', $1, $1, 'A')",
        date(2024, 3, 14),
    )
    asked = await office.post(NEW, TYPED)
    assert (asked.status_code, await value("SELECT count(*) FROM past_visits")) == (409, 0)
    assert "Est-ce bien cela ? Ce jour tombe pendant les vacances scolaires du lycée." in read(asked)
    sure = await office.post(NEW, TYPED | {"sure": "oui"})
    assert (sure.status_code, await value("SELECT count(*) FROM past_visits")) == (303, 1)


async def test_pages_say_how_much_is_declared(office):
    place = await a_place()
    await builders.target(from_on=date(2023, 9, 1))
    await builders_bts1.partner(kind="lycee", name="Lycée Jules Haag", school=place.lycee)
    recent = TYPED | {"date": "2026-11-10", "groupe": "4e C"}
    for typed in (TYPED, recent):
        assert (await office.post(NEW, typed)).status_code == 303
    slot = await builders.slot(host=place.lycee, starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.turnout(slot=slot, school=place.diderot, counted=30)
    board = read(await office.get("/gestion"))
    assert "dont 48 élèves déclarés, de visites reprises" in board
    assert "78 élèves accueillis en 3 visites , dont 2 reprises , par 1 lycée, de" in board
    board = read(await office.get("/gestion/accueillis"))
    assert "78 élèves accueillis en 3 visites, dont 48 élèves déclarés de 2 visites reprises , par 1 lycée" in board
    public = read(await office.get("/programme"))
    assert "dont environ 50 élèves déclarés, de visites reprises" in public
    assert "3 visites, dont 2 reprises, dans 1 lycée" in public
    assert "2 visites reçues , dont 1 déclarée, 54 élèves" in read(await office.get("/consortium"))
    assert "78 en tout, dont 48 élèves déclarés , de visites reprises." in read(await office.get("/gestion/equite"))
    school = read(await office.get(f"/gestion/etablissements/{place.lycee}"))
    assert "en 3 visites closes, dont 2 reprises" in school
    behind = read(await office.get("/gestion/creneaux"))
    assert "2 de ces visites sont reprises, déclarées : 48 élèves." in behind
    files = (await office.get("/gestion/creneaux?fichier=csv")).content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[-2:] for line in files[:4]] == [
        ["Origine", "Source"],
        ["close par le lycée", ""],
        ["reprise, déclarée", "Tableau 2023-2024"],
        ["reprise, déclarée", "Tableau 2023-2024"],
    ]
    whole = (await office.get("/gestion/bilan.csv")).content.decode("utf-8-sig").splitlines()
    assert [line for line in whole if line.startswith("Niveau")] == ["Niveau;4e;4e;78;3;3;;;;;;48;2;0"]
    assert next(line for line in whole if line.startswith("Objet")).endswith(";Lampe à balancier;;2;;;;;;;;2;")
    targets = (await office.get("/gestion/objectifs.csv")).content.decode("utf-8-sig").splitlines()
    assert targets[1].split(";")[6:8] == ["78", "48"]


async def test_a_closed_year_is_reopened_from_its_page(office):
    await a_place()
    assert (await office.post(NEW, TYPED)).status_code == 303
    path = "/gestion/annees/2023-2024"
    await office.post(f"{path}/cloture", {"sure": "oui"})
    number = await value("SELECT id FROM past_visits")
    assert "L'année 2023-2024 est close" in read(await office.get(f"{NEW}/{number}"))
    refused = await office.post(NEW, TYPED | {"groupe": "4e C"})
    assert (refused.status_code, "L'année 2023-2024 est close" in read(refused)) == (409, True)
    silent = await office.post(f"{path}/reouverture", {"reason": " "})
    assert (silent.status_code, "Raison : à remplir." in read(silent)) == (422, True)
    opened = await office.post(f"{path}/reouverture", {"reason": "Registre retrouvé"})
    assert opened.headers["location"] == f"{path}?fait=annee-rouverte"
    assert "2023-2024 Rouverte aux visites reprises" in read(await office.get("/gestion/annees"))
    assert "Élèves des visites reprises, déclarés 24" in read(await office.get(path))
    assert (await office.post(NEW, TYPED | {"groupe": "4e C"})).status_code == 303
    await office.post(f"{path}/cloture", {"sure": "oui"})
    assert "Visites reprises, déclarées 2" in read(await office.get(path))


STAGES = {
    "programme": "technilab",
    "label": "Stages d'observation",
    "target": "500",
    "unit": "stages",
    "from_on": "2025-09-01",
    "to_on": "2030-08-31",
    "note": "Conventions signées.",
}
PATH = "/gestion/objectifs/technilab/stages-d-observation"


async def test_another_target_is_added_and_its_figure_typed_with_a_date_and_a_source(office, nadia):
    assert (await office.post("/gestion/objectifs", STAGES)).headers["location"].startswith("/gestion/objectifs?")
    assert "Stages d'observation aucun chiffre déclaré" in read(await office.get("/gestion"))
    typed = {"figure": "120", "counted_on": "2026-12-31", "source": "Enquête du rectorat"}
    assert (await office.post(f"{PATH}/chiffres", typed)).status_code == 303
    shown = read(await office.get("/gestion"))
    assert "Stages d'observation 120 stages sur 500" in shown
    assert "Déclaré pour le jeudi 31 décembre 2026, d'après : Enquête du rectorat." in shown
    assert "120 stages au jeudi 31 décembre 2026 Enquête du rectorat" in read(await office.get(PATH))
    acts = await rows("SELECT act, by, words FROM events e JOIN event_words w ON w.event = e.id ORDER BY e.id")
    assert [tuple(one) for one in acts][-1] == (
        "figure_declared",
        nadia,
        "120 au 2026-12-31, d'après : Enquête du rectorat",
    )


async def test_a_figure_of_tomorrow_or_without_source_is_refused_in_words(office):
    await office.post("/gestion/objectifs", STAGES)
    answer = await office.post(f"{PATH}/chiffres", {"figure": "1", "counted_on": "2027-01-12", "source": "Moi"})
    assert answer.status_code == 422
    assert "Ce jour n'est pas encore passé." in read(answer)
    answer = await office.post(f"{PATH}/chiffres", {"figure": "", "counted_on": "", "source": ""})
    assert answer.status_code == 422
    assert await value("SELECT count(*) FROM declared_figures") == 0


async def test_a_target_that_is_counted_takes_no_typed_figure(office):
    await builders.target()
    typed = {"figure": "6000", "counted_on": "2026-12-31", "source": "Moi"}
    assert (await office.post("/gestion/objectifs/technilab/pupils/chiffres", typed)).status_code == 404


async def test_a_target_added_by_mistake_leaves_the_board_with_its_figures(office, nadia):
    await office.post("/gestion/objectifs", STAGES)
    await office.post(f"{PATH}/chiffres", {"figure": "120", "counted_on": "2026-12-31", "source": "Enquête"})
    answer = await office.post(f"{PATH}/retrait", {})
    assert answer.headers["location"] == "/gestion/objectifs?fait=objectif-retire"
    assert await value("SELECT count(*) FROM targets") + await value("SELECT count(*) FROM declared_figures") == 0
    last = await rows("SELECT act, by, detail FROM events ORDER BY id DESC LIMIT 1")
    assert tuple(last[0]) == ("target_dropped", nadia, "Stages d'observation, avec 1 chiffre saisi")
    assert (await office.post(f"{PATH}/retrait", {})).status_code == 404


async def test_a_target_that_is_counted_is_never_taken_back(office):
    await builders.target()
    assert (await office.post("/gestion/objectifs/technilab/pupils/retrait", {})).status_code == 404
    assert await value("SELECT count(*) FROM targets") == 1
    assert "Retirer" not in read(await office.get("/gestion/objectifs/technilab/pupils"))


async def test_two_targets_never_have_one_name(office):
    await office.post("/gestion/objectifs", STAGES)
    answer = await office.post("/gestion/objectifs", STAGES)
    assert answer.status_code == 422
    assert "Un objectif porte déjà cet intitulé" in read(answer)


async def test_one_of_two_units_is_official_and_both_are_shown(office, nadia):
    for metric, label in (("pupils", "Lycéens, par année"), ("entrants", "Lycéens entrés")):
        await builders.target(programme="ptech", metric=metric, label=label, official=metric == "pupils")
    assert "Lycéens entrés 0 élèves sur 6 000 Provisoire À titre indicatif" in read(await office.get("/gestion"))
    answer = await office.post("/gestion/objectifs/unite", {"unite": "ptech/entrants"})
    assert answer.status_code == 303
    assert "Lycéens, par année 0 élèves sur 6 000 Provisoire À titre indicatif" in read(await office.get("/gestion"))
    assert await value("SELECT by FROM events WHERE act = 'unit_chosen'") == nadia
    assert (await office.post("/gestion/objectifs/unite", {"unite": "technilab/pupils"})).status_code == 404
