from __future__ import annotations

import re
from datetime import date

import pytest

from booking.visits.reservation_states import State
from tests import builders
from tests.booking.api.test_reservations import a_machine
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import first, seen
from workshops.database import rows, value

FOUR_B = {"name": "4e B", "level": "4e", "pupils": 24}


async def claire(app) -> tuple[Browser, int]:
    college = await builders.school()
    account = await builders.person("teacher", "claire@example.org", school=college)
    return await Browser(app).sign_in(account), college


async def test_a_group_is_added_then_the_booking_goes_on(app):
    browser, college = await claire(app)
    answer = await browser.post("/mes-groupes", FOUR_B | {"name": "4e  B", "next": "/creneaux/7/reserver"})
    assert answer.headers["location"] == "/creneaux/7/reserver?groupe=1&fait=groupe-ajoute"
    assert await first("SELECT name, level, pupils, school FROM groups") == ("4e B", "4e", 24, college)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"name": "Léa Martin, asthme"},
            "« Léa Martin » ressemble à un nom de personne, et cette ligne est lue et imprimée. Écrivez la classe",
        ),
        ({"pupils": "500"}, "Élèves : écrivez un nombre de 1 à 60."),
    ],
)
async def test_a_group_that_cannot_be_is_refused_and_kept_on_the_page(app, changed, sentence):
    browser, _ = await claire(app)
    answer = await browser.post("/mes-groupes", FOUR_B | changed)
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert await value("SELECT count(*) FROM groups") == 0


async def test_two_groups_of_one_name_are_told_apart(app):
    browser, college = await claire(app)
    await browser.post("/mes-groupes", FOUR_B)
    answer = await browser.post("/mes-groupes", {"name": "4e B", "level": "4e", "pupils": 20})
    assert answer.status_code == 409
    assert await value("SELECT count(*) FROM groups WHERE school = $1", college) == 1


async def test_another_colleges_group_does_not_exist(app):
    browser, _ = await claire(app)
    others = await builders.group(name="Autre")
    assert (await browser.get(f"/mes-groupes/{others}")).status_code == 404
    for way in ("", "/archive", "/reprise"):
        assert (await browser.post(f"/mes-groupes/{others}{way}", FOUR_B)).status_code == 404
    assert await first("SELECT name, archived_at FROM groups") == ("Autre", None)


async def test_a_teacher_of_the_college_is_not_its_principal_under_any_spelling(app):
    browser, college = await claire(app)
    own = await value("SELECT email FROM accounts")
    await builders.person("teacher", "paul@ac-besancon.fr", school=college)
    name, _, domain = own.partition("@")
    for mail in (own, own.upper(), f"{name}+visa@{domain}", "paul+direction@AC-besancon.fr"):
        asked = {"needed": "oui", "principal_name": "Mme Perrin", "principal_mail": mail}
        answer = await browser.post("/mon-college", asked)
        assert answer.status_code == 422
        assert "Cette adresse est celle d'un enseignant du collège." in read(answer)
    assert await value("SELECT principal_mail FROM schools WHERE id = $1", college) == ""


async def test_a_college_asks_for_the_visa_only_with_an_address_to_ask(app):
    browser, college = await claire(app)
    asked = {"needed": "oui", "principal_name": "Mme Perrin"}
    assert (await browser.post("/mon-college", asked | {"principal_mail": ""})).status_code == 422
    cut = await browser.post("/mon-college", asked | {"principal_mail": "p@academie"})
    assert (cut.status_code, "Écrivez une adresse de messagerie complète." in read(cut)) == (422, True)
    await browser.post("/mon-college", asked | {"principal_mail": "p@ac.fr"})
    kept = "SELECT needs_approval, principal_name, principal_mail FROM schools WHERE id = $1"
    assert await first(kept, college) == (True, "Mme Perrin", "p@ac.fr")


@pytest.mark.parametrize("again", ["4e f", "4E  F", "4e-F", "4EF", "4ê f."])
async def test_capitals_spaces_and_signs_do_not_tell_two_groups_apart(app, again):
    browser, _ = await claire(app)
    await browser.post("/mes-groupes", {"name": "4e F", "level": "4e", "pupils": 24})
    answer = await browser.post("/mes-groupes", {"name": again, "level": "4e", "pupils": 20})
    assert (answer.status_code, await value("SELECT count(*) FROM groups")) == (409, 1)
    assert "Votre collège a déjà le groupe « 4e F » cette année. Choisissez un autre nom, comme « 4e F bis »." in read(
        answer
    )


async def test_a_group_is_archived_leaves_the_choices_and_comes_back(app):
    browser, college = await claire(app)
    slot = await builders.slot()
    group = await builders.group(school=college, name="4e F")
    answer = await browser.post(f"/mes-groupes/{group}/archive")
    assert (answer.status_code, answer.headers["location"]) == (303, "/mes-groupes?fait=groupe-archive")
    page = read(await browser.get("/mes-groupes"))
    assert ("Aucun groupe cette année" in page, "1 groupe archivé" in page) == (True, True)
    assert "4e F" not in read(await browser.get(f"/creneaux/{slot}/reserver"))
    fields = {"slot": slot, "group": group, "pupils": 24, "adults": 2, "needs": "", "key": "k"}
    assert (await browser.post("/reservations", fields)).status_code == 404
    again = await browser.post("/mes-groupes", {"name": "4e f", "level": "4e", "pupils": 20})
    assert "Votre collège a déjà le groupe « 4e F » cette année, archivé : reprenez-le au bas" in read(again)
    await browser.post(f"/mes-groupes/{group}/reprise")
    assert "4e F" in read(await browser.get(f"/creneaux/{slot}/reserver"))
    acts = "SELECT act FROM events WHERE about_kind = 'group' ORDER BY id"
    assert await seen(acts) == [("group_archived",), ("group_taken_back",)]


async def test_a_group_with_a_visit_to_come_is_not_archived(app):
    browser, college = await claire(app)
    group = await builders.group(school=college, name="4e F")
    await builders.reservation(slot=await builders.slot(), group=group)
    answer = await browser.post(f"/mes-groupes/{group}/archive")
    assert answer.status_code == 409
    assert "Ce groupe a encore une visite à venir. Annulez-la, ou archivez le groupe après." in read(answer)
    assert await value("SELECT archived_at FROM groups") is None


@pytest.mark.parametrize("archived", [False, True])
async def test_a_group_never_used_is_deleted_and_its_name_is_free_again(app, archived):
    browser, college = await claire(app)
    group = await builders.group(school=college, name="4e F", archived_at=NOW if archived else None)
    other = await builders.group(name="4e F")
    assert "Supprimer 4e F" in read(await browser.get(f"/mes-groupes/{group}"))
    gone = await browser.post(f"/mes-groupes/{group}/suppression")
    assert (gone.status_code, gone.headers["location"]) == (303, "/mes-groupes?fait=groupe-supprime")
    assert await seen("SELECT id FROM groups") == [(other,)]
    assert (await browser.post(f"/mes-groupes/{group}/suppression")).status_code == 404
    assert (await browser.post(f"/mes-groupes/{other}/suppression")).status_code == 404
    added = await browser.post("/mes-groupes", {"name": "4e F", "level": "4e", "pupils": 20})
    assert added.headers["location"] == "/mes-groupes?fait=groupe-ajoute"
    acts = "SELECT act, about FROM events WHERE about_kind = 'group' ORDER BY id LIMIT 1"
    assert await seen(acts) == [("group_deleted", group)]


@pytest.mark.parametrize("state", list(State))
async def test_a_group_that_was_in_a_demand_is_archived_never_deleted(app, state):
    browser, college = await claire(app)
    group = await builders.group(school=college, name="4e F")
    await builders.reservation(slot=await builders.slot(), group=group, state=state)
    assert "Supprimer" not in read(await browser.get(f"/mes-groupes/{group}"))
    answer = await browser.post(f"/mes-groupes/{group}/suppression")
    assert answer.status_code == 409
    assert "Ce groupe a déjà été dans une demande ou une visite : archivez-le, ses visites restent." in read(answer)
    assert await value("SELECT count(*) FROM groups") == 1


async def test_a_machine_deletes_a_group_never_used_alone(app):
    app.state.clock = lambda: NOW
    college = await builders.school()
    unused, used = [await builders.group(school=college, name=name) for name in ("4e F", "4e G")]
    await builders.reservation(slot=await builders.slot(), group=used)
    machine = await a_machine(app, school=college)
    told = (await machine.get("/groups")).json()["items"]
    assert {one["id"]: one["used"] for one in told} == {unused: False, used: True}
    assert (await machine.delete(f"/groups/{unused}")).status_code == 204
    refused = await machine.delete(f"/groups/{used}")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/group-used")
    assert (await machine.delete(f"/groups/{unused}")).status_code == 404


async def test_a_search_from_a_group_stays_near_and_out_of_the_holidays(app):
    app.state.clock = lambda: NOW
    college = await builders.school(lat=47.24, lon=6.02, zone="A")
    claire = await builders.person("teacher", school=college)
    group = await builders.group(school=college, teacher=claire, name="4e B", pupils=24)
    near = await builders.school(kind="lycee", name="Lycée Proche", lat=47.24, lon=6.02)
    far = await builders.school(kind="lycee", name="Lycée Loin", lat=47.63, lon=6.86)
    holidays = "INSERT INTO closures (kind, label, zone, first_on, last_on) VALUES ('holiday', 'Vacances', 'A', $1, $2)"
    await rows(holidays, date(2027, 4, 10), date(2027, 4, 25))
    for host, day in ((near, "2027-03-25"), (near, "2027-04-15"), (far, "2027-03-26")):
        await builders.slot(host=host, starts_at=paris(f"{day} 09:00"))
    browser = await Browser(app, now=NOW).sign_in(claire)
    own = (await browser.get("/mes-groupes")).text
    (link,) = re.findall(rf'href="(/creneaux\?groupe={group}[^"]*)"', own)
    shown = await browser.get(link.replace("&amp;", "&"))
    assert "Une visite pour 4e B, 24 élèves, à moins de 40 km, hors vacances." in read(shown)
    assert _days(shown.text) == ["jeu. 25 mars"]
    # What she takes away on the page stays away.
    anywhere = re.search(r'href="([^"]+)"[^>]*>toute distance<', shown.text)[1].replace("&amp;", "&")
    anytime = re.search(r'href="([^"]+)"[^>]*>à tout moment<', (await browser.get(anywhere)).text)[1]
    wide = await browser.get(anytime.replace("&amp;", "&"))
    assert "Une visite pour 4e B, 24 élèves, à toute distance, à tout moment." in read(wide)
    assert sorted(_days(wide.text)) == ["jeu. 15 avr.", "jeu. 25 mars", "ven. 26 mars"]


def _days(html: str) -> list[str]:
    return re.findall(r'<a class="slot-day[^>]+><strong>(.+?)</strong>', html)
