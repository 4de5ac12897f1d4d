"""An act is said once, in one way; a mail is asked for by the outbox's own words, or written by the fan-out."""

from __future__ import annotations

import re
from pathlib import Path

from booking.mails.recipients import TOLD
from booking.visits.reservations.states import TRANSITIONS

ROOT = Path(__file__).parents[2]
SOURCES = {
    str(file.relative_to(ROOT)): file.read_text()
    for package in ("workshops", "booking")
    for file in sorted((ROOT / package).rglob("*.py"))
}


def written_in(table: str) -> set[str]:
    return {file for file, text in SOURCES.items() if f"INSERT INTO {table} (" in text}


def test_events_and_mails_are_written_in_one_place_each():
    assert written_in("events") == {"workshops/events/record.py"}
    assert written_in("events_to_tell") == {"workshops/events/record.py"}
    assert written_in("notices") == {"booking/mails/tell.py", "booking/outbox/notices/queue.py"}


def test_every_act_that_somebody_is_told_of_is_done_somewhere():
    done = [
        text for file, text in SOURCES.items() if file not in {"booking/mails/recipients.py", "booking/words/acts.py"}
    ]
    named = {word for text in done for word in re.findall(r"\w+_\w+", text)}
    composed = {f"{of}_{act}" for of in ("reservation", "change") for _, act in TRANSITIONS}
    told = {act for line in TOLD for act in line.acts}
    # A company's coming is recorded under its state.
    assert told - named - composed <= {"attendance_asked", "attendance_announced"}


def test_no_address_and_no_secret_is_in_an_event():
    said = re.findall(r"record\([^)]*?detail=([^,)]+)", "\n".join(SOURCES.values()))
    assert [one for one in said if re.search(r"mail|token|secret|address", one)] == []
