"""Each new key, phone and passkey is told in a sentence, and « ce n'était pas moi » ends whatever opens the account."""

from __future__ import annotations

import re
from datetime import timedelta
from secrets import token_bytes

import pytest
from pyotp import TOTP

from booking.people.accounts.invite_host import ASK
from tests import builders
from tests.authenticator import ORIGIN, Device
from tests.browsing import Browser, Machine, read
from tests.builders import NOW
from workshops.database import rows, value

SECRET = re.compile(r'<code class="text-break">([A-Z2-7]{16,})</code>')
KEY = re.compile(r'<code class="text-break">([A-Za-z0-9_-]{43})</code>')
CLOSED = "Tout est fermé"
LEFT = """SELECT (SELECT count(*) FROM sessions WHERE account = $1),
  (SELECT count(*) FROM api_tokens WHERE account = $1 AND revoked_at IS NULL),
  (SELECT count(*) FROM second_proofs WHERE account = $1), (SELECT count(*) FROM passkeys WHERE account = $1),
  (SELECT count(*) FROM rescue_codes WHERE account = $1)"""


@pytest.fixture
def trial(app):
    app.state.clock = lambda: NOW
    return app


async def make_key(browser: Browser) -> str:
    return KEY.search((await browser.post("/compte/cles", {"label": "Emploi du temps", "acts": "agir"})).text)[1]


async def make_phone(browser: Browser) -> None:
    secret = SECRET.search((await browser.get("/compte/telephone")).text)[1]
    assert (await browser.post("/compte/telephone", {"code": TOTP(secret).at(NOW)})).status_code == 200
    browser.keep_up()


async def make_passkey(browser: Browser) -> None:
    asked = await browser.post("/compte/cles-d-acces/defi")
    await browser.post("/compte/cles-d-acces", {"answer": Device().make(asked.json()), "device": "Mon téléphone"})
    browser.keep_up()


MADE = {"key": make_key, "phone": make_phone, "passkey": make_passkey}


@pytest.mark.parametrize("kind", MADE)
async def test_whoever_says_that_it_was_not_her_ends_sessions_keys_and_what_was_just_made(trial, kind):
    college = await builders.school()
    account = await builders.person("teacher", "claire@example.org", school=college)
    other = await builders.person("teacher", "marie@example.org", school=college)
    marie = await Browser(trial, now=NOW, at=ORIGIN).sign_in(other)
    others_key = await make_key(marie)
    intruder = await Browser(trial, now=NOW, at=ORIGIN).sign_in(account)
    for asker in (account, other):
        await rows(ASK, f"by{asker}@example.org", "Anne Roy", college, asker, token_bytes(32), NOW, NOW + timedelta(9))
    await rows("DELETE FROM notices")
    await MADE[kind](intruder)
    told = await rows("SELECT kind, what, to_email, secret FROM notices")
    assert [(one["kind"], one["what"], one["to_email"]) for one in told] == [("access", kind, "claire@example.org")]
    where = f"/compte/ce-n-etait-pas-moi/{told[0]['secret']}"
    stranger = Browser(trial)
    asked = await stranger.get(where)
    assert (asked.status_code, asked.text.count("<form"), asked.headers["referrer-policy"]) == (200, 1, "no-referrer")
    assert await value("SELECT count(*) FROM sessions WHERE account = $1", account) == 1
    assert CLOSED in read(await stranger.post(where))
    assert tuple((await rows(LEFT, account))[0]) == (0, 0, 0, 0, 0)
    assert (await intruder.get("/mes-visites")).headers["location"] == "/connexion?next=/mes-visites"
    # It serves once, and nobody else's was touched.
    assert await value("SELECT array_agg(invited_by) FROM host_invitations") == [other]
    assert (await stranger.post(where)).status_code == 410
    assert (await marie.get("/mes-visites")).status_code == 200
    assert (await Machine(trial, others_key).get("/groups")).status_code == 200


async def test_what_was_there_before_stays_the_owner_s(trial):
    account = await builders.person("teacher", "claire@example.org", school=await builders.school())
    await make_passkey(await Browser(trial, now=NOW, at=ORIGIN).sign_in(account))
    trial.state.clock = lambda: NOW + timedelta(hours=3)
    intruder = await Browser(trial, now=NOW + timedelta(hours=3), at=ORIGIN).sign_in(account)
    for _ in range(2):
        await make_passkey(intruder)
    first_alarm = await value("SELECT secret FROM notices WHERE what = 'passkey' ORDER BY id OFFSET 1 LIMIT 1")
    await Browser(trial).post(f"/compte/ce-n-etait-pas-moi/{first_alarm}")
    assert [one["created_at"] for one in await rows("SELECT created_at FROM passkeys")] == [NOW]


async def test_the_link_lasts_thirty_days_and_an_unknown_one_says_so(trial):
    account = await builders.person("teacher", "claire@example.org", school=await builders.school())
    await make_key(await Browser(trial, now=NOW, at=ORIGIN).sign_in(account))
    secret = await value("SELECT secret FROM notices")
    trial.state.clock = lambda: NOW + timedelta(days=30)
    assert (await Browser(trial).get(f"/compte/ce-n-etait-pas-moi/{secret}")).status_code == 410
    assert (await Browser(trial).post(f"/compte/ce-n-etait-pas-moi/{secret}")).status_code == 410
    assert (await Browser(trial).get("/compte/ce-n-etait-pas-moi/absent")).status_code == 410
    assert await value("SELECT count(*) FROM api_tokens WHERE revoked_at IS NULL") == 1


async def test_sessions_are_listed_and_ended_one_by_one(trial):
    college = await builders.school()
    account = await builders.person("teacher", "claire@example.org", school=college)
    other = await builders.person("teacher", "marie@example.org", school=college)
    here, school, phone = [await Browser(trial, now=NOW).sign_in(account) for _ in range(3)]
    marie = await Browser(trial, now=NOW).sign_in(other)
    names = ["Mozilla/5.0 (Windows NT 10.0) Firefox/150.0", "Mozilla/5.0 (X11; Linux) Firefox/150.0"]
    numbers = [one["id"] for one in await rows("SELECT id FROM sessions ORDER BY id")]
    for number, name in zip(numbers, names, strict=False):
        await rows("UPDATE sessions SET browser = $2 WHERE id = $1", number, name)
    page = await here.get("/compte")
    assert re.findall(r'action="/compte/sessions/(\d+)/fermeture"', page.text) == [
        str(n) for n in numbers[1:3][::-1]
    ] or (set(re.findall(r'action="/compte/sessions/(\d+)/fermeture"', page.text)) == {str(n) for n in numbers[1:3]})
    assert "Firefox sur Windows" in read(page)
    assert "cet appareil" in read(page)
    closed = await here.post(f"/compte/sessions/{numbers[1]}/fermeture")
    assert (closed.status_code, closed.headers["location"]) == (303, "/compte?fait=session-fermee")
    assert (await school.get("/mes-visites")).status_code == 303
    assert (await phone.get("/mes-visites")).status_code == 200
    assert (await here.post(f"/compte/sessions/{numbers[3]}/fermeture")).status_code == 404
    assert (await marie.get("/mes-visites")).status_code == 200
