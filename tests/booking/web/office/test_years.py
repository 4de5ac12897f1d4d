"""The page of the school years."""

from __future__ import annotations

import pytest

from tests.booking.year.past_year import AUGUST, a_past_year
from tests.browsing import Browser, read
from workshops.database import rows, value


@pytest.fixture
async def august(app, nadia):
    """The coordinator's browser, on 2 August 2027."""
    app.state.clock = lambda: AUGUST
    return await Browser(app, now=AUGUST).sign_in(nadia)


async def test_a_year_is_prepared_confirmed_closed_and_told(app, august, nadia):
    past = await a_past_year(app.state.settings.data_dir)
    assert "2026-2027 À clore 3 créneaux passés ne sont pas clos" in read(await august.get("/gestion/annees"))
    prepared = read(await august.get("/gestion/annees/2026-2027"))
    assert "1 visite à confirmer" in prepared
    assert "Élèves comptés 50" in prepared
    assert "1 visite que ses badges diront" in prepared
    assert await value("SELECT count(*) FROM year_closings") == 0

    path = "/gestion/annees/2026-2027/cloture"
    unsure = await august.post(path, {f"zero-{past.silent}": "oui"})
    assert (unsure.status_code, await value("SELECT count(*) FROM year_closings")) == (422, 0)
    unsettled = await august.post(path, {"sure": "oui"})
    for slot in (past.silent, past.scanned):
        assert f'href="/gestion/creneaux/{slot}?retour=/gestion/annees/2026-2027"' in unsettled.text
        assert (await august.get(f"/gestion/creneaux/{slot}")).status_code == 200
    assert unsettled.status_code == 409
    assert "1 visite passée n'est pas close et aucun badge n'y a été lu" in read(unsettled)
    closed = await august.post(path, {"sure": "oui", f"zero-{past.silent}": "oui"})
    assert closed.headers["location"] == "/gestion/annees/2026-2027?fait=annee-close"
    assert "Close lundi 2 août 2027, 10 h 00" in read(await august.get("/gestion/annees/2026-2027"))
    report = await august.get("/gestion/annees/2026-2027/rapport.csv")
    assert "Figé;Élèves comptés;50\r\n" in report.text
    (taken,) = await rows("SELECT by, detail FROM events WHERE act = 'counts_exported'")
    assert tuple(taken) == (nadia, "Clôture de 2026-2027, csv")

    refused = await august.post(f"/gestion/creneaux/{past.closed[0]}/reouverture", {"reason": "Erreur"})
    assert refused.status_code == 409
    assert "L'année scolaire de cette visite est close" in read(refused)


async def test_a_year_under_way_is_not_closed_and_another_is_not_found(app, august):
    await a_past_year(app.state.settings.data_dir)
    running = read(await august.get("/gestion/annees/2027-2028"))
    assert "elle se clôt à partir du mardi 1er août 2028" in running
    refused = await august.post("/gestion/annees/2027-2028/cloture", {"sure": "oui"})
    assert (refused.status_code, "n'est pas finie" in read(refused)) == (409, True)
    for path in ("2019-2020", "2026-2028", "demain", "2026-2027/rapport.csv"):
        assert (await august.get(f"/gestion/annees/{path}")).status_code == 404
