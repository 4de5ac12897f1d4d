"""Who may call what: written here once more, by hand, and compared with every route that the application has.

A key opens the JSON API and nothing else: everywhere else, whoever shows one is a stranger.
"""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import booking.api
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
from tests.browsing import SECRET, Browser, Machine, read
from tests.builders import NOW
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


CREDENTIALS = ("accounts", "sessions", "api_tokens", "second_proofs", "rescue_codes", "passkeys", "feeds", "desk_links")


async def a_key(account: int, **more: object) -> str:
    token = secrets.token_urlsafe(32)
    email = await value("SELECT email FROM accounts WHERE id = $1", account)
    await issue_token(email, token=token, **{"now": NOW, **more})
    return token


async def held() -> list[int]:
    return [await value(f"SELECT count(*) FROM {table}") for table in CREDENTIALS]


def told(answer) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("location", "")


@pytest.mark.parametrize("role", ROLES)
async def test_a_key_is_nobodys_on_every_route_but_the_apis(app, role):
    key = await a_key(await a_person(role))
    before, wrong = await held(), {}
    for method, path in sorted(RIGHTS):
        if path.startswith("/api/v1"):
            continue
        answers = []
        for headers in ({}, {"Authorization": f"Bearer {key}"}):
            app.state.clock = lambda: NOW
            answers.append(told(await Browser(app).client.request(method, address(path), headers=headers)))
        if answers[0] != answers[1]:
            wrong[method, path] = answers
    assert wrong == {}
    assert await held() == before


async def test_a_key_beside_a_session_takes_the_session_from_the_pages(app):
    account = await a_person("teacher")
    browser = await Browser(app).sign_in(account)
    shown = {"Authorization": f"Bearer {await a_key(account)}"}
    assert told(await browser.client.get("/compte", headers=shown)) == (303, "/connexion?next=/compte")
    form = {"label": "une autre"}
    assert told(await browser.client.post("/compte/cles", data=form, headers=shown)) == (303, "/connexion?next=/compte")
    assert await value("SELECT count(*) FROM api_tokens") == 1


async def test_a_teachers_key_makes_no_key_enrols_no_phone_and_opens_no_session(app):
    account = await a_person("teacher")
    shown, stranger = {"Authorization": f"Bearer {await a_key(account)}"}, Browser(app).client
    before = await held()
    sent_away = {}
    for path, form in (
        ("/compte/cles", {"label": "une autre"}),
        ("/compte/telephone", {"code": "123456"}),
        ("/compte/role", {"membership": "1"}),
        ("/compte/agenda", {}),
        ("/compte/cles-d-acces/defi", {}),
    ):
        status, where = told(await stranger.post(path, data=form, headers=shown))
        sent_away[path] = (status, where.partition("?")[0])
    assert set(sent_away.values()) == {(303, "/connexion")}
    assert await held() == before


async def test_a_coordinators_key_invites_nobody(app):
    shown = {"Authorization": f"Bearer {await a_key(await a_person('coordinator'))}"}
    form = {"email": "intrus@example.org", "name": "Intrus", "role": "coordinator"}
    answer = await Browser(app).client.post("/gestion/comptes", data=form, headers=shown)
    assert told(answer) == (303, "/connexion?next=/gestion/comptes")
    assert await value("SELECT count(*) FROM accounts") == 1


async def test_a_key_opens_the_api_until_its_day_and_no_longer_than_its_account(app):
    account = await a_person("teacher")
    key = await a_key(account, lasts=timedelta(days=30))
    app.state.clock = lambda: NOW + timedelta(days=30, seconds=-1)
    assert (await Machine(app, key).get("/groups")).status_code == 200
    app.state.clock = lambda: NOW + timedelta(days=30)
    refused = await Machine(app, key).get("/groups")
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/sign-in-first")
    assert refused.json()["detail"] == (
        "Cette clé n'ouvre rien : elle est inconnue, révoquée ou arrivée à sa fin. Créez-en une dans Mon compte."
    )


async def test_a_key_that_only_reads_changes_nothing(app):
    app.state.clock = lambda: NOW
    machine = Machine(app, await a_key(await a_person("teacher"), writes=False))
    group = {"name": "4e B", "level": "4e", "pupils": 24, "school_year": "2026-2027"}
    refused = await machine.post("/groups", group)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/key-only-reads")
    assert (await machine.get("/groups")).json()["items"] == []


async def test_a_key_is_made_for_a_use_and_a_time_and_the_page_says_which(app):
    account = await a_person("teacher")
    app.state.clock = lambda: NOW
    browser = await Browser(app, now=NOW).sign_in(account)
    made = await browser.post("/compte/cles", {"label": "Tableau de la vie scolaire", "acts": "lire", "days": "90"})
    shown = read(made)
    assert "Tableau de la vie scolaire Lit seulement · jusqu'au dimanche 11 avril 2027" in shown
    key = re.search(r'<code class="text-break">([^<]+)</code>', made.text)[1]
    assert (await Machine(app, key).get("/groups")).status_code == 200
    wrong = await browser.post("/compte/cles", {"label": "Pour toujours", "days": "9999"})
    assert "Durée : choisissez dans la liste." in read(wrong)
    app.state.clock = lambda: NOW + timedelta(days=90)
    later = read(await (await Browser(app, now=NOW + timedelta(days=90)).sign_in(account)).get("/compte"))
    assert "Lit seulement · ne sert plus depuis le dimanche 11 avril 2027 · servie le lundi 11 janvier 2027" in later


def test_nothing_of_the_api_leads_to_another_credential():
    """Not by key: accounts, roles, keys, passkeys, phones, agenda links, making a desk link."""
    makers = (
        r"people\.accounts\.(?!queries|rules|profile|roles)",
        r"people\.passkeys",
        r"calendar\.feeds",
        ".*give_link",
    )
    imported = re.compile(rf"^from booking\.({'|'.join(makers)})", re.MULTILINE)
    api = Path(booking.api.__file__).parent
    assert [file.name for file in sorted(api.glob("*.py")) if imported.search(file.read_text())] == []
