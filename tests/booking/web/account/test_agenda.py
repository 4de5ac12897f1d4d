"""The agenda's link on one's account page: made, shown once, revoked."""

from __future__ import annotations

import re

from tests import builders
from tests.booking.mails.story import CLAIRE, JULES, reserved
from tests.browsing import Browser
from workshops.database import value

GOOGLE = "Google relit un agenda toutes les 8 à 24 heures seulement"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/agenda/[\w-]{43}\.ics)")


async def signed_in(app, email: str) -> Browser:
    return await Browser(app).sign_in(await value("SELECT id FROM accounts WHERE email = $1", email))


async def test_a_link_is_made_shown_once_and_opens_the_agenda(app):
    await reserved()
    claire = await signed_in(app, CLAIRE)
    made = await claire.post("/compte/agenda")
    assert made.status_code == 200
    [path] = LINK.findall(made.text)
    assert f'href="webcal://127.0.0.1:8000{path}"' in made.text
    assert GOOGLE in made.text
    anyone = Browser(app)
    assert (await anyone.get(path)).content.count(b"UID:r-1@technilab.example") == 1
    again = (await claire.get("/compte")).text
    assert (LINK.findall(again), GOOGLE in again, "Remplacer le lien" in again) == ([], True, True)


async def test_a_revoked_link_opens_nothing(app):
    await reserved()
    claire = await signed_in(app, CLAIRE)
    [path] = LINK.findall((await claire.post("/compte/agenda")).text)
    answer = await claire.post("/compte/agenda/revocation")
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte?fait=agenda-revoque")
    assert (await Browser(app).get(path)).status_code == 404
    assert "Créer un lien" in (await claire.get("/compte")).text
    assert (await claire.post("/compte/agenda/revocation")).status_code == 404


async def test_a_host_finds_the_public_link_of_the_lycee_too(app):
    story = await reserved()
    uai = await value("SELECT uai FROM schools WHERE id = $1", story.host)
    seen = (await (await signed_in(app, JULES)).get("/compte")).text
    assert f'href="/agenda/lycee/{uai}.ics"' in seen


async def test_a_coordinator_has_no_agenda_to_follow(app):
    await builders.person("coordinator", "coordination@example.org")
    seen = (await (await signed_in(app, "coordination@example.org")).get("/compte")).text
    assert "Votre agenda" not in seen
