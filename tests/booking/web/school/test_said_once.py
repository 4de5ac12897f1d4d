"""What a teacher said once of her class goes along: from the search to the slot, to the form, to sign-in, and back."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from tests import builders
from tests.booking.web.school.test_reserve import Desk, reservations
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.seen import first
from tests.telling import tell
from workshops.database import rows, value

SEARCH = "niveau=4e&eleves=22&du=2027-03-01&km=40"


def field_of(page: httpx.Response, name: str) -> str:
    found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page.text)
    return html.unescape(found[1])


def group_of(page: httpx.Response) -> int:
    groups = page.text[page.text.index('name="group"') :]
    return int(re.search(r'<option value="(\d+)" selected>', groups[: groups.index("</select>")])[1])


def choices_of(page: httpx.Response) -> set[int]:
    second = page.text[page.text.index('name="choice_2"') : page.text.index('name="choice_3"')]
    return {int(one) for one in re.findall(r'<option value="(\d+)"', second)}


def links(page: httpx.Response) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'href="(/[^"]*)"', page.text)]


async def desk_with(app, *, free: int | None = None, pupils: int = 22, **slot) -> Desk:
    """Claire with a class of 22 in 4e, and a slot where only some places are left."""
    desk = await Desk.new(app, **slot)
    await rows("UPDATE groups SET pupils = $1", pupils)
    if free is not None:
        seats = await value("SELECT seats FROM slots WHERE id = $1", desk.slot)
        await rows("UPDATE slots SET groups_max = 3 WHERE id = $1", desk.slot)
        await builders.reservation(slot=desk.slot, group=await builders.group(), pupils=seats - free)
    return desk


async def test_a_class_of_22_is_never_proposed_as_the_2_places_that_are_left(app):
    desk = await desk_with(app, free=2)
    page = await desk.browser.get(f"/creneaux/{desk.slot}/reserver")
    assert field_of(page, "pupils") == "22"
    assert "2 places libres pour 22 élèves." in read(page)
    assert "Attendre une place pour" in read(page)
    # What the form holds, sent in one tap.
    fields = {"pour": field_of(page, "pour"), "wait": field_of(page, "wait"), "pupils": field_of(page, "pupils")}
    answer = await desk.reserve(**fields)
    assert answer.headers["location"].endswith("?fait=en-attente")
    assert await first("SELECT state, pupils FROM reservations ORDER BY id DESC") == ("waiting", 22)


async def test_fewer_pupils_come_at_once_when_she_types_it(app):
    desk = await desk_with(app, free=2)
    answer = await desk.reserve(pupils=2, wait="oui")
    assert answer.headers["location"].endswith("?fait=reservee")


async def test_second_choices_are_open_before_a_group_that_must_wait(app):
    desk = await desk_with(app, free=2)
    await builders.slot(starts_at=builders.paris("2027-03-26 09:00"))
    page = await desk.browser.get(f"/creneaux/{desk.slot}/reserver")
    assert '<details class="panel recap" open>' in page.text
    assert "Une autre date vous irait aussi ?" in read(page)


async def test_a_class_too_big_for_the_slot_is_told_so_and_is_proposed_no_waiting_list(app):
    desk = await desk_with(app, pupils=27)
    page = await desk.browser.get(f"/creneaux/{desk.slot}/reserver")
    assert "Ce créneau prend 24 élèves ; vous en annoncez 27." in read(page)
    assert ("Complet" in read(page), "liste d'attente" in read(page), field_of(page, "pupils")) == (False, False, "27")
    assert f"/creneaux?groupe={desk.group}&niveau=4e&eleves=27" in links(page)
    for wait in ("", "oui"):
        answer = await desk.reserve(pupils=27, wait=wait)
        assert (answer.status_code, "Complet" in read(answer)) == (409, False)
        assert read(answer).count("Ce créneau prend 24 élèves ; vous en annoncez 27.") == 1
    assert await reservations() == 0
    assert (await desk.reserve(pupils=24)).status_code == 303


async def test_the_slots_page_says_the_same_before_the_form(app):
    desk = await desk_with(app, free=2)
    about = f"?groupe={desk.group}"
    page = await desk.browser.get(f"/creneaux/{desk.slot}{about}")
    assert "2 places libres pour 22 élèves." in read(page)
    assert f"/creneaux/{desk.slot}/reserver?groupe={desk.group}&niveau=4e&eleves=22" in links(page)
    page = await desk.browser.get(f"/creneaux/{desk.slot}?niveau=4e&eleves=27")
    assert "Ce créneau prend 24 élèves ; vous en annoncez 27." in read(page)
    assert ("/creneaux?niveau=4e&eleves=27" in links(page), "liste d'attente" in read(page)) == (True, False)
    page = await Browser(app).get(f"/creneaux/{desk.slot}?eleves=27")
    assert "Ce créneau prend 24 élèves ; vous en annoncez 27." in read(page)


async def test_the_search_goes_along_to_the_form_and_back(app):
    desk = await desk_with(app)
    other = await builders.group(school=desk.school, name="4e A", pupils=28)
    page = await desk.browser.get(f"/creneaux?groupe={other}&eleves=20&{SEARCH.split('&', 2)[2]}")
    said = f"?groupe={other}&niveau=4e&eleves=20&du=2027-03-01&km=40"
    assert f"/creneaux/{desk.slot}{said}" in links(page)
    page = await desk.browser.get(f"/creneaux/{desk.slot}{said}")
    assert {f"/creneaux{said}", f"/creneaux/{desk.slot}/reserver{said}"} <= set(links(page))
    page = await desk.browser.get(f"/creneaux/{desk.slot}/reserver{said}")
    assert (group_of(page), field_of(page, "pupils")) == (other, "20")
    assert {f"/creneaux/{desk.slot}{said}", f"/creneaux{said}"} <= set(links(page))
    # Also after a refusal.
    answer = await desk.browser.post(f"/reservations{said}", {"slot": desk.slot, "group": other, "pupils": "x"})
    assert {f"/creneaux/{desk.slot}{said}", f"/creneaux{said.replace('eleves=20', 'eleves=28')}"} <= set(links(answer))


async def test_a_group_brings_its_level_and_its_number_to_the_search(app):
    desk = await desk_with(app)
    third = await builders.group(school=desk.school, name="3e A", level="3e", pupils=19)
    page = await desk.browser.get(f"/creneaux?groupe={desk.group}")
    assert "Une visite pour 4e B, 22 élèves, " in read(page)
    hidden = f"{desk.group}:22"
    # Another group is chosen without touching the number: the number is the new group's.
    page = await desk.browser.get(f"/creneaux?groupe={third}&niveau=4e&eleves=22&pour={hidden}")
    assert "Une visite pour 3e A, 19 élèves, " in read(page)
    # A number that she typed stays; a level that is not the group's is another class.
    page = await desk.browser.get(f"/creneaux?groupe={third}&niveau=4e&eleves=18&pour={hidden}")
    assert "Une visite pour 18 élèves de 4e, " in read(page)
    page = await desk.browser.get(f"/creneaux?groupe={desk.group}&niveau=6e&eleves=22&pour={hidden}")
    assert "Une visite pour 22 élèves de 6e, " in read(page)


async def test_a_class_that_was_told_without_a_group_is_found_among_hers(app):
    desk = await desk_with(app, pupils=25)
    like = await builders.group(school=desk.school, name="4e Z", pupils=22)
    page = await desk.browser.get(f"/creneaux/{desk.slot}/reserver?{SEARCH}")
    assert (group_of(page), field_of(page, "pupils")) == (like, "22")


async def test_choosing_another_group_changes_the_number_and_the_second_choices_and_keeps_the_rest(app):
    desk = await desk_with(app, seats=30)
    small = await builders.slot(seats=24, starts_at=builders.paris("2027-03-26 09:00"))
    big = await builders.slot(seats=30, starts_at=builders.paris("2027-03-27 09:00"))
    other = await builders.group(school=desk.school, name="4e A", pupils=27)
    page = await desk.browser.get(f"/creneaux/{desk.slot}/reserver?groupe={desk.group}")
    fields = {"slot": desk.slot, "group": other, "pupils": field_of(page, "pupils"), "pour": field_of(page, "pour")}
    fields |= {"adults": "3", "needs": "Un fauteuil roulant", "key": "k"}
    assert choices_of(page) == {small, big}
    page = await desk.browser.post(f"/creneaux/{desk.slot}/reserver", fields)
    assert page.status_code == 200
    assert (group_of(page), field_of(page, "pupils"), field_of(page, "adults")) == (other, "27", "3")
    assert field_of(page, "needs") == "Un fauteuil roulant"
    assert choices_of(page) == {big}
    # Sent at once, without looking: the other group's number is not taken for this one.
    answer = await desk.browser.post("/reservations", fields)
    assert (answer.status_code, field_of(answer, "pupils")) == (422, "27")
    assert "c'était le nombre de l'autre groupe" in read(answer)
    assert await reservations() == 0


async def test_a_group_added_on_the_way_is_chosen_and_everything_typed_is_kept(app):
    desk = await desk_with(app)
    where = f"/creneaux/{desk.slot}/reserver?niveau=4e&eleves=22&du=2027-03-01"
    page = await desk.browser.get(where)
    fields = {"slot": desk.slot, "group": desk.group, "pupils": "22", "pour": field_of(page, "pour"), "key": "k"}
    fields |= {"adults": "3", "needs": "Un fauteuil roulant", "vers": "groupe"}
    answer = await desk.browser.post(where, fields)
    assert answer.status_code == 303
    page = await desk.browser.get(answer.headers["location"])
    assert field_of(page, "pupils") == "22"
    new = {"name": "4e Neuve", "level": "4e", "pupils": "19", "section": "", "next": field_of(page, "next")}
    answer = await desk.browser.post("/mes-groupes", new)
    added = await value("SELECT max(id) FROM groups")
    assert answer.headers["location"] == (
        f"/creneaux/{desk.slot}/reserver?du=2027-03-01&reprise=1&groupe={added}&fait=groupe-ajoute"
    )
    page = await desk.browser.get(answer.headers["location"])
    assert (group_of(page), field_of(page, "pupils"), field_of(page, "adults")) == (added, "19", "3")
    assert field_of(page, "needs") == "Un fauteuil roulant"
    assert "Rien n'est encore envoyé" not in read(page)
    assert "needs" not in answer.headers["location"]


async def test_what_was_typed_in_the_booking_form_comes_back_after_the_session_ended(app):
    desk = await desk_with(app)
    other = await builders.group(school=desk.school, name="4e A", pupils=20)
    page = await desk.browser.get(f"/creneaux/{desk.slot}/reserver?groupe={desk.group}")
    owner = field_of(page, "_owner")
    fields = {"slot": desk.slot, "group": other, "pupils": "18", "adults": "3", "needs": "Un fauteuil", "_owner": owner}
    fields["pour"] = f"{other}:20"
    account = await value("SELECT account FROM sessions")
    await rows("DELETE FROM sessions")
    answer = await desk.browser.post(f"/reservations?groupe={desk.group}", fields)
    assert answer.headers["location"].startswith(f"/connexion?next=/creneaux/{desk.slot}/reserver%3Fgroupe%3D")
    next_path = httpx.URL(answer.headers["location"]).params["next"]
    await desk.browser.sign_in(account)
    page = await desk.browser.get(next_path)
    assert "Rien n'est encore envoyé" in read(page)
    assert (group_of(page), field_of(page, "pupils"), field_of(page, "needs")) == (other, "18", "Un fauteuil")


@pytest.mark.parametrize("way", ["link", "demo"])
async def test_signing_in_on_the_way_keeps_the_class(app, way):
    app.state.clock = lambda: NOW
    slot = await builders.slot()
    await builders.person("teacher", "claire@example.org", example=True, school=await builders.school())
    browser = Browser(app, now=NOW)
    page = await browser.get(f"/creneaux/{slot}?{SEARCH}")
    sign_in = next(one for one in links(page) if one.startswith("/connexion?next=") and "reserver" in one)
    page = await browser.get(sign_in)
    next_path = field_of(page, "next")
    assert next_path == f"/creneaux/{slot}/reserver?{SEARCH}"
    assert page.text.count(f'name="next" value="{html.escape(next_path)}"') == 2
    if way == "demo":
        answer = await browser.post("/demo/entrer", {"email": "claire@example.org", "next": next_path})
    else:
        await browser.post("/connexion", {"email": "claire@example.org", "next": next_path})
        await tell()
        answer = await browser.post(f"/connexion/{await value('SELECT secret FROM notices')}")
    assert answer.headers["location"] == next_path
    # She has no group yet: the one that she adds is asked for with what she said.
    browser.client.cookies.update(answer.cookies)
    add = next(one for one in links(await browser.get(next_path)) if one.startswith("/mes-groupes?next="))
    assert field_of(await browser.get(add), "pupils") == "22"


async def test_the_demo_button_leads_to_no_other_site(app):
    await builders.person("teacher", "claire@example.org", example=True, school=await builders.school())
    answer = await Browser(app).post("/demo/entrer", {"email": "claire@example.org", "next": "//evil.example"})
    assert answer.headers["location"] == "/"
