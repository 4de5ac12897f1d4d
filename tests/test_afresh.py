"""The bench times what the server makes: no answer that it holds already."""

from __future__ import annotations

from tests import builders
from tests.browsing import Browser
from tests.load.afresh import measured
from tests.statements import statements_of
from workshops.equity.queries import RECEIVED


async def test_a_page_of_figures_is_made_anew_each_time_it_is_timed(app):
    account = await builders.person("coordinator")
    office = await Browser(app).sign_in(account)
    await office.get("/gestion/equite")
    sent = await statements_of(lambda: measured(office, "/gestion/equite", times=4))
    assert sent.count(RECEIVED) == 5
