"""A lycée's week with its rooms, for the workshop's door, and its term; free hours for those who wait around it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

from tests import builders
from tests.booking.web.host.lycee import Lycee, a_lycee, words
from tests.builders import NOW, paris
from workshops.database import row, rows

WEEK = "/lycee/creneaux?quand=semaine&du=2027-03-25"


async def a_week(lycee: Lycee) -> dict[str, int]:
    """Two rooms on Thursday 25 March, one of them on Friday too; another lycée receives as well."""
    rooms = {name: await builders.room(school=lycee.school, name=name) for name in ("Atelier B12", "Hall")}
    taught = await builders.workshop(host=lycee.school, title="Découpe laser")
    at = {"workshop": taught, "seats": 24}
    thursday = await builders.slot(starts_at=paris("2027-03-25 09:00"), room=rooms["Atelier B12"], **at)
    await builders.slot(starts_at=paris("2027-03-25 13:30"), room=rooms["Hall"], **at)
    await builders.slot(starts_at=paris("2027-03-26 09:00"), room=rooms["Hall"], **at)
    await builders.slot(
        starts_at=paris("2027-03-24 09:00"), room=rooms["Hall"], state="called_off", reason="Grève", **at
    )
    group = await builders.group(school=await builders.school(name="Collège Stendhal"), name="4e B")
    await builders.reservation(slot=thursday, group=group, pupils=23)
    await builders.attendance(slot=thursday, company=await builders.company(name="Horlogerie du Doubs"), people=2)
    other = await builders.workshop(host=await builders.school(kind="lycee"), title="Robot d'ailleurs")
    await builders.slot(workshop=other, starts_at=paris("2027-03-25 09:00"))
    return rooms


async def test_a_week_stands_room_by_room_with_who_comes(lycee):
    await a_week(lycee)
    answer = await lycee.browser.get(WEEK)
    shown = words(answer.text)
    assert "Semaine du lundi 22 mars" in shown
    head = re.search(r"<thead><tr>(.*?)</tr>", answer.text, re.DOTALL)
    assert re.findall(r'<th scope="col">([^<]+)</th>', head[1]) == ["Jour", "Atelier B12", "Hall"]
    assert "jeu. 25 mars Atelier B12 9 h 00 à 12 h 00 Découpe laser" in shown
    assert "4e B, Collège Stendhal · 23 élèves Entreprise Horlogerie du Doubs · 2 personnes Hall 13 h 30" in shown
    assert "ven. 26 mars Hall 9 h 00 à 12 h 00 Découpe laser aucun groupe" in shown
    assert ("mer. 24 mars jeu. 25 mars" in shown, "Robot d'ailleurs" in shown) == (True, False)


async def test_one_room_alone_is_shown_for_its_door_and_keeps_its_name_from_week_to_week(lycee):
    await a_week(lycee)
    answer = await lycee.browser.get(f"{WEEK}&salle=Hall")
    shown = words(answer.text)
    assert ("13 h 30 à 16 h 30" in shown, "Atelier B12" in shown) == (True, False)
    assert 'href="/lycee/creneaux?quand=semaine&amp;du=2027-03-29&amp;salle=Hall">Semaine suivante' in answer.text
    assert ">Hall, Lycée Jules Haag</h1>" in answer.text
    # One for which no room is said may well be behind this door.
    taught = await builders.workshop(host=lycee.school, title="Sans salle")
    await builders.slot(workshop=taught, starts_at=paris("2027-03-23 09:00"))
    shown = words((await lycee.browser.get(f"{WEEK}&salle=Hall")).text)
    assert "mar. 23 mars Sans salle précise 9 h 00 à 12 h 00 Sans salle" in shown
    unknown = words((await lycee.browser.get(f"{WEEK}&salle=Ailleurs")).text)
    assert "Atelier B12" in unknown


async def test_the_term_counts_thirteen_weeks_and_says_which_are_holidays(lycee):
    await a_week(lycee)
    await builders.holidays(date(2027, 4, 10), date(2027, 4, 25))
    shown = words((await lycee.browser.get(WEEK)).text)
    assert "22 au 26 mars 3 1 23 48" in shown
    assert "29 mars au 2 avr. 0 0 0 0" in shown
    # Nobody may reserve the places of a day on which this lycée receives nobody; another's says nothing of them.
    await builders.closure(school=await builders.school(kind="lycee"), on=date(2027, 3, 25))
    await builders.closure(school=lycee.school, on=date(2027, 3, 26))
    assert "22 au 26 mars 3 1 23 24" in words((await lycee.browser.get(WEEK)).text)
    assert "12 au 16 avr. Vacances" in shown


async def test_a_week_without_slots_leads_to_opening_one(lycee):
    shown = await lycee.browser.get("/lycee/creneaux?quand=semaine")
    assert "Aucun créneau cette semaine." in words(shown.text)
    for day in ("0001-01-01", "9999-12-31", "demain"):
        assert (await lycee.browser.get(f"/lycee/creneaux?quand=semaine&du={day}")).status_code in {200, 400, 404}


async def waiting_around(lycee: Lycee) -> None:
    """Three classes of 4e wait for a full slot of the lycée."""
    full = await builders.slot(host=lycee.school, starts_at=NOW + timedelta(days=30), seats=24, seats_taken=24)
    college = await builders.school()
    for name in ("4e A", "4e B", "4e C"):
        group = await builders.group(school=college, name=name)
        await builders.reservation(slot=full, group=group, state="waiting")


def proposed(page: str) -> list[str]:
    """The addresses of the free hours."""
    listed = page.partition('class="free-hours"')[2].partition("</ul>")[0]
    return [unescape(address) for address in re.findall(r'href="([^"]+)"', listed)]


async def test_classes_that_wait_lead_to_free_hours_and_a_tap_fills_the_form(lycee):
    room = await builders.room(school=lycee.school, name="Atelier B12", seats=30)
    taught = await builders.workshop(host=lycee.school, title="Horloge", objects=(await builders.tech_object(),))
    for day in ("2027-01-04", "2026-12-14", "2026-12-07"):
        await builders.slot(workshop=taught, starts_at=paris(f"{day} 08:30"), room=room)
    await waiting_around(lycee)
    assert "3 classes attendent autour de vous : ouvrir une date" in words((await lycee.browser.get("/lycee")).text)
    await builders.closure(school=lycee.school, on=date(2027, 1, 25), until=date(2027, 1, 31))
    addresses = proposed((await lycee.browser.get("/lycee/creneaux/nouveau")).text)
    own = [address for address in addresses if f"atelier={taught}&" in address]
    days = [date.fromisoformat(re.search(r"le=([0-9-]+)", address)[1]) for address in own]
    assert [day.isocalendar().week for day in days] == [3, 5, 6]
    assert all(f"&de=08:30&a=11:30&salle={room}" in address for address in own)
    form = (await lycee.browser.get(own[0])).text
    assert (f'value="{days[0].isoformat()}"' in form, 'value="08:30"' in form, 'value="11:30"' in form) == (True,) * 3
    assert (f'<option value="{taught}" selected' in form, f'<option value="{room}" selected' in form) == (True, True)
    assert proposed(form) == []


async def test_hours_are_proposed_for_workshops_that_can_serve_those_who_wait_or_it_is_said_why_none_can(lycee):
    small = await builders.workshop(host=lycee.school, title="Petit", levels=["4e"], seats=12)
    await builders.workshop(host=lycee.school, title="Des grands", levels=["3e"], seats=30)
    await waiting_around(lycee)
    await rows("UPDATE workshops SET levels = '{3e}' WHERE id <> $1", small)
    page = (await lycee.browser.get("/lycee/creneaux/nouveau")).text
    assert proposed(page) == []
    assert "Aucun de vos ateliers ouverts aux 4e ne reçoit 24 élèves. Changer un atelier" in words(page)
    await rows("UPDATE workshops SET levels = '{3e}'")
    shown = words((await lycee.browser.get("/lycee/creneaux/nouveau")).text)
    assert "Aucun de vos ateliers n'est ouvert aux 4e. Changer un atelier" in shown
    assert ("Attendu autour de vous : 3 classes" in shown, "Elles cherchent un créneau" in shown) == (True, True)
    await rows("UPDATE workshops SET levels = '{4e}', seats = 24 WHERE id = $1", small)
    page = (await lycee.browser.get("/lycee/creneaux/nouveau")).text
    assert {re.search(r"atelier=(\d+)", address)[1] for address in proposed(page)} == {str(small)}


async def test_groups_that_wait_at_a_full_slot_lead_to_another_date_like_it(lycee):
    room = await builders.room(school=lycee.school, name="Labo", seats=30)
    taught = await builders.workshop(host=lycee.school, title="Horloge")
    full = {"workshop": taught, "starts_at": paris("2027-03-25 09:00"), "room": room, "seats": 26}
    slot = await builders.slot(**full, seats_taken=26)
    path = f"/lycee/creneaux/{slot}"
    assert "Ouvrir une autre date" not in (await lycee.browser.get(path)).text
    group = await builders.group(school=await builders.school(), name="4e A")
    await builders.reservation(slot=slot, group=group, state="waiting")
    way = re.search(r'href="([^"]+)">Ouvrir une autre date pour lui<', (await lycee.browser.get(path)).text)
    form = (await lycee.browser.get(unescape(way[1]))).text
    assert all(value in form for value in ('value="26"', 'value="09:00"', 'value="12:00"'))
    assert (f'<option value="{taught}" selected' in form, f'<option value="{room}" selected' in form) == (True, True)


async def test_free_hours_are_those_of_this_lycee_alone_and_where_nobody_waits_none_are_proposed(lycee):
    other = await a_lycee("Lycée Victor Considérant")
    await builders.workshop(host=other.school, title="Ailleurs")
    await builders.workshop(host=lycee.school, title="Ici")
    assert proposed((await lycee.browser.get("/lycee/creneaux/nouveau")).text) == []
    await waiting_around(lycee)
    page = (await lycee.browser.get("/lycee/creneaux/nouveau")).text
    assert (len(proposed(page)) >= 3, "Ailleurs" in page) == (True, False)


async def test_an_hour_that_was_proposed_can_be_opened_as_it_stands(lycee):
    taught = await builders.workshop(host=lycee.school, title="Ici", objects=(await builders.tech_object(),))
    await waiting_around(lycee)
    address = next(
        one for one in proposed((await lycee.browser.get("/lycee/creneaux/nouveau")).text) if f"={taught}&" in one
    )
    found = dict(re.findall(r"(le|de|a)=([0-9:-]+)", address))
    sent = {"workshop": taught, "on": found["le"], "starts": found["de"], "ends": found["a"], "room": ""}
    answer = await lycee.browser.post("/lycee/creneaux", {**sent, "seats": "", "groups_max": "", "company_places": "0"})
    assert answer.status_code == 303
    opened = await row("SELECT workshop FROM slots WHERE workshop = $1 AND state = 'open'", taught)
    assert opened["workshop"] == taught
