"""What watches a site asks for headers alone."""

from __future__ import annotations

import pytest

from tests import builders
from tests.browsing import Browser
from workshops.database import value

# What each answer has of its own.
OWN = {"date": "", "x-request-id": ""}


@pytest.mark.parametrize("path", ["/", "/creneaux", "/programme", "/health/live", "/api/v1/slots", "/nulle-part"])
async def test_head_answers_as_get_does_without_the_body(app, path):
    await builders.slot()
    client = Browser(app).client
    get, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert {**head.headers, **OWN} == {**get.headers, **OWN}


async def test_head_does_nothing_where_only_a_form_goes(app):
    browser = await Browser(app).sign_in(await builders.account())
    answer = await browser.client.head("/deconnexion")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert await value("SELECT count(*) FROM sessions") == 1
