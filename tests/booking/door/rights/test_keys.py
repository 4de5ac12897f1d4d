"""A key opens the JSON API and nothing else: everywhere else, whoever shows one is a stranger."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from pathlib import Path

import pytest

import booking.api
from booking.people.accounts.token import issue_token
from tests.booking.door.rights.test_rights import a_person, address
from tests.browsing import Browser, Machine, read
from tests.builders import NOW
from tests.door_matrix import RIGHTS, ROLES
from workshops.database import value

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
        r"people\.accounts\.(?!queries|rules|profile|permissions|roles)",
        r"people\.passkeys",
        r"calendar\.feeds",
        ".*give_link",
    )
    imported = re.compile(rf"^from booking\.({'|'.join(makers)})", re.MULTILINE)
    api = Path(booking.api.__file__).parent
    assert [file.name for file in sorted(api.glob("*.py")) if imported.search(file.read_text())] == []
