"""An address that holds a secret is told to nobody by the browser that stands there."""

from __future__ import annotations

import pytest

from tests import builders
from tests.browsing import Browser
from tests.door_matrix import ANYONE, RIGHTS
from workshops.database import value

SECRETS = {
    "/accueil/lien/{token:str}",
    "/agenda/{token:str}",
    "/compte/ce-n-etait-pas-moi/{token:str}",
    "/connexion/{token:str}",
    "/inscription/college/{token:str}",
    "/inscription/{token:str}",
    "/invitations/{token:str}",
    "/lettres/une-par-acte/{token:str}",
    "/offre/{token:str}",
    "/questions/{token:str}",
    "/reprise/{token:str}",
    "/seances/alerte/arret/{token:str}",
    "/sorties/{token:str}",
    "/sorties/{token:str}/agenda.ics",
    "/venez-vous/{token:str}",
    "/visa/adresse/{token:str}",
    "/visa/fin/{token:str}",
    "/visa/papier/{token:str}",
    "/visa/{token:str}",
}


def test_every_route_whose_address_holds_a_secret_calls_it_a_token():
    """What else is text in an address that everybody may open is no secret: a file, a year, a name."""
    texts = {path for (_, path), who in RIGHTS.items() if ":str}" in path and who == ANYONE}
    public = {
        "/api/{subject:str}",
        "/static/{name:str}",
        "/agenda/lycee/{file:str}",
        "/aide/{name:str}",
        "/images/{file:str}",
        "/dessins/{file:str}",
        "/donnees/{file:str}",
        "/lycees/{uai:str}",
        "/lycees/{uai:str}/cadre",
        "/problems/{kind:str}",
        "/demo/courrier/{name:str}",
    }
    assert texts - public == SECRETS


@pytest.mark.parametrize("path", sorted(SECRETS))
async def test_a_page_behind_a_secret_sends_its_address_to_nobody_refused_or_not(app, path):
    answer = await Browser(app).get(path.replace("{token:str}", "unknown"))
    assert (path, answer.headers["referrer-policy"]) == (path, "no-referrer")


async def test_a_live_link_and_what_it_answers_say_so_too(app):
    await builders.person("teacher", "claire@example.org", school=await builders.school())
    browser = Browser(app)
    await browser.post("/connexion", {"email": "claire@example.org"})
    path = f"/connexion/{await value('SELECT secret FROM notices')}"
    policies = [answer.headers["referrer-policy"] for answer in (await browser.get(path), await browser.post(path))]
    assert policies == ["no-referrer", "no-referrer"]
    assert (await browser.get("/mes-visites")).headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 410),
        ({"Origin": "null"}, 410),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
async def test_a_form_of_such_a_page_is_taken_though_its_browser_hides_where_it_comes_from(app, headers, status):
    """Fetch, "append a request Origin header": no-referrer makes it « null »."""
    assert (await Browser(app).client.post("/visa/unknown", headers=headers)).status_code == status


async def test_elsewhere_a_form_that_hides_where_it_comes_from_is_refused(app):
    hidden = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert (await Browser(app).client.post("/connexion", headers=hidden)).status_code == 403
