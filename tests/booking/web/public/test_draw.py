"""What everybody reads of a draw: before its hour ends nothing that says a slot, afterwards what anyone may replay."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256

import msgspec
import pytest

from booking.visits.draws.drawing import Answer
from booking.visits.draws.drawing_file import digest_of_demand, read_back
from booking.visits.reservations.demand import Sentence, WholeDemand
from booking.visits.reservations.enter_draw import enter_draw
from booking.visits.reservations.hold_draw import hold_draws
from booking.visits.reservations.seats_seen import seats_of
from tests import builders
from tests.booking.api.test_ptech import a_coordinator
from tests.booking.visits.reservations.demands import SECRET
from tests.booking.visits.reservations.test_wait import College
from tests.booking.web.public.test_opening import replayed, run_the_lines_of_the_page
from tests.browsing import Browser, read
from tests.builders import NOW, new_uid, paris
from workshops.database import row, rows, value

SEED = bytes(range(32))
IN_IT, DRAWS = NOW + timedelta(minutes=5), NOW + timedelta(hours=1)


async def a_drawn_march(app) -> int:
    app.state.clock = lambda: IN_IT
    return await builders.opening(opens_at=NOW, draws_at=DRAWS, seed=SEED, first_weight=2)


async def enter(*slots: int, pupils: int = 24, km: int | None = None) -> None:
    """A group of another collège asks for these slots in order, then for whatever is near enough."""
    college = await College.new()
    group = await college.group()
    lines = [
        await college.demand(slot, group=group, pupils=pupils, line=place) for place, slot in enumerate(slots, start=1)
    ]
    sentence = None if km is None else Sentence(len(slots) + 1, km)
    seen = [await seats_of(slot, group, school=college.school, now=NOW) for slot in slots]
    asked = WholeDemand(tuple((line,) for line in lines), pupils, sentence)
    await enter_draw(asked, [one for one in seen if one is not None], now=IN_IT)


async def hold() -> None:
    await hold_draws(secret_key=SECRET, new_token=lambda: "d" * 43, new_uid=new_uid, now=DRAWS)


async def a_held_march(app) -> tuple[int, list[int]]:
    """Two slots of one group each, wanted by five; two of them come after the others, and one has a sentence."""
    opening = await a_drawn_march(app)
    slots = [await builders.slot(starts_at=paris(f"2027-03-{day} 09:00")) for day in (18, 25)]
    for place in range(5):
        await enter(*slots, km=40 if place == 4 else None)
    await rows("UPDATE demands SET beyond = true WHERE id IN (SELECT id FROM demands ORDER BY number LIMIT 2)")
    await hold()
    return opening, slots


async def test_until_the_hour_ends_nothing_public_says_a_slot(app, db):
    opening = await a_drawn_march(app)
    wanted, other = [await builders.slot(starts_at=paris(f"2027-03-{day} 09:00")) for day in (18, 25)]
    visitor, machine = Browser(app), await a_coordinator()

    async def told() -> list[str]:
        pages = [f"/creneaux/{wanted}", f"/creneaux/{other}", "/creneaux?niveau=4e&eleves=24"]
        return [read(await visitor.get(page)) for page in pages] + [(await machine.get("/slots")).text]

    before = await told()
    for _ in range(3):
        await enter(wanted, other, km=40)
    assert await told() == before
    public = (await visitor.get(f"/tirages/{opening}/liste.json")).json()
    assert (public["digest"], public["seed"]) == (sha256(SEED).hexdigest(), None)
    assert (public["file_digest"], public["places_left"], len(public["demands"])) == (None, None, 3)
    said = [{name for name, word in demand.items() if word is not None} for demand in public["demands"]]
    assert said == [{"number", "weight"}] * 3
    by_machine = (await machine.get(f"/openings/{opening}/draw/demands")).json()["items"]
    said = [{name for name, word in demand.items() if word not in {None, ""}} for demand in by_machine]
    assert said == [{"number", "weight"}] * 3
    page = await visitor.get(f"/tirages/{opening}")
    assert re.findall(r"/creneaux/\d+", page.text) == []
    assert "demander tôt ou tard revient au même" in read(page)


async def test_after_the_hour_ranks_results_and_places_left_are_public_and_no_slot_of_a_demand(app, db, tmp_path):
    opening, _ = await a_held_march(app)
    visitor, machine = Browser(app), await a_coordinator()
    public = (await visitor.get(f"/tirages/{opening}/liste.json")).json()
    assert [demand["rank"] for demand in public["demands"]] == [1, 2, 3, 4, 5]
    assert [demand["beyond"] for demand in public["demands"]] == [False, False, False, True, True]
    assert [demand["result"] for demand in public["demands"]] == ["placed", "placed", "waits", "waits", "waits"]
    assert {demand["slot_id"] for demand in public["demands"]} == {None}
    seats = dict(await rows("SELECT id, seats - seats_taken FROM slots"))
    assert {place["slot_id"]: place["seats_left"] for place in public["places_left"]} == seats
    held = (await machine.get(f"/openings/{opening}/draw")).json()
    assert [held[name] for name in ("digest", "seed", "file_digest", "places_left")] == [
        public[name] for name in ("digest", "seed", "file_digest", "places_left")
    ]
    by_machine = (await machine.get(f"/openings/{opening}/draw/demands")).json()["items"]
    assert by_machine == public["demands"]
    page = await visitor.get(f"/tirages/{opening}")
    assert read(page).count("en plus des classes") == 2
    table = page.text.partition('aria-label="Demandes du tirage"')[2]
    assert re.findall(r"/creneaux/\d+", table) == []
    downloaded = tmp_path / f"tirage-{opening}.json"
    downloaded.write_text(msgspec.json.encode(public).decode())
    run_the_lines_of_the_page(page.text, beside=tmp_path)
    assert replayed(downloaded) == (0, "Égal : 5 demandes, dans l'ordre que donne la graine.\n")


async def test_what_is_left_is_of_those_who_got_nothing_until_the_evening_of_a_day(app, db):
    opening, _ = await a_held_march(app)
    app.state.clock = lambda: DRAWS
    await rows("UPDATE openings SET left_until = $1", paris("2027-01-15 00:00"))
    page = read(await Browser(app).get(f"/tirages/{opening}"))
    assert "Ce qui reste est, jusqu'au jeudi 14 janvier 2027 au soir, pour les groupes qui n'ont rien eu." in page


async def test_the_digests_hold_the_file_and_each_demand_to_what_was_said_when_entries_ended(app, db):
    opening, _ = await a_held_march(app)
    public = (await Browser(app).get(f"/tirages/{opening}/liste.json")).json()
    file = await value("SELECT file FROM openings")
    assert public["file_digest"] == sha256(file).hexdigest()
    opened = {
        demand.number: digest_of_demand(demand.salt, demand.lines, demand.pupils, demand.needs)
        for demand in read_back(file).demands
    }
    assert {demand["number"]: demand["digest"] for demand in public["demands"]} == opened
    salts = dict(await rows("SELECT number, salt FROM demands"))
    assert len(set(salts.values())) == 5 and not any(salt in str(public) for salt in salts.values())


async def test_a_draw_of_before_keeps_its_public_slots_and_one_that_was_not_held_then_has_none(app, db, tmp_path):
    """When each demand was for one slot, the list said which one."""
    slot = await builders.slot()
    told = {"opening": await a_drawn_march(app), "number": "00" * 8, "shown_slot": slot}
    await builders.demand(await builders.group(), lines=1, **told)
    path = f"/tirages/{told['opening']}"
    visitor = Browser(app)
    assert (await visitor.get(f"{path}/liste.json")).json()["demands"][0]["slot_id"] is None
    await rows("UPDATE openings SET ranked_at = $1, drawn_at = $1, frozen_at = $1", DRAWS)
    await rows("UPDATE demands SET rank = 1, result = 'placed'")
    listed = (await visitor.get(f"{path}/liste.json")).json()
    assert (listed["demands"][0]["slot_id"], listed["places_left"]) == (slot, None)
    page = await visitor.get(path)
    assert (f'href="/creneaux/{slot}"' in page.text, "pour un créneau" in read(page)) == (True, True)
    (tmp_path / f"tirage-{told['opening']}.json").write_text(msgspec.json.encode(listed).decode())
    run_the_lines_of_the_page(page.text, beside=tmp_path)


@pytest.mark.parametrize("role", ["teacher", "principal", "host", "company", "inspector", "visitor"])
async def test_the_whole_file_is_of_the_coordination_and_nobody_else(app, db, role):
    opening, _ = await a_held_march(app)
    reader = Browser(app, now=DRAWS)
    match role:
        case "company":
            await reader.sign_in(await builders.person(role, company=await builders.company()))
        case "inspector":
            await reader.sign_in(await builders.person(role, departments=("25",)))
        case "teacher" | "principal" | "host":
            school = await builders.school(kind="lycee" if role == "host" else "college")
            await reader.sign_in(await builders.person(role, school=school))
    answer = await reader.get(f"/gestion/ouvertures/{opening}/tirage.json")
    assert answer.status_code == (303 if role == "visitor" else 404)
    assert "colleges" not in answer.text


async def test_the_coordination_downloads_the_whole_file_and_the_journal_says_who(app, db):
    opening = await a_drawn_march(app)
    nadia = await builders.person("coordinator")
    office = await Browser(app, now=DRAWS).sign_in(nadia)
    path = f"/gestion/ouvertures/{opening}/tirage.json"
    assert (await office.get(path)).status_code == 404
    await enter(await builders.slot(), km=40)
    await hold()
    file = read_back((await office.get(path)).content)
    assert (file.seed, len(file.demands)) == (SEED.hex(), 1)
    assert tuple(await row("SELECT by, about FROM events WHERE act = 'draw_file_exported'")) == (nadia, opening)
    assert f'href="{path}"' in (await office.get("/gestion/ouvertures")).text
    answer = msgspec.json.decode(await value("SELECT answer FROM demands"), type=Answer)
    assert answer.outcome == "placed"
