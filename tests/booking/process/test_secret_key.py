"""The site's key and those before it: what a former one made is known, what is made anew is the new one's."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from booking.outbox.notices.envelope import sign_of
from booking.outbox.returns.rules import ReturnReport, notice_of
from booking.people.accounts.phone_secret import PhoneUnreadable, sealed_secret, secrets_of
from booking.people.accounts.rules import secret_of
from booking.people.accounts.stop_links import stop_token, stopped_by
from booking.people.drafts.rules import Content, account_of, drawn_for, opened, sealed
from booking.process.secret_key import SecretKey, before_of, keys_of, print_of
from booking.process.settings import SettingsRefused, read_settings
from booking.visits.badge_codes.rules import hash_of, known_token, token_of
from booking.visits.handovers.rules import proposal_token, proposed_by
from booking.visits.questions.rules import Side, asked_by_link, link_of
from booking.visits.reservations.mailed_links import (
    VisitAsked,
    coming_token,
    offer_salt_of,
    offer_token,
    proves_coming,
)

FIRST, SECOND, THIRD = (f"the {which} key of this site and long enough" for which in ("first", "second", "third"))
NOW = SecretKey(THIRD, before=(SECOND, FIRST))
SALT, OTHER = UUID(int=7), UUID(int=8)
ASKED = VisitAsked(93, date(2027, 3, 25))
DRAFT = Content(where="/groupes", action="/groupes", typed={"name": ["4e B"]})
# What a key makes, and what is read of it with a key: the same for each thing that is derived from it.
MADE = {
    "offer": (lambda key: offer_token(SALT, key), offer_salt_of, SALT),
    "coming": (
        lambda key: coming_token(ASKED, SALT, key),
        lambda token, key: proves_coming(token, ASKED, SALT, key) or None,
        True,
    ),
    "proposal": (lambda key: proposal_token(93, SALT, key), proposed_by, (93, SALT)),
    "question": (lambda key: link_of(SALT, Side.LYCEE, key), asked_by_link, (SALT, Side.LYCEE)),
    "stop": (lambda key: stop_token("alert", 4, key), lambda token, key: stopped_by("alert", token, key), 4),
    "mail": (lambda key: sign_of(4711, key), lambda sign, key: notice_of(ReturnReport((sign,), True, ""), key), 4711),
    "draft": (
        lambda key: sealed(DRAFT, key="this browser", account=3, secret_key=key),
        lambda kept, key: opened(kept, key="this browser", account=3, secret_key=key),
        DRAFT,
    ),
    "form": (lambda key: drawn_for(3, key), account_of, 3),
    "badge": (
        lambda key: hash_of(token_of(key, SALT, "pupil", 17)),
        lambda kept, key: ((token := known_token(kept, key, SALT, "pupil", 17)) and hash_of(token) == kept) or None,
        True,
    ),
}


@pytest.mark.parametrize("thing", MADE)
def test_what_a_former_key_made_is_known_until_it_is_taken_out(thing: str):
    make, known, told = MADE[thing]
    for key in (FIRST, SECOND, THIRD):
        assert known(make(key), NOW) == told
    assert known(make(FIRST), SecretKey(THIRD, before=(SECOND,))) is None
    assert known(make(FIRST), THIRD) is None
    assert known(make("the key of another site and long enough"), NOW) is None


@pytest.mark.parametrize("thing", sorted(set(MADE) - {"draft"}))
def test_what_is_made_anew_is_of_the_new_key(thing: str):
    make, known, told = MADE[thing]
    assert make(NOW) == make(THIRD)
    assert known(make(NOW), THIRD) == told


def test_a_draft_is_sealed_with_the_new_key():
    make, known, _ = MADE["draft"]
    assert (known(make(NOW), THIRD), known(make(NOW), SecretKey(FIRST, before=(SECOND,)))) == (DRAFT, None)


def test_a_question_s_link_is_of_one_side_alone():
    sides = [asked_by_link(link_of(salt, side, FIRST), NOW) for salt in (SALT, OTHER) for side in Side]
    assert sides == [(salt, side) for salt in (SALT, OTHER) for side in Side]
    for wrong in ("", "é", "x" * 54, link_of(SALT, Side.TEACHER, FIRST)[:-4]):
        assert asked_by_link(wrong, NOW) is None


def test_a_phone_s_secret_outlives_the_key_under_which_it_was_registered():
    first = secret_of(b"salt", FIRST)
    assert secrets_of(b"salt", None, NOW) == [secret_of(b"salt", key) for key in (THIRD, SECOND, FIRST)]
    kept = sealed_secret(first, SecretKey(SECOND, before=(FIRST,)))
    assert secrets_of(b"salt", kept, NOW) == [first]
    anew = sealed_secret(first, NOW)
    assert secrets_of(b"salt", anew, THIRD) == [first]
    assert first.encode() not in anew
    with pytest.raises(PhoneUnreadable, match=r"La clé du site a changé, et ce téléphone n'est plus reconnu\."):
        secrets_of(b"salt", kept, THIRD)


def test_keys_are_one_text_to_whatever_derives_from_them():
    assert (NOW, keys_of(NOW), before_of(NOW)) == (THIRD, (THIRD, SECOND, FIRST), (SECOND, FIRST))
    assert (keys_of("a text"), before_of("a text")) == (("a text",), ())
    prints = {print_of(key) for key in keys_of(NOW)}
    assert (len(prints), any(key[:8] in one for key in keys_of(NOW) for one in prints)) == (3, False)


PRODUCTION = {"BASE_URL": "https://technilab.example", "SMTP_URL": "smtp://mail.example.org:25", "SECRET_KEY": THIRD}


@pytest.mark.parametrize(
    ("told", "before"), [("", ()), (SECOND, (SECOND,)), (f" {SECOND} , {FIRST},", (SECOND, FIRST))]
)
def test_former_keys_are_told_one_after_the_other(told: str, before: tuple[str, ...]):
    settings = read_settings(PRODUCTION | {"SECRET_KEY_BEFORE": told})
    assert (settings.secret_key, before_of(settings.secret_key)) == (THIRD, before)


def test_the_new_key_is_none_of_the_former_ones():
    with pytest.raises(SettingsRefused, match="SECRET_KEY est aussi dans SECRET_KEY_BEFORE"):
        read_settings(PRODUCTION | {"SECRET_KEY_BEFORE": f"{SECOND},{THIRD}"})


def test_a_draft_lasts_less_than_the_hour_in_which_its_key_is_counted():
    from booking.people.drafts.rules import PAGE_LASTS, TYPED_LASTS  # noqa: PLC0415 - for this comparison alone

    assert max(PAGE_LASTS, TYPED_LASTS) <= timedelta(hours=1)
