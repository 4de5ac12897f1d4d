from __future__ import annotations

import secrets

import pytest

from booking.people.accounts.token import issue_token
from tests import builders, builders_bts1
from tests.browsing import Machine
from tests.builders import NOW
from workshops.database import value

STAY = {"school_year": 2026, "country": "Suisse", "kind": "stage", "people": 3}


async def a_machine(app, role, **place):
    app.state.clock = lambda: NOW
    email, token = f"{role}-{secrets.token_hex(3)}@example.org", secrets.token_urlsafe(32)
    await builders.membership(await builders.account(email), role, **place)
    await issue_token(email, token=token, now=NOW)
    return Machine(app, token)


@pytest.fixture
async def lycee(db):
    return await builders.school(kind="lycee", name="Lycée Jules Haag", uai="0250011B")


@pytest.fixture
async def host(app, lycee):
    return await a_machine(app, "host", school=lycee)


@pytest.fixture
async def coordinator(app):
    return await a_machine(app, "coordinator")


async def test_a_host_writes_a_course_and_fills_it(host, lycee):
    sent = {"title": "Bachelor Bois", "field": "Bois", "idea_on": "2025-03-15"}
    made = (await host.post("/bts1/courses", sent)).json()
    path = f"/bts1/courses/{made['id']}"
    await host.post(f"{path}/steps", {"step": "montage", "step_on": "2026-09-01"})
    await host.post(f"{path}/steps", {"step": "habilitee", "step_on": "2027-01-10", "planned": True})
    await host.post(f"{path}/intakes", {"school_year": 2027, "places": 12})
    await host.post(f"{path}/partners", {"kind": "cnam", "name": "Cnam BFC"})
    answer = await host.post(
        f"{path}/mobilities", {"school_year": 2026, "country": "Suisse", "kind": "stage", "people": 3}
    )
    assert answer.status_code == 201
    whole = answer.json()
    whole["steps"] = sorted(whole["steps"], key=lambda step: step["step_on"])
    assert whole == {
        "id": made["id"],
        "title": "Bachelor Bois",
        "field": "Bois",
        "note": "",
        "ects": None,
        "language": "",
        "school": {"id": lycee, "uai": "0250011B", "name": "Lycée Jules Haag", "commune": "Besançon"},
        "status": "montage",
        "since": "2026-09-01",
        "next_step": "habilitee",
        "next_step_on": "2027-01-10",
        "late": True,
        "months_from_idea_to_opening": None,
        "opening_planned": False,
        "steps": [
            {"step": "idee", "step_on": "2025-03-15", "planned": False},
            {"step": "montage", "step_on": "2026-09-01", "planned": False},
            {"step": "habilitee", "step_on": "2027-01-10", "planned": True},
        ],
        "partners": [
            {
                "id": whole["partners"][0]["id"],
                "kind": "cnam",
                "name": "Cnam BFC",
                "company_id": None,
                "partner_id": None,
                "country": "",
            }
        ],
        "feeders": [],
        "intakes": [
            {
                "school_year": 2027,
                "places": 12,
                "applicants": None,
                "enrolled": None,
                "apprentices": None,
                "girls": None,
                "completed": None,
                "employed_6m": None,
                "studying_6m": None,
                "seeking_6m": None,
                "unknown_6m": None,
            }
        ],
        "mobilities": [
            {
                "id": whole["mobilities"][0]["id"],
                "school_year": 2026,
                "country": "Suisse",
                "kind": "stage",
                "direction": "outgoing",
                "host_name": "",
                "people": 3,
                "weeks": None,
            }
        ],
    }
    lines = (
        "steps/habilitee",
        "intakes/2027",
        f"mobilities/{whole['mobilities'][0]['id']}",
        f"partners/{whole['partners'][0]['id']}",
    )
    assert [(await host.delete(f"{path}/{line}")).status_code for line in lines] == [204] * 4
    assert [(await host.delete(f"{path}/{line}")).status_code for line in lines] == [404] * 4


async def test_a_course_is_corrected(host, lycee):
    course = await builders_bts1.course(school=lycee)
    answer = await host.client.put(f"/bts1/courses/{course}", json={"title": "Bachelor Bois", "field": "Bois"})
    assert (answer.status_code, answer.json()["title"]) == (200, "Bachelor Bois")


async def test_what_a_course_gives_its_partner_abroad_and_who_comes_to_whom_are_told_whole(host, lycee):
    course = await builders_bts1.course(school=lycee)
    path = f"/bts1/courses/{course}"
    card = {"title": "Bachelor Bois", "field": "Bois", "ects": 60, "language": "Français"}
    await host.client.put(path, json=card)
    await host.post(f"{path}/partners", {"kind": "autre", "name": "Haute école", "country": "suisse"})
    coming = STAY | {"direction": "incoming", "host_name": "Lycée Jules Haag", "weeks": 3}
    for stay in (STAY, coming):
        assert (await host.post(f"{path}/mobilities", stay)).status_code == 201
    whole = (await host.get(path)).json()
    assert (whole["ects"], whole["language"]) == (60, "Français")
    assert [(one["name"], one["country"]) for one in whole["partners"]] == [("Haute école", "Suisse")]
    told = [{name: one[name] for name in coming} for one in whole["mobilities"]]
    assert told == [STAY | {"direction": "outgoing", "host_name": "", "weeks": None}, coming]
    refused = await host.client.put(path, json=card | {"ects": 181})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid")
    assert (await host.get(path)).json()["ects"] == 60


async def test_the_coordinator_reads_all_and_names_the_lycee_of_a_new_one(coordinator, lycee):
    theirs = await builders_bts1.opened()
    refused = await coordinator.post("/bts1/courses", {"title": "Bachelor Bois", "field": "Bois"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid")
    made = await coordinator.post("/bts1/courses", {"title": "Bachelor Bois", "field": "Bois", "school_id": lycee})
    listed = (await coordinator.get("/bts1/courses")).json()
    assert {one["id"] for one in listed["items"]} == {theirs, made.json()["id"]}
    assert listed["next_cursor"] is None


async def test_a_host_lists_and_drafts_courses_of_its_own_lycee_alone(host, lycee):
    await builders_bts1.opened()
    other = await value("SELECT school FROM bts1_courses")
    assert (await host.get("/bts1/courses")).json() == {"items": [], "next_cursor": None}
    refused = await host.post("/bts1/courses", {"title": "Bachelor Bois", "field": "Bois", "school_id": other})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("line", "body", "kind"),
    [
        ("steps", {"step": "ouverte", "step_on": "2025-01-01"}, "/problems/invalid"),
        ("steps", {"step": "ouverte", "step_on": "hier"}, None),
        ("steps", {"step": "ouverte", "step_on": "2026-09-01", "status": "ok"}, None),
        ("intakes", {"school_year": 2026, "enrolled": 3, "completed": 4}, "/problems/invalid"),
        ("intakes", {"school_year": 2026}, "/problems/invalid"),
        ("intakes", {"school_year": 2045, "places": 12}, "/problems/invalid"),
        ("mobilities", {"school_year": 2026, "country": "Suisse", "kind": "séjour", "people": 3}, "/problems/invalid"),
        ("mobilities", STAY | {"direction": "ailleurs"}, "/problems/invalid"),
        ("mobilities", STAY | {"weeks": 0}, "/problems/invalid"),
        ("mobilities", STAY | {"weeks": 105}, "/problems/invalid"),
        ("partners", {"kind": "cnam"}, "/problems/invalid"),
    ],
)
async def test_what_cannot_be_is_refused_as_a_problem(host, lycee, line, body, kind):
    course = await builders_bts1.course(school=lycee)
    await builders_bts1.step(course, "idee", builders_bts1.IDEA)
    answer = await host.post(f"/bts1/courses/{course}/{line}", body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code in {400, 422}
    if kind:
        assert answer.json()["type"] == kind
