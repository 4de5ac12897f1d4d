from __future__ import annotations

import json
import secrets
import subprocess
import sys
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.people.accounts.rules import TooManyTries
from booking.people.accounts.second_proof import forget_proof
from booking.people.accounts.second_proof import prove as prove_by_code
from booking.people.accounts.sign_in import Here, open_session
from booking.people.accounts.sign_out import disable
from booking.people.passkeys.ask import passkeys_of
from booking.people.passkeys.rules import CHALLENGE_LASTS, Answer, PasskeyRefused, read_answer, text_of, user_handle
from tests import builders
from tests.authenticator import Device
from tests.booking.people.passkeys.people import (
    HERE,
    KEY,
    a_passkey_of,
    asked_for_new,
    asked_to_prove,
    asked_to_sign_in,
    keep,
    paper_of,
    proof_of,
    prove,
    sign_in,
    someone,
)
from tests.builders import NOW
from tests.crossing import another_act
from workshops.database import rows, value

LATER = NOW + timedelta(minutes=1)


async def test_a_passkey_opens_a_session_that_is_proved_twice_and_no_address_was_asked(db):
    nadia = await someone("coordinator")
    device = await a_passkey_of(nadia)
    asked = await asked_to_sign_in()
    assert (asked["rpId"], asked["allowCredentials"], asked["userVerification"]) == ("localhost", [], "required")
    await sign_in(device.show(asked), now=LATER)
    assert await proof_of("s9") == "given"
    assert [one.used_at for one in await passkeys_of(nadia)] == [LATER]
    assert await value("SELECT act FROM events ORDER BY id DESC LIMIT 1") == "signed_in"


async def test_each_passkey_of_an_account_opens_it(db):
    nadia = await someone()
    phone, computer = await a_passkey_of(nadia), await a_passkey_of(nadia, old="s2", new="s3")
    await sign_in(phone.show(await asked_to_sign_in()), session="s8")
    await sign_in(computer.show(await asked_to_sign_in()), session="s9")
    assert [await proof_of(one) for one in ("s8", "s9")] == ["given", "given"]


async def test_an_answer_sent_again_opens_nothing(db):
    device = await a_passkey_of(await someone())
    shown = device.show(await asked_to_sign_in())
    await sign_in(shown)
    with pytest.raises(PasskeyRefused):
        await sign_in(shown, session="again")
    assert await proof_of("again") is None


async def test_a_challenge_is_signed_once_and_within_five_minutes(db):
    device = await a_passkey_of(await someone())
    asked = await asked_to_sign_in()
    await sign_in(device.show(asked))
    late = device.show(await asked_to_sign_in())
    for shown, now in ((device.show(asked), NOW), (late, NOW + CHALLENGE_LASTS)):
        with pytest.raises(PasskeyRefused):
            await sign_in(shown, session="again", now=now)


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "http://localhost:8001"},
        {"origin": "https://technilab.example.net"},
        {"host": "example.net"},
        {"unlocked": False},
        {"count": -1},
        {"handle": text_of(bytes(32))},
        {"handle": None},
        {"credential_id": bytes(32)},
        {"key": Device().key},
    ],
    ids=lambda lie: next(iter(lie)),
)
async def test_whatever_is_wrong_is_refused_in_the_same_words_and_written_down(db, lie):
    device = await a_passkey_of(await someone(), count=5)
    for name, told in lie.items():
        setattr(device, name, told)
    with pytest.raises(PasskeyRefused) as no:
        await sign_in(device.show(await asked_to_sign_in()))
    assert (no.value.status, no.value.sentence) == (PasskeyRefused.status, PasskeyRefused.sentence)
    assert (await proof_of("s9"), await value("SELECT act FROM refusal_counts")) == (
        None,
        "passkey_refused",
    )


async def test_a_count_that_does_not_grow_is_a_copy_s(db):
    device = await a_passkey_of(await someone())
    await sign_in(device.show(await asked_to_sign_in()))
    device.count -= 1
    with pytest.raises(PasskeyRefused):
        await sign_in(device.show(await asked_to_sign_in()), session="copy")


async def test_a_device_that_does_not_count_is_welcome_each_time(db):
    device = await a_passkey_of(await someone())
    for session in ("s8", "s9"):
        device.count = -1
        await sign_in(device.show(await asked_to_sign_in()), session=session)
    assert await proof_of("s9") == "given"


async def test_of_two_answers_with_one_count_that_come_at_once_one_enters(db):
    device = await a_passkey_of(await someone())
    first = device.show(await asked_to_sign_in())
    device.count -= 1
    second = device.show(await asked_to_sign_in())
    async with another_act(lambda: sign_in(first, session="a")):
        with pytest.raises(PasskeyRefused):
            await sign_in(second, session="b")
    assert (await proof_of("a"), await proof_of("b")) == ("given", None)


async def test_a_closed_account_is_refused_as_an_unknown_passkey_is(db):
    nadia, yves = await someone(), await someone("coordinator", session="o1")
    device = await a_passkey_of(nadia)
    await disable(nadia, by=yves, now=NOW)
    with pytest.raises(PasskeyRefused) as no:
        await sign_in(device.show(await asked_to_sign_in()))
    assert no.value.sentence == PasskeyRefused.sentence


async def test_five_failures_of_an_account_in_a_quarter_of_an_hour_end_its_tries_and_no_one_else_s(db):
    device, other = (
        await a_passkey_of(await someone()),
        await a_passkey_of(await someone(session="o1"), old="o1", new="o2"),
    )
    device.unlocked = False
    for _ in range(5):
        with pytest.raises(PasskeyRefused):
            await sign_in(device.show(await asked_to_sign_in()))
    device.unlocked = True
    with pytest.raises(TooManyTries):
        await sign_in(device.show(await asked_to_sign_in()))
    await sign_in(other.show(await asked_to_sign_in()), session="o9")
    await sign_in(device.show(await asked_to_sign_in(now=NOW + timedelta(minutes=16))), now=NOW + timedelta(minutes=16))


async def test_thirty_unknown_passkeys_end_the_tries_of_an_address(db):
    for _ in range(30):
        with pytest.raises(PasskeyRefused):
            await sign_in(Device(handle="AAAA").show({"challenge": secrets.token_urlsafe(32)}))
    with pytest.raises(TooManyTries):
        await sign_in(Device(handle="AAAA").show(await asked_to_sign_in()))


async def test_a_coordinator_who_came_by_mail_proves_herself_with_her_passkey(db):
    nadia = await someone("coordinator")
    device = await a_passkey_of(nadia)
    await open_session(nadia, session_id="s4", browser="Firefox", now=NOW)
    assert await proof_of("s4") == "asked"
    asked = await asked_to_prove(nadia)
    assert [one["id"] for one in asked["allowCredentials"]] == [text_of(device.credential_id)]
    device.handle = None
    await prove(nadia, device.show(asked), old="s4", new="s5")
    assert (await proof_of("s4"), await proof_of("s5")) == (None, "given")


async def test_another_s_passkey_or_another_page_s_challenge_proves_nothing(db):
    nadia, yves = await someone("coordinator"), await someone("coordinator", session="o1")
    mine, his = await a_passkey_of(nadia), await a_passkey_of(yves, old="o1", new="o2")
    await open_session(nadia, session_id="s4", browser="Firefox", now=NOW)
    for shown in (
        his.show(await asked_to_prove(nadia)),
        mine.show(await asked_to_prove(yves)),
        mine.show(await asked_to_sign_in()),
        mine.show(await asked_for_new(nadia)),
    ):
        with pytest.raises(PasskeyRefused):
            await prove(nadia, shown, old="s4", new="s5")
    with pytest.raises(PasskeyRefused):
        await sign_in(mine.show(await asked_to_prove(nadia)))
    assert await proof_of("s4") == "asked"


async def test_a_teacher_s_mailed_link_still_suffices_where_her_passkey_is_not_at_hand(db):
    claire = await someone()
    await a_passkey_of(claire)
    await open_session(claire, session_id="s4", browser="Firefox", now=NOW)
    assert await proof_of("s4") == "none"


async def test_a_teacher_who_coordinates_too_is_asked_in_each_of_her_roles(db):
    nadia = await someone()
    await builders.membership(nadia, "coordinator")
    await a_passkey_of(nadia)
    await open_session(nadia, session_id="s4", browser="Firefox", now=NOW)
    assert await proof_of("s4") == "asked"


async def test_a_code_on_paper_replaces_a_passkey_that_is_not_at_hand(db):
    nadia = await someone("coordinator")
    await keep(nadia, Device().make(await asked_for_new(nadia)))
    await open_session(nadia, session_id="s4", browser="Firefox", now=NOW)
    code = paper_of(nadia)[0].upper()
    here = Here("s4", "s5", "Firefox")
    await prove_by_code(nadia, code=code, secret_key=KEY, here=here, address=HERE["address"], now=NOW)
    assert await proof_of("s5") == "given"


async def test_a_lost_phone_takes_its_passkeys_with_it(db):
    nadia = await someone("coordinator", email="nadia@example.org")
    device = await a_passkey_of(nadia)
    await forget_proof("nadia@example.org", now=NOW)
    assert (await proof_of("s2"), await passkeys_of(nadia)) == (None, [])
    assert [tuple(one) for one in await rows("SELECT 1 FROM rescue_codes")] == []
    with pytest.raises(PasskeyRefused):
        await sign_in(device.show(await asked_to_sign_in()))
    await open_session(nadia, session_id="s4", browser="Firefox", now=NOW)
    assert await proof_of("s4") == "none"


ASKED = "import booking.app, sys; print('webauthn' in sys.modules, 'cryptography' in sys.modules)"


def test_what_reads_passkeys_waits_for_the_first_one():
    said = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert said.stdout == "False False\n"


WORDS = st.text(max_size=12) | st.sampled_from(["id", "response", "clientDataJSON", "userHandle", "e30", "bnVsbA"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
)
LIKE_AN_ANSWER = st.fixed_dictionaries(
    {"id": ANYTHING, "response": ANYTHING | st.fixed_dictionaries({"clientDataJSON": ANYTHING, "userHandle": ANYTHING})}
)


@given(ANYTHING | LIKE_AN_ANSWER)
def test_whatever_a_browser_sends_is_an_answer_or_none(sent):
    assert isinstance(read_answer(json.dumps(sent)), Answer | None)


@given(st.text())
def test_whatever_is_no_json_is_no_answer(typed):
    assert isinstance(read_answer(typed), Answer | None)


def test_what_is_deeper_than_anything_or_longer_than_an_answer_is_none():
    assert [read_answer("[" * 10_000), read_answer('"' + "a" * 30_000 + '"')] == [None, None]


def test_an_answer_says_which_passkey_signed_which_challenge():
    client = text_of(json.dumps({"type": "webauthn.get", "challenge": "AAEC"}).encode())
    sent = {"id": "_-8", "response": {"clientDataJSON": client, "userHandle": "AQ"}}
    assert read_answer(json.dumps(sent)) == Answer(b"\xff\xef", b"\x00\x01\x02", b"\x01")


def test_an_account_s_handle_is_its_own_at_each_site_and_says_nothing_of_it():
    handles = {user_handle(1, "a"), user_handle(2, "a"), user_handle(1, "b")}
    assert [len(one) for one in handles] == [32, 32, 32]
