"""A program trades its secret for a token of an hour, as RFC 6749 says; a client that others wrote does it too."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import httpx
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from litestar import Litestar

from booking.people.accounts.rules import TRIES_PER_ACCOUNT
from booking.people.applications.end import end_application
from booking.people.applications.queries import applications_of
from booking.people.applications.rotate import add_secret, end_secret
from tests import builders
from tests.booking.people.applications.owners import Given, a_program, somebody
from tests.browsing import Machine
from tests.builders import NOW
from tests.contract import hold
from workshops.database import rows, value

HERE = "http://127.0.0.1:8000/api/v1"
ASKS = {"grant_type": "client_credentials"}
EVERYTHING = "programs.tell visits.keep visits.cancel visits.print"


@pytest.fixture
async def program(db, app: Litestar):
    """(who answers for it, the program, how it asks)."""
    app.state.clock = lambda: NOW
    claire = await somebody("teacher", "claire@example.org", school=await builders.school())
    return claire, await a_program(claire), Machine(app, "")


async def ask(machine: Machine, given: Given | None = None, **fields: str) -> httpx.Response:
    basic = (given.client_id, given.secret) if given else None
    return await machine.client.post("/oauth/token", data=ASKS | fields, auth=basic)


def error(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["cache-control"] == "no-store"
    assert sorted(answer.json()) == ["error", "error_description"]
    return answer.status_code, answer.json()["error"]


async def test_the_client_of_authlib_gets_a_token_and_reads_with_it(program, app):
    claire, given, _ = program
    there = {"transport": httpx.ASGITransport(app=app), "event_hooks": {"response": [hold]}}
    group = await builders.group(school=claire.school)
    for way in ("client_secret_basic", "client_secret_post"):
        async with AsyncOAuth2Client(
            given.client_id, given.secret, token_endpoint_auth_method=way, token_endpoint=f"{HERE}/oauth/token", **there
        ) as client:
            token = await client.fetch_token(grant_type="client_credentials", scope="visits.keep visits.print")
            assert (token["token_type"], token["expires_in"], token["scope"]) == (
                "Bearer",
                3600,
                "visits.keep visits.print",
            )
            assert [one["id"] for one in (await client.get(f"{HERE}/groups")).json()["items"]] == [group]
            # What it did not ask for, the token does not open.
            assert (await client.get(f"{HERE}/events")).status_code == 403
    async with AsyncOAuth2Client(given.client_id, "wrong", token_endpoint=f"{HERE}/oauth/token", **there) as client:
        with pytest.raises(OAuthError, match="invalid_client"):
            await client.fetch_token(grant_type="client_credentials")


async def test_a_program_that_acts_asks_for_a_token_that_only_reads_and_is_told_what_it_was_given(program, app):
    claire, given, _ = program
    there = {"transport": httpx.ASGITransport(app=app), "event_hooks": {"response": [hold]}}
    in_her_name = {"Technilab-Teacher": claire.email}
    group = {"name": "4e B", "level": "4e", "pupils": 24, "school_year": "2026-2027"}
    made = {}
    for number, scope in enumerate((None, "read", "read visits.keep", "visits.keep")):
        async with AsyncOAuth2Client(
            given.client_id, given.secret, token_endpoint=f"{HERE}/oauth/token", **there
        ) as client:
            told = (await client.fetch_token(grant_type="client_credentials", scope=scope))["scope"]
            assert (await client.get(f"{HERE}/groups")).status_code == 200
            answer = await client.post(f"{HERE}/groups", json=group | {"name": f"4e {number}"}, headers=in_her_name)
            made[scope] = told, answer.status_code, answer.json().get("type")
    only_reads = 403, "/problems/key-only-reads"
    assert made == {
        None: (EVERYTHING, 201, None),
        "read": (f"{EVERYTHING} read", *only_reads),
        "read visits.keep": ("visits.keep read", *only_reads),
        "visits.keep": ("visits.keep", 201, None),
    }
    assert await value("SELECT count(*) FROM groups") == 2


async def test_a_program_that_only_reads_is_told_so_and_cannot_ask_for_more(program, app):
    claire, _, machine = program
    reads = await a_program(claire, name="Affichage", acts=False)
    assert [(await ask(machine, reads, scope=scope)).json()["scope"] for scope in ("", "visits.keep", "read")] == [
        f"{EVERYTHING} read",
        "visits.keep read",
        f"{EVERYTHING} read",
    ]
    holds = Machine(app, (await ask(machine, reads, scope="visits.keep")).json()["access_token"])
    group = {"name": "4e B", "level": "4e", "pupils": 24, "school_year": "2026-2027"}
    refused = await holds.post("/groups", group, headers={"Technilab-Teacher": claire.email})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/key-only-reads")
    for scope in ("visits.keep slots.open", "write", "Read", "visits.keep,read"):
        assert error(await ask(machine, reads, scope=scope)) == (400, "invalid_scope")
    assert await value("SELECT count(*) FROM groups") == 0


async def test_a_token_ends_after_an_hour_with_its_secret_and_with_its_program(program, app):
    claire, given, machine = program
    answer = await ask(machine, given)
    assert (answer.status_code, answer.headers["cache-control"], answer.headers["pragma"]) == (
        200,
        "no-store",
        "no-cache",
    )
    holds = Machine(app, answer.json()["access_token"])
    assert (await holds.get("/groups")).status_code == 200
    app.state.clock = lambda: NOW + timedelta(minutes=59)
    assert (await holds.get("/groups")).status_code == 200
    app.state.clock = lambda: NOW + timedelta(minutes=60)
    assert (await holds.get("/groups")).status_code == 401
    app.state.clock = lambda: NOW
    (first,) = (await applications_of(claire))[0].secrets
    await add_secret(given.id, by=claire, secret="technilab_app_next", not_me="n", now=NOW)
    await end_secret(given.id, first.id, by=claire, now=NOW)
    assert (await holds.get("/groups")).status_code == 401
    later = await ask(machine, Given(given.id, given.client_id, "technilab_app_next"))
    holds = Machine(app, later.json()["access_token"])
    assert (await holds.get("/groups")).status_code == 200
    await end_application(given.id, by=claire, now=NOW)
    assert (await holds.get("/groups")).status_code == 401
    # Only hashes are kept.
    kept = await rows("SELECT token_hash FROM application_tokens")
    assert later.json()["access_token"].encode() not in [bytes(one["token_hash"]) for one in kept]


async def test_each_wrong_demand_is_answered_by_its_word(program):
    claire, given, machine = program
    other = await a_program(claire, name="Autre")
    wrong_basic = {"Authorization": "Basic " + b64encode(b"no colon").decode()}
    body = {"client_id": given.client_id, "client_secret": given.secret}
    found = {
        "no credentials": await ask(machine),
        "wrong secret": await ask(machine, Given(0, given.client_id, "technilab_app_wrong")),
        "another's secret": await ask(machine, Given(0, given.client_id, other.secret)),
        "unreadable": await machine.client.post("/oauth/token", data=ASKS, headers=wrong_basic),
        "no grant": await machine.client.post("/oauth/token", data=body),
        "other grant": await machine.client.post("/oauth/token", data=body | {"grant_type": "password"}),
        "other scope": await ask(machine, given, scope="visits.keep slots.open"),
        "json": await machine.client.post("/oauth/token", json=body | ASKS),
        "twice": await machine.client.post(
            "/oauth/token",
            content="grant_type=client_credentials&scope=a&scope=b",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ),
        "two ways": await ask(machine, given, client_secret=given.secret),
    }
    assert {name: error(answer) for name, answer in found.items()} == {
        "no credentials": (401, "invalid_client"),
        "wrong secret": (401, "invalid_client"),
        "another's secret": (401, "invalid_client"),
        "unreadable": (401, "invalid_client"),
        "no grant": (400, "invalid_request"),
        "other grant": (400, "unsupported_grant_type"),
        "other scope": (400, "invalid_scope"),
        "json": (400, "invalid_request"),
        "twice": (400, "invalid_request"),
        "two ways": (400, "invalid_request"),
    }
    assert found["wrong secret"].headers["www-authenticate"] == 'Basic realm="Technilab"'
    assert await value("SELECT count(*) FROM application_tokens") == 0


async def test_whoever_guesses_waits_and_right_demands_are_never_counted(program):
    _, given, machine = program
    for _ in range(TRIES_PER_ACCOUNT * 2):
        assert (await ask(machine, given)).status_code == 200
    wrong = Given(0, given.client_id, "technilab_app_wrong")
    for _ in range(TRIES_PER_ACCOUNT):
        assert (await ask(machine, wrong)).status_code == 401
    tired = await ask(machine, wrong)
    assert (tired.status_code, tired.json()["type"]) == (429, "/problems/too-many-tries")
    assert int(tired.headers["retry-after"]) > 0
