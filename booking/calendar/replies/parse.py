"""Finding the answer in a mail, whatever program wrote it (RFC 6047): the bytes of strangers, trusted in nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from itertools import islice

from icalendar import Calendar, Event, vDDDTypes

from booking.calendar.replies.rules import ASIDE, LARGEST, WORDS, AgendaAnswer, Aside, can_be_kept

PARTS_MOST = 50
CALENDARS = frozenset({"text/calendar", "application/ics"})


def answer_in(raw: bytes) -> AgendaAnswer | Aside | None:
    """The answer that a mail carries; None for any other mail, ASIDE for one too large or too twisted to be read.

    A counter-proposal (METHOD:COUNTER) is no answer: dates are changed on the reservation's page.
    """
    if len(raw) > LARGEST:
        return ASIDE
    try:
        calendar = _calendar(message_from_bytes(raw))
        answer = None if calendar is None else _answer(calendar)
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


def _answer(calendar: Calendar) -> AgendaAnswer | None:
    if str(calendar.get("METHOD", "")).upper() != "REPLY" or not calendar.events:
        return None
    event = calendar.events[0]
    person = event.get("ATTENDEE")
    if person is None or isinstance(person, list):
        return None
    word = WORDS.get(str(person.params.get("PARTSTAT", "")).upper())
    email = str(person).strip().lower().removeprefix("mailto:")
    if word is None or not email:
        return None
    return AgendaAnswer(
        uid=str(event.get("UID", "")),
        email=email,
        word=word,
        sequence=int(event.get("SEQUENCE", 0)),
        answered_at=_answered_at(event),
    )


def _answered_at(event: Event) -> datetime | None:
    written = event.get("DTSTAMP")
    stamp = written.dt if isinstance(written, vDDDTypes) else None
    return stamp.astimezone(UTC) if isinstance(stamp, datetime) and stamp.tzinfo is not None else None
