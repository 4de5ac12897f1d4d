"""A teacher's program keeps a search, reads it and takes it back."""

from __future__ import annotations

import secrets

import pytest

from booking.people.accounts.token import issue_token
from tests import builders
from tests.browsing import Machine


async def machine_of(app, email: str) -> Machine:
    await builders.person("teacher", email, school=await builders.school())
    token = secrets.token_urlsafe(32)
    await issue_token(email, token=token, now=builders.NOW)
    app.state.clock = lambda: builders.NOW
    return Machine(app, token)


@pytest.fixture
async def claire(app) -> Machine:
    return await machine_of(app, "claire@example.org")


async def test_a_search_is_kept_once_read_and_taken_back(app, claire):
    wish = {"level": "4e", "pupils": 27, "distance_most": 40, "to_on": "2027-03-31", "out_of_holidays": True}
    kept = await claire.post("/alerts", wish)
    assert (kept.status_code, kept.headers["location"]) == (201, f"/api/v1/alerts/{kept.json()['id']}")
    assert kept.json()["address"] == "/creneaux?niveau=4e&eleves=27&km=40&au=2027-03-31&vacances=moi"
    assert (await claire.post("/alerts", wish)).json() == kept.json()
    assert (await claire.get("/alerts")).json() == {"items": [kept.json()], "next_cursor": None}
    where = f"/alerts/{kept.json()['id']}"
    assert (await claire.get(where)).json() == kept.json()
    marc = await machine_of(app, "marc@example.org")
    assert [(await marc.get(where)).status_code, (await marc.delete(where)).status_code] == [404, 404]
    assert (await claire.delete(where)).status_code == 204
    assert (await claire.get(where)).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"level": "2de"}, "level"),
        ({"pupils": 61}, "pupils"),
        ({"to_on": "9999-12-31"}, "to_on"),
        ({"from_on": "2027-03-02", "to_on": "2027-03-01"}, "to_on"),
        ({"lycee": "0250011D"}, "lycee"),
        ({"department": "Doubs"}, "department"),
    ],
)
async def test_a_search_that_nothing_could_meet_is_refused_by_its_field(claire, wrong, field):
    answer = await claire.post("/alerts", {"level": "4e", "pupils": 20} | wrong)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


async def test_a_group_of_another_college_and_an_unknown_object_are_not_found(claire):
    other = await builders.group()
    for wrong in ({"group_id": other}, {"object_id": 999}):
        assert (await claire.post("/alerts", {"level": "4e", "pupils": 20} | wrong)).status_code == 404
