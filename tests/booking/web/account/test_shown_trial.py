"""A trial that everybody may enter gives no key and tells no program, whatever a browser asks for."""

from __future__ import annotations

import pytest

from tests import builders
from tests.application import application
from tests.booking.mails.webhooks.told import BOOKED
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import value

KEY = {"label": "Emploi du temps", "acts": "agir", "days": "90"}
PROGRAM = {"label": "Emploi du temps", "url": "http://127.0.0.1:9/", "acts-reservation": list(BOOKED)}
NO = "Essai montré à tous Cet essai est ouvert à tout le monde : il ne donne aucune clé et ne prévient aucun logiciel."


@pytest.mark.parametrize(
    ("path", "form", "kept"),
    [
        ("/compte/cles", KEY, "api_tokens"),
        ("/compte/logiciels", PROGRAM, "webhooks"),
        ("/compte/logiciels/{webhook}/essai", {}, "webhook_deliveries"),
    ],
)
async def test_a_shown_trial_refuses_what_any_other_gives(app, monkeypatch, path, form, kept):
    jules = await builders.account("jules@example.org", example=True)
    host = await builders.membership(jules, "host", school=await builders.school(kind="lycee"))
    if "{webhook}" in path:
        path = path.format(webhook=await builders.webhook(membership=host, url="http://127.0.0.1:9/", acts=BOOKED))
    seen = {}
    for demo in ("public", "1"):
        monkeypatch.setenv("DEMO", demo)
        browser = await Browser(application(lambda: NOW), now=NOW).sign_in(jules)
        answer = await browser.post(path, form)
        seen[demo] = (answer.status_code == 403, NO in read(answer), await value(f"SELECT count(*) FROM {kept}"))
    assert seen == {"public": (True, True, 0), "1": (False, False, 1)}
