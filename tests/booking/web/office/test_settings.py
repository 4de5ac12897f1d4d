"""The coordinator sets what is the académie's: shown before it is stored, told in the journal, seen at once.

A visit opened from a list leads back to that list as it was filtered, never out of the site.
"""

from __future__ import annotations

import html
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from booking.day.checkin.acts import GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from booking.mails.recipients import TOLD
from booking.outbox.journal.count_refusal import DENIED, count_refusal
from booking.visits.attendance.rules import LIVE
from booking.visits.reservations.states import TRANSITIONS
from booking.web.office.administration import SHOWN
from booking.words.acts import ACTS
from booking.words.subjects import SUBJECTS
from tests import builders
from tests.booking.day.checkin.day import NOON, a_day
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


async def test_what_would_change_can_be_reloaded_and_gone_back_to(office):
    await builders.academie()
    where = "/gestion/reglages"
    owner = re.search(r'name="_owner" value="([^"]+)"', (await office.get(where)).text)[1]
    navigates = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
    data = NANCY | {"_csrf": office.csrf, "_owner": owner}
    answer = await office.client.post(where, data=data, headers=navigates)
    assert (answer.status_code, answer.headers.get("location")) == (303, f"{where}?reprise=1")
    for _ in range(2):
        assert "Académie Besançon → devient Nancy-Metz" in read(await office.get(answer.headers["location"]))


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


async def test_whether_a_visit_is_free_and_who_pays_the_coach_is_read_by_every_visitor_at_once(office, visitor):
    await builders.academie()
    shown, _ = await confirm(office, NANCY | {"cost": "Oui, la visite et l'objet", "coach": "Le Département"})
    assert "Qui paie le car rien → devient Le Département" in read(shown)
    home = read(await visitor.get("/"))
    assert ("Est-ce gratuit ? Oui, la visite et l'objet" in home, "Qui paie le car ? Le Département" in home) == (
        True,
        True,
    )
    await confirm(office, NANCY | {"coach": "Le collège"})
    home = read(await visitor.get("/"))
    assert ("Est-ce gratuit ?" in home, "Qui paie le car ? Le collège" in home) == (False, True)


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


async def a_closed_visit() -> int:
    await builders.target()
    day = await a_day()
    counts = [GroupHeadcount(reservation=group, pupils=20, adults=2, note="Badges oubliés") for group in day.groups]
    await close_slot(day.slot, headcounts=counts, companies=day.came, account=day.host, school=day.school, now=NOON)
    return day.slot


def crumb_of(page: str) -> tuple[str, str]:
    found = re.search(r'<a class="crumb" href="([^"]+)">([^<]+)</a>', page)
    return html.unescape(found[1]), html.unescape(found[2])


async def the_way(office, listed: str, slot: int) -> str:
    """The address under which a list opens the visit."""
    answer = await office.get(listed)
    found = re.search(rf'href="(/gestion/creneaux/{slot}[^"]*)"', answer.text)
    return html.unescape(found[1])


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ("/gestion/creneaux?mois=2027-03&niveau=4e&prioritaire=hors", "Retour aux visites comptées"),
        ("/gestion/creneaux", "Retour aux visites comptées"),
        ("/gestion/journal?sujet=slot", "Retour au journal"),
    ],
)
async def test_a_visit_leads_back_to_the_list_that_opened_it(office, listed, words):
    slot = await a_closed_visit()
    way = await the_way(office, listed, slot)
    assert crumb_of((await office.get(way)).text) == (listed, words)


async def test_the_way_back_outlives_a_refusal_and_the_reopening(office):
    slot = await a_closed_visit()
    listed = "/gestion/creneaux?annee=tout&niveau=4e"
    await office.get(await the_way(office, listed, slot))
    refused = await office.post(f"/gestion/creneaux/{slot}/reouverture", {"reason": " ", "retour": listed})
    assert crumb_of(refused.text)[0] == listed
    done = await office.post(f"/gestion/creneaux/{slot}/reouverture", {"reason": "Inversés", "retour": listed})
    assert done.headers["location"] == f"/gestion/creneaux/{slot}?retour={quote(listed, safe='')}&fait=visite-rouverte"
    assert crumb_of((await office.get(done.headers["location"])).text)[0] == listed
    assert await value("SELECT state FROM slots WHERE id = $1", slot) == "closed"


@pytest.mark.parametrize("away", ["//example.org", "https://example.org", "/\\example.org", "javascript:alert(1)", ""])
async def test_it_never_leads_out_of_the_site(office, away):
    slot = await a_closed_visit()
    page = (await office.get(f"/gestion/creneaux/{slot}", params={"retour": away})).text
    assert crumb_of(page) == ("/gestion/creneaux", "Retour aux visites comptées")


async def test_the_list_leads_back_to_the_board_of_its_year(office):
    await a_closed_visit()
    assert crumb_of((await office.get("/gestion/creneaux?annee=2026-2027")).text) == (
        "/gestion?annee=2026-2027",
        "Bilan",
    )
    assert crumb_of((await office.get("/gestion/creneaux")).text) == ("/gestion", "Bilan")


SOURCES = sorted((Path(__file__).parents[4] / "booking").rglob("*.py"))


def written_acts() -> tuple[set[str], set[str]]:
    """The acts and the things that the source records."""
    text = "\n".join(file.read_text() for file in SOURCES)
    by_verb = re.findall(r'await record\(\s*"(\w+)",.*?about_kind="(\w+)"', text, re.DOTALL)
    chosen = re.findall(r'act = "(\w+)" if \w+ else "(\w+)"\n', text)
    said = "\n".join(re.findall(r"\brecorded(?:_of)?\(\n(.*?)\n\s*\)\s*\}", text, re.DOTALL))
    by_statement = [one or other for one, other in re.findall(r"act=(?:\"([^\"]*)\"|'''(.*?)''')", said, re.DOTALL)]
    words = {word for one in by_statement for word in re.findall(r"'(\w+_\w+)'", one) if not word.endswith("_")}
    clock = set(re.findall(r"SELECT (?:DISTINCT )?'(\w+)' AS act", text))
    refused = re.findall(r'await count_refusal\(\s*"(\w+)",.*?about_kind="(\w+)"', text, re.DOTALL)
    acts = {act for act, _ in (*by_verb, *refused)} | {act for pair in chosen for act in pair} | words | clock
    things = {thing for _, thing in (*by_verb, *refused)} | set(re.findall(r"""about_kind="'(\w+)'\"""", said))
    return acts - {"_call_off"} | {DENIED}, things


def test_every_act_and_every_thing_has_its_words():
    acts, things = written_acts()
    assert {"signed_in", "attendance_withdrawn", "reservation_booked", "access_denied"} <= acts
    assert acts - set(ACTS) == set()
    # A company's coming is written under its state, and what a draw gave under its own words.
    assert {f"attendance_{state}" for state in LIVE} - set(ACTS) == set()
    assert {f"reservation_{act}" for _, act in TRANSITIONS} - {
        "reservation_move",
        "reservation_draw",
        "reservation_say_coming",
    } - set(ACTS) == set()
    assert {act for line in TOLD for act in line.acts} - set(ACTS) == set()
    assert things - set(SUBJECTS) == set()


async def test_acts_are_read_in_french_the_latest_first(office):
    shown = read(await office.get("/gestion/journal"))
    assert "lun. 11 janvier, 9 h 00 Connexion Nadia Perrin Compte n° " in shown
    assert (await office.get("/gestion/journal")).text.count('<th scope="row">') == 1


async def test_the_journal_is_narrowed_by_subject_and_by_person(office):
    claire = await builders.account("claire@example.org", name="Claire Renaud")
    await rows(
        "INSERT INTO events (at, by, act, about_kind, about) VALUES ($1, $2, 'group_registered', 'group', 7)",
        NOW,
        claire,
    )
    assert "Groupe ajouté Claire Renaud Groupe n° 7" in read(await office.get("/gestion/journal?sujet=group"))
    assert "Connexion Nadia" not in read(await office.get("/gestion/journal?sujet=group"))
    assert "Connexion Nadia" not in read(await office.get("/gestion/journal?qui=renaud"))
    assert "Aucune ligne ne convient" in read(await office.get("/gestion/journal?qui=%25"))


async def test_a_school_is_named_and_leads_to_its_page(office):
    college = await builders.school(name="Collège Stendhal", commune="Besançon")
    await rows(
        "INSERT INTO events (at, act, about_kind, about) VALUES ($1, 'college_invited', 'school', $2)", NOW, college
    )
    page = await office.get("/gestion/journal?sujet=school")
    assert f'<a href="/gestion/etablissements/{college}">Collège Stendhal, Besançon</a>' in page.text


async def test_refusals_are_counted_by_person_and_by_hour(office):
    claire = await builders.account("claire@example.org", name="Claire Renaud")
    for minutes in (0, 9, 34):
        await count_refusal(
            "access_denied",
            account=claire,
            about_kind="address",
            detail="/gestion",
            now=NOW + timedelta(minutes=minutes),
        )
    shown = read(await office.get("/gestion/journal"))
    assert "lun. 11 janvier, 9 h 00 Page refusée Claire Renaud Page /gestion · 3 fois jusqu'à 9 h 34" in shown


async def test_older_lines_follow_without_a_gap(office):
    await rows(
        """INSERT INTO events (at, act, about_kind, about)
           SELECT $1, 'slot_opened', 'slot', n FROM generate_series(1, $2) AS n""",
        NOW,
        SHOWN + 10,
    )
    first = (await office.get("/gestion/journal?sujet=slot")).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    second = (await office.get(following[1].replace("&amp;", "&"))).text
    numbers = [int(found) for found in re.findall(r"Créneau n°(?:&nbsp;|\xa0)(\d+)", first + second)]
    assert numbers == list(range(SHOWN + 10, 0, -1))
    assert 'rel="next"' not in second


async def test_a_line_number_that_cannot_be_is_no_page(office):
    assert (await office.get("/gestion/journal?avant=99999999999999999999")).status_code == 404
