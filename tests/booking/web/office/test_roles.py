"""A role is withdrawn, the account stays open with the others."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from booking.calendar.feeds.give import give_feed
from booking.people.accounts.rules import LastCoordinator
from booking.people.accounts.sign_out import withdraw_role
from booking.people.accounts.token import issue_token
from tests import builders
from tests.browsing import Browser, Machine, read
from tests.builders import NOW
from workshops.database import row, rows, value


@pytest.fixture
async def claire(office):
    """(account, as teacher, as host): she teaches in a collège and receives in a lycée."""
    account = await builders.account("claire@example.org", name="Claire Renaud")
    teaches = await builders.membership(account, "teacher", school=await builders.school())
    receives = await builders.membership(account, "host", school=await builders.school(kind="lycee", name="Lycée Haag"))
    return account, teaches, receives


def withdrawal(account: int, role: int) -> str:
    return f"/gestion/comptes/{account}/roles/{role}/retrait"


async def test_its_sessions_keys_and_agenda_links_end_at_once_and_the_others_go_on(app, office, nadia, claire):
    account, teaches, receives = claire
    as_host = await Browser(app, now=NOW).sign_in(account, membership=receives)
    as_teacher = await Browser(app, now=NOW).sign_in(account, membership=teaches)
    token = secrets.token_urlsafe(32)
    await rows(
        "INSERT INTO api_tokens (token_hash, account, membership) VALUES (sha256($1::bytea), $2, $3)",
        token.encode(),
        account,
        receives,
    )
    await give_feed(receives, token=secrets.token_urlsafe(32), account=account, now=NOW)
    assert (await as_host.get("/lycee")).status_code == 200
    assert (await Machine(app, token).post("/slots", {})).status_code == 422

    answer = await office.post(withdrawal(account, receives))
    assert (answer.status_code, answer.headers["location"]) == (303, "/gestion/comptes?fait=role-retire")
    assert (await as_host.get("/lycee")).status_code == 303
    assert (await Machine(app, token).post("/slots", {})).status_code == 401
    assert await value("SELECT count(*) FROM feeds") == 0
    assert (await as_teacher.get("/mes-visites")).status_code == 200
    assert [one["id"] for one in await rows("SELECT id FROM memberships WHERE account = $1", account)] == [teaches]
    assert tuple(await row("SELECT by, about, detail FROM events WHERE act = 'role_withdrawn'")) == (
        nadia,
        account,
        "host, Lycée Haag",
    )


async def test_the_page_offers_it_where_there_are_several_roles(office, claire):
    account, _, receives = claire
    alone = await builders.account("seule@example.org", name="Seule Perrin")
    only = await builders.membership(alone, "teacher", school=await builders.school())
    page = (await office.get("/gestion/comptes")).text
    assert f'action="{withdrawal(account, receives)}"' in page
    assert f'action="{withdrawal(alone, only)}"' not in page


async def test_an_account_s_only_role_is_not_withdrawn(office):
    alone = await builders.account("seule@example.org", name="Seule Perrin")
    only = await builders.membership(alone, "teacher", school=await builders.school())
    answer = await office.post(withdrawal(alone, only))
    assert answer.status_code == 409
    assert "C'est le seul rôle de cette personne : fermez son compte, ou donnez-lui d'abord un autre rôle." in read(
        answer
    )
    assert await value("SELECT count(*) FROM memberships WHERE account = $1", alone) == 1


async def test_the_last_coordinator_stays(office, nadia):
    await builders.membership(nadia, "teacher", school=await builders.school())
    coordinates = await value("SELECT id FROM memberships WHERE role = 'coordinator'")
    await builders.person("coordinator", disabled_at=NOW)
    answer = await office.post(withdrawal(nadia, coordinates))
    assert answer.status_code == 409
    assert "C'est la dernière personne de la coordination : invitez-en d'abord une autre." in read(answer)


async def test_two_coordinators_who_withdraw_each_other_leave_one(office, nadia):
    other = await builders.account()
    roles = []
    for account in (nadia, other):
        await builders.membership(account, "teacher", school=await builders.school())
        held = "SELECT id FROM memberships WHERE account = $1 AND role = 'coordinator'"
        roles.append(await value(held, account) or await builders.membership(account, "coordinator"))
    outcomes = await asyncio.gather(
        withdraw_role(nadia, membership=roles[0], by=other, now=NOW),
        withdraw_role(other, membership=roles[1], by=nadia, now=NOW),
        return_exceptions=True,
    )
    assert sorted(type(one) for one in outcomes if one) == [LastCoordinator]
    assert await value("SELECT count(*) FROM memberships WHERE role = 'coordinator'") == 1


async def test_a_role_of_somebody_else_is_not_found(office, claire):
    _, teaches, _ = claire
    other = await builders.account()
    assert (await office.post(withdrawal(other, teaches))).status_code == 404


async def test_a_key_of_the_withdrawn_role_is_told_apart_from_those_of_the_others(app, office, claire):
    account, _, receives = claire
    token = secrets.token_urlsafe(32)
    await issue_token("claire@example.org", token=token, now=NOW)
    await office.post(withdrawal(account, receives))
    assert (await Machine(app, token).get("/groups")).status_code == 200
