"""The coordinator sets what is the académie's: shown before it is stored, told in the journal, seen at once."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.academie.queries import academie
from workshops.academie.rules import Served
from workshops.database import row, rows, value

NANCY = {
    "name": "Nancy-Metz",
    "zone": "B",
    "project": "LOR-TECH",
    "operator": "Le rectorat",
    "contact": "t@example.org",
}


@pytest.fixture
def visitor(app):
    """Somebody without an account, whom another application answers."""
    app.state.clock = lambda: NOW
    return Browser(app, now=NOW)


def hidden(answer) -> list[tuple[str, str]]:
    """The fields by which the page hands the settings on to their confirmation."""
    found = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', answer.text)
    return [(name, unescape(told)) for name, told in found]


async def confirm(office, wanted):
    """Send the form, then what its confirmation carries."""
    answer = await office.post("/gestion/reglages", wanted)
    sent: dict[str, list[str]] = {}
    for name, told in hidden(answer):
        sent.setdefault(name, []).append(told)
    return answer, await office.post("/gestion/reglages/confirmation", sent)


async def test_what_would_change_is_shown_before_anything_is_stored(office):
    await builders.academie()
    answer = await office.post("/gestion/reglages", NANCY)
    shown = read(answer)
    assert "Rien n'est encore enregistré." in shown
    assert "Académie Besançon → devient Nancy-Metz" in shown
    assert "Zone de vacances A → devient B" in shown
    assert "Nom du programme rien → devient LOR-TECH" in shown
    assert "Départements proposés" not in shown
    assert (await academie()).name == "Besançon"


async def test_once_confirmed_it_holds_for_everybody_and_the_journal_says_who(office, nadia):
    await builders.academie()
    _, stored = await confirm(office, NANCY | {"neighbours": "reims\nStrasbourg"})
    assert stored.headers["location"] == "/gestion/reglages?fait=reglages-enregistres"
    assert await academie() == Served(**NANCY, neighbours=("Reims", "Strasbourg"))
    told = await row("SELECT act, by, about_kind, about, words FROM events e JOIN event_words w ON w.event = e.id")
    assert tuple(told) == (
        "settings_changed",
        nadia,
        "settings",
        None,
        "Académie : Besançon → Nancy-Metz ; Zone de vacances : A → B ; Académies voisines : rien → Reims, Strasbourg ;"
        " Nom du programme : rien → LOR-TECH ; Qui répond du service : rien → Le rectorat ;"
        " Adresse de contact : rien → t@example.org",
    )
    page = read(await office.get("/gestion/reglages?fait=reglages-enregistres"))
    assert "Les réglages sont enregistrés." in page
    assert "Derniers changements Académie : Besançon → Nancy-Metz" in page


async def test_nothing_changed_is_said_and_told_to_nobody(office):
    await builders.academie()
    answer = await office.post("/gestion/reglages", {"name": "Besançon", "zone": "A"})
    assert answer.headers["location"] == "/gestion/reglages?fait=reglages-inchanges"
    again = await office.post("/gestion/reglages/confirmation", {"name": "Besançon", "zone": "A"})
    assert again.headers["location"] == "/gestion/reglages?fait=reglages-inchanges"
    assert await value("SELECT count(*) FROM events WHERE act = 'settings_changed'") == 0


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": "Nancy"}, "Académie : Choisissez une académie de la liste."),
        ({"zone": ""}, "Zone de vacances : choisissez dans la liste."),
        ({"departments": "54"}, "Départements proposés : Choisissez des départements dont Technilab connaît"),
        ({"neighbours": "Mordor"}, "Académies voisines : Choisissez des académies de la liste."),
        ({"project": "x" * 81}, "Nom du programme : 80 caractères au plus, vous en avez 81."),
        ({"trusted_domains": "le rectorat"}, "Écrivez un domaine par ligne, par exemple ac-besancon.fr"),
        ({"trusted_domains": "eleves.ac-besancon.fr"}, "Un domaine d'élèves ouvrirait la porte aux élèves"),
        ({"networks": "Lycée Jules Haag"}, "Réseaux des établissements : Écrivez un réseau par ligne, par exemple"),
        ({"networks": "192.0.2.0/33 Lycée"}, "Écrivez un réseau par ligne, par exemple 192.0.2.0/24 Lycée Jules Haag"),
        ({"networks": "0.0.0.0/0 Tout"}, "Chacun est d'un préfixe de 8 bits au moins (IPv6 : 32)"),
        ({"contact": "personne"}, "Adresse de contact : Écrivez une adresse de messagerie complète."),
    ],
)
@pytest.mark.parametrize("step", ["", "/confirmation"])
async def test_what_cannot_be_is_refused_field_by_field_and_stays_typed(office, typed, why, step):
    await builders.academie()
    answer = await office.post(f"/gestion/reglages{step}", NANCY | {"project": "ACIER"} | typed)
    assert answer.status_code == 422
    assert why in read(answer)
    assert ("ACIER" in answer.text) == ("project" not in typed)
    assert (await academie()).name == "Besançon"


async def test_chosen_departements_alone_are_offered_to_those_who_search(office, visitor):
    for department in ("25", "39", "90"):
        await builders.school(kind="lycee", department=department)
    await builders.academie()
    assert list((await academie()).offered) == ["25", "39", "90"]
    shown, _ = await confirm(office, {"name": "Besançon", "zone": "A", "departments": ["25", "90"]})
    assert "tous ceux de l'académie → devient Doubs, Territoire de Belfort" in read(shown)
    page = (await visitor.get("/creneaux")).text
    assert re.findall(r">([^<>]+ \(\d\d\))<", page) == ["Doubs (25)", "Territoire de Belfort (90)"]
    assert "Département : choisissez dans la liste." in unescape((await visitor.get("/creneaux?departement=39")).text)


async def test_trusted_domains_are_kept_once_each_and_in_small_letters(office):
    await builders.academie()
    await confirm(office, NANCY | {"trusted_domains": "AC-Nancy-Metz.fr\n@ac-nancy-metz.fr\nreseau-canope.fr"})
    assert (await academie()).trusted_domains == ("ac-nancy-metz.fr", "reseau-canope.fr")


async def test_networks_are_kept_with_their_words_and_as_networks_are_written(office):
    await builders.academie()
    typed = (
        "194.199.7.12/16   Collèges du  Doubs\n192.0.2.7 Lycée Jules Haag\n2001:DB8::/32\n192.0.2.7 Lycée Jules Haag"
    )
    shown, _ = await confirm(office, NANCY | {"networks": typed})
    kept = ("192.0.2.7/32 Lycée Jules Haag", "194.199.0.0/16 Collèges du Doubs", "2001:db8::/32")
    assert f"Réseaux des établissements aucun → devient {', '.join(kept)}" in read(shown)
    assert (await academie()).networks == kept
    await confirm(office, NANCY | {"project": "ACIER", "networks": "\n".join(kept)})
    assert (await academie()).networks == kept


async def test_every_process_sees_a_change_at_once(office, visitor):
    # The visitor's browser asks another application of its own: it keeps nothing that the first one changed.
    await builders.academie()
    assert "de l'académie de Besançon" in unescape((await visitor.get("/")).text)
    await confirm(office, NANCY)
    assert "de l'académie de Nancy-Metz" in unescape((await visitor.get("/")).text)
    assert "LOR-TECH : trois dispositifs de France 2030" in read(await visitor.get("/programme"))
    for path in ("/mentions", "/confidentialite"):
        page = unescape((await visitor.get(path)).text)
        assert "Le rectorat répond de ce service et des données qu'il garde." in page
        assert 'href="mailto:t@example.org"' in page


async def test_they_are_one_row(db):
    await builders.academie()
    with pytest.raises(Exception, match="academie_alone"):
        await rows("INSERT INTO academie (id, name) VALUES (2, 'Lyon')")


async def test_the_form_of_mailboxes_holds_the_number_once_and_nothing_typed_before_is_lost(office):
    await builders.academie()
    wanted = NANCY | {"signatory": "La déléguée régionale", "college_mailbox": "ce.{uai}@ac-nancy-metz.fr"}
    await confirm(office, wanted)
    set_now = await academie()
    assert (set_now.signatory, set_now.college_mailbox) == ("La déléguée régionale", "ce.{uai}@ac-nancy-metz.fr")
    for wrong in ("ce@ac-nancy-metz.fr", "ce.{uai}.{uai}@ac-nancy-metz.fr", "{uai}"):
        refused = await office.post("/gestion/reglages", wanted | {"college_mailbox": wrong})
        assert "Écrivez une adresse où {uai} tient la place du numéro, ou rien." in read(refused)
