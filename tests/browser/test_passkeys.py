"""A real Chromium and its virtual device make passkeys, show them, and are refused what they must not have."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import httpx
import pytest
from playwright.async_api import CDPSession, Page, expect

from booking.words.flash_messages import DONE
from tests import builders
from tests.browser.conftest import Browse
from tests.browser.judge import everything_wrong
from tests.browser.world import a_whole_world
from workshops.database import rows, value

pytestmark = pytest.mark.browser

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SUGGESTS_NOTHING = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
# The page itself, not the sign-in page that leads to it.
HERS = re.compile(r"^http://localhost:\d+/mes-visites$")
NOT_GIVEN = "Votre appareil n'a pas donné de clé d'accès. Recommencez quand il est prêt."
# What the page's own script does with a challenge, without sending the answer.
SHOW = """async (asked) => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=/g, "");
  const shown = await navigator.credentials.get(
    {publicKey: {...asked, challenge: bytes(asked.challenge), allowCredentials: []}});
  const response = {};
  for (const part of ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
    response[part] = text(shown.response[part]);
  return JSON.stringify({id: shown.id, rawId: text(shown.rawId), type: shown.type, response});
}"""


@pytest.fixture
async def by_name(chromium, site):
    """Opens pages at the trial's other address: passkeys belong to a name, never to 127.0.0.1."""
    opened = Browse(chromium, replace(site, url=site.url.replace("127.0.0.1", "localhost")))
    yield opened
    for context in opened.contexts:
        await context.close()
    assert (opened.elsewhere, opened.complaints) == ([], [])


async def a_phone_of(page: Page, **more: object) -> tuple[CDPSession, str]:
    """The page's browser has a device that its person unlocks at once."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable", {"enableUI": False})
    added = await session.send("WebAuthn.addVirtualAuthenticator", {"options": {**PHONE, **more}})
    return session, added["authenticatorId"]


async def open_proofs(page: Page) -> None:
    """One's account, with what a teacher rarely needs unfolded."""
    await page.goto("/compte")
    await page.locator("summary", has_text="Clés d'accès et deuxième preuve").click()


async def add(page: Page, *, name: str = "Téléphone de Claire") -> None:
    await open_proofs(page)
    await page.get_by_label("Nom de l'appareil à ajouter").fill(name)
    await page.get_by_role("button", name="Ajouter une clé d'accès").click()


async def claire(by_name: Browse, *, suggests: bool = False) -> tuple[int, Page, CDPSession, str]:
    """A teacher whose phone holds a passkey of her account, signed out."""
    account = await builders.person(
        "teacher", "claire@example.org", name="Claire Renaud", school=await builders.school()
    )
    page = await by_name("about:blank", signed_in=account)
    session, phone = await a_phone_of(page)
    if not suggests:
        await page.add_init_script(SUGGESTS_NOTHING)
    await add(page)
    await expect(page.locator(".said")).to_have_text(DONE["cle-d-acces-ajoutee"])
    await page.locator("details.who summary").click()
    await page.get_by_role("button", name="Se déconnecter").click()
    await expect(page.locator(".said")).to_have_text(DONE["deconnecte"])
    return account, page, session, phone


async def challenge(by_name: Browse) -> dict[str, object]:
    """What a stranger's page asks to be signed."""
    async with httpx.AsyncClient(base_url=by_name.site.url) as stranger:
        return (await stranger.post("/connexion/cle-d-acces/defi")).json()


async def answer(by_name: Browse, shown: str) -> int:
    """The status of a stranger's sign-in by this answer."""
    async with httpx.AsyncClient(base_url=by_name.site.url) as stranger:
        return (await stranger.post("/connexion/cle-d-acces/reponse", data={"answer": shown})).status_code


async def test_one_adds_a_passkey_signs_out_and_comes_back_with_it(db, by_name):
    account, page, session, phone = await claire(by_name)
    await page.goto("/connexion?next=/mes-visites")
    await page.get_by_role("button", name="Se connecter avec une clé d'accès").click()
    await page.wait_for_url(HERS)
    await open_proofs(page)
    assert "servie le" in await page.locator("li", has_text="Téléphone de Claire").inner_text()
    [kept] = (await session.send("WebAuthn.getCredentials", {"authenticatorId": phone}))["credentials"]
    assert (kept["rpId"], kept["isResidentCredential"], kept["userName"]) == ("localhost", True, "claire@example.org")
    assert await value("SELECT sign_count FROM passkeys WHERE account = $1", account) == kept["signCount"]


async def test_a_browser_that_fills_addresses_in_offers_the_passkey_by_itself(db, by_name):
    _, page, _, _ = await claire(by_name, suggests=True)
    await page.goto("/connexion?next=/mes-visites")
    await page.wait_for_url(HERS)


async def test_a_device_has_one_passkey_for_an_account(db, by_name):
    _, page, _, _ = await claire(by_name)
    await page.goto("/connexion")
    await page.get_by_role("button", name="Se connecter avec une clé d'accès").click()
    await page.wait_for_url(HERS)
    await add(page)
    told = page.locator("form[data-passkey] [role=alert]")
    await told.wait_for()
    assert await told.inner_text() == "Cet appareil a déjà une clé d'accès pour votre compte."
    assert await value("SELECT count(*) FROM passkeys") == 1


async def test_a_device_that_its_person_does_not_unlock_says_so_and_nothing_is_sent(db, by_name):
    _, page, session, phone = await claire(by_name)
    await session.send("WebAuthn.setUserVerified", {"authenticatorId": phone, "isUserVerified": False})
    await page.goto("/connexion")
    await page.get_by_role("button", name="Se connecter avec une clé d'accès").click()
    told = page.locator("form[data-passkey] [role=alert]")
    await told.wait_for()
    assert await told.inner_text() == NOT_GIVEN
    await session.send("WebAuthn.setUserVerified", {"authenticatorId": phone, "isUserVerified": True})
    await page.get_by_role("button", name="Se connecter avec une clé d'accès").click()
    await page.wait_for_url(HERS)
    assert await value("SELECT count(*) FROM refusal_counts WHERE act = 'passkey_refused'") == 0


async def test_an_answer_that_was_overheard_opens_nothing(db, by_name):
    _, page, _, _ = await claire(by_name)
    await page.goto("/connexion")
    shown = await page.evaluate(SHOW, await challenge(by_name))
    assert [await answer(by_name, shown), await answer(by_name, shown)] == [303, 422]


async def test_a_challenge_that_was_signed_twice_opens_once(db, by_name):
    _, page, _, _ = await claire(by_name)
    await page.goto("/connexion")
    asked = await challenge(by_name)
    shown = [await page.evaluate(SHOW, asked) for _ in range(2)]
    assert [await answer(by_name, one) for one in shown] == [303, 422]


async def test_what_another_site_of_the_same_name_had_signed_opens_nothing(db, by_name):
    _, page, _, _ = await claire(by_name)
    asked = await challenge(by_name)
    await page.context.route("http://localhost:1234/", lambda route: route.fulfill(body="<p>Se connecter"))
    await page.goto("http://localhost:1234/")
    assert by_name.elsewhere == ["http://localhost:1234/"]
    by_name.elsewhere.clear()
    shown = await page.evaluate(SHOW, asked)
    assert json.loads(shown)["id"] != ""
    assert await answer(by_name, shown) == 422
    assert await value("SELECT count(*) FROM refusal_counts WHERE act = 'passkey_refused'") == 1


async def test_a_removed_passkey_and_another_s_open_and_remove_nothing(db, by_name):
    account, page, _, _ = await claire(by_name)
    other = await builders.person("coordinator", "yves@example.org", name="Yves Marchand")
    stranger = await by_name("/compte", signed_in=other)
    token = await stranger.locator("meta[name=csrf]").get_attribute("content")
    passkey = await value("SELECT id FROM passkeys WHERE account = $1", account)
    refused = await stranger.context.request.post(
        f"/compte/cles-d-acces/{passkey}/retrait", form={"_csrf": token or ""}, max_redirects=0
    )
    assert (refused.status, await value("SELECT count(*) FROM passkeys")) == (404, 1)
    await page.goto("/connexion")
    await page.get_by_role("button", name="Se connecter avec une clé d'accès").click()
    await page.wait_for_url(HERS)
    await open_proofs(page)
    await page.get_by_role("button", name="Retirer la clé d'accès Téléphone de Claire").click()
    await expect(page.locator(".said")).to_have_text(DONE["cle-d-acces-retiree"])
    assert await answer(by_name, await page.evaluate(SHOW, await challenge(by_name))) == 422


async def test_a_coordinator_who_came_by_mail_proves_herself_with_her_passkey(db, by_name):
    world = await a_whole_world()
    page = await by_name("about:blank", signed_in=world["coordinator"])
    await a_phone_of(page)
    await page.goto("/compte/telephone")
    assert await everything_wrong(page) == []
    await page.get_by_role("button", name="Faire une clé d'accès").click()
    await page.get_by_role("heading", name="Vos codes de secours").wait_for()
    assert await page.locator(".rescue-codes li").count() == 8
    await page.context.clear_cookies()
    await by_name.sign_in(page.context, world["coordinator"])
    await page.goto("/gestion/journal")
    assert await page.locator("h1").inner_text() == "Deuxième preuve"
    assert await everything_wrong(page) == []
    await page.get_by_role("button", name="Montrer ma clé d'accès").click()
    await page.get_by_role("heading", name="Journal").wait_for()
    assert [tuple(one) for one in await rows("SELECT proved FROM sessions ORDER BY id")] == [(True,), (True,)]


async def test_the_pages_that_offer_passkeys_hold_to_what_every_page_does(db, by_name):
    _, page, _, _ = await claire(by_name)
    await page.goto("/connexion")
    wrong = await everything_wrong(page)
    await page.get_by_role("button", name="Se connecter avec une clé d'accès").click()
    await page.wait_for_url(HERS)
    await open_proofs(page)
    assert (wrong, await everything_wrong(page)) == ([], [])


async def test_without_javascript_the_mailed_link_remains(db, by_name):
    page = await by_name("/connexion", javascript=False)
    seen = [await one.inner_text() for one in await page.get_by_role("button").all()]
    assert seen == ["Recevoir un lien de connexion"]
