"""Visits held before Technilab, from a coordinator's machine."""

from __future__ import annotations

import pytest

from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.api.named import named
from tests.booking.programme.past_visits.files import DIDEROT, FIRST, HAAG, SECOND, a_place, file_of
from tests.browsing import Machine
from tests.builders import NOW
from workshops.database import rows, value

TOLD = {
    "date": "2024-03-14",
    "lycee": HAAG,
    "college": DIDEROT,
    "level": "4e",
    "group": "4e B",
    "pupils": 24,
    "girls": 11,
    "object": "Lampe à balancier",
    "companies": "Horlogerie du Doubs",
    "source": "Tableau 2023-2024",
}


@pytest.fixture
async def boss(app):
    """The coordinator's program."""
    app.state.clock = lambda: NOW
    await builders.membership(await builders.account("nadia@example.org"), "coordinator")
    await issue_token("nadia@example.org", token="k" * 43, now=NOW)
    return Machine(app, "k" * 43)


async def test_a_visit_is_declared_read_corrected_and_taken_back(boss):
    place = await a_place()
    made = await boss.post("/past-visits", TOLD)
    visit = {
        "id": made.json()["id"],
        "date": "2024-03-14",
        "lycee": await named(HAAG),
        "college": await named(DIDEROT),
        "level": "4e",
        "group": "4e B",
        "pupils": 24,
        "girls": 11,
        "object": "Lampe à balancier",
        "companies": [{"siret": place.siret, "name": "Horlogerie du Doubs"}],
        "source": "Tableau 2023-2024",
        "reference": "",
    }
    assert (made.status_code, made.json()) == (201, visit)
    assert (await boss.post("/past-visits", TOLD)).json() == visit
    path = f"/past-visits/{visit['id']}"
    changed = await boss.client.put(path, json=TOLD | {"girls": None, "companies": "", "object": ""})
    unknown = visit | {"girls": None, "companies": [], "object": None}
    assert (changed.status_code, changed.json()) == (200, unknown)
    assert (await boss.get("/past-visits")).json() == {"items": [unknown], "next_cursor": None}
    assert (await boss.get(path)).json() == unknown
    assert ((await boss.delete(path)).status_code, (await boss.get(path)).status_code) == (204, 404)


async def test_what_cannot_be_is_said_under_the_bodys_own_fields(boss):
    await a_place()
    no = await boss.post("/past-visits", TOLD | {"date": "2027-01-11", "pupils": 0, "group": ""})
    assert (no.status_code, no.json()["type"], no.json()["errors"]) == (
        422,
        "/problems/invalid",
        {
            "date": "Date : la visite n'est pas passée : celle d'aujourd'hui ou à venir se réserve dans un créneau.",
            "pupils": "Élèves : de 1 à 200 élèves.",
        },
    )
    assert list((await boss.post("/past-visits", TOLD | {"college": "Collège Victor"})).json()["errors"]) == ["college"]


async def test_a_visit_known_already_is_corrected_once_sure(boss):
    await a_place()
    await boss.post("/past-visits", TOLD)
    asked = await boss.post("/past-visits", TOLD | {"pupils": 22})
    assert (asked.status_code, asked.json()["type"], asked.json()["detail"]) == (
        409,
        "/problems/to-confirm",
        "Cette visite est déjà là, elle serait corrigée (élèves 24 → 22).",
    )
    assert (await boss.post("/past-visits", TOLD | {"pupils": 22, "sure": True})).json()["pupils"] == 22
    assert [one["pupils"] for one in await rows("SELECT pupils FROM past_visits")] == [22]


async def test_a_file_is_told_line_by_line_then_kept(boss):
    await a_place()
    content = file_of(FIRST, SECOND, FIRST, "Total;;;;;44;;;;;")
    tried = await boss.client.post("/past-visits/file", content=content)
    assert tried.json() == {
        "stored": False,
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "repeated": 1,
        "before_target": 0,
        "lines": [
            {"line": 2, "change": "new", "repeats": None, "differences": [], "questions": []},
            {"line": 3, "change": "new", "repeats": None, "differences": [], "questions": []},
            {"line": 4, "change": "repeated", "repeats": 2, "differences": [], "questions": []},
        ],
        "left_out": [{"line": 5, "reason": "« Total »"}],
        "remarks": [],
    }
    assert await value("SELECT count(*) FROM past_visits") == 0
    stored = await boss.client.post("/past-visits/file?dry_run=false", content=content)
    assert (stored.json()["stored"], await value("SELECT count(*) FROM past_visits")) == (True, 2)
    wrong = await boss.client.post("/past-visits/file", content=file_of(FIRST.replace(";24;", ";x;")))
    assert (wrong.status_code, wrong.json()["lines"]) == (422, ["ligne 2 : élèves : « x » n'est pas un nombre entier"])
    assert (await boss.client.post("/past-visits/file")).status_code == 422


async def test_the_results_say_how_much_of_each_target_is_declared(boss):
    await a_place()
    await builders.target(from_on=builders.paris("2023-09-01 00:00").date())
    await boss.post("/past-visits", TOLD)
    told = (await boss.get("/results")).json()
    assert [(one["done"], one["done_declared"]) for one in told["targets"]] == [(24, 24)]
    (level,) = told["counts"]["by_level"]
    assert (level["declared_pupils"], level["declared_visits"]) == (24, 1)


async def test_a_closed_year_is_reopened_with_a_reason(boss):
    await a_place()
    await boss.post("/past-visits", TOLD)
    assert (await boss.post("/years/2023-2024/closure", {"dry_run": False})).status_code == 200
    no = await boss.post("/past-visits", TOLD | {"group": "4e C"})
    assert (no.status_code, no.json()["type"]) == (409, "/problems/year-closed")
    opened = await boss.post("/years/2023-2024/reopening", {"reason": "Registre retrouvé"})
    assert (opened.status_code, opened.json()["closed_at"]) == (200, None)
    assert (await boss.post("/past-visits", TOLD | {"group": "4e C"})).status_code == 201
    assert (await boss.post("/years/2023-2024/reopening", {"reason": "Encore"})).json()["type"] == (
        "/problems/year-not-closed"
    )
