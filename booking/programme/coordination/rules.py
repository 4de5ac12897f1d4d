"""What needs the coordinator's care, and how a failed mail is said in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from booking.outbox.notices.rules import worker_silent
from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import first_day_of, school_year_of

A_DAY = timedelta(days=1)


class MailFailure(Struct, frozen=True):
    """Why a mail did not leave, and what to do about it."""

    why: str
    advice: str


# What mail servers answer (RFC 5321 codes, RFC 3463 class.subject.detail); the first that fits counts.
_ANSWERS = (
    (
        r"5\.7\.|spam|blocked|policy",
        "Le serveur du destinataire refuse nos messages.",
        "Demandez à son service informatique d'accepter l'adresse de Technilab, puis relancez.",
    ),
    (
        r"[45]\.2\.2|\b552\b|quota|mailbox full",
        "La boîte du destinataire est pleine.",
        "Prévenez la personne autrement, puis relancez.",
    ),
    (
        r"[45]\.2\.1|disabled",
        "La boîte du destinataire est fermée.",
        "Invitez la personne avec une autre adresse, ou fermez son compte.",
    ),
    (
        r"5\.1\.\d|\b55[013]\b|user unknown|adresse impossible",
        "L'adresse n'existe pas.",
        "Invitez la personne avec la bonne adresse, puis fermez ce compte.",
    ),
    (
        r"n'a pas pu être écrit|s'interrompt",
        "Le message n'a pas pu être préparé.",
        "Transmettez ce texte à la personne qui installe Technilab.",
    ),
    (
        r"ne répond pas|timed? ?out|\bconnect|\b421\b",
        "Le serveur de messagerie ne répondait pas.",
        "Relancez maintenant : il répond peut-être de nouveau.",
    ),
    (
        r"\b4\d\d\b|4\.\d\.\d",
        "Le serveur du destinataire n'a pas voulu du message ce jour-là.",
        "Relancez ; s'il échoue encore, prévenez la personne autrement.",
    ),
)
_UNKNOWN = MailFailure("Le message n'est pas parti.", "Relancez ; s'il échoue encore, prévenez la personne autrement.")


def mail_failure(last_error: str) -> MailFailure:
    """The server's answer as a sentence; its own words stay beside it, for whoever must repair."""
    said = last_error.casefold()
    return next((MailFailure(why, do) for pattern, why, do in _ANSWERS if re.search(pattern, said)), _UNKNOWN)


class NothingToRemind(Refusal):
    kind = "nothing-to-remind"
    title = "Rien à rappeler"
    sentence = "Cette visite est close, ou son lycée a reçu un rappel dans les sept derniers jours."


# Further away nobody remembers why.
PUT_OFF_MOST = timedelta(days=181)


class Delayed(Struct, frozen=True):
    """A subject that a coordinator put off to a day, when it counted so many things."""

    subject: str
    until_on: date
    number: int
    by_name: str


class NotPutOff(Refusal):
    kind = "not-put-off"
    title = "À régler maintenant"
    sentence = "Tant que les mails ne partent pas, personne n'apprend rien : ce point ne se remet pas."


def refuse_put_off(until: date | None, *, today: date) -> date:
    """The day to which something is put off. Raises Invalid for one that has come, or is too far away."""
    if until is None or not today < until <= today + PUT_OFF_MOST:
        raise Invalid({"until": "Choisissez un jour à venir, dans les six mois."})
    return until


class LateSlot(Struct, frozen=True):
    """A visit that is over and whose lycée has not validated who came: its pupils are not counted yet.

    `reminded_at`: the lycée was reminded within the week.
    """

    id: int
    title: str
    school: int
    school_name: str
    commune: str
    starts_at: datetime
    pupils: int
    companies: int
    reminded_at: datetime | None = None


class Care(Struct, frozen=True):
    """What is not as it should be. `oldest_at` is the oldest mail that waits, `beat_at` the worker's sign of life."""

    failed: int
    waiting: int
    oldest_at: datetime | None
    beat_at: datetime | None
    late: Sequence[LateSlot]
    late_in_all: int

    def worker_silent(self, now: datetime) -> bool:
        """Whether no worker sends mails any more."""
        return worker_silent(self.beat_at, now)

    def needed(self, now: datetime) -> bool:
        """Whether there is anything to look after."""
        return bool(self.failed or self.late_in_all or self.worker_silent(now))


def school_years(from_on: date, to_on: date) -> list[tuple[date, date]]:
    """The school years (1 August to 31 July) that touch a period, the first and the last cut to it; latest first."""
    known = range(school_year_of(to_on), school_year_of(from_on) - 1, -1)
    return [(max(from_on, first_day_of(year)), min(to_on, first_day_of(year + 1) - A_DAY)) for year in known]
