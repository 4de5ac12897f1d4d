"""What opens something for an invented person opens it in a trial, and nowhere else; a key of hers, for a day."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import pytest
from httpx import ASGITransport, AsyncClient
from msgspec.structs import replace

from booking.calendar.feeds.give import give_feed
from booking.calendar.feeds.queries import feed
from booking.day.desk_links.give import give_link
from booking.day.desk_links.queries import helper_of, open_link
from booking.day.desk_links.rules import LinkEnded
from booking.people.accounts.calling import person_of_session, person_of_token
from booking.people.accounts.rules import hash_of
from booking.people.accounts.sign_in import open_session
from booking.people.accounts.token import issue_token
from booking.people.accounts.trial import ExamplesStand, RealDataStand, demo_accounts, refuse_wrong_data, trial_token
from booking.people.passkeys.rules import PasskeyRefused
from booking.people.passkeys.sign_in import sign_in_by_passkey
from booking.process.settings import read_settings
from tests import builders
from tests.application import application
from tests.authenticator import ORIGIN
from tests.booking.mails.webhooks import told
from tests.booking.people.passkeys import people
from tests.browsing import Browser, Machine
from tests.builders import NOW, paris
from workshops.database import value

SECRET = "s" * 40


@pytest.fixture(params=[True, False], ids=["invented", "real"])
async def host(db, request) -> tuple[int, int]:
    """(account, lycée) of a host who was invented for a trial, or who was not."""
    lycee = await builders.school(kind="lycee")
    return await builders.person("host", "jules@example.org", school=lycee, example=request.param), lycee


async def invented(account: int) -> bool:
    return bool(await value("SELECT example FROM accounts WHERE id = $1", account))


async def test_a_session_of_an_invented_person_is_nobodys_outside_a_trial(host):
    account, _ = host
    await open_session(account, session_id="s", browser="", now=NOW)
    seen = {trial: await person_of_session(hash_of("s"), csrf="c", now=NOW, trial=trial) for trial in (True, False)}
    assert {trial: one is not None for trial, one in seen.items()} == {True: True, False: not await invented(account)}


async def test_a_key_of_an_invented_person_is_nobodys_outside_a_trial(host):
    account, _ = host
    await issue_token("jules@example.org", token="k", now=NOW)
    seen = {trial: await person_of_token(hash_of("k"), now=NOW, trial=trial) for trial in (True, False)}
    assert {trial: one is not None for trial, one in seen.items()} == {True: True, False: not await invented(account)}


async def test_any_key_of_an_invented_person_ends_within_a_day(host):
    account, _ = host
    await issue_token("jules@example.org", token="k", now=NOW)
    ends = {
        after: await person_of_token(hash_of("k"), now=NOW + after, trial=True) is None
        for after in (timedelta(hours=23), timedelta(days=1), timedelta(days=364))
    }
    assert ends == dict(zip(ends, [False, *[await invented(account)] * 2], strict=True))


async def test_an_agenda_link_of_an_invented_person_opens_nothing_outside_a_trial(host):
    account, _ = host
    membership = await value("SELECT id FROM memberships WHERE account = $1", account)
    await give_feed(membership, account=account, token="t", now=NOW)
    seen = {trial: await feed("t", now=NOW, trial=trial) is not None for trial in (True, False)}
    assert seen == {True: True, False: not await invented(account)}


async def test_a_desk_link_that_an_invented_person_gave_has_ended_outside_a_trial(host):
    account, lycee = host
    slot = await builders.slot(host=lycee)
    await give_link(slot, token="t", account=account, school=lycee, now=NOW)
    day = paris("2027-03-25 09:10")
    seen = {trial: await helper_of("t", csrf="", now=day, trial=trial) is not None for trial in (True, False)}
    assert seen == {True: True, False: not await invented(account)}
    if await invented(account):
        with pytest.raises(LinkEnded):
            await open_link("t", now=day)


async def test_a_passkey_of_an_invented_person_is_refused_outside_a_trial(db):
    claire = await people.someone(example=True)
    device = await people.a_passkey_of(claire)
    for trial, opened in ((False, False), (True, True)):
        shown = device.show(await people.asked_to_sign_in())
        with nullcontext() if opened else pytest.raises(PasskeyRefused):
            await sign_in_by_passkey(shown, origin=ORIGIN, session_id="s9", now=NOW, trial=trial, **people.HERE)


@pytest.mark.parametrize("example", [True, False])
async def test_a_program_that_an_invented_person_subscribed_is_told_of_nothing_outside_a_trial(db, example):
    lycee = await builders.school(kind="lycee")
    host = await builders.membership(await builders.account(example=example), "host", school=lycee)
    url = "http://127.0.0.1:9/"
    subscribed = await builders.webhook(membership=host, url=url, acts=told.BOOKED)
    await told.booked(await told.a_visit(lycee=lycee))
    await told.tell_programs()
    await told.send()
    assert [state for _, state, _ in await told.states(subscribed)] == ["dropped" if example else "waiting"]


async def test_the_trials_own_key_ends_with_the_day_and_each_reading_renews_it(db):
    await builders.person("coordinator", "nour@example.org", example=True)
    (nour,) = await demo_accounts()
    key = await trial_token(nour.account, nour.membership, secret_key=SECRET, now=NOW)
    assert await person_of_token(hash_of(key), now=NOW + timedelta(hours=23), trial=True) is not None
    later = NOW + timedelta(days=1)
    assert await person_of_token(hash_of(key), now=later, trial=True) is None
    assert await trial_token(nour.account, nour.membership, secret_key=SECRET, now=later) == key
    assert await person_of_token(hash_of(key), now=later, trial=True) is not None


async def test_the_trials_own_key_acts_as_its_person(app):
    app.state.clock = lambda: NOW
    await builders.person("teacher", "claire@example.org", school=await builders.school(), example=True)
    await builders.person("teacher", "paul@ac-besancon.fr", school=await builders.school())
    (claire,) = (await Browser(app).get("/demo/comptes.json")).json()
    group = {"name": "4e B", "level": "4e", "pupils": 24, "school_year": "2026-2027"}
    assert (await Machine(app, claire["token"]).post("/groups", group)).status_code == 201
    assert await value("SELECT s.uai FROM groups g JOIN schools s ON s.id = g.school") == claire["school"]["uai"]


async def test_production_refuses_to_start_beside_invented_people_and_says_what_to_do(db):
    real = replace(read_settings(), demo=False)
    await builders.person("coordinator", "nour@ac-besancon.fr")
    await refuse_wrong_data(real)
    await builders.person("coordinator", "yves@example.org", example=True)
    await refuse_wrong_data(replace(real, demo=True))
    with pytest.raises(ExamplesStand) as no:
        await refuse_wrong_data(real)
    assert str(no.value) == (
        "Technilab ne démarre pas : 1 compte d'exemple est encore là, dont les clés sont connues. Lancez technilab"
        " forget-examples --dry-run, qui dit ce qui partirait, puis technilab forget-examples. Pour un essai, mettez"
        " DEMO=1."
    )


@pytest.mark.parametrize("imported", [True, False], ids=["schools", "people"])
async def test_what_is_shown_as_a_trial_is_empty_or_holds_invented_people(db, imported):
    """Visitors' accounts beside theirs are erased in the night, as the page has told them."""
    shown = replace(read_settings(), shown=True)
    await refuse_wrong_data(shown)
    if imported:
        await builders.school()
    else:
        await builders.person("coordinator", "nour@ac-besancon.fr")
    await refuse_wrong_data(replace(shown, shown=False))
    with pytest.raises(RealDataStand) as no:
        await refuse_wrong_data(shown)
    assert str(no.value) == (
        "Technilab ne démarre pas : DEMO=public efface toute la base chaque nuit, et celle-ci contient des données sans"
        " aucun compte d'exemple. Pour de vraies visites, enlevez DEMO. Pour montrer un essai, donnez-lui une base"
        " vide : une autre DATABASE_URL, ou un autre DATA_DIR."
    )
    await builders.person("coordinator", "yves@example.org", example=True)
    await refuse_wrong_data(shown)


async def test_a_coordinator_of_a_shown_trial_proves_herself_unless_she_is_invented(app, monkeypatch):
    """And no key opens anything there, nor is one given."""
    monkeypatch.setenv("DEMO", "public")
    monkeypatch.setenv("BASE_URL", "https://essai.example.org")
    shown = application(lambda: NOW)
    yves = await builders.person("coordinator", "yves@ac-besancon.fr")
    nour = await builders.person("coordinator", "nour@example.org", example=True)
    await issue_token("nour@example.org", token="k", now=NOW)
    transport = ASGITransport(shown)
    for account, status in ((yves, 303), (nour, 200)):
        await open_session(account, session_id=f"s{account}", browser="", now=NOW)
        cookies = {"__Host-technilab": f"s{account}"}
        async with AsyncClient(transport=transport, base_url="https://essai.example.org", cookies=cookies) as browser:
            assert (await browser.get("/gestion/objectifs", follow_redirects=False)).status_code == status
    async with AsyncClient(transport=transport, base_url="https://essai.example.org") as program:
        assert [one["token"] for one in (await program.get("/demo/comptes.json")).json()] == [None]
        asked = await program.get("/api/v1/results", headers={"Authorization": "Bearer k"})
        assert (asked.status_code, asked.json()["type"]) == (401, "/problems/sign-in-first")
