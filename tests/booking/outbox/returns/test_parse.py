"""A report is found in the mails of real servers, by the sign that each leaves in it, and in no other mail."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendar.replies.parse import answer_in
from booking.calendar.replies.rules import LARGEST
from booking.outbox.notices.envelope import envelope, sign_of, signed_address
from booking.outbox.notices.rules import Claimed, Letter
from booking.outbox.returns.rules import ReturnReport, notice_of, report_in
from tests.booking.calendar.replies.mails import SECRET, by_google
from tests.builders import NOW
from tests.reports import by_exchange, by_postfix
from tests.smtp import Taken

SIGN = sign_of(4711, SECRET)
SENDER = "technilab@example.org"


def mail(*, sender: str = SENDER, asked: str = "", sign: str = SIGN) -> Taken:
    """A mail of ours as a server took it."""
    notice = Claimed(4711, "sign_in", "claire@example.org", "Claire", 1, "once:1", "", 1)
    letter = Letter("Titre", "Texte\n", "<p>Texte</p>", sign=sign)
    raw = envelope(letter, notice, mail_from=SENDER, now=NOW).as_bytes()
    return Taken(sender, ["claire@example.org"], raw, asked)


WAYS = {
    "the envelope's number": by_postfix(mail(asked=f"RET=HDRS ENVID={SIGN}", sign="")),
    "the envelope's sender": by_postfix(mail(sender=signed_address(SENDER, SIGN), sign="")),
    "its own identity, quoted": by_postfix(mail()),
    "its own identity, whole": by_exchange(mail()),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_mail_that_came_back_is_known_by_any_of_its_signs(way):
    report = answer_in(WAYS[way])
    assert isinstance(report, ReturnReport)
    assert (report.signs, report.for_good, notice_of(report, SECRET)) == ((SIGN,), True, 4711)


def test_the_servers_own_words_are_kept():
    read = [report_in(message_from_bytes(raw)) for raw in (by_postfix(mail()), by_exchange(mail()))]
    assert [one.said for one in read if one] == [
        "550 5.1.1 <claire@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found",
    ]


@pytest.mark.parametrize(
    "raw",
    [
        by_postfix(mail(), action="delayed", status="4.4.1"),
        by_postfix(mail(), action="failed", status="4.4.7"),
        by_postfix(mail(), action="delivered", status="2.0.0"),
        by_postfix(mail(), action="relayed", status="2.0.0"),
        by_postfix(mail(), action="expanded", status="5.1.1"),
    ],
)
def test_what_may_arrive_yet_or_has_arrived_is_no_return(raw):
    report = answer_in(raw)
    assert isinstance(report, ReturnReport)
    assert notice_of(report, SECRET) is None


@pytest.mark.parametrize(
    "raw",
    [
        by_postfix(mail(sign="")),
        by_postfix(mail(sign=sign_of(4711, "another key"))),
        by_postfix(mail(sign=SIGN.replace("4711", "4712"))),
        by_postfix(mail(asked=f"ENVID={SIGN[:-1]}", sign="")),
        by_postfix(mail(sender="technilab+4711-@example.org", sign="")),
    ],
)
def test_a_report_without_a_good_sign_marks_nothing(raw):
    report = answer_in(raw)
    assert report is None or (isinstance(report, ReturnReport) and notice_of(report, SECRET) is None)


@pytest.mark.parametrize(
    "raw",
    [
        by_google(),
        f"To: {signed_address(SENDER, SIGN)}\r\nAuto-Submitted: auto-replied\r\nSubject: Absente\r\n\r\nJe reviens.",
        by_postfix(mail()).replace(b"report-type=delivery-status", b"report-type=disposition-notification"),
        by_postfix(mail()).replace(b"multipart/report", b"multipart/mixed"),
    ],
)
def test_an_answer_an_absence_and_a_receipt_are_no_reports(raw):
    assert not isinstance(answer_in(raw if isinstance(raw, bytes) else raw.encode()), ReturnReport)


def test_a_report_that_gives_a_large_mail_back_whole_is_read_by_its_beginning():
    large = Taken(signed_address(SENDER, SIGN), ["claire@example.org"], mail().raw + b"x" * 3 * LARGEST)
    report = answer_in(by_exchange(large, to=large.sender))
    assert isinstance(report, ReturnReport)
    assert notice_of(report, SECRET) == 4711


@given(st.binary(max_size=600))
def test_no_bytes_break_the_reader(noise):
    whole = by_postfix(mail())
    for cut in (len(whole) // 3, len(whole) // 2):
        read = answer_in(whole[:cut] + noise + whole[cut:])
        assert read in {None, "aside"} or isinstance(read, ReturnReport)
