"""An act is said once, with what waits to be told of it, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import NOW
from workshops.database import row, rows, transaction, value
from workshops.events.record import REMINDED, record, record_by, recorded

TOMORROW = 20270325


async def test_an_event_waits_to_be_told_from_the_moment_it_is_written(db):
    made = await record("slot_moved", by=3, about_kind="slot", about=7, also=12, detail="9 h -> 14 h", now=NOW)
    kept = await row("SELECT id, at, act, by, about_kind, about, sequence, was, state, also, detail FROM events")
    assert tuple(kept) == (made, NOW, "slot_moved", 3, "slot", 7, None, "", "", 12, "9 h -> 14 h")
    waits = await row("SELECT event, about_kind, about, due_at FROM events_to_tell")
    assert tuple(waits) == (made, "slot", 7, None)


async def test_what_somebody_typed_stands_beside_the_event(db):
    made = await record("slot_reopened", by=3, about_kind="slot", about=7, words="Erreur de saisie", now=NOW)
    assert tuple(await row("SELECT event, words FROM event_words")) == (made, "Erreur de saisie")
    assert await value("SELECT detail FROM events") == ""


async def test_what_a_file_or_the_examples_bring_is_no_act_of_a_person(db):
    await record_by(None, "scheme_opened", about_kind="scheme", about=7, detail="P-TECH Bois", now=NOW)
    await record_by(3, "scheme_opened", about_kind="scheme", about=8, detail="P-TECH Bois", now=NOW)
    assert [tuple(one) for one in await rows("SELECT by, about, detail FROM events")] == [(3, 8, "P-TECH Bois")]


async def test_an_act_that_fails_says_nothing(db):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await record("slot_moved", by=3, about_kind="slot", about=7, now=NOW)
            raise ZeroDivisionError
    assert await value("SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM events_to_tell)") == 0


async def test_an_act_of_one_statement_says_one_event_for_each_row(db):
    source = "unnest($1::int[]) AS one (id) ORDER BY one.id"
    act = recorded(source, at="$2", act="'slot_opened'", about_kind="'slot'", about="one.id")
    numbers = await rows(f"WITH {act} SELECT id FROM event", [9, 4], NOW)
    kept = await rows("SELECT id, about FROM events ORDER BY id")
    assert [tuple(one) for one in kept] == [(numbers[0]["id"], 4), (numbers[1]["id"], 9)]
    assert await value("SELECT count(*) FROM events_to_tell") == 2


async def test_a_misspelt_column_is_our_fault():
    with pytest.raises(AssertionError):
        recorded("made", abuot="made.id")


async def test_a_reminder_is_said_once_for_each_day(db):
    due = "due AS (SELECT 'visit_tomorrow' AS act, 'reservation' AS about_kind, 7 AS about, $2::int AS day)"
    remind = f"WITH {due}, {REMINDED} SELECT id FROM event"
    counts = [len(await rows(remind, NOW + timedelta(hours=n), TOMORROW)) for n in range(3)]
    assert counts == [1, 0, 0]
    assert len(await rows(remind, NOW, TOMORROW + 1)) == 1
