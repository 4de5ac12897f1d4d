"""An answer is found in the mails of real programs, and nothing is found, nor breaks, in all the others."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendar.replies.parse import answer_in
from booking.calendar.replies.rules import ASIDE, LARGEST, AgendaAnswer, can_be_kept
from tests.booking.calendar.replies.mails import CLAIRE, UID, by_google, by_outlook, by_thunderbird, calendar

STAMP = datetime(2027, 1, 10, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize("written", [by_google, by_outlook, by_thunderbird])
@pytest.mark.parametrize("word", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_the_answer_of_each_program_is_read(written, word):
    assert answer_in(written(word)) == AgendaAnswer(UID, CLAIRE, word, 0, STAMP)


@pytest.mark.parametrize(
    ("raw", "sequence", "stamp"),
    [
        (by_google(sequence="SEQUENCE:3\r\n"), 3, STAMP),
        (by_google(sequence=""), 0, STAMP),
        (by_google(stamp="20270110T101500"), 0, None),
        (by_google(stamp="hier"), 0, None),
    ],
)
def test_what_a_program_leaves_out_or_writes_badly_is_done_without(raw, sequence, stamp):
    assert answer_in(raw) == AgendaAnswer(UID, CLAIRE, "DECLINED", sequence, stamp)


def other_mail(kind: bytes, body: bytes) -> bytes:
    return b"From: x@example.org\r\nMIME-Version: 1.0\r\nContent-Type: " + kind + b"\r\n\r\n" + body


TWO_PEOPLE = calendar().replace(b"SEQUENCE", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:other@example.org\r\nSEQUENCE")
NESTED = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3000))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 500,
        other_mail(b"text/plain", b"Je ne viens pas."),
        other_mail(b"text/calendar", b"BEGIN:VCALENDAR"),
        other_mail(b"text/calendar", calendar(method="REQUEST")),
        other_mail(b"text/calendar", calendar("DELEGATED")),
        other_mail(b"text/calendar", calendar("NEEDS-ACTION")),
        other_mail(b"text/calendar", calendar(email="")),
        other_mail(b"text/calendar", calendar(sequence="SEQUENCE:trois\r\n")),
        other_mail(b"text/calendar", TWO_PEOPLE),
        other_mail(b"text/calendar; charset=klingon-8", calendar()[:-40]),
        other_mail(b"text/calendar\r\nContent-Transfer-Encoding: base64", b"=a=b=c="),
        other_mail(b"multipart/mixed", b"--\r\n"),
        NESTED,
        by_google() + b"x" * LARGEST,
    ],
)
def test_any_other_mail_holds_no_answer_and_breaks_nothing(raw):
    began = time.process_time()
    assert answer_in(raw) in {None, ASIDE}
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "raw",
    [
        by_google(uid="r-1\x00@technilab.example"),
        by_google(email="claire\x00@example.org"),
        by_google(sequence="SEQUENCE:99999999999999\r\n"),
        by_google(sequence="SEQUENCE:-1\r\n"),
        by_google(sequence="SEQUENCE:trois\r\n"),
        by_google(uid="u" * 256),
        by_google(email="c" * 250 + "@example.org"),
        by_google() + b"x" * 300_000,
    ],
)
def test_an_answer_that_cannot_be_kept_is_set_aside(raw):
    assert answer_in(raw) == ASIDE


def test_a_charset_that_nobody_knows_is_read_all_the_same():
    raw = other_mail(b"text/calendar; charset=klingon-8", calendar())
    assert answer_in(raw) == AgendaAnswer(UID, CLAIRE, "DECLINED", 0, STAMP)


@given(st.integers(0, len(by_google()) - 1), st.binary(max_size=8))
def test_a_damaged_reply_breaks_nothing(at, damage):
    raw = by_google()
    answer_in(raw[:at] + damage + raw[at + len(damage) :])
    answer_in(raw[:at] + damage)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(WORDS, WORDS, WORDS, WORDS | st.integers().map(str), WORDS | st.datetimes().map("{:%Y%m%dT%H%M%SZ}".format))
def test_whatever_a_stranger_writes_is_an_answer_that_a_row_can_hold_or_none(word, uid, email, sequence, stamp):
    for said in (word, "DECLINED"):
        found = answer_in(by_google(said, uid=uid, email=email, stamp=stamp, sequence=f"SEQUENCE:{sequence}\r\n"))
        assert found in {None, ASIDE} or can_be_kept(found)
