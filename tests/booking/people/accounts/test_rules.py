from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.people.accounts.rules import csrf_of, local_path, plain_email, proof_beside_mail, wait_for
from tests.builders import NOW
from workshops.refusals import Invalid


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "claire",
        "@ac.fr",
        "a b@ac.fr",
        "a@b@c.fr",
        "claire@-ac.fr",
        "claire@gmail",
        "claire@gmail.",
        "claire@a..fr",
        "x" * 65 + "@a.fr",
    ],
)
def test_what_cannot_be_an_address_is_refused(typed):
    with pytest.raises(Invalid) as no:
        plain_email(typed)
    assert set(no.value.errors) == {"email"}


def test_an_address_is_kept_in_one_form():
    assert plain_email("  Claire.Renaud@AC-Besancon.fr ") == "claire.renaud@ac-besancon.fr"


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/mes-visites", "/mes-visites"),
        ("/creneaux?niveau=4e&du=2027-03-01", "/creneaux?niveau=4e&du=2027-03-01"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("javascript:alert(1)", "/"),
        (None, "/"),
    ],
)
def test_after_sign_in_one_goes_to_a_path_of_ours_only(asked, kept):
    assert local_path(asked) == kept


@given(st.text(max_size=60))
def test_no_text_leads_away_from_the_site(text):
    kept = local_path(text)
    assert kept[:1] == "/" and kept[1:2] not in {"/", "\\"}


def test_the_form_token_belongs_to_one_session():
    assert csrf_of("a", "k") == csrf_of("a", "k")
    assert len({csrf_of("a", "k"), csrf_of("b", "k"), csrf_of("a", "l")}) == 3


def test_five_tries_in_a_quarter_of_an_hour_are_the_most():
    tries = [NOW - timedelta(minutes=minutes) for minutes in (1, 2, 3, 4, 5)]
    assert wait_for(tries, most=5, now=NOW) == 600
    assert wait_for(tries[:4], most=5, now=NOW) == 0
    assert wait_for([NOW - timedelta(minutes=16)] * 9, most=5, now=NOW) == 0


@pytest.mark.parametrize(
    ("role", "phone", "passkeys", "asked"),
    [
        ("host", True, True, "phone"),
        ("host", False, True, ""),
        ("coordinator", False, True, "passkey"),
        ("coordinator", True, False, "phone"),
        ("coordinator", False, False, ""),
    ],
)
def test_a_mail_is_backed_by_the_phone_else_by_a_coordinators_passkey(role, phone, passkeys, asked):
    assert proof_beside_mail(role, phone=phone, passkeys=passkeys) == asked
