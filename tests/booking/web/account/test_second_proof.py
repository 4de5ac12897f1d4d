"""In production a coordinator gives a second proof; on the trial nobody has to."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace
from pyotp import TOTP

from booking.app import create_app
from booking.process.settings import read_settings
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW

KEY = re.compile(r'<code class="text-break">([A-Z2-7]+)</code>')
RESCUE = re.compile(r"<code>([a-z2-7-]{31})</code>")


@pytest.fixture(scope="module")
def _production():
    return create_app(replace(read_settings(), demo=False, smtp_url="smtp://127.0.0.1:1"), now=lambda: NOW)


@pytest.fixture
def production(_production, db):
    return _production


async def nadia(app) -> tuple[int, Browser]:
    account = await builders.person("coordinator", "nadia@example.org", name="Nadia Benali")
    return account, await Browser(app, now=NOW).sign_in(account)


async def register(browser: Browser) -> tuple[str, list[str]]:
    secret = KEY.search((await browser.get("/compte/telephone")).text)[1]
    kept = await browser.post("/compte/telephone", {"code": TOTP(secret).at(NOW)})
    assert kept.status_code == 200
    browser.keep_up()
    return secret, RESCUE.findall(kept.text)


async def test_a_coordinator_registers_a_phone_before_anything_else(production):
    _, browser = await nadia(production)
    asked = await browser.get("/gestion")
    assert (asked.status_code, asked.headers["location"]) == (303, "/connexion/code?next=/gestion")
    assert (await browser.get(asked.headers["location"])).headers["location"] == "/compte/telephone"
    assert (await browser.post("/gestion/comptes", {"email": "x@example.org"})).headers["location"] == (
        "/connexion/code?next=/"
    )
    _, rescue_codes = await register(browser)
    assert len(rescue_codes) == 8
    # 26 letters of base32: 128 bits drawn, each of its own.
    assert {len(re.sub("[^a-z2-7]", "", one)) for one in rescue_codes} == {26}
    assert len(set(rescue_codes)) == 8
    assert (await browser.get("/gestion")).status_code == 200


async def test_the_next_sign_in_asks_for_the_phone_s_code_and_goes_where_one_was_going(production):
    account, first = await nadia(production)
    _, rescue_codes = await register(first)
    second = await Browser(production, now=NOW).sign_in(account)
    asked = await second.get("/gestion/journal")
    assert asked.headers["location"] == "/connexion/code?next=/gestion/journal"
    wrong = await second.post("/connexion/code", {"code": "12", "next": "/gestion/journal"})
    assert wrong.status_code == 422
    assert "Ce code n'est pas le bon, ou il a déjà servi. Attendez le suivant sur votre téléphone." in read(wrong)
    right = await second.post("/connexion/code", {"code": rescue_codes[0], "next": "/gestion/journal"})
    assert (right.status_code, right.headers["location"]) == (303, "/gestion/journal")
    second.keep_up()
    assert (await second.get("/gestion/journal")).status_code == 200


async def test_a_session_without_the_proof_does_not_call_the_api_either(production):
    _, browser = await nadia(production)
    refused = await browser.get("/api/v1/results")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/proof-first")


async def test_a_teacher_enters_by_mail_alone_unless_a_phone_was_registered(production):
    claire = await builders.person("teacher", "claire@example.org", school=await builders.school())
    browser = await Browser(production, now=NOW).sign_in(claire)
    assert (await browser.get("/mes-visites")).status_code == 200
    await register(browser)
    again = await Browser(production, now=NOW).sign_in(claire)
    assert (await again.get("/mes-visites")).headers["location"] == "/connexion/code?next=/mes-visites"
    assert (await again.post("/deconnexion")).headers["location"] == "/?fait=deconnecte"


async def test_changing_hats_keeps_the_proof(production):
    account, browser = await nadia(production)
    teacher = await builders.membership(account, "teacher", school=await builders.school())
    await register(browser)
    await browser.post("/compte/role", {"membership": str(teacher)})
    browser.keep_up()
    assert (await browser.get("/mes-visites")).status_code == 200


async def test_the_trial_s_coordinator_needs_no_phone(app):
    app.state.clock = lambda: NOW
    _, browser = await nadia(app)
    assert (await browser.get("/gestion")).status_code == 200
