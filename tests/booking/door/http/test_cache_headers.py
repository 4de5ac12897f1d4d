"""What everybody sees alike may be kept for a second, and by a visitor's browser; nothing else is kept by anybody."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import pytest

from booking.people.accounts.token import issue_token
from tests import builders
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
    "/api/v1/objects",
    "/api/v1/objects/{number:int}",
    "/api/v1/slots",
    "/api/v1/slots/{slot:int}",
    "/confidentialite",
    "/consortium",
    "/creneaux",
    "/creneaux/carte",
    "/creneaux/{slot:int}",
    "/lycees/{uai:str}",
    "/mentions",
    "/objets",
    "/problems/{kind:str}",
}
# Files, and pages that say nothing of who asks, each with a time of its own.
ALIKE = {
    "/.well-known/security.txt": "public, max-age=3600",
    "/agenda/lycee/{file:str}": "public, max-age=300",
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
