"""The door answers under its own name alone: no link, cache or mail is ever made from a name that a caller chose."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from msgspec.structs import replace

from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.mail_files import FileMailer
from booking.people.accounts.rules import csrf_of
from booking.people.accounts.sign_in import ask_link
from booking.presentation.assets import asset
from tests import builders
from tests.booking.door.rights.test_rights import address, every_route
from tests.browsing import SECRET, Browser, Machine, read
from tests.builders import NOW
from workshops.database import row, value


async def claire() -> int:
    account = await builders.person(
        "teacher", "claire@example.org", name="Claire Renaud", school=await builders.school()
    )
    return account


GROUP = {"name": "4e B", "level": "4e", "pupils": "24", "section": ""}


async def groups() -> int:
    return await value("SELECT count(*) FROM groups")


async def test_a_form_of_this_session_is_taken(app):
    browser = await Browser(app).sign_in(await claire())
    answer = await browser.post("/mes-groupes", GROUP)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mes-groupes?fait=groupe-ajoute")
    assert await groups() == 1


@pytest.mark.parametrize("token", ["", "0" * 40, csrf_of("another session", SECRET)])
async def test_a_form_without_this_sessions_token_is_refused(app, token):
    browser = await Browser(app).sign_in(await claire())
    answer = await browser.post("/mes-groupes", {**GROUP, "_csrf": token})
    assert answer.status_code == 403
    assert await groups() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_a_form_that_another_site_sends_is_refused_even_with_the_token(app, headers):
    browser = await Browser(app).sign_in(await claire())
    answer = await browser.client.post("/mes-groupes", data={**GROUP, "_csrf": browser.csrf}, headers=headers)
    assert answer.status_code == 403
    assert await groups() == 0


async def test_nobody_adopts_a_session_id_that_the_browser_chose(app):
    account = await claire()
    browser = Browser(app)
    browser.client.cookies.set("technilab", "chosen-by-an-attacker")
    await value("UPDATE accounts SET example = true WHERE id = $1", account)
    answer = await browser.post("/demo/entrer", {"email": "claire@example.org"})
    assert answer.status_code == 303
    kept = answer.cookies["technilab"]
    assert kept != "chosen-by-an-attacker" and len(kept) >= 43


async def test_the_cookie_is_kept_from_scripts_and_other_sites(app):
    await value("UPDATE accounts SET example = true WHERE id = $1", await claire())
    answer = await Browser(app).post("/demo/entrer", {"email": "claire@example.org"})
    parts = {part.strip().split("=")[0].lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite", "path"} <= parts
    assert "domain" not in parts


async def test_every_answer_carries_the_headers_errors_too(app):
    browser = Browser(app)
    for path in ("/", "/creneaux", "/nulle-part", "/mes-visites", "/health/live", asset("site.css")):
        headers = (await browser.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert "unsafe" not in headers["content-security-policy"], path
        assert headers["permissions-policy"].startswith("camera=(),"), path


async def test_signed_in_pages_are_not_kept_by_the_browser(app):
    browser = await Browser(app).sign_in(await claire())
    assert (await browser.get("/mes-visites")).headers["cache-control"] == "no-store"
    assert (await browser.get("/nulle-part-ailleurs")).status_code == 404


async def test_a_visitor_is_led_to_sign_in_and_back(app):
    answer = await Browser(app).get("/mes-visites")
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?next=/mes-visites")


async def test_another_roles_page_does_not_exist_for_a_teacher(app):
    browser = await Browser(app).sign_in(await claire())
    assert (await browser.get("/gestion")).status_code == 404


async def test_a_machine_without_a_token_gets_a_problem(app):
    answer = await Machine(app, "").get("/groups")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == {
        "type": "/problems/sign-in-first",
        "title": "Connexion demandée",
        "status": 401,
        "detail": "Il manque la clé : en-tête Authorization: Bearer.",
        "instance": "/api/v1/groups",
    }


async def test_an_unknown_token_is_nobody_even_with_a_session(app):
    browser = await Browser(app).sign_in(await claire())
    answer = await browser.client.get("/mes-visites", headers={"Authorization": f"Bearer {secrets.token_urlsafe(32)}"})
    assert answer.status_code == 303


async def test_an_idle_session_is_over(app):
    browser = await Browser(app).sign_in(await claire())
    app.state.clock = lambda: browser.now + timedelta(hours=2, seconds=1)
    assert (await browser.get("/mes-visites")).status_code == 303


async def test_signing_out_forgets_the_session(app):
    browser = await Browser(app).sign_in(await claire())
    answer = await browser.post("/deconnexion")
    assert answer.headers["location"] == "/?fait=deconnecte"
    assert await value("SELECT count(*) FROM sessions") == 0


async def test_the_mailed_link_shows_a_button_and_works_by_post_only(app):
    await claire()
    browser = Browser(app)
    answer = await browser.post("/connexion", {"email": "claire@example.org", "next": "/mes-groupes"})
    assert answer.status_code == 200
    token = await value("SELECT secret FROM notices")
    for _ in range(3):
        assert (await browser.get(f"/connexion/{token}")).status_code == 200
    answer = await browser.post(f"/connexion/{token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/mes-groupes")
    assert (await Browser(app).post(f"/connexion/{token}")).status_code == 410


async def test_known_and_unknown_addresses_get_the_same_page(app):
    await claire()
    known = await Browser(app).post("/connexion", {"email": "claire@example.org"})
    unknown = await Browser(app).post("/connexion", {"email": "nobody@example.org"})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("claire@", "x@") == unknown.text.replace("nobody@", "x@")


async def test_too_many_demands_wait_and_say_how_long(app):
    browser = Browser(app)
    for _ in range(5):
        await browser.post("/connexion", {"email": "claire@example.org"})
    answer = await browser.post("/connexion", {"email": "claire@example.org"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900


async def test_changing_role_changes_the_session_id(app):
    account = await claire()
    await builders.membership(account, "coordinator")
    browser = await Browser(app).sign_in(account)
    old = browser.client.cookies["technilab"]
    second = await value("SELECT max(id) FROM memberships")
    answer = await browser.post("/compte/role", {"membership": second})
    assert answer.cookies["technilab"] != old
    kept = await row("SELECT count(*) AS n, max(membership) AS m FROM sessions")
    assert tuple(kept) == (1, second)


async def test_the_trials_doors_do_not_exist_in_production(app):
    settings = app.state.settings
    app.state.settings = replace(settings, demo=False)
    try:
        assert (await Browser(app).get("/demo/comptes.json")).status_code == 404
        assert (await Browser(app).get("/demo/courrier")).status_code == 404
        assert (await Browser(app).post("/demo/entrer", {"email": "claire@example.org"})).status_code == 404
    finally:
        app.state.settings = settings


ELSEWHERE = {"Host": "evil.example"}
SENTENCE = "Cette adresse n'est pas celle de ce Technilab. Ouvrez http://127.0.0.1:8000."


async def test_every_route_but_the_watchmans_refuses_a_name_that_is_not_ours(app):
    browser, wrong = Browser(app), {}
    for method, path in sorted(every_route()):
        answer = await browser.client.request(method, address(path), headers=ELSEWHERE)
        if (answer.status_code == 400) == path.startswith(("/health/", "/metrics")):
            wrong[method, path] = answer.status_code
    assert wrong == {}


async def test_it_says_so_to_people_and_to_machines_and_where_nothing_is(app):
    for path in ("/", "/nulle-part", asset("site.css")):
        page = await Browser(app).get(path, headers=ELSEWHERE)
        assert (page.status_code, SENTENCE in read(page), "evil.example" in page.text) == (400, True, False), path
    told = await Machine(app, "").get("/slots", headers=ELSEWHERE)
    assert told.status_code == 400
    assert told.json() == {
        "type": "/problems/misdirected",
        "title": "Autre adresse",
        "status": 400,
        "detail": SENTENCE,
        "instance": "/api/v1/slots",
    }


@pytest.mark.parametrize(
    ("base_url", "demo", "host", "status"),
    [
        ("https://technilab.fr", False, "technilab.fr", 200),
        ("https://technilab.fr", False, "Technilab.FR:443", 200),
        ("https://technilab.fr", False, "localhost", 400),
        ("https://technilab.fr", False, "technilab.fr.evil.example", 400),
        ("https://technilab.fr", False, "technilab.fr@evil.example", 400),
        ("https://technilab.fr", False, "evil.example:443", 400),
        ("https://technilab.fr", False, "[", 400),
        ("https://technilab.fr", False, "", 400),
        ("http://127.0.0.1:8003", True, "localhost:9999", 200),
        ("http://127.0.0.1:8003", True, "127.0.0.1:8003", 200),
        ("http://127.0.0.1:8003", True, "[::1]:8003", 200),
        ("http://127.0.0.1:8003", True, "evil.example", 400),
    ],
)
async def test_a_name_is_ours_whatever_its_port_and_the_trial_has_this_machines_too(app, base_url, demo, host, status):
    settings = app.state.settings
    app.state.settings = replace(settings, base_url=base_url, demo=demo)
    try:
        assert (await Browser(app).get("/mentions", headers={"Host": host})).status_code == status
    finally:
        app.state.settings = settings


async def test_the_mailed_link_never_bears_the_name_that_a_caller_chose(app, tmp_path):
    await builders.person("teacher", "claire@example.org", name="Claire Renaud", school=await builders.school())
    app.state.clock = lambda: NOW
    forged = {**ELSEWHERE, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    refused = await Browser(app).client.post("/connexion", data={"email": "claire@example.org"}, headers=forged)
    assert (refused.status_code, await value("SELECT count(*) FROM notices")) == (400, 0)
    del forged["Host"]
    await Browser(app).client.post("/connexion", data={"email": "claire@example.org"}, headers=forged)
    await ask_link("claire@example.org", token="t" * 43, next_path="//evil.example", address="10.0.0.1", now=NOW)
    await deliver(FileMailer(tmp_path), writer(app.state.settings), mail_from="technilab@example.org", now=NOW)
    mails = [file.read_text() for file in tmp_path.rglob("*.eml")]
    assert (len(mails), [mail for mail in mails if "evil.example" in mail]) == (2, [])
    assert [mail.count("http://127.0.0.1:8000/connexion/") > 0 for mail in mails] == [True, True]
