"""The door answers under its own name alone: no link, cache or mail is ever made from a name that a caller chose."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.mail_files import FileMailer
from booking.people.accounts.sign_in import ask_link
from booking.presentation.assets import asset
from tests import builders
from tests.booking.door.rights.test_rights import address, every_route
from tests.browsing import Browser, Machine, read
from tests.builders import NOW
from workshops.database import value

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
