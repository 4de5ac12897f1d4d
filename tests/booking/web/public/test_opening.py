"""What people see of a period that is not open yet."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from booking.visits.reservations.book import book
from booking.visits.reservations.hold_draw import hold_draws
from tests import builders
from tests.booking.api.test_ptech import a_coordinator
from tests.booking.visits.reservations.demands import SECRET, a_demand
from tests.browsing import Browser, read
from tests.builders import NOW, new_uid, paris
from workshops.database import rows, value

OPENS = paris("2027-01-11 10:00")
SEED = bytes(range(32))
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
    assert ("Aucun créneau n'est ouvert, 1 ouvre plus tard." in found, WORDS in found, "Se connecter" in found) == (
        True,
        True,
        True,
    )
    page = await visitor.get(f"/creneaux/{slot}")
    assert (WORDS in read(page), f'href="/ouvertures/{opening}/agenda.ics"' in page.text) == (True, True)
    assert "Se connecter pour réserver" not in read(page)
    app.state.clock = lambda: OPENS
    assert "Se connecter pour réserver" in read(await visitor.get(f"/creneaux/{slot}"))
    assert WORDS not in read(await visitor.get("/creneaux?niveau=4e&eleves=24"))


async def test_a_slot_that_is_full_before_it_opens_says_one_thing_and_when_one_may_wait(app, march):
    slot, opening = march
    app.state.clock = lambda: NOW
    await rows("UPDATE slots SET seats_taken = seats, groups_taken = 1 WHERE id = $1", slot)
    page = await Browser(app, now=NOW).get(f"/creneaux/{slot}")
    main = read(page).partition("Tous les créneaux")[2].partition("Venir")[0]
    waits = "Liste d'attente dès lundi 11 janvier à 10 h"
    assert (waits in main, "Complet" in main, "Ouvert" in main) == (True, True, False)
    assert f'href="/ouvertures/{opening}/agenda.ics"' in page.text


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
    host = await builders.person("host", school=await value("SELECT school FROM slots WHERE id = $1", slot))
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
    account = await builders.person("coordinator")
    office = await Browser(app, now=NOW).sign_in(account)
    await builders.slot()
    answer = await office.post("/gestion/ouvertures", FORM)
    assert answer.headers["location"] == "/gestion/ouvertures?fait=ouverture-fixee"
    said = read(await office.get(answer.headers["location"]))
    assert "Les créneaux de cette période se voient déjà, et se demandent dès cette heure-là." in said
    assert "Créneaux du 1er au 31 mars · 1 créneau" in said
    number = await value("SELECT id FROM openings")
    wrong = await office.post(f"/gestion/ouvertures/{number}/heure", {"opens_at": "2027-01-01", "opens_time": "10:00"})
    assert (wrong.status_code, "ce moment est déjà passé" in read(wrong)) == (422, True)
    await office.post(f"/gestion/ouvertures/{number}/heure", {"opens_at": "2027-01-19", "opens_time": "8:30"})
    assert await value("SELECT opens_at FROM openings") == paris("2027-01-19 08:30")
    assert (await office.post("/gestion/ouvertures", FORM)).status_code == 422
    await office.post(f"/gestion/ouvertures/{number}/retrait")
    assert await value("SELECT count(*) FROM openings") == 0
    await office.post("/gestion/ouvertures", FORM | {"drawn": "oui", "first_weight": "3"})
    assert "poids 3 pour un collège jamais venu" in read(await office.get("/gestion/ouvertures"))
    assert await value("SELECT length(seed) FROM openings") == 32


async def test_machines_read_it_and_a_coordinators_sets_it(app, db):
    slot = await builders.slot()
    machine = await a_coordinator()
    asked = {"first_on": "2027-03-01", "last_on": "2027-03-31", "opens_at": "2027-01-11T10:00:00+01:00"}
    made = await machine.client.post("/openings", json=asked)
    told = asked | {"id": made.json()["id"], "opens_at": "2027-01-11T09:00:00Z", "open_slots": 1}
    told |= {"draws_at": None, "first_weight": 1}
    assert (made.status_code, made.json()) == (201, told)
    assert (await machine.get(f"/slots/{slot}")).json()["opens_at"] == "2027-01-11T09:00:00Z"
    assert [one["opens_at"] for one in (await machine.get("/slots")).json()["items"]] == ["2027-01-11T09:00:00Z"]
    path = f"/openings/{told['id']}"
    later = (OPENS + timedelta(hours=1)).isoformat()
    assert (await machine.client.put(path, json={"opens_at": later})).json()["opens_at"] == "2027-01-11T10:00:00Z"
    assert (await machine.client.delete(path)).status_code == 204
    assert (await machine.get("/openings")).json()["items"] == []


async def a_drawn_march(app) -> tuple[int, int]:
    """A slot of a period whose first hour, from NOW on, is drawn."""
    app.state.clock = lambda: NOW
    drawn = {"draws_at": NOW + timedelta(hours=1), "seed": SEED, "first_weight": 2}
    return await builders.slot(), await builders.opening(opens_at=NOW, **drawn)


async def test_a_teacher_puts_her_group_in_the_draw_reads_its_number_and_takes_it_back(app, db):
    slot, opening = await a_drawn_march(app)
    teacher = await a_teacher(app)
    assert "Tirage lundi 11 janvier à 10 h" in read(await teacher.get(f"/creneaux/{slot}"))
    form = await teacher.get(f"/creneaux/{slot}/reserver")
    assert ("Mettre au tirage pour 4e" in read(form), "attendre une place" in read(form)) == (True, False)
    group = await value("SELECT id FROM groups")
    asked = {"slot": slot, "group": group, "pupils": 24, "adults": 2, "needs": "", "key": "page-1"}
    made = (await teacher.post("/reservations", asked)).headers["location"]
    number = await value("SELECT number FROM demands")
    page = read(await teacher.get(made))
    assert ("Au tirage lundi 11 janvier à 10 h" in page, f"Votre numéro : {number}" in page) == (True, True)
    public = await Browser(app).get(f"/tirages/{opening}")
    assert number in read(public)
    assert 'href="/creneaux?du=2027-03-01&amp;au=2027-03-31">Voir ces créneaux</a>' in public.text
    assert "Au tirage" in read(await teacher.get("/mes-visites"))
    reservation = await value("SELECT id FROM reservations")
    await teacher.post(f"/reservations/{reservation}/annulation")
    assert await value("SELECT state FROM reservations") == "cancelled_by_teacher"


async def test_a_class_too_large_for_a_drawn_slot_reads_the_rule_and_that_fewer_pupils_go_into_the_draw(app, db):
    slot, _ = await a_drawn_march(app)
    teacher = await a_teacher(app)
    await rows("UPDATE groups SET pupils = 30")
    form = read(await teacher.get(f"/creneaux/{slot}/reserver"))
    rule = "Tirage lundi 11 janvier à 10 h : la demande ne tient aucune place avant, et se retire depuis sa page."
    assert (rule in form, "Mettre au tirage pour moins d'élèves" in form, "Réserver pour moins" in form) == (
        True,
        True,
        False,
    )


async def test_its_lycee_reads_how_many_are_in_the_draw_and_not_who(app, db):
    slot, _ = await a_drawn_march(app)
    teacher = await a_teacher(app)
    asked = {"slot": slot, "group": await value("SELECT id FROM groups"), "pupils": 24, "adults": 2, "needs": ""}
    await teacher.post("/reservations", asked | {"key": "page-1"})
    host = await builders.person("host", school=await value("SELECT school FROM slots WHERE id = $1", slot))
    page = read(await (await Browser(app, now=NOW).sign_in(host)).get(f"/lycee/creneaux/{slot}"))
    college = await value("SELECT name FROM schools WHERE kind = 'college'")
    assert ("1 groupe est au tirage de ce créneau" in page, college in page) == (True, False)


async def test_the_seed_is_public_after_the_hour_its_digest_before_and_anyone_replays_it(app, db, tmp_path):
    slot, opening = await a_drawn_march(app)
    for _ in range(30):
        college, account = await builders.school(), await builders.account()
        await builders.membership(account, "teacher", school=college)
        group = await builders.group(school=college)
        await book(a_demand(slot, group, school=college, by=account), now=NOW)
    public = f"/tirages/{opening}"
    before = (await Browser(app).get(f"{public}/liste.json")).json()
    assert (before["digest"], before["seed"]) == (sha256(SEED).hexdigest(), None)
    assert {one["rank"] for one in before["demands"]} == {None}
    early = tmp_path / "early.json"
    early.write_bytes((await Browser(app).get(f"{public}/liste.json")).content)
    assert replayed(early) == (2, "")
    await hold_draws(secret_key=SECRET, new_token=lambda: "d" * 43, new_uid=new_uid, now=NOW + timedelta(hours=1))
    page = await Browser(app).get(public)
    assert (SEED.hex() in page.text, "30 demandes tirées au sort lundi 11 janvier" in read(page)) == (True, True)
    kept = tmp_path / f"tirage-{opening}.json"
    kept.write_bytes((await Browser(app).get(f"{public}/liste.json")).content)
    assert replayed(kept) == (0, "Égal : 30 demandes, dans l'ordre que donne la graine.\n")
    run_the_lines_of_the_page(page.text, beside=tmp_path)
    told = kept.read_text()
    for rank, other in (("1", "0"), ("2", "1"), ("0", "2")):
        kept.write_text(kept.read_text().replace(f'"rank":{rank},', f'"rank":{other},'))
    assert replayed(kept) == (1, "Différent : 2 rangs sur 30 ne sont pas ceux du tirage.\n")
    kept.write_text(told.replace(SEED.hex(), SEED[::-1].hex()))
    assert replayed(kept)[0] == 1
    machine = await a_coordinator()
    first = (await machine.get(f"/openings/{opening}/draw/demands?limit=20")).json()
    rest = (await machine.get(f"/openings/{opening}/draw/demands?limit=20&cursor={first['next_cursor']}")).json()
    assert [one["rank"] for one in first["items"] + rest["items"]] == list(range(1, 31))
    assert set(first["items"][0]) == {"number", "weight", "beyond", "slot_id", "rank", "result", "digest"}


def run_the_lines_of_the_page(text: str, *, beside: Path) -> None:
    """As anyone would, who has downloaded the list."""
    lines = html.unescape(re.search("<pre[^>]*><code>(.*?)</code></pre>", text, re.DOTALL)[1])
    subprocess.run([sys.executable, "-c", lines], cwd=beside, check=True)


def replayed(file: Path) -> tuple[int, str]:
    """`technilab draw FILE`, without a database."""
    away = {name: told for name, told in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "booking", "draw", str(file)], env=away, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout
