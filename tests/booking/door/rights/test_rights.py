"""Who may call what: written here once more, by hand, and compared with every route that the application has."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from booking.day.desk_links.give import give_link
from booking.door.rights.guards import routes_of
from booking.people.accounts.queries import KINDS
from booking.people.accounts.roles import BY_DESK_LINK, Permission, Place, roles_that
from booking.people.accounts.roles import NEWCOMER as NEWCOMER_MAY
from booking.people.accounts.roles import ROLES as ROWS
from booking.people.accounts.rules import Role, csrf_of
from booking.people.accounts.token import issue_token
from tests import builders, builders_bts1
from tests.application import assembled
from tests.browsing import SECRET, Browser, Machine
from tests.door_matrix import ANYONE, DESK_LINK, NEWCOMER, RIGHTS, ROLES, SIGNED_IN
from workshops.database import value

OURS = re.compile(r"^/schema")


def every_route() -> set[tuple[str, str]]:
    routes = {(method, path) for method, path, _ in routes_of(assembled()) if method not in {"OPTIONS", "HEAD"}}
    return {(method, path) for method, path in routes if not OURS.match(path)}


def test_every_route_has_its_line_in_the_matrix_and_no_line_is_left_over():
    assert every_route() == set(RIGHTS)


def test_the_table_of_roles_says_what_the_matrix_says():
    named = {
        (method, path): opt["may"]
        for method, path, opt in routes_of(assembled())
        if method not in {"OPTIONS", "HEAD"} and not OURS.match(path)
    }
    by_link = {permission: {DESK_LINK} for permission in BY_DESK_LINK}
    who = {
        route: ANYONE if permission == Permission.PUBLIC else roles_that(permission) | by_link.get(permission, set())
        for route, permission in named.items()
    }
    assert {route: sorted(who[route]) for route in who if who[route] != RIGHTS[route]} == {}
    every = {route for route, permission in named.items() if permission in NEWCOMER_MAY}
    assert every - {route for route in RIGHTS if RIGHTS[route] in (ANYONE, SIGNED_IN)} == NEWCOMER
    assert set(Permission) - set(named.values()) == set()
    assert set().union(*(row.may for row in ROWS.values())) == set(Permission)


def test_a_handler_takes_exactly_the_people_whom_its_routes_let_in():
    let_in, taken = defaultdict(set), {}
    for route in assembled().routes:
        for handler in getattr(route, "route_handlers", []):
            person = handler.parsed_fn_signature.parameters.get("person")
            if person is not None:
                kinds = tuple(one.annotation for one in person.inner_types) or person.annotation
                name = f"{handler.fn.__module__}.{handler.fn.__qualname__}"
                taken[name] = {role for role, kind in KINDS.items() if issubclass(kind, kinds)}
                let_in[name] |= roles_that(handler.opt["may"])
    assert len(taken) > 250
    assert {name: taken[name] for name in taken if taken[name] != let_in[name]} == {}


async def a_person(role: str) -> int:
    account = await builders.account(f"{role}-{secrets.token_hex(3)}@example.org")
    match ROWS[Role(role)].place:
        case Place.COLLEGE | Place.LYCEE as kind:
            where: dict[str, Any] = {"school": await builders.school(kind=kind)}
        case Place.COMPANY:
            where = {"company": await builders.company()}
        case Place.DEPARTMENTS:
            where = {"departments": ("25",)}
        case Place.PARTNER:
            where = {"partner": await builders_bts1.partner()}
        case _:
            where = {}
    await builders.membership(account, role, **where)
    return account


async def a_helper(*callers: Browser | Machine) -> str:
    """Someone without account who holds a live desk link, at pages and at the API; returns the forms' token."""
    lycee, now = await builders.school(kind="lycee"), datetime.now(UTC)
    slot = await builders.slot(host=lycee, starts_at=now)
    host = await builders.account("host@example.org")
    await give_link(slot, token="a desk link", account=host, school=lycee, now=now)
    for caller in callers:
        caller.client.cookies.set("technilab-accueil", "a desk link")
    return csrf_of("a desk link", SECRET)


def address(path: str) -> str:
    """A path with numbers that nothing has: what the door answers comes before what the handler finds."""
    path = re.sub(r"\{\w+:int\}", "999999", path)
    path = re.sub(r"\{\w+:uuid\}", "00000000-0000-4000-8000-000000000000", path)
    return re.sub(r"\{\w+(:\w+)?\}", "absent", path)


@pytest.mark.parametrize("role", ["nobody", DESK_LINK, *ROLES])
async def test_each_role_gets_through_the_door_exactly_where_it_may(app, role):
    browser, machine = Browser(app), Machine(app, "")
    if role == DESK_LINK:
        browser.csrf = await a_helper(browser, machine)
    elif role != "nobody":
        account = await a_person(role)
        await browser.sign_in(account)
        token = secrets.token_urlsafe(32)
        email = await value("SELECT email FROM accounts WHERE id = $1", account)
        await issue_token(email, token=token, now=builders.NOW)
        machine = Machine(app, token)

    wrong, seen = {}, 0
    for (method, path), who in sorted(RIGHTS.items()):
        if path == "/deconnexion" or path.endswith("/cles"):
            continue
        for_machines = path.startswith("/api/v1")
        client = machine.client if for_machines else browser.client
        where = address(path).removeprefix("/api/v1") if for_machines else address(path)
        headers = {"X-CSRF-Token": browser.csrf} if role == DESK_LINK or not for_machines else {}
        answer = await client.request(method, where, headers=headers)
        denied = await value("SELECT coalesce(sum(often), 0) FROM refusal_counts WHERE act = 'access_denied'")
        stopped = denied > seen or _sent_to_sign_in(answer)
        seen = denied
        may = who == ANYONE or role in who
        if stopped == may:
            wrong[method, path] = answer.status_code
    assert wrong == {}


async def test_a_teacher_whom_her_college_has_not_confirmed_goes_where_it_is_said_and_nowhere_else(app):
    account = await builders.person("teacher", "claire@example.org", school=await builders.school(), awaiting=True)
    browser = await Browser(app).sign_in(account)
    wrong = {}
    for (method, path), who in sorted(RIGHTS.items()):
        if who in (ANYONE, SIGNED_IN) or "teacher" not in who or path == "/deconnexion":
            continue
        answer = await browser.client.request(method, address(path), headers={"X-CSRF-Token": browser.csrf})
        stopped = "confirmé votre inscription. D'ici là" in unescape(answer.text)
        if stopped == ((method, path) in NEWCOMER):
            wrong[method, path] = answer.status_code
    assert wrong == {}
    assert await value("SELECT count(*) FROM sessions") == 1


def _sent_to_sign_in(answer) -> bool:
    return answer.status_code == 401 or answer.headers.get("location", "").startswith("/connexion?next=")
