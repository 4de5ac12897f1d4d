"""The alert of a search: offered where nothing suits, asked in one tap, told by mail, taken back from her visits."""

from __future__ import annotations

import re
from html import unescape

import pytest

from booking.visits.demands.queries import alerts_of
from tests import builders
from tests.booking.mails.story import text_of, told
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import value
from workshops.events.record import record

BUTTON = "Prévenez-moi quand un créneau convient"


@pytest.fixture
async def claire(app):
    app.state.clock = lambda: NOW
    college = await builders.school(lat=47.24, lon=6.02)
    account = await builders.person("teacher", "claire@example.org", school=college)
    await builders.group(school=college, teacher=account, name="4e B", pupils=27)
    return await Browser(app, now=NOW).sign_in(account)


def fields_of(html: str) -> dict[str, str]:
    (form,) = re.findall(r'<form method="post" action="/creneaux/alertes">(.+?)</form>', html, re.S)
    return dict(re.findall(r'name="([a-z]+)" value="([^"]*)"', form))


async def test_her_opening_search_is_kept_as_it_stands_and_listed_with_its_withdrawal(claire):
    shown = (await claire.get("/creneaux")).text
    assert shown.count(BUTTON) == 1
    fields = fields_of(shown)
    assert fields | {"groupe": ""} == {"groupe": "", "niveau": "4e", "eleves": "27", "km": "40", "vacances": "moi"}
    answer = await claire.post("/creneaux/alertes", fields)
    assert answer.status_code == 303
    back = (await claire.get(answer.headers["location"])).text
    assert "C'est noté : un mail vous préviendra quand un autre créneau conviendra." in unescape(back)
    assert BUTTON not in back
    own = read(await claire.get("/mes-visites"))
    assert "4e B, 27 élèves, à moins de 40 km, hors vacances" in own
    (path,) = re.findall(r"/mes-visites/alertes/\d+/retrait", (await claire.get("/mes-visites")).text)
    assert (await claire.post(path)).headers["location"] == "/mes-visites?fait=alerte-retiree"
    assert "Vos alertes" not in (await claire.get("/mes-visites")).text


async def test_where_nothing_suits_the_alert_comes_before_the_ways_out(claire):
    await builders.slot(levels=["3e"])
    shown = (await claire.get("/creneaux?niveau=4e&eleves=27")).text
    assert shown.index(BUTTON) < shown.index("Aucun créneau ne convient</h2>")
    assert "<aside" not in shown


async def test_a_visitor_signs_in_and_comes_back_to_the_same_search(app, claire):
    shown = (await Browser(app, now=NOW).get("/creneaux?niveau=4e&eleves=27&du=2027-03-01")).text
    (way,) = re.findall(r'href="([^"]+)">Se connecter pour être prévenu', shown)
    assert way == "/connexion?next=%2Fcreneaux%3Fniveau%3D4e%26eleves%3D27%26du%3D2027-03-01"


async def test_a_search_that_does_not_say_the_class_is_refused_in_words(claire):
    shown = (await claire.get("/creneaux?niveau=4e")).text
    assert BUTTON not in shown
    answer = await claire.post("/creneaux/alertes", {"niveau": "4e"})
    assert (answer.status_code, "Dites d'abord le niveau et le nombre d'élèves" in unescape(answer.text)) == (422, True)


async def test_a_group_of_another_college_is_not_hers(claire):
    other = await builders.group(school=await builders.school(), level="4e", pupils=20)
    await claire.post("/creneaux/alertes", {"groupe": str(other), "niveau": "4e", "eleves": "20"})
    assert await value('SELECT "group" FROM demands WHERE tells') is None


async def test_a_host_and_a_company_are_offered_none(app, claire):
    host = await builders.person("host", school=await builders.school(kind="lycee"))
    shown = await (await Browser(app, now=NOW).sign_in(host)).get("/creneaux?niveau=4e&eleves=27")
    assert BUTTON not in shown.text


async def met(claire, **slot) -> int:
    await claire.post("/creneaux/alertes", fields_of((await claire.get("/creneaux?niveau=4e&eleves=20")).text))
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", lat=47.24, lon=6.02)
    opened = await builders.slot(host=lycee, **slot)
    await record("slot_opened", by=None, about_kind="slot", about=opened, now=NOW)
    await tell()
    return opened


async def test_the_mail_says_the_slot_with_the_sentence_in_its_link(claire):
    opened = await met(claire)
    (alert,) = [await value("SELECT id FROM demands WHERE tells")]
    mail = await told("search/teacher", alert)
    assert str(mail.message["Subject"]) == "Un créneau convient : 20 élèves de 4e"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Un créneau convient maintenant à 20 élèves de 4e.\n\n"
        "Vous cherchez : 20 élèves de 4e\n\n"
        "Créneaux qui conviennent :\n"
        "- jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "  Découpe laser, Lycée Jules Haag, Besançon\n"
        f"  http://127.0.0.1:8000/creneaux/{opened}?niveau=4e&eleves=20\n\n"
        "Rien n'est réservé : les places vont à qui les demande d'abord. Cette alerte est finie.\n\n"
        "Voir ce qui convient :\n"
        "http://127.0.0.1:8000/creneaux?niveau=4e&eleves=20\n"
    )


@pytest.mark.parametrize(
    ("opening", "when", "how"),
    [
        (
            {"opens_at": paris("2027-01-11 10:00"), "draws_at": paris("2027-01-11 11:00")},
            "ouverture lundi 11 janvier à 10 h, tirage lundi 11 janvier à 11 h",
            "qui demande avant l'heure du tirage y participe",
        ),
        (
            {"opens_at": NOW, "draws_at": paris("2027-01-11 11:00")},
            "tirage lundi 11 janvier à 11 h",
            "qui demande avant l'heure du tirage y participe",
        ),
        (
            {"opens_at": paris("2027-01-11 10:00")},
            "ouverture lundi 11 janvier à 10 h",
            "les places vont à qui les demande d'abord",
        ),
        ({"opens_at": NOW}, "", "les places vont à qui les demande d'abord"),
    ],
)
async def test_the_mail_says_from_when_on_a_slot_may_be_asked_for_and_when_it_is_drawn(claire, opening, when, how):
    opened = await met(claire)
    await builders.opening(**opening, **({"seed": bytes(32)} if "draws_at" in opening else {}))
    mail = text_of(await told("search/teacher", await value("SELECT id FROM demands WHERE tells")))
    place = f"  Découpe laser, Lycée Jules Haag, Besançon{f', {when}' if when else ''}\n  http"
    assert (opened > 0, place in mail, f"Rien n'est réservé : {how}." in mail) == (True, True, True), mail


async def test_the_mail_says_when_the_places_were_taken_meanwhile(claire):
    opened = await met(claire)
    await builders.reservation(slot=opened, group=await builders.group())
    mail = await told("search/teacher", await value("SELECT id FROM demands WHERE tells"))
    assert str(mail.message["Subject"]) == "Un créneau convenait, il vient d'être pris : 20 élèves de 4e"


async def test_it_goes_with_her_role(claire):
    await claire.post("/creneaux/alertes", {"niveau": "4e", "eleves": "20"})
    member = await value("SELECT id FROM memberships WHERE role = 'teacher'")
    assert len(await alerts_of(member, now=NOW)) == 1
    await value("DELETE FROM memberships WHERE id = $1", member)
    assert await value("SELECT count(*) FROM demands WHERE tells") == 0


async def test_the_mail_says_which_slots_take_the_class_whole_and_which_its_halves(claire):
    await claire.post("/creneaux/alertes", {"niveau": "4e", "eleves": "27"})
    small = await builders.workshop(host=await builders.school(kind="lycee", name="Lycée Petit"))
    large = await builders.workshop(host=await builders.school(kind="lycee", name="Lycée Grand"))
    lone = await builders.workshop(host=await builders.school(kind="lycee", name="Lycée Seul"))
    for workshop, when, seats in (
        (small, "2027-03-25 09:00", 20),
        (small, "2027-03-25 13:30", 20),
        (lone, "2027-03-26 09:00", 20),
        (large, "2027-04-01 09:00", 30),
    ):
        opened = await builders.slot(workshop=workshop, starts_at=paris(when), seats=seats)
        await record("slot_opened", by=None, about_kind="slot", about=opened, now=NOW)
    await tell()
    said = text_of(await told("search/teacher", await value("SELECT id FROM demands WHERE tells")))
    assert "Un créneau convient maintenant à 27 élèves de 4e, 2 en deux moitiés.\n" in said
    whole, halves = said.split("Pour la classe entière :\n")[1].split("En deux moitiés :\n")
    assert [line for line in whole.splitlines() if line.startswith("- ")] == [
        "- jeudi 1er avril 2027, de 9 h 00 à 12 h 00"
    ]
    assert [line for line in halves.splitlines() if line.startswith("- ")] == [
        "- jeudi 25 mars 2027, de 9 h 00 à 12 h 00",
        "- jeudi 25 mars 2027, de 13 h 30 à 16 h 30",
    ]
    assert "Lycée Seul" not in said
