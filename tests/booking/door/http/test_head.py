"""What watches a site asks for headers alone."""

from __future__ import annotations

import httpx
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


async def test_the_server_finds_its_request_as_it_was_and_expects_no_body(app):
    """uvicorn looks at the method once more when the body leaves: told that it is a GET, it calls the answer short."""
    seen = []

    async def server(scope, receive, send):
        await app(scope, receive, send)
        seen.append(scope["method"])

    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url="http://127.0.0.1:8000")
    answers = [await client.head("/programme"), await client.get("/programme")]
    assert ([answer.status_code for answer in answers], seen) == ([200, 200], ["HEAD", "GET"])
