from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import timedelta
from itertools import pairwise

import pytest

from booking.people.accounts.rules import TooManyTries
from booking.people.passkeys.ask import passkeys_of
from booking.people.passkeys.keep import remove_passkey
from booking.people.passkeys.rules import (
    CHALLENGE_LASTS,
    MOST_PASSKEYS,
    PasskeyKnown,
    PasskeyNotKept,
    TooManyPasskeys,
    text_of,
    user_handle,
)
from tests.authenticator import Device
from tests.booking.people.passkeys.people import (
    KEY,
    a_passkey_of,
    asked_for_new,
    asked_to_prove,
    asked_to_sign_in,
    keep,
    proof_of,
    someone,
)
from tests.builders import NOW
from workshops.database import rows, value
from workshops.refusals import NotFound


async def test_a_passkey_is_added_under_its_device_s_name_and_the_session_gets_a_new_id(db):
    nadia = await someone()
    await keep(nadia, Device().make(await asked_for_new(nadia)), label="Téléphone de Mme Benali")
    [kept] = await passkeys_of(nadia)
    assert (kept.label, kept.created_at, kept.used_at) == ("Téléphone de Mme Benali", NOW, None)
    assert (await proof_of("s1"), await proof_of("s2")) == (None, "given")
    assert [tuple(one) for one in await rows("SELECT act, about FROM events ORDER BY id OFFSET 1")] == [
        ("passkey_kept", nadia),
        ("signed_in", nadia),
    ]
    assert await value("SELECT array_agg(kind) FROM notices") == ["access"]


async def test_the_device_is_asked_to_unlock_for_its_person_and_to_make_one_passkey_only(db):
    nadia = await someone(email="nadia@example.org")
    device = await a_passkey_of(nadia)
    asked = await asked_for_new(nadia)
    assert asked["rp"] == {"id": "localhost", "name": "Technilab"}
    assert (asked["user"]["name"], asked["user"]["displayName"]) == ("nadia@example.org", "Nadia Benali")
    assert asked["authenticatorSelection"] == {"residentKey": "preferred", "userVerification": "required"}
    assert (asked["attestation"], asked["timeout"]) == ("none", 300_000)
    assert [one["id"] for one in asked["excludeCredentials"]] == [text_of(device.credential_id)]
    assert asked["user"]["id"] == text_of(user_handle(nadia, KEY))


async def test_several_passkeys_open_one_account_ten_at_most(db):
    nadia = await someone()
    sessions = [f"s{number}" for number in range(1, MOST_PASSKEYS + 2)]
    for old, new in pairwise(sessions):
        await a_passkey_of(nadia, old=old, new=new)
    assert len(await passkeys_of(nadia)) == MOST_PASSKEYS
    with pytest.raises(TooManyPasskeys):
        await a_passkey_of(nadia, old=sessions[-1], new="more")


async def test_a_passkey_is_added_once_whoever_adds_it(db):
    nadia, other = await someone(), await someone(session="o1")
    device = await a_passkey_of(nadia)
    with pytest.raises(PasskeyKnown):
        await keep(other, device.make(await asked_for_new(other)), old="o1", new="o2")
    assert (await proof_of("o1"), await proof_of("o2")) == ("none", None)


@pytest.mark.parametrize(
    "liar",
    [
        Device(origin="http://localhost:8001"),
        Device(origin="https://technilab.example.net"),
        Device(host="example.net"),
        Device(unlocked=False),
    ],
    ids=["another port", "another site", "another host", "not unlocked"],
)
async def test_what_was_not_made_here_by_its_person_is_not_kept(db, liar):
    nadia = await someone()
    with pytest.raises(PasskeyNotKept):
        await keep(nadia, liar.make(await asked_for_new(nadia)))
    assert (await passkeys_of(nadia), await proof_of("s1")) == ([], "none")
    assert await value("SELECT act FROM refusal_counts") == "passkey_refused"


async def test_a_challenge_serves_once_and_for_five_minutes(db):
    nadia = await someone()
    asked = await asked_for_new(nadia)
    await keep(nadia, Device().make(asked))
    with pytest.raises(PasskeyNotKept):
        await keep(nadia, Device().make(asked), old="s2", new="s3")
    late = await asked_for_new(nadia)
    with pytest.raises(PasskeyNotKept):
        await keep(nadia, Device().make(late), old="s2", new="s3", now=NOW + CHALLENGE_LASTS)
    just = await asked_for_new(nadia)
    await keep(nadia, Device().make(just), old="s2", new="s3", now=NOW + CHALLENGE_LASTS - timedelta(seconds=1))


async def test_a_wrong_answer_spends_its_challenge(db):
    nadia = await someone()
    asked = await asked_for_new(nadia)
    with pytest.raises(PasskeyNotKept):
        await keep(nadia, Device(unlocked=False).make(asked))
    with pytest.raises(PasskeyNotKept):
        await keep(nadia, Device().make(asked))


async def test_another_s_challenge_the_sign_in_page_s_and_one_of_nobody_s_keep_nothing(db):
    nadia, other = await someone(), await someone(session="o1")
    mine = await asked_for_new(nadia)
    strange = [await asked_for_new(other), await asked_to_sign_in(), await asked_to_prove(nadia)]
    for asked in [*strange, {"challenge": secrets.token_urlsafe(32)}]:
        with pytest.raises(PasskeyNotKept):
            await keep(nadia, Device().make(mine | {"challenge": asked["challenge"]}))
    assert await passkeys_of(nadia) == []


async def test_five_answers_that_are_none_end_the_tries(db):
    nadia = await someone()
    for unreadable in ("", "[]", "{}", '{"response": {"clientDataJSON": "e30"}}', "x" * 30_000):
        with pytest.raises(PasskeyNotKept):
            await keep(nadia, unreadable)
    with pytest.raises(TooManyTries):
        await keep(nadia, Device().make(await asked_for_new(nadia)))


async def test_the_challenge_is_kept_as_a_hash_and_goes_with_the_next_one_once_it_is_over(db):
    nadia = await someone()
    asked = await asked_for_new(nadia)
    held = await value("SELECT challenge_hash FROM passkey_challenges")
    assert held == hashlib.sha256(base64.urlsafe_b64decode(asked["challenge"] + "=")).digest()
    await asked_to_sign_in(now=NOW + CHALLENGE_LASTS + timedelta(seconds=1))
    assert await value("SELECT array_agg(purpose) FROM passkey_challenges") == ["sign_in"]


async def test_a_coordinator_s_first_passkey_comes_with_codes_on_paper_and_the_second_does_not(db):
    nadia = await someone("coordinator")
    given = [
        await keep(nadia, Device().make(await asked_for_new(nadia))),
        await keep(nadia, Device().make(await asked_for_new(nadia)), old="s2", new="s3"),
    ]
    assert (given, await value("SELECT count(*) FROM rescue_codes")) == ([True, False], 2)


async def test_a_teacher_s_passkey_needs_no_paper_since_the_mailed_link_remains(db):
    claire = await someone()
    assert await keep(claire, Device().make(await asked_for_new(claire))) is False
    assert await value("SELECT count(*) FROM rescue_codes") == 0


async def test_a_removed_passkey_is_gone_and_its_owner_is_told(db):
    nadia = await someone()
    await a_passkey_of(nadia)
    [kept] = await passkeys_of(nadia)
    await remove_passkey(kept.id, account=nadia, now=NOW)
    assert await passkeys_of(nadia) == []
    assert await value("SELECT array_agg(kind ORDER BY id) FROM notices") == ["access", "access"]
    assert await value("SELECT act FROM events ORDER BY id DESC LIMIT 1") == "passkey_removed"


async def test_another_account_s_passkey_cannot_be_removed(db):
    nadia, other = await someone(), await someone(session="o1")
    await a_passkey_of(nadia)
    [kept] = await passkeys_of(nadia)
    with pytest.raises(NotFound):
        await remove_passkey(kept.id, account=other, now=NOW)
    assert await passkeys_of(nadia) == [kept]
