"""What people see of a period that is not open yet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import builders
from tests.booking.api.test_ptech import a_coordinator
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import value

OPENS = paris("2027-01-11 10:00")
WORDS = "Ouverture lundi 11 janvier à 10 h"
FORM = {"first_on": "2027-03-01", "last_on": "2027-03-31", "opens_at": "2027-01-11", "opens_time": "10:00"}


async def a_teacher(app) -> Browser:
    college, account = await builders.school(), await builders.account()
    await builders.membership(account, "teacher", school=college)
    await builders.group(school=college, teacher=account)
    return await Browser(app, now=NOW).sign_in(account)


@pytest.fixture
async def march(db):
    """A slot of a period that opens in a week."""
    slot = await builders.slot()
    return slot, await builders.opening(opens_at=OPENS)


async def test_the_list_and_the_page_of_a_slot_say_when_it_opens_and_search_as_ever(app, march):
    slot, opening = march
    app.state.clock = lambda: NOW
    visitor = Browser(app, now=NOW)
    found = read(await visitor.get("/creneaux?niveau=4e&eleves=24"))
    assert ("1 créneau convient" in found, WORDS in found, "Se connecter" in found) == (True, True, True)
    page = await visitor.get(f"/creneaux/{slot}")
    assert (WORDS in read(page), f'href="/ouvertures/{opening}/agenda.ics"' in page.text) == (True, True)
    assert "Se connecter pour réserver" not in read(page)
    app.state.clock = lambda: OPENS
    assert "Se connecter pour réserver" in read(await visitor.get(f"/creneaux/{slot}"))
    assert WORDS not in read(await visitor.get("/creneaux?niveau=4e&eleves=24"))


async def test_the_form_says_it_to_a_teacher_instead_of_a_button(app, march):
    slot, _ = march
    app.state.clock = lambda: NOW
    teacher = await a_teacher(app)
    assert WORDS in read(await teacher.get(f"/creneaux/{slot}"))
    form = await teacher.get(f"/creneaux/{slot}/reserver")
    assert (WORDS in read(form), 'action="/reservations' in form.text) == (True, False)
    app.state.clock = lambda: OPENS
    assert 'action="/reservations' in (await teacher.get(f"/creneaux/{slot}/reserver")).text


async def test_its_lycee_reads_it_on_its_slots(app, march):
    slot, _ = march
    app.state.clock = lambda: NOW
    host = await builders.account()
    await builders.membership(host, "host", school=await value("SELECT school FROM slots WHERE id = $1", slot))
    lycee = await Browser(app, now=NOW).sign_in(host)
    assert WORDS in read(await lycee.get(f"/lycee/creneaux/{slot}"))
    told = "Les créneaux du 1er au 31 mars se réservent à partir du lundi 11 janvier à 10 h"
    assert told in read(await lycee.get("/lycee/creneaux"))


async def test_the_hour_goes_into_an_agenda(app, march):
    _, opening = march
    app.state.clock = lambda: NOW
    entry = await Browser(app, now=NOW).get(f"/ouvertures/{opening}/agenda.ics")
    assert entry.headers["content-type"].startswith("text/calendar")
    lines = entry.text.replace("\r\n ", "").split("\r\n")
    assert "DTSTART;TZID=Europe/Paris:20270111T100000" in lines
    assert "SUMMARY:TECHNILAB : ouverture des créneaux du 1er au 31 mars" in lines
    assert (await Browser(app, now=NOW).get("/ouvertures/999/agenda.ics")).status_code == 404


async def test_the_coordinator_fixes_it_changes_its_hour_and_takes_it_back(app, db):
    app.state.clock = lambda: NOW
    account = await builders.account()
    await builders.membership(account, "coordinator")
    office = await Browser(app, now=NOW).sign_in(account)
    await builders.slot()
    answer = await office.post("/gestion/ouvertures", FORM)
    assert answer.headers["location"] == "/gestion/ouvertures?fait=ouverture-fixee"
    assert "Créneaux du 1er au 31 mars · 1 créneau" in read(await office.get("/gestion/ouvertures"))
    number = await value("SELECT id FROM openings")
    wrong = await office.post(f"/gestion/ouvertures/{number}/heure", {"opens_at": "2027-01-01", "opens_time": "10:00"})
    assert (wrong.status_code, "ce moment est déjà passé" in read(wrong)) == (422, True)
    await office.post(f"/gestion/ouvertures/{number}/heure", {"opens_at": "2027-01-19", "opens_time": "8:30"})
    assert await value("SELECT opens_at FROM openings") == paris("2027-01-19 08:30")
    assert (await office.post("/gestion/ouvertures", FORM)).status_code == 422
    await office.post(f"/gestion/ouvertures/{number}/retrait")
    assert await value("SELECT count(*) FROM openings") == 0


async def test_machines_read_it_and_a_coordinators_sets_it(app, db):
    slot = await builders.slot()
    machine = await a_coordinator()
    asked = {"first_on": "2027-03-01", "last_on": "2027-03-31", "opens_at": "2027-01-11T10:00:00+01:00"}
    made = await machine.client.post("/openings", json=asked)
    told = asked | {"id": made.json()["id"], "opens_at": "2027-01-11T09:00:00Z", "open_slots": 1}
    assert (made.status_code, made.json()) == (201, told)
    assert (await machine.get(f"/slots/{slot}")).json()["opens_at"] == "2027-01-11T09:00:00Z"
    assert [one["opens_at"] for one in (await machine.get("/slots")).json()["items"]] == ["2027-01-11T09:00:00Z"]
    path = f"/openings/{told['id']}"
    later = (OPENS + timedelta(hours=1)).isoformat()
    assert (await machine.client.put(path, json={"opens_at": later})).json()["opens_at"] == "2027-01-11T10:00:00Z"
    assert (await machine.client.delete(path)).status_code == 204
    assert (await machine.get("/openings")).json()["items"] == []
