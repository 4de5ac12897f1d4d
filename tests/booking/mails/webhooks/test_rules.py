"""What may leave, to where, signed how, and when one stops trying."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from booking.mails.webhooks.addresses import ReceiverAddress, is_public, may_connect, receiver_of
from booking.mails.webhooks.rules import (
    BACK_OFF,
    EVERYTHING,
    GROUPS,
    JITTER,
    PAUSED_AFTER,
    TOLD_OUTSIDE,
    TRIED_FOR,
    GiveUpDelivery,
    TryDeliveryAgain,
    acts_of,
    acts_open_to,
    after_failure,
    groups_of,
    groups_open_to,
    should_pause,
)
from booking.mails.webhooks.sign import headers_of, secret_of
from booking.people.accounts.rules import Role
from booking.words.acts import ACTS
from booking.words.subjects import TOLD_TOGETHER
from tests.builders import NOW
from workshops.refusals import Invalid

PUBLIC = ("93.184.216.34", "2606:4700:4700::1111", "2a01:e0a::1", "8.8.8.8")
NOT_PUBLIC = (
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1"),
    *("100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1"),
    *("ff02::1", "ff0e::1", "5f00::1"),
)


def test_only_acts_about_visits_slots_comings_and_closed_days_ever_leave():
    for kind, acts in TOLD_OUTSIDE.items():
        begins = (f"{kind}_", "change_") if kind == "reservation" else (f"{kind}_",)
        assert [act for act in acts if not act.startswith(begins) or act not in ACTS] == []
        assert len(set(acts)) == len(acts)
    every = {act for acts in TOLD_OUTSIDE.values() for act in acts}
    kept = ("sign", "access", "account", "token", "passkey", "second", "role", "feed", "webhook", "first_names", "desk")
    assert [act for act in every if act.startswith(kept) or "needs" in act] == []


def test_each_role_is_told_of_what_it_reads():
    open_to = {role: sorted(acts_open_to(role)) for role in Role}
    assert open_to == {
        Role.TEACHER: ["reservation"],
        Role.PRINCIPAL: [],
        Role.HOST: ["attendance", "closure", "reservation", "slot"],
        Role.COMPANY: ["attendance"],
        Role.COORDINATOR: ["attendance", "reservation", "slot"],
        Role.INSPECTOR: [],
        Role.CONSORTIUM: [],
    }


def test_each_act_that_leaves_is_of_one_group_and_each_group_has_its_words():
    every = [act for acts in TOLD_OUTSIDE.values() for act in acts]
    assert sorted(act for acts in GROUPS.values() for act in acts) == sorted(every)
    assert [*TOLD_TOGETHER] == [EVERYTHING, *GROUPS]


def test_a_role_chooses_among_groups_of_what_it_reads():
    open_to = {role: [*groups_open_to(role)] for role in Role if groups_open_to(role)}
    assert open_to == {
        Role.TEACHER: ["bookings", "changes", "closings"],
        Role.HOST: [*GROUPS],
        Role.COMPANY: ["comings"],
        Role.COORDINATOR: [name for name in GROUPS if name != "days"],
    }
    closings = acts_of(["closings"], Role.TEACHER)
    assert closings == {act for act in GROUPS["closings"] if act.startswith("reservation_")}
    for role, groups in ((Role.COMPANY, ["bookings"]), (Role.TEACHER, ["slots"]), (Role.HOST, ["bookings", "money"])):
        with pytest.raises(Invalid):
            acts_of(groups, role)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.HOST, Role.COMPANY, Role.COORDINATOR])
def test_what_was_chosen_together_is_read_as_such_and_single_acts_as_none_of_it(role):
    first = next(iter(groups_open_to(role)))
    assert groups_of(acts_of([first], role), role) == [first]
    whole = acts_of([EVERYTHING], role)
    assert groups_of(whole, role) == (["comings"] if role == Role.COMPANY else [EVERYTHING])
    assert groups_of([*whole][:-1], role) == []
    assert groups_of([], role) == []


def test_a_request_goes_to_public_addresses_alone():
    assert [one for one in PUBLIC if not is_public(one)] == []
    assert [one for one in NOT_PUBLIC if is_public(one)] == []


def test_only_the_trial_connects_to_its_own_machine():
    assert may_connect("127.0.0.1", trial=True)
    assert may_connect("::1", trial=True)
    assert not may_connect("127.0.0.1", trial=False)
    assert not may_connect("10.0.0.1", trial=True)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "Écrivez une adresse complète, par exemple https://agenda.example.org/technilab."),
        ("agenda.example.org", "Écrivez une adresse complète, par exemple https://agenda.example.org/technilab."),
        ("ftp://agenda.example.org", "Écrivez une adresse complète, par exemple https://agenda.example.org/technilab."),
        ("https://a b/", "Écrivez une adresse complète, par exemple https://agenda.example.org/technilab."),
        ("https://a:99999/", "Écrivez une adresse complète, par exemple https://agenda.example.org/technilab."),
        ("http://agenda.example.org/", "L'adresse commence par https:// : ce qui part est chiffré."),
        ("http://127.0.0.1:9000/", "L'adresse commence par https:// : ce qui part est chiffré."),
        ("https://agenda.example.org:8443/", "L'adresse n'a pas d'autre port que celui de https, 443."),
        ("https://claire:secret@agenda.example.org/", "L'adresse ne porte ni mot de passe ni « # »."),
        ("https://agenda.example.org/#ici", "L'adresse ne porte ni mot de passe ni « # »."),
        ("https://localhost/", "Cette adresse n'est pas publique : rien n'y serait envoyé."),
        ("https://[::1]/", "Cette adresse n'est pas publique : rien n'y serait envoyé."),
        ("https://169.254.169.254/latest", "Cette adresse n'est pas publique : rien n'y serait envoyé."),
    ],
)
def test_an_address_that_no_receiver_may_have_is_refused_in_words(url, sentence):
    with pytest.raises(Invalid) as no:
        receiver_of(url, trial=False)
    assert no.value.errors == {"url": sentence}


def test_a_receiver_is_read_off_its_address():
    assert receiver_of("https://agenda.example.org/technilab?a=1", trial=False) == ReceiverAddress(
        "https", "agenda.example.org", 443
    )
    assert receiver_of("https://élève.example.org", trial=False).host == "xn--lve-6lad.example.org"
    assert receiver_of("http://localhost:9000/", trial=True) == ReceiverAddress("http", "localhost", 9000)
    with pytest.raises(Invalid):
        receiver_of("http://192.168.1.1:9000/", trial=True)


def test_the_library_of_the_standard_takes_our_signature_and_no_other():
    secret, body = secret_of(b"salt", "key of the site"), '{"type":"é"}'.encode()
    headers = headers_of("msg_7", body, secrets=[secret], at=datetime.now(UTC))
    assert Webhook(secret).verify(body, headers) == {"type": "é"}
    for wrong in (secret_of(b"other", "key of the site"), secret_of(b"salt", "another key")):
        with pytest.raises(WebhookVerificationError):
            Webhook(wrong).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers | {"webhook-id": "msg_8"})


def test_tries_come_later_and_later_the_last_one_after_24_hours():
    now, tries = NOW, 0
    while True:
        tries += 1
        match after_failure(attempts=tries, since=NOW, chance=0.5, now=now):
            case TryDeliveryAgain(at=at):
                assert at > now
                now = at
            case GiveUpDelivery():
                break
    assert (now - NOW, tries) == (TRIED_FOR, 13)


def test_chance_spreads_the_tries():
    early, late = (after_failure(attempts=1, since=NOW, chance=chance, now=NOW) for chance in (0, 1))
    assert (early, late) == (
        TryDeliveryAgain(NOW + BACK_OFF[0] * (1 - JITTER)),
        TryDeliveryAgain(NOW + BACK_OFF[0] * (1 + JITTER)),
    )


def test_a_receiver_is_left_alone_once_nothing_arrived_for_days():
    assert not should_pause(None, NOW)
    assert not should_pause(NOW - PAUSED_AFTER + timedelta(seconds=1), NOW)
    assert should_pause(NOW - PAUSED_AFTER, NOW)
