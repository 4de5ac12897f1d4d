from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.programme.coordination.rules import Care, mail_failure, school_years
from tests.builders import NOW


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("550 5.1.1 <x@y.fr>: Recipient address rejected: User unknown", "L'adresse n'existe pas."),
        ("550 No such user here", "L'adresse n'existe pas."),
        ("adresse impossible à écrire : é@y.fr", "L'adresse n'existe pas."),
        ("552 5.2.2 Mailbox full", "La boîte du destinataire est pleine."),
        ("452 4.2.2 over quota", "La boîte du destinataire est pleine."),
        ("550 5.2.1 mailbox disabled", "La boîte du destinataire est fermée."),
        ("550 5.7.1 Message rejected as spam", "Le serveur du destinataire refuse nos messages."),
        ("451 4.3.0 Try later", "Le serveur du destinataire n'a pas voulu du message ce jour-là."),
        ("le serveur de messagerie ne répond pas", "Le serveur de messagerie ne répondait pas."),
        ("[Errno 111] Connect call failed", "Le serveur de messagerie ne répondait pas."),
        ("Le message n'a pas pu être écrit (erreur 1a2b3c4d).", "Le message n'a pas pu être préparé."),
        ("L'envoi s'interrompt à chaque essai.", "Le message n'a pas pu être préparé."),
        ("", "Le message n'est pas parti."),
    ],
)
def test_what_a_server_answers_is_said_in_words(said, why):
    assert mail_failure(said).why == why


def care(**more):
    values = {"failed": 0, "waiting": 0, "oldest_at": None, "beat_at": NOW, "late": (), "late_in_all": 0}
    return Care(**values | more)


def test_nothing_needs_care_while_mails_leave_and_visits_are_closed():
    assert not care(waiting=3, oldest_at=NOW).needed(NOW)


@pytest.mark.parametrize(
    "what",
    [{"failed": 1}, {"late_in_all": 1}, {"beat_at": None}, {"beat_at": NOW - timedelta(minutes=3)}],
)
def test_a_failed_mail_a_visit_left_open_or_a_silent_worker_needs_care(what):
    assert care(**what).needed(NOW)


def test_school_years_are_cut_to_the_period_the_latest_first():
    assert school_years(date(2025, 9, 1), date(2027, 1, 11)) == [
        (date(2026, 8, 1), date(2027, 1, 11)),
        (date(2025, 9, 1), date(2026, 7, 31)),
    ]


def test_a_period_inside_one_school_year_is_one():
    assert school_years(date(2027, 1, 1), date(2027, 7, 31)) == [(date(2027, 1, 1), date(2027, 7, 31))]
