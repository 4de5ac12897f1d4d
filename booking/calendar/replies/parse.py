"""Finding the answer in a mail, whatever program wrote it (RFC 6047): the bytes of strangers, trusted in nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from itertools import islice

from icalendar import Calendar, Event, vDDDTypes

from booking.calendar.replies.rules import (
    ASIDE,
    LARGEST,
    WORDS,
    AgendaAnswer,
    Answer,
    CounterProposal,
    can_be_kept,
    comment_shown,
)
from booking.outbox.returns.rules import report_in

PARTS_MOST = 50
CALENDARS = frozenset({"text/calendar", "application/ics"})


def answer_in(raw: bytes) -> Answer:
    """What a mail brings: an agenda's answer or other date, a server's report; None for any other mail, ASIDE for one
    too large or too twisted to be read.

    A report is read by its beginning, which is enough: it may hold the whole mail that it gives back. One without a
    sign of ours is of a mail that somebody wrote by hand.
    """
    try:
        mail = message_from_bytes(raw[:LARGEST])
        report = report_in(mail)
        if report is not None:
            return report if report.signs else None
        if len(raw) > LARGEST:
            return ASIDE
        calendar = _calendar(mail)
        answer = None if calendar is None else _answer(calendar, automatic=_is_automatic(mail))
    except Exception:
        # Three parsers deep in a stranger's bytes, anything may break; the next mail must be read all the same.
        return ASIDE
    return answer if answer is None or can_be_kept(answer) else ASIDE


def _calendar(mail: Message) -> Calendar | None:
    for part in islice(mail.walk(), PARTS_MOST):
        if part.get_content_type() in CALENDARS:
            read = Calendar.from_ical(_words(part))
            return read if isinstance(read, Calendar) else None
    return None


def _words(part: Message) -> str:
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)  # noqa: S101 - a calendar part is never a multipart
    try:
        return octets.decode(part.get_content_charset("utf-8"), "replace").removeprefix("\ufeff")
    except LookupError:
        return octets.decode("utf-8", "replace").removeprefix("\ufeff")


def _is_automatic(mail: Message) -> bool:
    # RFC 3834, 5.1: what a program sends by itself says so, and never "no".
    return str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower() != "no"


def _answer(calendar: Calendar, *, automatic: bool) -> AgendaAnswer | CounterProposal | None:
    method = str(calendar.get("METHOD", "")).upper()
    if method not in {"REPLY", "COUNTER"} or not calendar.events:
        return None
    event = calendar.events[0]
    person = event.get("ATTENDEE")
    if person is None or isinstance(person, list):
        return None
    word = WORDS.get(str(person.params.get("PARTSTAT", "")).upper())
    uid, email = str(event.get("UID", "")), str(person).strip().lower().removeprefix("mailto:")
    sequence = int(event.get("SEQUENCE", 0))
    if not email:
        return None
    if method == "COUNTER":
        return CounterProposal(uid, email, sequence, automatic)
    if word is None:
        return None
    comment = _comment(event) if word == "DECLINED" else ""
    return AgendaAnswer(uid, email, word, sequence, _answered_at(event), comment)


def _comment(event: Event) -> str:
    written = event.get("COMMENT", "")
    return comment_shown(" ".join(str(one) for one in written) if isinstance(written, list) else str(written))


def _answered_at(event: Event) -> datetime | None:
    written = event.get("DTSTAMP")
    stamp = written.dt if isinstance(written, vDDDTypes) else None
    return stamp.astimezone(UTC) if isinstance(stamp, datetime) and stamp.tzinfo is not None else None
