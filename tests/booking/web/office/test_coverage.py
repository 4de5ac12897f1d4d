"""The coordinator reads who is covered, takes in head counts, and writes to the collèges whose pupils would leave."""

from __future__ import annotations

import re

import pytest

from tests import builders
from tests.booking.mails.story import text_of, told
from tests.browsing import read
from tests.builders import NOW, paris
from workshops.coverage.take_in import CountedCollege, keep_head_counts
from workshops.database import rows, value

FILE = b"numero_college;3eme_total\n0250009Z;110\n0250012C;117\n"


@pytest.fixture
async def stendhal(db) -> int:
    """A collège of 100 pupils in 3e, of whom 25 came this year, and a lycée with a free slot."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", lat=47.24, lon=6.02)
    await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    college = await builders.school(uai="0250009Z", name="Collège Stendhal", mail="ce.0250009Z@example.org")
    done = await builders.slot(host=lycee, starts_at=paris("2026-11-05 09:00"), state="done")
    await builders.turnout(slot=done, school=college, counted=25, level="3e")
    await heads(2026)
    return college


async def heads(year: int, **more: bool) -> None:
    told = [CountedCollege("0250009Z", {"5e": 90, "4e": 80, "3e": 100})]
    await keep_head_counts(told, school_year=year, by=None, now=NOW, **{"example": False} | more)


async def test_the_page_says_what_is_covered_at_most_and_who_would_leave_without(office, stendhal):
    shown = read(await office.get("/gestion/couverture"))
    assert (
        "En 2026-2027, au plus 25 % des élèves de 3e ont été reçus dans un lycée depuis leur 5e. Au moins 75 élèves"
        " quitteraient le collège sans y être allés." in shown
    )
    assert "En 3e, entrés en 2023-2024 25 % au plus : 25 sur 100 élèves" in shown
    assert "Collège Stendhal Besançon, 25 · lycée à 1 km 25 % 25 sur 100 0 % 0 sur 80 0 % 0 sur 90 25" in shown
    assert "Ces effectifs sont inventés" not in shown


async def test_invented_head_counts_are_said_so_and_missing_ones_missing(office, stendhal):
    await heads(2026, example=True)
    assert "Ces effectifs sont inventés pour l'exemple." in read(await office.get("/gestion/couverture"))
    missing = read(await office.get("/gestion/couverture?annee=2025-2026"))
    assert "Les effectifs de 2025-2026 manquent : sans eux, aucune part ne se calcule." in missing


async def test_words_that_no_college_has_are_no_missing_head_counts(office, stendhal):
    shown = read(await office.get("/gestion/couverture?q=zut"))
    assert "Aucun collège ne convient" in shown
    assert ("manquent : sans eux" in shown, "Effectifs manquants" in shown) == (False, False)


async def test_a_file_of_head_counts_is_read_then_stored_for_its_year(office, stendhal):
    sent = {"file": ("effectifs.csv", FILE, "text/csv")}
    answer = await office.post("/gestion/imports/effectifs", {"annee": "2026"}, files=sent)
    shown = read(answer)
    assert "Année scolaire 2026-2027 Collèges 1 collège, à la place de 1 collège compté En 3e 110 élèves" in shown
    assert "Inconnus du registre 1 collège, laissé de côté : 0250012C" in shown
    assert await value("SELECT pupils FROM head_counts WHERE level = '3e'") == 100
    fields = dict(re.findall(r'<input type="hidden" name="(content|annee)" value="([^"]*)">', answer.text))
    stored = await office.post("/gestion/imports/effectifs/confirmation", fields)
    assert stored.headers["location"] == "/gestion/couverture?annee=2026-2027&fait=effectifs-importes"
    assert await value("SELECT pupils FROM head_counts WHERE level = '3e'") == 110
    wrong = {"file": ("effectifs.csv", b"numero_college;3eme_total\nX;1\n", "text/csv")}
    refused = await office.post("/gestion/imports/effectifs", {"annee": "2026"}, files=wrong)
    assert (refused.status_code, "Ligne 2 : « X » n'est pas un UAI." in read(refused)) == (422, True)
    assert (await office.post("/gestion/imports/effectifs", {"annee": "1900"}, files=sent)).status_code == 404


async def test_one_letter_leaves_to_every_college_concerned_once_a_year(office, stendhal):
    other = await builders.school(uai="0250012C", name="Collège Lumière", mail="")
    told_heads = [CountedCollege(uai, {"3e": 100}) for uai in ("0250009Z", "0250012C")]
    await keep_head_counts(told_heads, school_year=2026, by=None, now=NOW, example=False)
    shown = await office.get("/gestion/lettres?qui=sans-visite")
    assert "Cette lettre part à 1 collège, à son adresse officielle, avec les lycées proches" in read(shown)
    assert "Telle que la lit Collège Stendhal" in read(shown)
    assert "Laissés de côté : 1 sans adresse mail." in read(shown)
    fields = {"qui": "sans-visite", "colleges": f"{stendhal} {other}", "words": "Le car est payé."}
    again = await office.post("/gestion/lettres", fields | {"show": "oui"})
    assert "Telle que la lit Collège Stendhal" in read(again)
    assert ("Le car est payé." in again.text, await value("SELECT count(*) FROM notices")) == (True, 0)
    sent = await office.post("/gestion/lettres", fields)
    assert sent.headers["location"] == "/gestion/couverture?fait=lettres-envoyees&nombre=1"
    (notice,) = await rows("SELECT kind, to_email, about FROM notices")
    assert (notice["kind"], notice["to_email"]) == ("college_invited", "ce.0250009z@example.org")
    mail = await told("college_invited", notice["about"])
    assert mail is not None
    assert "Le car est payé." in text_of(mail)
    assert [tuple(one) for one in await rows("SELECT act, about FROM events WHERE act <> 'signed_in'")] == [
        ("college_invited", stendhal)
    ]
    twice = await office.post("/gestion/lettres", fields)
    assert twice.headers["location"] == "/gestion/couverture?fait=aucune-lettre"
    assert await value("SELECT count(*) FROM notices") == 1


async def test_who_wrote_is_back_at_the_same_list_which_offers_to_write_to_those_alone_who_were_not_written_to(
    office, stendhal
):
    await builders.school(uai="0250012C", name="Collège Lumière", mail="ce.0250012C@example.org")
    await builders.school(uai="0390001X", name="Collège du Jura", department="39", mail="ce.0390001X@example.org")
    list_asked = "annee=2026-2027&departement=25"
    assert "Écrire à 2 collèges" in read(await office.get(f"/gestion/couverture?{list_asked}"))
    shown = (await office.get(f"/gestion/lettres?{list_asked}")).text
    action = re.search(r'action="(/gestion/lettres[^"]*)"', shown)[1].replace("&amp;", "&")
    chosen = re.search(r'name="colleges" value="([^"]*)"', shown)[1]
    again = await office.post(action, {"colleges": chosen, "words": "", "show": "oui"})
    assert f'class="crumb" href="/gestion/couverture?{list_asked.replace("&", "&amp;")}"' in again.text
    sent = await office.post(action, {"colleges": chosen, "words": ""})
    back = await office.get(sent.headers["location"])
    assert sent.headers["location"].startswith(f"/gestion/couverture?{list_asked}&fait=")
    assert ("2 lettres partent par mail." in read(back), "Collège du Jura" in read(back)) == (True, False)
    assert ("Écrire à 0" in read(back), 'href="/gestion/lettres?annee' in back.text) == (False, False)
    assert "Écrire à 1 collège" in read(await office.get("/gestion/couverture?annee=2026-2027"))


async def test_a_college_without_a_mail_in_the_annuaire_is_written_to_by_the_academie_s_form(office, stendhal):
    await rows("UPDATE schools SET mail = '' WHERE id = $1", stendhal)
    assert "Sans adresse mail" in read(await office.get("/gestion/couverture"))
    await builders.academie(college_mailbox="ce.{uai}@ac-besancon.fr")
    assert "Sans adresse mail" not in read(await office.get("/gestion/couverture"))
    await office.post("/gestion/lettres", {"qui": "sans-visite", "colleges": str(stendhal), "words": ""})
    assert [one["to_email"] for one in await rows("SELECT to_email FROM notices")] == ["ce.0250009z@ac-besancon.fr"]


async def test_who_stayed_silent_two_weeks_is_reminded_once(office, stendhal):
    letter = "INSERT INTO college_invitations (school, school_year, words, invited_at) VALUES ($1, 2026, '', $2)"
    await rows(letter, stendhal, paris("2026-12-20 09:00"))
    assert "Relancer 1 collège" in read(await office.get("/gestion/lettres?qui=relance"))
    fields = {"qui": "relance", "colleges": str(stendhal), "words": ""}
    await office.post("/gestion/lettres", fields)
    await office.post("/gestion/lettres", fields)
    (notice,) = await rows("SELECT kind || '//' || what AS letter, about FROM notices")
    mail = await told(notice["letter"], notice["about"])
    assert str(mail.message["Subject"]) == "Rappel : une demi-journée d'atelier au lycée pour vos élèves"
    assert "Personne à qui écrire" in read(await office.get("/gestion/lettres?qui=relance"))


async def test_who_was_written_to_yesterday_or_has_reserved_is_not_reminded(office, stendhal):
    letter = "INSERT INTO college_invitations (school, school_year, words, invited_at) VALUES ($1, 2026, '', $2)"
    await rows(letter, stendhal, paris("2027-01-10 09:00"))
    assert "Personne à qui écrire" in read(await office.get("/gestion/lettres?qui=relance"))
    await rows("UPDATE college_invitations SET invited_at = $1", paris("2026-12-20 09:00"))
    slot = await value("SELECT id FROM slots WHERE state = 'open'")
    await builders.reservation(slot=slot, group=await builders.group(school=stendhal))
    assert "Personne à qui écrire" in read(await office.get("/gestion/lettres?qui=relance"))
    sent = await office.post("/gestion/lettres", {"qui": "relance", "colleges": str(stendhal), "words": ""})
    assert sent.headers["location"] == "/gestion/couverture?fait=aucune-lettre"


async def test_the_coverage_leaves_as_a_file_and_the_journal_knows(office, stendhal):
    answer = await office.get("/gestion/couverture.csv?annee=2026-2027")
    narrowed = await office.get("/gestion/couverture.xlsx?annee=2026-2027&qui=jamais-venus&departement=25&q=x")
    files = ("2026-2027-du-2027-01-11.csv", "2026-2027-jamais-venus-25-du-2027-01-11.xlsx")
    assert [one.headers["content-disposition"] for one in (answer, narrowed)] == [
        f'attachment; filename="technilab-couverture-{name}"' for name in files
    ]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("UAI;Collège;Commune;Département;5e : inscrits;5e : reçus depuis la 5e;")
    assert lines[1] == "0250009Z;Collège Stendhal;Besançon;25;90;0;0;90;80;0;0;80;100;25;25;75;officiels;;;25"
    assert await value("SELECT detail FROM events WHERE act = 'counts_exported'") == "Couverture, 2026-2027, csv"


async def test_a_country_is_told_by_departement_and_each_leads_to_its_colleges(office, stendhal):
    for n in range(15):
        await builders.school(department=f"{n + 30}", uai=builders.uai(9_100 + n))
    answer = await office.get("/gestion/couverture")
    shown = read(answer)
    assert "En 2026-2027, au plus 25 % des élèves de 3e" in shown
    assert " 1 collège public 25 % 25 sur 100 0 % 0 sur 80 0 % 0 sur 90" in shown
    assert "16 collèges publics , dont 15 sans effectif" in shown
    assert "Collège Stendhal" not in shown
    assert 'href="/gestion/couverture?annee=2026-2027&amp;departement=25"' in answer.text
    inside = read(await office.get("/gestion/couverture?annee=2026-2027&departement=25"))
    told = "Collège Stendhal Besançon, 25 · lycée à 1 km 25 % 25 sur 100"
    searched = read(await office.get("/gestion/couverture?q=stendhal"))
    assert (told in inside, told in searched) == (True, True)
