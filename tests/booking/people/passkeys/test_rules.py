from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from booking.people.passkeys.rules import Answer, read_answer, text_of, user_handle

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
