"""What no text, no date and no body can be is refused in words, wherever it comes from.

What a program sends wrong is said in French, under the names that it knows, and nothing is left out in silence.

A fault of ours: the person sees a number, the log sees it all, nobody sees a trace.
"""

from __future__ import annotations

import json
import logging
import re
import secrets

import pytest
from asyncpg.exceptions import DeadlockDetectedError
from litestar import Request

from booking.door.http.refusals import crashed
from booking.door.rights.guards import routes_of
from booking.people.accounts.token import issue_token
from tests import builders
from tests.application import assembled
from tests.booking.api.test_host_slots import HOURS, a_host
from tests.booking.door.rights.test_rights import address
from tests.browsing import Browser, Machine
from tests.builders import NOW
from tests.owner import by_owner
from workshops.database import rows, value

GROUP = {"name": "4e B", "level": "4e", "pupils": 20, "school_year": "2026-2027"}
JSON = {"Content-Type": "application/json"}


async def machine(app, role: str, **where: int) -> Machine:
    app.state.clock = lambda: NOW
    await builders.person(role, f"{role}@example.org", **where)
    token = secrets.token_urlsafe(32)
    await issue_token(f"{role}@example.org", token=token, now=NOW)
    return Machine(app, token)


async def a_class(app) -> tuple[Machine, int, int]:
    """A teacher's key, a slot, and her group."""
    college = await builders.school(needs_approval=True, principal_mail="perrin@example.org")
    return (
        await machine(app, "teacher", school=college),
        await builders.slot(company_places=4),
        await builders.group(school=college),
    )


async def test_every_address_says_what_it_allows(app):
    wrong = {}
    client = Browser(app).client
    for path in sorted({path for _, path, _ in routes_of(assembled())}):
        answer = await client.options(address(path))
        if (answer.status_code, "OPTIONS" in answer.headers.get("allow", "")) != (204, True):
            wrong[path] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("name", ["4e\x00B", "4e\r\nB", "4e\x1bB", "4e\u202eB", "4e\x85B"])
async def test_a_group_is_no_name_with_characters_that_nobody_sees(app, name):
    teacher, _, _ = await a_class(app)
    answer = await teacher.post("/groups", GROUP | {"name": name})
    assert (answer.status_code, answer.json()["type"], list(answer.json()["errors"])) == (
        422,
        "/problems/invalid",
        ["name"],
    )
    assert await value("SELECT count(*) FROM groups") == 1


async def test_a_page_keeps_the_same_name_without_them(app):
    college = await builders.school()
    account = await builders.person("teacher", school=college)
    browser = await Browser(app).sign_in(account)
    await browser.post("/mes-groupes", {"name": "4e\x00 \u202eB\r\n", "level": "4e", "pupils": "20"})
    assert await value("SELECT name FROM groups") == "4e B"


async def test_no_text_of_the_api_takes_a_character_that_nobody_sees(app):
    """Read off the document itself, so that a new field is held to it; a badge is whatever the camera read."""
    document = (await Machine(app, "").client.get("http://127.0.0.1:8000/api/openapi.json")).json()
    schemas = document["components"]["schemas"]
    free: list[str] = []
    seen: set[str] = set()

    def look(schema: dict, where: str) -> None:
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            if name not in seen:
                seen.add(name)
                look(schemas[name], name)
            return
        for one in [*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())]:
            look(one, where)
        if schema.get("type") == "string" and not {"pattern", "format", "enum", "const"} & set(schema):
            free.append(where)
        for name, one in schema.get("properties", {}).items():
            look(one, f"{where}.{name}")
        if "items" in schema:
            look(schema["items"], where)

    for acts in document["paths"].values():
        for act in acts.values():
            body = act.get("requestBody", {}).get("content", {}).get("application/json")
            look(body["schema"] if body else {}, "")
    assert free == ["Scan.badge"]


@pytest.mark.parametrize(
    "asked",
    [
        ("post", "/reservations", lambda slot, group: {"needs": "\x00"}),
        ("post", "/wishes", lambda slot, group: {"needs": "\x00"}),
    ],
)
async def test_a_demand_with_a_nul_is_refused_and_holds_no_seat(app, asked):
    teacher, slot, group = await a_class(app)
    _, path, more = asked
    body = {"group_id": group, "pupils": 20, "adults": 2, **more(slot, group)}
    body |= {"slot_ids": [slot]} if path == "/wishes" else {"slot_id": slot}
    answer = await teacher.post(path, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["needs"])
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 0


async def test_a_badge_with_a_nul_is_unknown_and_the_others_of_its_batch_count(app):
    lycee = await builders.school(kind="lycee")
    host = await machine(app, "host", school=lycee)
    slot = await builders.slot(host=lycee, starts_at=NOW)
    booked = await builders.reservation(slot=slot, group=await builders.group())
    badge = (await builders.badges(booked))[0]
    scans = [
        {"scan_id": f"00000000-0000-4000-8000-00000000000{n}", "slot_id": slot, "badge": told, "scanned_at": at}
        for n, (told, at) in enumerate([("B1.\x00", NOW.isoformat()), (badge, NOW.isoformat())])
    ]
    answer = await host.post("/checkins", {"scans": scans})
    assert [one["result"] for one in answer.json()["results"]] == ["unknown", "present"]
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        answer = await host.post("/checkins", {"scans": [{**scans[0], "scanned_at": at}]})
        assert answer.status_code == 422


@pytest.mark.parametrize("body", [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000])
async def test_a_body_nested_without_end_cannot_be_read(app, body):
    teacher, _, _ = await a_class(app)
    answer = await teacher.client.post("/groups", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-request")


@pytest.mark.parametrize("year", ["0001", "9999"])
async def test_a_slot_of_no_year_that_we_know_is_refused(app, year):
    lycee = await builders.school(kind="lycee")
    host = await machine(app, "host", school=lycee)
    workshop = await builders.workshop(host=lycee)
    for offset in ("Z", "+14:00", "-12:00"):
        hours = {"starts_at": f"{year}-12-31T20:00:00{offset}", "ends_at": f"{year}-12-31T23:00:00{offset}"}
        answer = await host.post("/slots", {"workshop_id": workshop, "seats": 24, **hours})
        assert (answer.status_code, answer.json()["errors"]) == (
            422,
            {
                "starts_at": "Date : choisissez une date entre 2000 et 2100.",
                "ends_at": "Heure de fin : choisissez une date entre 2000 et 2100.",
            },
        )
        moved = await host.post(f"/slots/{await builders.slot(host=lycee)}/move", hours)
        assert moved.status_code == 422
    series = {"workshop_id": workshop, "weekdays": [1], "starts": "09:00", "ends": "12:00", "seats": 24}
    answer = await host.post("/slots/series", {**series, "from": f"{year}-01-01", "to": f"{year}-12-31"})
    assert answer.status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_a_closure_of_no_year_that_we_know_is_refused_on_its_page(app, day):
    account = await builders.person("host", school=await builders.school(kind="lycee"))
    browser = await Browser(app).sign_in(account)
    answer = await browser.post("/lycee/fermetures", {"first_on": day, "last_on": day, "label": "Travaux"})
    assert answer.status_code == 422
    assert "choisissez une date entre 2000 et 2100" in answer.text
    assert await rows("SELECT 1 FROM closures WHERE school IS NOT NULL") == []


async def test_an_empty_department_is_every_department(app):
    office = await machine(app, "coordinator")
    await builders.school()
    every = (await office.get("/colleges-to-come")).json()
    answer = await office.get("/colleges-to-come?department=")
    assert (answer.status_code, answer.json(), len(every["items"])) == (200, every, 1)


@pytest.mark.parametrize(
    "path", ["/api/v1/companies?q=%00", "/consortium?q=%00", "/creneaux?mois=9999-12", "/api/v1/slots?level=%00"]
)
async def test_an_address_that_says_what_cannot_be_is_no_crash(app, path):
    assert (await Browser(app).get(path)).status_code < 500


async def test_what_no_field_has_refused_is_refused_by_the_last_door(app):
    """A key of a browser's form that nothing reads before the database does."""
    account = await builders.person("coordinator")
    browser = await Browser(app).sign_in(account)
    answer = await browser.get("/gestion/journal?acte=%00&q=%00&apres=%00")
    assert answer.status_code < 500


async def test_a_parameter_that_a_list_does_not_have_is_refused_by_its_name(app):
    answer = await Machine(app, "").get("/slots", params={"levle": "4e", "limit": "1"})
    problem = answer.json()
    assert (answer.status_code, problem["type"], list(problem["errors"])) == (422, "/problems/invalid", ["levle"])
    assert problem["detail"].startswith(
        "Le paramètre levle n'existe pas : ceux d'ici sont changed_since, company_places, cursor,"
    )


async def test_where_no_parameter_is_known_none_is_taken(app):
    teacher, _, group = await a_class(app)
    answer = await teacher.post(f"/groups/{group}/archive", params={"force": "1"})
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "Le paramètre force n'existe pas : il n'y en a pas ici.",
    )


@pytest.mark.parametrize(
    ("wrong", "field", "detail"),
    [
        ({"pupils": "many"}, "pupils", "Élèves : écrivez un nombre de 1 à 60."),
        ({"pupils": 40_000}, "pupils", "Élèves : écrivez un nombre de 1 à 60."),
        ({"name": "4" * 201}, "name", "Nom du groupe : 60 caractères au plus, vous en avez 201."),
        ({"colour": "red"}, "colour", "colour : Ce champ n'existe pas ici."),
        ({"level": ["4e"]}, "level", "Niveau : choisissez dans la liste."),
    ],
)
async def test_a_field_that_cannot_be_read_is_said_in_french(app, wrong, field, detail):
    teacher, _, _ = await a_class(app)
    answer = await teacher.post("/groups", GROUP | wrong)
    problem = answer.json()
    assert (answer.status_code, problem["type"], list(problem["errors"])) == (422, "/problems/invalid", [field])
    assert problem["detail"] == detail


async def test_a_field_that_is_missing_is_named(app):
    teacher, _, _ = await a_class(app)
    answer = await teacher.post("/groups", {name: one for name, one in GROUP.items() if name != "level"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "level : Ce champ est obligatoire.")


async def test_a_field_within_a_list_is_told_with_its_place(db):
    _, machine = await a_host()
    scan = {"scan_id": "not one", "slot_id": 1, "badge": "x", "scanned_at": "2027-03-25T09:00:00+01:00"}
    answer = await machine.post("/checkins", {"scans": [scan]})
    assert answer.json()["errors"] == {"scans[0].scan_id": "Donnez un identifiant de la forme d'un UUID."}


@pytest.mark.parametrize(
    ("asked", "errors"),
    [
        ({"from": "demain"}, {"from": "Donnez une date, par exemple 2027-03-25."}),
        ({"object": "0"}, {"object": "Donnez un nombre entier d'au moins 1."}),
        ({"free": "maybe"}, {"free": "Donnez true ou false."}),
        ({"sort": "price"}, {"sort": "Donnez l'une des valeurs possibles."}),
    ],
)
async def test_a_parameter_has_the_name_that_its_sender_knows(app, asked, errors):
    answer = await Machine(app, "").get("/slots", params=asked)
    assert (answer.status_code, answer.json()["errors"]) == (422, errors)


async def test_several_faults_are_all_told(db):
    _, machine = await a_host()
    answer = await machine.post("/slots", HOURS | {"starts_at": "soon", "seats": None})
    assert answer.json()["errors"] == {
        "workshop_id": "Ce champ est obligatoire.",
        "starts_at": "Date : donnez un instant avec son fuseau, par exemple 2027-03-25T09:00:00+01:00.",
    }


async def test_no_body_at_all_is_said(app):
    teacher, _, _ = await a_class(app)
    answer = await teacher.client.post("/groups")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_what_an_address_allows_is_said_whatever_comes_with_it(app):
    answer = await Machine(app, "").client.options("/slots", params={"what": "ever"})
    assert (answer.status_code, "OPTIONS" in answer.headers["allow"]) == (204, True)


SCHEMA_BROKEN = "ALTER TABLE tech_objects RENAME TO tech_objects_away"
SCHEMA_MENDED = "ALTER TABLE tech_objects_away RENAME TO tech_objects"


@pytest.fixture
async def broken(app):
    """A database that lost a table: every search crashes."""
    await by_owner(SCHEMA_BROKEN)
    yield app
    await by_owner(SCHEMA_MENDED)


async def test_a_crash_shows_an_id_that_the_log_explains(broken, caplog):
    with caplog.at_level(logging.ERROR, logger="technilab"):
        answer = await Browser(broken).get("/creneaux?niveau=3e")
    assert answer.status_code == 500
    (crash_id,) = set(re.findall(r"numéro[\s\u00a0]+([0-9a-f]{8})", answer.text))
    assert [record.getMessage() for record in caplog.records] == [f"crash {crash_id} on GET /creneaux"]
    assert "UndefinedTableError" in caplog.text
    for leak in ("Traceback", "asyncpg", "UndefinedTable", "tech_objects"):
        assert leak not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_machine_gets_the_id_in_a_problem(broken):
    answer = await Machine(broken, "").get("/slots?object=1&level=3e&limit=7")
    assert answer.status_code == 500
    problem = answer.json()
    assert (answer.headers["content-type"], problem["type"]) == ("application/problem+json", "/problems/crash")
    assert re.fullmatch(r"[0-9a-f]{8}", problem["crash_id"])
    assert "tech_objects" not in answer.text


async def test_an_act_that_postgresql_ended_for_another_is_a_no_and_no_crash():
    request: Request = Request({"type": "http", "method": "POST", "path": "/api/v1/x", "headers": []})
    answer = crashed(request, DeadlockDetectedError())
    assert (answer.status_code, json.loads(answer.content)["type"]) == (409, "/problems/crossed")
