"""The mail as mail programs see it."""

from __future__ import annotations

import base64
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.outbox.notices.envelope import envelope, message_id, sender_of
from booking.outbox.notices.rules import Claimed, Letter
from tests.builders import NOW

CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX-É:œuvre\r\nEND:VCALENDAR\r\n".encode()
LETTER = Letter("Visite réservée", "Bonjour,\n\nété\n", "<p>été</p>", CALENDAR, "REQUEST")
NOTICE = Claimed(7, "reservation_confirmed", "claire@example.org", "Claire Renaud", 1, "once:1", "", 1)


def sealed(letter: Letter = LETTER, notice: Claimed = NOTICE, mail_from: str = "technilab@example.org") -> bytes:
    return envelope(letter, notice, mail_from=mail_from, now=NOW).as_bytes()


def opened(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def shape(message: EmailMessage) -> object:
    if message.is_multipart():
        return message.get_content_type(), [shape(part) for part in message.iter_parts()]
    return message.get_content_type()


def test_an_invitation_is_the_last_alternative_and_an_attached_file():
    assert shape(opened(sealed())) == (
        "multipart/mixed",
        [("multipart/alternative", ["text/plain", "text/html", "text/calendar"]), "application/ics"],
    )


def test_the_calendar_part_says_its_method_and_arrives_octet_for_octet():
    [calendar] = [part for part in opened(sealed()).walk() if part.get_content_type() == "text/calendar"]
    [attached] = [part for part in opened(sealed()).walk() if part.get_content_type() == "application/ics"]
    assert dict(calendar["Content-Type"].params) == {"charset": "UTF-8", "method": "REQUEST", "component": "VEVENT"}
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert base64.b64decode(calendar.get_payload()) == CALENDAR
    assert attached.get_filename() == "invitation.ics"
    assert base64.b64decode(attached.get_payload()) == CALENDAR


def test_a_mail_without_a_calendar_is_text_and_html():
    letter = Letter("Votre lien", "Bonjour\n", "<p>Bonjour</p>")
    assert shape(opened(sealed(letter))) == ("multipart/alternative", ["text/plain", "text/html"])


def test_the_headers_say_who_writes_and_that_a_machine_does():
    mail = opened(sealed())
    assert {name: str(mail[name]) for name in ("From", "To", "Subject", "Date", "Auto-Submitted")} == {
        "From": "Technilab <technilab@example.org>",
        "To": "Claire Renaud <claire@example.org>",
        "Subject": "Visite réservée",
        "Date": "Mon, 11 Jan 2027 08:00:00 +0000",
        "Auto-Submitted": "auto-generated",
    }


def test_an_answer_typed_by_hand_reaches_a_person_and_an_agenda_s_reaches_the_organizer():
    raw = envelope(
        LETTER, NOTICE, mail_from="technilab@example.org", now=NOW, reply_to="Coordination µTECH <lea@example.org>"
    ).as_bytes()
    mail = opened(raw)
    assert str(mail["From"]) == "Technilab <technilab@example.org>"
    assert mail["Reply-To"].addresses[0].addr_spec == "lea@example.org"
    assert mail["Reply-To"].addresses[0].display_name == "Coordination µTECH"
    [calendar] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert base64.b64decode(calendar.get_payload()) == CALENDAR
    assert opened(sealed())["Reply-To"] is None


def test_everything_travels_in_seven_bits_and_short_lines():
    raw = sealed(Letter("Été " * 40, "é" * 3000, "<p>" + "é" * 3000 + "</p>", CALENDAR, "REQUEST"))
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == len(raw.split(b"\r\n")) - 1
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78


def test_the_same_fact_has_the_same_message_id_and_another_fact_another():
    assert message_id("a", "example.org") == message_id("a", "example.org") != message_id("b", "example.org")
    assert str(opened(sealed())["Message-ID"]) == message_id("once:1", "example.org")


WORDS = st.lists(
    st.sampled_from(["à", "l'été", "Découpe", "laser", "27", "œuvre,", "(x)", "«", "»", "\\", '"']), max_size=25
)


@given(WORDS, WORDS)
def test_every_french_title_and_name_arrives_with_its_spaces(title, name):
    notice = Claimed(7, "k", "claire.renaud@ac-besancon.fr", " ".join(name), 1, "o", "", 1)
    raw = sealed(Letter(" ".join(title), "t", "h"), notice)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    mail = message_from_bytes(raw)
    kept, address = parseaddr(mail["To"])
    assert str(make_header(decode_header(mail["Subject"]))) == " ".join(title)
    assert (str(make_header(decode_header(kept))), address) == (" ".join(name), "claire.renaud@ac-besancon.fr")


@pytest.mark.parametrize("evil", ["x\r\nBcc: a@example.org", "x\nBcc: a@b.fr", "x\rBcc: a@b.fr", "x\x00\x0b\x1f"])
def test_no_name_and_no_title_can_add_a_header(evil):
    calm = opened(sealed())
    tried = opened(sealed(Letter(evil, "t", "h"), Claimed(7, "k", "a@b.fr", evil, 1, "o", "", 1)))
    assert set(tried.keys()) <= set(calm.keys())
    assert [address.addr_spec for address in tried["To"].addresses] == ["a@b.fr"]


@pytest.mark.parametrize("evil", ["a@b.fr\r\nBcc: x@y.fr", "a@b.fr, x@y.fr", "pas une adresse"])
def test_what_is_no_single_address_is_refused(evil):
    with pytest.raises(ValueError):
        sealed(notice=Claimed(7, "k", evil, "Nom", 1, "o", "", 1))


def test_the_sender_may_have_a_name_of_its_own():
    assert str(sender_of("Technilab Besançon <visites@example.org>")) == "Technilab Besançon <visites@example.org>"
    assert str(sender_of("visites@example.org")) == "Technilab <visites@example.org>"
    with pytest.raises(ValueError):
        sender_of("visites")
