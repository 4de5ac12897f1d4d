"""A coordinator's program lists who came in unasked; she answers herself, in a session that she has just proved."""

from __future__ import annotations

import secrets

import pytest

from booking.people.accounts.token import issue_token
from booking.people.company_requests.ask import AskToJoin, ask_to_join
from tests import builders
from tests.browsing import Browser, Machine
from workshops.database import rows, value


@pytest.fixture
async def machine(app) -> Machine:
    await builders.person("coordinator", "nadia@example.org")
    token = secrets.token_urlsafe(32)
    await issue_token("nadia@example.org", token=token, now=builders.NOW)
    app.state.clock = lambda: builders.NOW
    return Machine(app, token)


async def answered(app, where: str) -> int:
    """The answer to a coordinator's own session, by the same route."""
    nadia = await value("SELECT id FROM accounts WHERE email = 'nadia@example.org'")
    browser = await Browser(app, now=builders.NOW).sign_in(nadia)
    sent = await browser.client.post(f"/api/v1{where}", headers={"X-CSRF-Token": browser.csrf})
    return sent.status_code


async def test_a_sign_up_is_read_and_confirmed_once(app, machine):
    college = await builders.school(name="Collège Stendhal")
    await rows(
        """INSERT INTO sign_ups (email, name, school, asked_at, expires_at, proved_at)
           VALUES ('claire@orange.example', 'Claire Renaud', $1, $2, $2, $2)""",
        college,
        builders.NOW,
    )
    listed = (await machine.get("/sign-ups")).json()["items"]
    assert [(one["name"], one["college"]["name"], one["inside"], one["visits_asked"]) for one in listed] == [
        ("Claire Renaud", "Collège Stendhal", False, 0)
    ]
    where = f"/sign-ups/{listed[0]['id']}"
    assert await answered(app, f"{where}/confirmation") == 200
    assert await answered(app, f"{where}/refusal") == 404
    assert await value("SELECT school FROM memberships WHERE role = 'teacher'") == college


async def test_a_company_is_read_and_accepted_once(app, machine):
    told = {"company_name": "Scierie du Haut", "commune": "Pontarlier", "contact_name": "Luc Petit"}
    asked = AskToJoin(siret="55208131766522", **told, email="luc@example.org", proposal="Un témoignage.")
    await ask_to_join(asked, address="10.0.0.1", now=builders.NOW)
    listed = (await machine.get("/company-requests")).json()["items"]
    assert [(one["company_name"], one["proposal"], one["known_as"]) for one in listed] == [
        ("Scierie du Haut", "Un témoignage.", "")
    ]
    where = f"/company-requests/{listed[0]['id']}"
    assert await answered(app, f"{where}/acceptance") == 200
    assert await answered(app, f"{where}/refusal") == 404
    assert await value("SELECT name FROM companies") == "Scierie du Haut"
