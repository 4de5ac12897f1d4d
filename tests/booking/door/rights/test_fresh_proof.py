"""What makes or changes an access asks its person to prove herself again; a key never does it."""

from __future__ import annotations

import re
from datetime import timedelta
from inspect import unwrap
from types import FunctionType
from urllib.parse import quote

import pytest
from msgspec.structs import replace
from pyotp import TOTP

from booking.app import create_app
from booking.people.accounts.roles import ANYONE
from booking.people.company_requests.ask import AskToJoin, ask_to_join
from booking.process.settings import read_settings
from tests import builders
from tests.application import assembled
from tests.booking.door.rights.test_rights import a_key, a_person, address, told
from tests.browsing import Browser, Machine, read
from tests.builders import NOW
from tests.door_matrix import FRESH, LIGHTER, RIGHTS
from workshops.database import rows, value

LATE = NOW + timedelta(minutes=11)
ANSWERS = (
    "/sign-ups/{}/confirmation",
    "/sign-ups/{}/refusal",
    "/company-requests/{}/acceptance",
    "/company-requests/{}/refusal",
)
PHONE_KEY = re.compile(r'<code class="text-break">([A-Z2-7]{16,})</code>')
MAILED = re.compile(r"/connexion/([A-Za-z0-9_-]{40,})")
# Which verbs give somebody a way in, or take it away.
MAKERS = re.compile(
    r"""workshops\.academie\.install\.take_in_extract | booking\.(
          people\.accounts\.(token\.issue_token|second_proof\.enrol|invite\w*\.(?!remove_host)\w+
            |sign_out\.(disable|enable|withdraw_role))
        | people\.applications\.(make\.make_application|rotate\.add_secret)
        | people\.passkeys\.(ask\.ask_for_new|keep\.(keep|remove)_passkey)
        | people\.company_requests\.ask\.(welcome|decline)
        | visits\.newcomers\.(answer|invite_list)\.\w+
        | visits\.principals\.confirm\.(confirm|set_visa|ask_again)
        | year\.(leave\.leave|erase_account\.erase_account)
        | mails\.webhooks\.subscribe\.(subscribe|take_secret)
        | calendar\.feeds\.give\.give_feed
        | day\.desk_links\.give\.give_link
        | programme\.coordination\.change_settings\.change_settings)""",
    re.VERBOSE,
)


def called_by(handler) -> set[str]:
    """The functions of ours that a handler names, by their full names."""
    fn = unwrap(handler.fn)
    found = (fn.__globals__.get(name) for name in fn.__code__.co_names)
    return {f"{one.__module__}.{one.__name__}" for one in found if isinstance(one, FunctionType)}


async def a_teacher_who_waits(college: int) -> int:
    return await value(
        """INSERT INTO sign_ups (email, name, school, asked_at, expires_at, proved_at)
           VALUES ('claire@orange.example', 'Claire Renaud', $1, $2, $2, $2) RETURNING id""",
        college,
        NOW,
    )


async def a_company_that_asks() -> int:
    said = {"company_name": "Scierie du Haut", "commune": "Pontarlier", "contact_name": "Luc Petit"}
    asked = AskToJoin(siret="55208131766522", **said, email="luc@example.org", proposal="Un témoignage.")
    await ask_to_join(asked, address="10.0.0.1", now=NOW)
    return await value("SELECT id FROM company_requests")


def later(app, *, at=LATE) -> None:
    app.state.clock = lambda: at


@pytest.mark.parametrize("writes", [True, False])
async def test_no_key_of_a_coordinator_makes_a_human_account(app, writes):
    app.state.clock = lambda: NOW
    sign_up, company = await a_teacher_who_waits(await builders.school()), await a_company_that_asks()
    machine = Machine(app, await a_key(await a_person("coordinator"), writes=writes))
    before = await value("SELECT count(*) FROM accounts")
    answers = [await machine.post(where.format(sign_up if "sign-ups" in where else company)) for where in ANSWERS]
    assert {(one.status_code, one.json()["type"]) for one in answers} == {(403, "/problems/fresh-proof-needed")}
    assert (await value("SELECT count(*) FROM sign_ups"), await value("SELECT count(*) FROM company_requests")) == (
        1,
        1,
    )
    assert await value("SELECT count(*) FROM accounts") == before
    assert (await Browser(app).get("/problems/fresh-proof-needed")).status_code == 200


async def test_the_document_names_the_refusal_of_every_key(app):
    paths = (await Browser(app).get("/api/openapi.json")).json()["paths"]
    named = {
        path: "/problems/fresh-proof-needed" in acts["post"]["responses"]["403"]["description"]
        for path, acts in paths.items()
        if "post" in acts
    }
    assert sorted(path for path, said in named.items() if said) == sorted(
        "/api/v1" + where.format("{number}") for where in ANSWERS
    )


async def test_a_session_that_was_just_proved_answers_by_the_same_routes(app):
    app.state.clock = lambda: NOW
    sign_up, company = await a_teacher_who_waits(await builders.school()), await a_company_that_asks()
    browser = await Browser(app, now=NOW).sign_in(await a_person("coordinator"))
    proof = {"headers": {"X-CSRF-Token": browser.csrf}}
    for where in (ANSWERS[0].format(sign_up), ANSWERS[2].format(company)):
        assert (await browser.client.post(f"/api/v1{where}", **proof)).status_code == 200
    made = "SELECT array_agg(email ORDER BY email) FROM accounts WHERE name IN ('Claire Renaud', 'Luc Petit')"
    assert {"claire@orange.example", "luc@example.org"} <= set(await value(made))


def test_every_route_that_gives_or_takes_a_way_in_is_named_as_fresh_or_as_lighter():
    marked, makers = set(), set()
    for route in assembled().routes:
        for handler in getattr(route, "route_handlers", []):
            for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                if handler.opt.get("fresh"):
                    marked.add((method, route.path))
                # Whoever comes without an account has been mailed a link of her own.
                signed_in = handler.opt["may"] not in ANYONE and method != "GET"
                if signed_in and any(map(MAKERS.fullmatch, called_by(handler))):
                    makers.add((method, route.path))
    assert marked == FRESH
    assert sorted(makers - FRESH - LIGHTER) == []
    assert makers >= LIGHTER


@pytest.mark.parametrize(("method", "path"), sorted(FRESH))
async def test_after_ten_minutes_each_of_them_asks_for_a_proof_and_does_nothing(app, method, path):
    app.state.clock = lambda: NOW
    role = sorted(RIGHTS[method, path])[0]
    browser = await Browser(app, now=NOW).sign_in(await a_person(role))
    later(app)
    before = [tuple(one) for one in await rows("SELECT act FROM events ORDER BY id")]
    headers = {"X-CSRF-Token": browser.csrf, "Sec-Fetch-Site": "same-origin"}
    answer = await browser.client.request(method, address(path), headers=headers)
    if path.startswith("/api/"):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/fresh-proof-needed")
    else:
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/connexion/preuve")
    assert [tuple(one) for one in await rows("SELECT act FROM events ORDER BY id")] == before


async def test_a_key_asked_for_on_an_old_session_is_made_after_the_mailed_link_and_nothing_is_typed_twice(app):
    app.state.clock = lambda: NOW
    account = await builders.person("teacher", "claire@example.org", school=await builders.school())
    second = await builders.membership(account, "host", school=await builders.school(kind="lycee"))
    browser = await Browser(app, now=NOW).sign_in(account, membership=second)
    shown = await browser.get("/compte")
    owner = re.search(r'name="_owner" value="([^"]+)"', shown.text)[1]
    later(app)
    form = {"label": "Emploi du temps", "acts": "agir", "days": "30", "_owner": owner}
    sent = await browser.post("/compte/cles", form)
    assert sent.headers["location"].startswith("/connexion/preuve?next=/compte%3Freprise%3D")
    asked = await browser.get(sent.headers["location"])
    assert "Prouvez que c'est vous" in read(asked)
    where = re.search(r'name="next" value="([^"]+)"', asked.text)[1]
    assert "Regardez votre messagerie" in read(await browser.post("/connexion/preuve/lien", {"next": where}))
    token = await value("SELECT secret FROM notices WHERE kind = 'sign_in'")
    came = await browser.post(f"/connexion/{token}")
    assert (came.status_code, came.headers["location"]) == (303, where)
    browser.keep_up()
    again = await browser.get(where)
    assert 'value="Emploi du temps"' in again.text
    # She acts in the role that she had, and the session that she left is over.
    assert [tuple(one) for one in await rows("SELECT membership FROM sessions")] == [(second,)]
    made = await browser.post("/compte/cles", form)
    assert "Votre clé « Emploi du temps »" in read(made)
    assert await value("SELECT count(*) FROM api_tokens") == 1


async def test_who_has_a_phone_proves_herself_by_its_code_and_a_mailed_link_is_not_enough(app):
    app.state.clock = lambda: NOW
    account = await builders.person("teacher", "claire@example.org", school=await builders.school())
    browser = await Browser(app, now=NOW).sign_in(account)
    secret = PHONE_KEY.search((await browser.get("/compte/telephone")).text)[1]
    assert (await browser.post("/compte/telephone", {"code": TOTP(secret).at(NOW)})).status_code == 200
    browser.keep_up()
    later(app)
    sent = await browser.post("/compte/cles", {"label": "x"})
    page = read(await browser.get(sent.headers["location"]))
    assert ("Recopiez les six chiffres" in page or "recopiez les six chiffres" in page, "lien" in page) == (True, False)
    assert (await browser.post("/connexion/preuve/lien", {"next": "/compte"})).status_code == 404
    assert await value("SELECT count(*) FROM sign_in_links") == 0
    wrong = await browser.post("/connexion/code", {"code": "000000", "next": "/compte"})
    assert (wrong.status_code, "Prouvez que c'est vous" in read(wrong)) == (422, True)
    right = await browser.post("/connexion/code", {"code": TOTP(secret).at(LATE), "next": "/compte"})
    assert right.headers["location"] == "/compte"
    browser.keep_up()
    assert "Votre clé « x »" in read(await browser.post("/compte/cles", {"label": "x"}))


async def test_an_example_of_the_trial_proves_herself_by_one_button_and_nobody_else_does(app):
    app.state.clock = lambda: NOW
    college = await builders.school()
    example = await builders.person("teacher", "claire@example.org", school=college, example=True)
    real = await builders.person("teacher", "marie@example.org", school=college)
    claire, marie = [await Browser(app, now=NOW).sign_in(one) for one in (example, real)]
    later(app)
    page = await claire.get("/connexion/preuve?next=/compte")
    assert 'action="/connexion/preuve/essai"' in page.text
    proved = await claire.post("/connexion/preuve/essai", {"next": "/compte"})
    assert (proved.status_code, proved.headers["location"]) == (303, "/compte")
    claire.keep_up()
    assert (await claire.post("/compte/cles", {"label": "x"})).status_code == 200
    assert 'action="/connexion/preuve/essai"' not in (await marie.get("/connexion/preuve?next=/compte")).text
    assert (await marie.post("/connexion/preuve/essai", {"next": "/compte"})).status_code == 404
    assert await value("SELECT count(*) FROM sessions WHERE account = $1", example) == 1


async def test_production_has_no_such_button(db):
    app = create_app(replace(read_settings(), demo=False, smtp_url="smtp://127.0.0.1:1"), now=lambda: LATE)
    example = await builders.person("teacher", "claire@example.org", school=await builders.school(), example=True)
    browser = await Browser(app, now=NOW).sign_in(example)
    assert 'action="/connexion/preuve/essai"' not in (await browser.get("/connexion/preuve?next=/compte")).text
    answer = await browser.post("/connexion/preuve/essai", {"next": "/compte"})
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/connexion")


async def test_putting_on_another_hat_proves_nothing(app):
    app.state.clock = lambda: NOW
    account = await builders.person("teacher", "claire@example.org", school=await builders.school())
    other = await builders.membership(account, "teacher", school=await builders.school())
    browser = await Browser(app, now=NOW).sign_in(account)
    later(app, at=NOW + timedelta(minutes=9))
    await browser.post("/compte/role", {"membership": str(other)})
    browser.keep_up()
    later(app)
    where = told(await browser.post("/compte/cles", {"label": "x"}))[1]
    assert where.startswith("/connexion/preuve")


async def test_who_has_just_proved_herself_is_sent_on(app):
    app.state.clock = lambda: NOW
    browser = await Browser(app, now=NOW).sign_in(await a_person("teacher"))
    assert told(await browser.get(f"/connexion/preuve?next={quote('/compte')}")) == (303, "/compte")
    assert told(await browser.get("/connexion/preuve?next=//example.net")) == (303, "/")


async def test_a_key_made_on_a_page_reads_and_lasts_ninety_days_unless_more_is_asked(app):
    app.state.clock = lambda: NOW
    browser = await Browser(app, now=NOW).sign_in(await a_person("teacher"))
    await browser.post("/compte/cles", {"label": "Tableau"})
    page = (await browser.get("/compte")).text
    chosen = re.findall(r'<option value="(\w+)" selected>', page)
    assert chosen[-2:] == ["lire", "90"]
    kept = await rows("SELECT writes, expires_at - created_at AS lasts FROM api_tokens")
    assert [tuple(one) for one in kept] == [(False, timedelta(days=90))]
