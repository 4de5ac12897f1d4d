"""Targets and the figures typed for them, through the API: the coordinator's alone."""

from __future__ import annotations

import pytest

from tests import builders
from tests.booking.api.test_host_slots import a_host
from tests.booking.api.test_ptech import a_coordinator
from workshops.database import rows, value
from workshops.programmes.targets.metrics import VISITORS

PUPILS = {
    "label": "Collégiens accueillis",
    "target": 6000,
    "unit": "élèves",
    "from_on": "2025-09-01",
    "to_on": "2030-08-31",
    "note": "Les annexes comptent avec leur collège.",
}


async def test_a_target_is_set_and_set_again(db):
    machine = await a_coordinator()
    path = "/targets/technilab/pupils"
    made = await machine.client.put(path, json=PUPILS)
    assert (made.status_code, made.json()) == (
        200,
        PUPILS
        | {"programme": "technilab", "metric": "pupils", "official": True, "declared": False, "figures": []}
        | {"rule": VISITORS.rule},
    )
    again = (await machine.client.put(path, json=PUPILS | {"target": 7000})).json()
    assert (again["target"], (await machine.get(path)).json()) == (7000, again)
    assert [one["target"] for one in (await machine.get("/targets")).json()["items"]] == [7000]
    assert await value("SELECT count(*) FROM events WHERE act = 'target_changed'") == 2


async def test_what_the_programme_does_not_count_itself_is_a_figure_with_its_source(db):
    machine = await a_coordinator()
    path = "/targets/technilab/stages"
    assert (await machine.client.put(path, json=PUPILS)).json()["declared"] is True
    told = {"figure": 40, "counted_on": "2026-12-31", "source": "Rectorat"}
    answer = await machine.post(f"{path}/figures", told)
    assert (answer.status_code, answer.json()["figures"]) == (201, [told])
    corrected = await machine.post(f"{path}/figures", told | {"figure": 41})
    assert corrected.json()["figures"] == [told | {"figure": 41}]
    ahead = await machine.post(f"{path}/figures", told | {"counted_on": "2030-01-01"})
    assert (ahead.status_code, ahead.json()["errors"]) == (422, {"counted_on": "Ce jour n'est pas encore passé."})
    await machine.client.put("/targets/technilab/pupils", json=PUPILS)
    counted = await machine.post("/targets/technilab/pupils/figures", told)
    assert (counted.status_code, await value("SELECT count(*) FROM declared_figures")) == (404, 1)


async def test_a_target_whose_figures_are_typed_is_taken_back(db):
    machine = await a_coordinator()
    for path in ("/targets/technilab/stages", "/targets/technilab/pupils"):
        await machine.client.put(path, json=PUPILS)
    assert (await machine.client.delete("/targets/technilab/stages")).status_code == 204
    assert (await machine.client.delete("/targets/technilab/stages")).status_code == 404
    assert (await machine.client.delete("/targets/technilab/pupils")).status_code == 404
    assert [one["metric"] for one in (await machine.get("/targets")).json()["items"]] == ["pupils"]


async def test_one_of_two_units_is_the_official_one(db):
    machine = await a_coordinator()
    for metric in ("pupils", "entrants"):
        await machine.client.put(f"/targets/ptech/{metric}", json=PUPILS)
    chosen = await machine.post("/targets/ptech/entrants/choice")
    assert (chosen.status_code, chosen.json()["official"]) == (200, True)
    official = await rows("SELECT metric, official FROM targets ORDER BY id")
    assert [tuple(one) for one in official] == [("pupils", False), ("entrants", True)]
    assert (await machine.post("/targets/technilab/pupils/choice")).status_code == 404


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/targets/erasmus/pupils", {}),
        ("/targets/ptech/UPPER%20case", {}),
        ("/targets/ptech/pupils", {"target": 0}),
        ("/targets/ptech/pupils", {"to_on": "2024-08-31"}),
        ("/targets/ptech/pupils", {"declared": True}),
    ],
)
async def test_a_wrong_target_is_a_problem(db, path, sent):
    machine = await a_coordinator()
    answer = await machine.client.put(path, json=PUPILS | sent)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code in {400, 422}, await value("SELECT count(*) FROM targets")) == (True, 0)


async def test_a_lycee_sets_no_target(db):
    _, machine = await a_host()
    await builders.target()
    path = "/targets/technilab/pupils"
    answers = [
        await machine.get("/targets"),
        await machine.get(path),
        await machine.client.put(path, json=PUPILS),
        await machine.post(f"{path}/figures", {"figure": 1, "counted_on": "2026-12-31", "source": "R"}),
        await machine.post(f"{path}/choice"),
    ]
    assert [one.status_code for one in answers] == [403] * 5
