"""When copies are no longer as they should be, and what is said of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from booking.outbox.copies.rules import Act, Kept, judged, last_at, most_pressing, spelled

NOW = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)


def copied(hours: float, **more) -> Kept:
    return Kept("copy", "file", done_at=NOW - timedelta(hours=hours), kept_days=30, **more)


def rehearsed(days: float, **more) -> Kept:
    at = NOW - timedelta(days=days)
    return Kept("rehearsal", "file", done_at=at, copied_at=at - timedelta(hours=3), seconds=42, **more)


def test_a_copy_of_last_night_that_was_tried_this_month_is_well():
    assert [(one.part, one.fine, one.sentence) for one in judged([copied(8), rehearsed(12)], now=NOW)] == [
        ("Copies", True, "la dernière en fichier a 8 h"),
        ("Répétition", True, "la dernière en fichier a 12 jours : une copie qui avait 3 h, en 42 s"),
    ]
    assert most_pressing([copied(8), rehearsed(12)], now=NOW) is None


@pytest.mark.parametrize(
    ("found", "part", "sentence", "heading"),
    [
        (
            [],
            "Copies",
            "aucune copie n'a encore été faite : suivez docs/copies.md",
            "Aucune copie de sauvegarde n'a encore été faite",
        ),
        (
            [copied(27), rehearsed(1)],
            "Copies",
            "la dernière en fichier a 27 h ; voyez journalctl -u technilab-copy, puis lancez technilab backup",
            "Les copies de sauvegarde ne se font plus",
        ),
        (
            [copied(8, failed_at=NOW - timedelta(hours=1), failure="Le disque est plein."), rehearsed(1)],
            "Copies",
            "échec il y a 1 h : Le disque est plein ; la dernière en fichier a 8 h ; voyez journalctl -u"
            " technilab-copy, puis lancez technilab backup",
            "La dernière copie de sauvegarde a échoué",
        ),
        (
            [copied(8)],
            "Répétition",
            "aucune en fichier ; lancez technilab rehearse-restore",
            "Aucune copie de sauvegarde n'a été essayée depuis longtemps",
        ),
        (
            [copied(8), rehearsed(41)],
            "Répétition",
            "la dernière en fichier a 41 jours : une copie qui avait 3 h, en 42 s ; lancez technilab rehearse-restore",
            "Aucune copie de sauvegarde n'a été essayée depuis longtemps",
        ),
        (
            [copied(8), rehearsed(3, failed_at=NOW, failure="abîmée.")],
            "Répétition",
            "échec il y a 0 min : abîmée ; la dernière en fichier a 3 jours : une copie qui avait 3 h, en 42 s ; lancez"
            " technilab rehearse-restore",
            "La dernière copie de sauvegarde n'a pas pu être remise en place à l'essai",
        ),
    ],
    ids=["never", "late", "failed", "never tried", "tried long ago", "tried in vain"],
)
def test_what_is_not_well_is_said_with_what_to_do(found, part, sentence, heading):
    told = most_pressing(found, now=NOW)
    assert told is not None
    assert (told.part, told.sentence, told.heading) == (part, sentence, heading)


def test_a_failure_that_a_later_copy_made_good_is_forgotten():
    assert most_pressing([copied(8, failed_at=NOW - timedelta(hours=9), failure="x"), rehearsed(1)], now=NOW) is None


def test_each_way_that_is_used_is_judged_and_the_oldest_is_told():
    found = [copied(8), Kept("copy", "pgbackrest", done_at=NOW - timedelta(hours=30)), rehearsed(1)]
    assert [(one.part, one.fine) for one in judged(found, now=NOW)] == [
        *(("Copies", True), ("Copies", False), ("Répétition", True), ("Répétition", False)),
    ]
    assert last_at(found, Act.COPY) == NOW - timedelta(hours=30)
    assert last_at([*found, Kept("copy", "other")], Act.COPY) is None


@pytest.mark.parametrize(
    ("lasted", "words"),
    [
        (timedelta(seconds=50), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(hours=48), "2 jours"),
    ],
)
def test_how_long_ago_is_said_shortly(lasted, words):
    assert spelled(lasted) == words
