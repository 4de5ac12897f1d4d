"""An answer is found in the mails of real programs, and nothing is found, nor breaks, in all the others."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.replies.parse import answer_in
from booking.replies.rules import LARGEST, Answer
from tests.booking.replies.mails import CLAIRE, UID, by_google, by_outlook, by_thunderbird, calendar

STAMP = datetime(2027, 1, 12, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize("written", [by_google, by_outlook, by_thunderbird])
@pytest.mark.parametrize("word", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_the_answer_of_each_program_is_read(written, word):
    assert answer_in(written(word)) == Answer(UID, CLAIRE, word, 0, STAMP)


@pytest.mark.parametrize(
    ("raw", "sequence", "stamp"),
    [
        (by_google(sequence="SEQUENCE:3\r\n"), 3, STAMP),
        (by_google(sequence=""), 0, STAMP),
        (by_google(stamp="20270112T101500"), 0, None),
        (by_google(stamp="hier"), 0, None),
    ],
)
def test_what_a_program_leaves_out_or_writes_badly_is_done_without(raw, sequence, stamp):
    assert answer_in(raw) == Answer(UID, CLAIRE, "DECLINED", sequence, stamp)


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
        other_mail(b"text/calendar", calendar(method="COUNTER")),
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
    began = time.perf_counter()
    assert answer_in(raw) is None
    assert time.perf_counter() - began < 2


def test_a_charset_that_nobody_knows_is_read_all_the_same():
    raw = other_mail(b"text/calendar; charset=klingon-8", calendar())
    assert answer_in(raw) == Answer(UID, CLAIRE, "DECLINED", 0, STAMP)


@given(st.integers(0, len(by_google()) - 1), st.binary(max_size=8))
def test_a_damaged_reply_breaks_nothing(at, damage):
    raw = by_google()
    answer_in(raw[:at] + damage + raw[at + len(damage) :])
    answer_in(raw[:at] + damage)
