"""A passkey is made on one's account's page, comes in by itself, and serves a coordinator as her second proof."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from booking.app import create_app
from booking.people.accounts.sign_out import disable
from booking.process.settings import read_settings
from tests import builders
from tests.authenticator import ORIGIN, Device
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import value

RESCUE = re.compile(r"<code>([a-z2-7-]{31})</code>")
REMOVAL = re.compile(r'action="(/compte/cles-d-acces/\d+/retrait)"')
REFUSED = "Cette clé d'accès n'ouvre aucun compte ici, ou la demande a trop attendu. Recommencez."


@pytest.fixture
def trial(app):
    app.state.clock = lambda: NOW
    return app


@pytest.fixture(scope="module")
def _production():
    return create_app(replace(read_settings(), demo=False, smtp_url="smtp://", base_url=ORIGIN), now=lambda: NOW)


@pytest.fixture
def production(_production, db):
    return _production


async def claire(app, *, at: str = ORIGIN) -> tuple[int, Browser]:
    account = await builders.person("teacher", "claire@example.org", school=await builders.school())
    return account, await Browser(app, now=NOW, at=at).sign_in(account)


async def nadia(app) -> tuple[int, Browser]:
    account = await builders.person("coordinator", "nadia@example.org", name="Nadia Benali")
    return account, await Browser(app, now=NOW, at=ORIGIN).sign_in(account)


async def add(browser: Browser, *, device: Device | None = None, name: str = ""):
    """The device's answer is sent as the page's script sends it."""
    device = device or Device()
    asked = await browser.post("/compte/cles-d-acces/defi")
    answer = await browser.post("/compte/cles-d-acces", {"answer": device.make(asked.json()), "device": name})
    browser.keep_up()
    return device, answer


async def come_in(browser: Browser, device: Device, *, next_path: str = "/"):
    asked = (await browser.post("/connexion/cle-d-acces/defi")).json()
    return await browser.post("/connexion/cle-d-acces/reponse", {"answer": device.show(asked), "next": next_path})


async def test_one_adds_a_passkey_under_the_device_s_name_and_removes_it(trial):
    _, browser = await claire(trial)
    assert "pas encore servie" not in read(await browser.get("/compte"))
    _, added = await add(browser, name="  Téléphone de Mme Renaud ")
    assert (added.status_code, added.headers["location"]) == (303, "/compte?fait=cle-d-acces-ajoutee")
    listed = await browser.get("/compte")
    assert "Téléphone de Mme Renaud Depuis le lundi 11 janvier 2027, pas encore servie" in read(listed)
    removed = await browser.post(REMOVAL.search(listed.text)[1])
    assert removed.headers["location"] == "/compte?fait=cle-d-acces-retiree"
    assert REMOVAL.search((await browser.get("/compte")).text) is None
    assert await value("SELECT array_agg(kind ORDER BY id) FROM notices") == ["access", "access"]


async def test_a_passkey_without_a_name_takes_its_browser_s(trial):
    _, browser = await claire(trial)
    browser.client.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/150.0"
    await add(browser)
    assert await value("SELECT label FROM passkeys") == "Firefox sur Windows"


async def test_another_account_s_passkey_is_not_found(trial):
    _, browser = await claire(trial)
    await add(browser)
    _, other = await nadia(trial)
    assert (
        await other.post(f"/compte/cles-d-acces/{await value('SELECT id FROM passkeys')}/retrait")
    ).status_code == 404
    assert await value("SELECT count(*) FROM passkeys") == 1


async def test_a_passkey_comes_in_where_one_was_going_and_never_elsewhere(trial):
    _, browser = await claire(trial)
    device, _ = await add(browser)
    stranger = Browser(trial, at=ORIGIN)
    came = await come_in(stranger, device, next_path="/mes-visites")
    assert (came.status_code, came.headers["location"]) == (303, "/mes-visites")
    assert (await stranger.get("/mes-visites")).status_code == 200
    assert (await come_in(Browser(trial, at=ORIGIN), device, next_path="//example.net")).headers["location"] == "/"


async def test_unknown_closed_and_replayed_read_the_same(trial):
    account, browser = await claire(trial)
    device, _ = await add(browser)
    stranger = Browser(trial, at=ORIGIN)
    asked = (await stranger.post("/connexion/cle-d-acces/defi")).json()
    shown = {"answer": device.show(asked)}
    assert (await stranger.post("/connexion/cle-d-acces/reponse", shown)).status_code == 303
    stranger = Browser(trial, at=ORIGIN)
    replayed = await stranger.post("/connexion/cle-d-acces/reponse", shown)
    unknown = await come_in(stranger, Device(handle=device.handle))
    await disable(account, by=(await nadia(trial))[0], now=NOW)
    closed = await come_in(stranger, device)
    assert [one.status_code for one in (replayed, unknown, closed)] == [422, 422, 422]
    assert read(replayed) == read(unknown) == read(closed)
    assert REFUSED in read(unknown)


async def test_a_session_begins_anew_and_the_one_that_was_there_is_not_taken_over(trial):
    _, browser = await claire(trial)
    before = browser.client.cookies["technilab"]
    device, _ = await add(browser)
    assert browser.client.cookies["technilab"] != before
    stranger = Browser(trial, at=ORIGIN)
    stranger.client.cookies.set("technilab", "chosen-by-somebody-else")
    await come_in(stranger, device)
    stranger.keep_up()
    assert stranger.client.cookies["technilab"] != "chosen-by-somebody-else"


async def test_a_coordinator_makes_a_passkey_instead_of_registering_a_phone(production):
    account, browser = await nadia(production)
    assert (await browser.get("/gestion/journal")).headers["location"] == "/connexion/code?next=/gestion/journal"
    assert "Faire une clé d'accès" in read(await browser.get("/compte/telephone"))
    device, added = await add(browser)
    assert (added.status_code, len(RESCUE.findall(added.text))) == (200, 8)
    assert "La clé d'accès est enregistrée." in read(added)
    assert (await browser.get("/gestion/journal")).status_code == 200
    stranger = Browser(production, at=ORIGIN)
    await come_in(stranger, device)
    assert (await stranger.get("/gestion/journal")).status_code == 200
    by_mail = await Browser(production, now=NOW, at=ORIGIN).sign_in(account)
    assert (await by_mail.get("/gestion/journal")).headers["location"] == "/connexion/code?next=/gestion/journal"
    asked = (await by_mail.post("/connexion/code/defi")).json()
    proved = await by_mail.post("/connexion/code/reponse", {"answer": device.show(asked), "next": "/gestion/journal"})
    assert (proved.status_code, proved.headers["location"]) == (303, "/gestion/journal")
    by_mail.keep_up()
    assert (await by_mail.get("/gestion/journal")).status_code == 200


async def test_a_code_on_paper_replaces_the_passkey_on_a_machine_that_refuses_them(production):
    account, browser = await nadia(production)
    _, added = await add(browser)
    by_mail = await Browser(production, now=NOW, at=ORIGIN).sign_in(account)
    assert "Avec un code de secours" in read(await by_mail.get("/connexion/code"))
    proved = await by_mail.post("/connexion/code", {"code": RESCUE.findall(added.text)[0], "next": "/gestion/journal"})
    assert (proved.status_code, proved.headers["location"]) == (303, "/gestion/journal")


@pytest.mark.parametrize(
    "path", ["/compte/cles-d-acces/defi", "/compte/cles-d-acces", "/compte/telephone", "/compte/cles-d-acces/1/retrait"]
)
async def test_a_stolen_mail_adds_and_removes_nothing_beside_a_proof_that_was_not_given(production, path):
    account, browser = await nadia(production)
    await add(browser)
    thief = await Browser(production, now=NOW, at=ORIGIN).sign_in(account)
    refused = await thief.post(path, {"code": "123456", "answer": "{}"})
    assert (refused.status_code, refused.headers["location"]) == (303, "/connexion/code?next=/")
    assert (await thief.get("/compte/telephone")).headers["location"] == "/connexion/code?next=/compte/telephone"


async def test_the_page_of_the_phone_serves_who_has_a_passkey_and_wants_codes_as_well(production):
    _, browser = await nadia(production)
    await add(browser)
    page = read(await browser.get("/compte/telephone"))
    assert "Écrivez cette clé dans l'application" in page
    assert "Faire une clé d'accès" not in page


async def test_the_trial_says_at_which_of_its_addresses_passkeys_serve(trial):
    _, browser = await claire(trial, at="http://127.0.0.1:8000")
    said = "Les clés d'accès servent à l'adresse http://localhost:8000 ."
    pages = [await browser.get("/compte"), await Browser(trial).get("/connexion")]
    assert [said in read(page) for page in pages] == [True, True]
    assert [page.text.count("data-passkey=") for page in pages] == [0, 0]


async def test_where_the_address_is_a_number_no_passkey_is_offered(db):
    app = create_app(
        replace(read_settings(), demo=False, smtp_url="smtp://", base_url="http://127.0.0.1:8000"), now=lambda: NOW
    )
    _, browser = await claire(app, at="http://127.0.0.1:8000")
    page = await browser.get("/compte")
    assert "Les clés d'accès demandent une adresse avec un nom" in read(page)
    assert "passkey" not in (await Browser(app).get("/connexion")).text
    assert [
        (await browser.post(f"{place}/defi")).status_code for place in ("/compte/cles-d-acces", "/connexion/code")
    ] == [
        404,
        404,
    ]


async def test_without_javascript_the_button_is_not_shown_and_the_mailed_link_remains(trial):
    page = (await Browser(trial, at=ORIGIN).get("/connexion")).text
    assert re.search(r'data-passkey="/connexion/cle-d-acces/defi" data-suggest hidden>', page)
    assert "Recevoir un lien de connexion" in page
    assert 'autocomplete="username webauthn"' in page


async def test_a_passkey_is_added_from_our_own_page_alone(trial):
    _, browser = await claire(trial)
    asked = (await browser.post("/compte/cles-d-acces/defi")).json()
    fields = {"answer": Device().make(asked), "_csrf": "another"}
    assert (await browser.post("/compte/cles-d-acces", fields)).status_code == 403
    from_elsewhere = await browser.client.post(
        "/connexion/cle-d-acces/reponse", data={"answer": "{}"}, headers={"Origin": "https://example.net"}
    )
    assert from_elsewhere.status_code == 403
