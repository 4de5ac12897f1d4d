"""Closing a school year through the API: told first, done when asked twice over, the coordinator's alone."""

from __future__ import annotations

import pytest

from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.year.past_year import AUGUST, a_past_year
from tests.browsing import Machine
from workshops.database import value


@pytest.fixture
async def boss(app):
    """The coordinator's program on 2 August 2027."""
    app.state.clock = lambda: AUGUST
    await builders.membership(await builders.account("nadia@example.org"), "coordinator")
    await issue_token("nadia@example.org", token="k" * 43, now=AUGUST)
    return Machine(app, "k" * 43)


async def test_a_year_is_rehearsed_then_closed(db, app, boss):
    past = await a_past_year(app.state.settings.data_dir)
    line = (await boss.get("/years")).json()["items"][1]
    assert line == {"year": "2026-2027", "over": True, "open_visits": 3, "empty": False} | dict.fromkeys(
        ("started_at", "closed_at", "reopened_at")
    )
    seen = (await boss.get("/years/2026-2027")).json()
    waiting = {one["slot_id"]: one["unsettled"] for one in seen["waiting"]}
    assert waiting == {past.scanned: False, past.silent: True, past.empty: False}
    path = "/years/2026-2027/closure"
    silent = await boss.post(path, {"dry_run": False})
    assert (silent.status_code, silent.json()["type"]) == (409, "/problems/year-not-settled")
    told = (await boss.post(path, {"nobody_came": [past.silent]})).json()
    assert (told["closed_at"], told["counts"]["pupils"]) == (None, 50)
    assert await value("SELECT count(*) FROM year_closings") == 0
    done = (await boss.post(path, {"nobody_came": [past.silent], "dry_run": False})).json()
    assert (done["closed_at"], done["counts"]) == ("2027-08-02T08:00:00Z", told["counts"])
    assert (await boss.get("/years/2026-2027")).json()["counts"] == told["counts"]
    assert (await boss.post(path, {"dry_run": False})).json() == done


async def test_a_year_under_way_is_not_closed_and_another_is_not_found(db, app, boss):
    await a_past_year(app.state.settings.data_dir)
    running = await boss.post("/years/2027-2028/closure", {"dry_run": False})
    assert (running.status_code, running.json()["type"]) == (409, "/problems/year-not-over")
    for name in ("2019-2020", "2026-2028", "demain"):
        assert (await boss.get(f"/years/{name}")).status_code == 404
        assert (await boss.post(f"/years/{name}/closure")).status_code == 404


async def test_a_lycee_closes_no_year(db, app, boss):
    past = await a_past_year(app.state.settings.data_dir)
    await issue_token("helene.faivre@example.org", token="h" * 43, now=AUGUST)
    host = Machine(app, "h" * 43)
    answers = [
        await host.get("/years"),
        await host.get("/years/2026-2027"),
        await host.post("/years/2026-2027/closure", {"nobody_came": [past.silent], "dry_run": False}),
    ]
    assert [one.status_code for one in answers] == [403] * 3
