"""What everybody sees alike may be kept for a second, and by a visitor's browser; nothing else is kept by anybody.

What watches a site asks for headers alone.

Which pages are compressed: never one that holds a secret, for a request that another site may have triggered.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import httpx
import pytest

from booking.day.desk_links.give import give_link
from booking.door.http.compression import preferred_encoding
from booking.people.accounts.sign_in import ask_link
from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, a_day
from tests.booking.door.rights.test_rights import a_helper, address
from tests.browser.test_every_page import _address
from tests.browser.world import a_whole_world
from tests.browsing import Browser, Machine
from tests.door_matrix import ANYONE, DESK_LINK, RIGHTS
from workshops.database import value

A_SECOND = "public, max-age=0, s-maxage=1, must-revalidate"
SHARED = {
    "/",
    "/accessibilite",
    "/aide",
    "/aide/{name:str}",
    "/api",
    "/api/openapi.json",
    "/api/v1/objects",
    "/api/v1/objects/{number:int}",
    "/api/v1/slots",
    "/api/v1/slots/{slot:int}",
    "/api/{subject:str}",
    "/confidentialite",
    "/consortium",
    "/creneaux",
    "/creneaux/carte",
    "/creneaux/{slot:int}",
    "/lycees/{uai:str}",
    "/mentions",
    "/objets",
    "/problems",
    "/problems/{kind:str}",
}
# Files, and pages that say nothing of who asks, each with a time of its own.
ALIKE = {
    "/.well-known/security.txt": "public, max-age=3600",
    "/agenda/lycee/{file:str}": "public, max-age=300",
    "/donnees": "public, max-age=600",
    "/donnees/{file:str}": "public, max-age=600",
    "/programme": "public, max-age=600",
    "/programme/definitions": "public, max-age=600",
    "/programme/dessin.svg": "public, max-age=600",
    "/robots.txt": "public, max-age=3600",
    "/sitemap.xml": "public, max-age=3600",
}
# Marked, so that whoever asks often is not sent the same again; for nobody but her.
MARKED = "private, no-cache"
GETS = sorted(path for method, path in RIGHTS if method == "GET")


def filled(path: str, world: dict[str, int]) -> str:
    """An address of the world where it has one, else of nothing."""
    return address(_address(path.replace("objects/{number:int}", f"objects/{world['object']}"), world))


class Caller:
    """Somebody of a role, at the pages and at the API."""

    def __init__(self, app) -> None:
        self.browser, self.machine = Browser(app), Machine(app, "")

    async def get(self, path: str, **more):
        if path.startswith("/api/v1"):
            return await self.machine.client.get(path.removeprefix("/api/v1"), **more)
        return await self.browser.get(path, **more)


async def caller_of(app, role: str, world: dict[str, int]) -> Caller:
    caller = Caller(app)
    if role == DESK_LINK:
        await a_helper(caller.browser, caller.machine)
    elif role != "nobody":
        email, token = await value("SELECT email FROM accounts WHERE id = $1", world[role]), secrets.token_urlsafe(32)
        await caller.browser.sign_in(world[role])
        await issue_token(email, token=token, now=datetime.now(UTC))
        caller.machine = Machine(app, token)
    return caller


@pytest.mark.parametrize("role", ["nobody", DESK_LINK, "teacher", "host", "company", "coordinator"])
async def test_nothing_is_kept_but_what_everybody_sees_and_that_only_for_nobody(app, role):
    world = await a_whole_world()
    caller = await caller_of(app, role, world)
    wrong, shared = {}, set()
    for path in GETS:
        answer = await caller.get(filled(path, world))
        told = answer.headers["cache-control"]
        if told == A_SECOND and "set-cookie" not in answer.headers:
            shared.add(path)
        elif told not in {"no-store", "private, no-store", MARKED, ALIKE.get(path)}:
            wrong[path] = told
    assert (wrong, shared) == ({}, SHARED if role == "nobody" else set())


def test_what_is_shared_is_open_to_anyone_and_holds_no_secret():
    every = SHARED | set(ALIKE)
    assert {path for path in every if RIGHTS["GET", path] != ANYONE or "{token" in path} == set()


async def test_whoever_holds_a_page_is_told_that_it_is_the_same_until_a_seat_moves(app):
    nobody = Caller(app)
    slot = await builders.slot(seats=24, groups_max=4)
    for path in ("/creneaux", f"/creneaux/{slot}", "/api/v1/slots", f"/api/v1/slots/{slot}"):
        first = await nobody.get(path)
        held = {"If-None-Match": first.headers["etag"]}
        again = await nobody.get(path, headers=held)
        assert (path, again.status_code, again.content) == (path, 304, b"")
        assert {name: again.headers[name] for name in ("etag", "cache-control", "vary")} == {
            "etag": first.headers["etag"],
            "cache-control": A_SECOND,
            "vary": "Accept-Encoding, Authorization, Cookie",
        }
        await builders.reservation(slot=slot, group=await builders.group(pupils=2), pupils=2)
        moved = await nobody.get(path, headers=held)
        assert (path, moved.status_code, moved.headers["etag"] != first.headers["etag"]) == (path, 200, True)


@pytest.mark.parametrize("cookie", ["technilab", "technilab-accueil", "technilab-brouillon", "__Host-technilab"])
async def test_a_cookie_of_ours_makes_a_page_nobody_elses_whatever_it_opens(app, cookie):
    nobody = Browser(app)
    nobody.client.cookies.set(cookie, "what is long over")
    answer = await nobody.get("/creneaux")
    assert (answer.status_code, answer.headers["cache-control"], "etag" in answer.headers) == (200, "no-store", False)


async def test_a_refusal_is_kept_by_nobody(app):
    nobody = Browser(app)
    for path in ("/creneaux/999999", "/lycees/inconnu", "/mes-visites", "/nulle-part", "/visa/inconnu"):
        answer = await nobody.get(path)
        assert (path, answer.is_success, answer.headers["cache-control"]) == (path, False, "no-store")


# What each answer has of its own.
OWN = {"date": "", "x-request-id": ""}


@pytest.mark.parametrize("path", ["/", "/creneaux", "/programme", "/health/live", "/api/v1/slots", "/nulle-part"])
async def test_head_answers_as_get_does_without_the_body(app, path):
    await builders.slot()
    client = Browser(app).client
    get, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert {**head.headers, **OWN} == {**get.headers, **OWN}


async def test_head_does_nothing_where_only_a_form_goes(app):
    browser = await Browser(app).sign_in(await builders.account())
    answer = await browser.client.head("/deconnexion")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert await value("SELECT count(*) FROM sessions") == 1


async def test_the_server_finds_its_request_as_it_was_and_expects_no_body(app):
    """uvicorn looks at the method once more when the body leaves: told that it is a GET, it calls the answer short."""
    seen = []

    async def server(scope, receive, send):
        await app(scope, receive, send)
        seen.append(scope["method"])

    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url="http://127.0.0.1:8000")
    answers = [await client.head("/programme"), await client.get("/programme")]
    assert ([answer.status_code for answer in answers], seen) == ([200, 200], ["HEAD", "GET"])


BOTH = ("br", "gzip")


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("BR", "br"),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=0, *", "gzip"),
        ("identity", ""),
        ("", ""),
        ("deflate", ""),
        ("gzip;q=many", ""),
        ("gzip; q=0.3", "gzip"),
    ],
)
def test_the_content_encoding_is_one_that_the_browser_accepts(accepted, sent):
    assert preferred_encoding(accepted, BOTH) == sent


async def encoding_of(browser: Browser, path: str, *, site: str | None = "same-origin", accepted: str = "gzip") -> str:
    headers = {"Accept-Encoding": accepted} | ({"Sec-Fetch-Site": site} if site is not None else {})
    answer = await browser.get(path, headers=headers)
    assert answer.headers.get("vary", "").partition(",")[0] == "Accept-Encoding", path
    return answer.headers.get("content-encoding", "")


@pytest.mark.parametrize("path", ["/", "/creneaux", "/creneaux?eleves=24", "/programme", "/accueil/hors-ligne"])
@pytest.mark.parametrize("site", ["same-origin", "cross-site", "none", None])
async def test_a_page_that_everybody_may_read_is_compressed_for_everybody(app, path, site):
    assert await encoding_of(Browser(app), path, site=site) == "gzip"
    assert await encoding_of(Browser(app), path, site=site, accepted="identity") == ""


@pytest.mark.parametrize(
    ("site", "encoding"),
    [("same-origin", "gzip"), ("none", "gzip"), ("same-site", ""), ("cross-site", ""), ("", ""), (None, "")],
)
async def test_a_page_with_a_form_s_token_is_compressed_only_when_our_own_pages_ask(app, site, encoding):
    account = await builders.person("teacher", "claire@example.org", school=await builders.school())
    claire = await Browser(app).sign_in(account)
    assert [await encoding_of(claire, path, site=site) for path in ("/mes-visites", "/creneaux")] == [encoding] * 2


async def test_a_page_behind_a_link_that_opens_something_is_not_compressed_for_another_site(app):
    now = await value("SELECT now()")
    await builders.account("claire@example.org")
    await ask_link("claire@example.org", token="un-lien", next_path="/", address="192.0.2.1", now=now)
    visitor = Browser(app)
    encodings = [await encoding_of(visitor, "/connexion/un-lien", site=site) for site in ("cross-site", "none")]
    assert encodings == ["", "gzip"]


async def test_a_helper_s_desk_is_not_compressed_for_another_site(app):
    app.state.clock = lambda: NINE_FOUR
    day = await a_day()
    host = await value("SELECT school FROM memberships WHERE account = $1", day.host)
    await give_link(day.slot, token="a desk link", account=day.host, school=host, now=NINE_FOUR)
    helper = Browser(app)
    helper.client.cookies.set("technilab-accueil", "a desk link")
    encodings = [await encoding_of(helper, f"/accueil/{day.slot}", site=site) for site in ("cross-site", "same-origin")]
    assert encodings == ["", "gzip"]


async def test_a_page_kept_for_many_is_the_same_compressed_or_not(app):
    await builders.slot()
    visitor = Browser(app)
    plain = await visitor.get("/creneaux", headers={"Accept-Encoding": "identity"})
    for _ in range(2):
        compressed = await visitor.get("/creneaux", headers={"Accept-Encoding": "gzip"})
        assert (compressed.headers["content-encoding"], compressed.text) == ("gzip", plain.text)
        assert int(compressed.headers["content-length"]) < len(plain.content) / 2


async def test_what_is_small_and_what_programs_read_leave_as_they_are(app):
    await builders.slot()
    listed = await Machine(app, "").get("/slots", headers={"Accept-Encoding": "gzip"})
    moved = await Browser(app).get("/gestion", headers={"Accept-Encoding": "gzip"})
    assert [answer.headers.get("content-encoding") for answer in (listed, moved)] == [None, None]
