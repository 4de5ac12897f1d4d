"""A program of an organisation at the API: within what it may, for its owner alone, in the name of who lets it."""

from __future__ import annotations

import json

import pytest
from litestar import Litestar

from booking.people.accounts.in_her_name import let_programs_act
from booking.people.accounts.queries import Person
from booking.people.applications.end import end_application
from tests import builders
from tests.application import application
from tests.booking.api.test_events import events, numbers
from tests.booking.mails.webhooks.told import BOOKED, booked, send, tell_programs
from tests.booking.people.applications.owners import Given, a_program, somebody
from tests.browsing import Machine
from tests.builders import NOW
from tests.contract import document
from tests.receiver import receiver
from workshops.database import rows, value

GROUP = {"name": "4e B", "level": "4e", "pupils": 24, "school_year": "2026-2027"}
ACTED = "SELECT act, by, program FROM events WHERE about_kind = 'reservation' ORDER BY id"


@pytest.fixture
def now_app(app: Litestar) -> Litestar:
    app.state.clock = lambda: NOW
    return app


def named(email: str) -> dict[str, str]:
    return {"Technilab-Teacher": email}


def problem(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def of_college(app: Litestar, **more) -> tuple[Person, Given, Machine]:
    college = await builders.school()
    claire = await somebody("teacher", f"claire{college}@example.org", school=college)
    program = await a_program(claire, **more)
    return claire, program, Machine(app, program.secret)


async def test_a_program_books_in_the_name_of_a_teacher_who_is_the_booker(db, now_app):
    claire, program, machine = await of_college(now_app)
    paul = await somebody("teacher", "paul@example.org", school=claire.school, name="Paul Roussel")
    group = await builders.group(school=claire.school, teacher=paul.account)
    asked = {"slot_id": await builders.slot(), "group_id": group, "pupils": 24, "adults": 2}
    made = await machine.post("/reservations", asked, headers=named(" Paul@Example.org "))
    assert (made.status_code, made.json()["state"]) == (201, "confirmed")
    assert await value("SELECT booked_by FROM reservations") == paul.account
    (event,) = await rows(ACTED)
    assert tuple(event) == ("reservation_booked", paul.account, program.id)
    # What a person does herself is by no program, before and after.
    own = await builders.reservation(slot=await builders.slot(), group=await builders.group(school=claire.school))
    assert (await machine.post(f"/reservations/{own}/cancellation", {}, headers=named(paul.email))).status_code == 201
    assert [one["program"] for one in await rows("SELECT program FROM events WHERE act = 'reservation_cancel'")] == [
        program.id
    ]


async def test_each_no_says_why_and_not_whether_another_college_has_that_address(db, now_app):
    claire, _, machine = await of_college(now_app)
    elsewhere = await somebody("teacher", school=await builders.school())
    awaiting = await somebody("teacher", school=claire.school, awaiting=True)
    closed = await builders.person("teacher", "ferme@example.org", school=claire.school, disabled_at=NOW)
    unwilling = await somebody("teacher", school=claire.school)
    host = await somebody("host", school=await builders.school(kind="lycee"))
    await let_programs_act(unwilling.membership, allowed=False, account=unwilling.account, now=NOW)
    assert closed
    assert problem(await machine.post("/groups", GROUP)) == (400, "teacher-not-named")
    unknown = [
        await machine.post("/groups", GROUP, headers=named(email))
        for email in ("nobody@example.org", elsewhere.email, "ferme@example.org", host.email)
    ]
    assert {(problem(one), one.content) for one in unknown} == {((403, "teacher-unknown"), unknown[0].content)}
    assert problem(await machine.post("/groups", GROUP, headers=named(awaiting.email))) == (403, "teacher-awaits")
    assert problem(await machine.post("/groups", GROUP, headers=named(unwilling.email))) == (403, "programs-forbidden")
    assert await value("SELECT count(*) FROM groups") == 0
    await let_programs_act(unwilling.membership, allowed=True, account=unwilling.account, now=NOW)
    assert (await machine.post("/groups", GROUP, headers=named(unwilling.email))).status_code == 201


async def test_it_reads_for_its_owner_and_does_nothing_beyond_what_it_was_given(db, now_app):
    claire, _, machine = await of_college(now_app, permissions=("visits.keep", "visits.print"), acts=False)
    other, _, _ = await of_college(now_app)
    mine, theirs = [
        await builders.reservation(slot=await builders.slot(), group=await builders.group(school=one.school))
        for one in (claire, other)
    ]
    assert [one["id"] for one in (await machine.get("/reservations")).json()["items"]] == [mine]
    assert (await machine.get(f"/reservations/{mine}")).status_code == 200
    assert (await machine.get(f"/reservations/{theirs}")).status_code == 404
    for path in ("/me", "/events", "/webhooks", "/workshops", "/sign-ups"):
        assert (await machine.get(path)).status_code == 403, path
    name = named(claire.email)
    assert problem(await machine.post("/groups", GROUP, headers=name)) == (403, "key-only-reads")
    # One teacher's own searches are hers: in her name alone.
    assert problem(await machine.get("/alerts")) == (400, "teacher-not-named")
    assert (await machine.get("/alerts", headers=name)).status_code == 200
    # No program opens what a person keeps for another one, nor a page.
    talks = Machine(now_app, (await a_program(claire)).secret)
    assert problem(await talks.get("/webhooks")) == (403, "of-a-person")
    assert (await talks.client.get("http://127.0.0.1:8000/mes-visites")).status_code == 303


async def test_a_lycee_s_program_acts_for_it_alone_and_names_nobody(db, now_app):
    lycees = [await somebody("host", school=await builders.school(kind="lycee")) for _ in range(2)]
    program = await a_program(lycees[0], permissions=("slots.open", "visits.print"))
    machine = Machine(now_app, program.secret)
    assert (await machine.post("/rooms", {"name": "Atelier 3", "seats": 20})).status_code == 201
    assert await value("SELECT school FROM rooms") == lycees[0].school
    theirs = await builders.slot(host=lycees[1].school)
    assert (await machine.post(f"/slots/{theirs}/resize", {"seats": 12})).status_code == 404
    own = await builders.slot(host=lycees[0].school)
    assert (await machine.post(f"/slots/{own}/resize", {"seats": 12})).status_code == 201
    assert await value("SELECT program FROM events WHERE act = 'slot_resized'") == program.id
    await end_application(program.id, by=lycees[0], now=NOW)
    ended = await machine.get("/rooms")
    assert (ended.status_code, ended.headers["www-authenticate"]) == (401, "Bearer")


async def test_with_nobody_left_it_opens_nothing_but_what_is_open_to_anyone(db, now_app):
    _, _, machine = await of_college(now_app)
    await rows("DELETE FROM memberships")
    assert problem(await machine.get("/reservations")) == (403, "nobody-answers")
    assert (await machine.get("/slots")).status_code == 200


async def test_followers_and_subscribers_are_told_by_which_program(db, now_app):
    claire, _, machine = await of_college(now_app)
    lycee = await builders.school(kind="lycee")
    host = await somebody("host", school=lycee)
    watches = Machine(now_app, (await a_program(host, name="Agenda", permissions=("programs.tell",))).secret)
    group = await builders.group(school=claire.school)
    async with receiver() as there:
        await builders.webhook(membership=host.membership, url=there.url, acts=BOOKED)
        for headers in (named(claire.email), None):
            slot = await builders.slot(host=lycee)
            body = {"slot_id": slot, "group_id": await builders.group(school=claire.school), "pupils": 20, "adults": 2}
            if headers:
                assert (await machine.post("/reservations", body, headers=headers)).status_code == 201
            else:
                await builders.reservation(slot=slot, group=group)
        await tell_programs()
        await send()
    assert group
    found = (await events(watches)).json()["items"]
    assert [one["data"]["program"] for one in found] == ["Pronote"]
    assert [json.loads(told.body)["data"]["program"] for told in there.told] == ["Pronote"]
    # The collège's own program follows too, and the one of another collège nothing of it.
    assert len(await numbers(machine)) == 1
    _, _, stranger = await of_college(now_app)
    assert await numbers(stranger) == []


async def test_of_another_college_nothing_is_named_by_any_list_nor_event(db, now_app):
    claire, _, machine = await of_college(now_app)
    other, _, theirs = await of_college(now_app)
    slot = await builders.slot(seats=48, groups_max=2)
    for one in (claire, other):
        await booked(await builders.reservation(slot=slot, group=await builders.group(school=one.school)))
    lists = [
        path.removeprefix("/api/v1")
        for path, acts in document()["paths"].items()
        if "get" in acts and "{" not in path and "teacher" in acts["get"]["description"]
    ]
    found = {}
    for path in lists:
        own, foreign = [
            await one.get(path, headers=named(by.email)) for one, by in ((machine, claire), (theirs, other))
        ]
        found[path] = (claire.school_uai in own.text, other.school_uai in own.text, claire.school_uai in foreign.text)
    assert len(lists) >= 8
    assert [path for path, (_, *foreign) in found.items() if any(foreign)] == []
    assert found["/reservations"][0]
    assert (len(await numbers(machine)), len(await numbers(theirs))) == (1, 1)


async def test_keys_of_repeated_demands_are_the_program_s_not_the_person_s(db, now_app):
    claire, _, machine = await of_college(now_app)
    other = Machine(now_app, (await a_program(claire, name="Autre")).secret)
    paul = await somebody("teacher", school=claire.school)
    key = {"Idempotency-Key": "une-fois"} | named(claire.email)
    first = await machine.post("/groups", GROUP, headers=key)
    assert (first.status_code, (await machine.post("/groups", GROUP, headers=key)).content) == (201, first.content)
    assert (await other.post("/groups", GROUP | {"name": "4e C"}, headers=key)).json()["id"] != first.json()["id"]
    in_his_name = await machine.post("/groups", GROUP, headers=key | named(paul.email))
    assert problem(in_his_name) == (422, "idempotency-key-reused")
    slot, group = await builders.slot(seats=48, groups_max=2), first.json()["id"]
    demand = {"slot_id": slot, "group_id": group, "pupils": 24, "adults": 2}
    booked = [await machine.post("/reservations", demand, headers=key) for _ in range(2)]
    assert booked[0].json()["id"] == booked[1].json()["id"]
    assert await value("SELECT count(*) FROM reservations") == 1


async def test_a_shown_trial_opens_nothing_to_programs(db, monkeypatch):
    claire = await somebody("teacher", school=await builders.school())
    program = await a_program(claire)
    basic = (program.client_id, program.secret)
    seen = {}
    for demo in ("public", "1"):
        monkeypatch.setenv("DEMO", demo)
        machine = Machine(application(lambda: NOW), program.secret)
        token = await machine.client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=basic)
        seen[demo] = ((await machine.get("/reservations")).status_code, token.status_code)
    assert seen == {"public": (401, 403), "1": (200, 200)}
