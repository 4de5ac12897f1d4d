"""A closed year's figures are reopened for past visits, with a reason, and frozen anew: nothing else changes."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from booking.programme.past_visits.foresee import foresee
from booking.programme.past_visits.record import correct_past_visit, record_past_visit, remove_past_visit
from booking.programme.past_visits.take_in import take_in
from booking.year.close import close_year, reopen_year
from booking.year.foresee import foresee_closing
from booking.year.queries import report_of, years
from booking.year.rules import CloseYear, ReopenYear, SchoolYear, YearNotClosed
from tests.booking.programme.past_visits.files import FIRST, HAAG, SECOND, STENDHAL, a_place, file_of
from tests.booking.year.past_year import AUGUST, a_past_year
from workshops.database import rows, value
from workshops.refusals import Invalid
from workshops.results.queries import breakdown
from workshops.schools.rules import FileRefused
from workshops.slots.close import reopen
from workshops.slots.rules import YearClosed
from workshops.tallies.queries import wrong_sums

YEAR = SchoolYear(2026)
PERIOD = {"from_on": date(2026, 8, 1), "to_on": date(2027, 7, 31), "now": AUGUST}
ONE = FIRST.replace("14/03/2024", "11/03/2027")
TWO = f"12/03/2027;{HAAG};{STENDHAL};5e;;20;;;;Tableau 2026-2027;R-2"
CELLS = {
    "date": "2027-03-11",
    "lycee": "0250001R",
    "college": "0250011B",
    "niveau": "4e",
    "groupe": "4e B",
    "eleves": "24",
    "source": "Tableau",
}


@pytest.fixture
async def closed(db, tmp_path: Path):
    """A year closed with one past visit in it."""
    past = await a_past_year(tmp_path)
    await a_place()
    await take_in(file_of(ONE), by=None, now=AUGUST)
    expected = await foresee_closing(YEAR, CloseYear(nobody_came=(past.silent,)), now=AUGUST)
    report = await close_year(YEAR, CloseYear(nobody_came=(past.silent,)), by=past.host, data_dir=tmp_path, now=AUGUST)
    assert report.counts == expected.counts
    return past


async def test_a_closing_freezes_what_is_declared_beside_what_was_counted(closed):
    counts = (await report_of(YEAR)).counts
    assert (counts["visits"], counts["pupils"]) == (3, 50)
    assert (counts["declared_visits"], counts["declared_pupils"]) == (1, 24)


async def test_nothing_is_declared_corrected_or_taken_back_in_a_closed_year(closed):
    by = closed.host
    number = await value("SELECT id FROM past_visits")
    with pytest.raises(YearClosed) as no:
        await record_past_visit(CELLS | {"groupe": "4e C"}, by=by, now=AUGUST)
    assert no.value.sentence.startswith("L'année 2026-2027 est close : la coordination peut en rouvrir les chiffres")
    moved = CELLS | {"date": "2024-03-14"}
    for attempt in (correct_past_visit(number, moved, by=by, now=AUGUST), remove_past_visit(number, by=by, now=AUGUST)):
        with pytest.raises(YearClosed):
            await attempt
    with pytest.raises(FileRefused) as refused:
        await foresee(file_of(ONE, TWO), now=AUGUST)
    assert refused.value.lines == (
        "ligne 3 : l'année 2026-2027 est close : la coordination peut en rouvrir les chiffres, en disant pourquoi",
    )
    assert [one.weighed.step.change for one in (await foresee(file_of(ONE), now=AUGUST)).lines] == ["same"]
    assert await value("SELECT count(*) FROM past_visits") == 1


async def test_reopened_with_a_reason_it_takes_them_and_closes_anew_with_all_else_equal(closed, tmp_path):
    before, figures = (await report_of(YEAR)).counts, await breakdown(**PERIOD)
    await reopen_year(YEAR, ReopenYear(reason=" Registre retrouvé  au lycée "), by=closed.host, now=AUGUST)
    assert await rows(
        "SELECT j.by, w.words FROM events j JOIN event_words w ON w.event = j.id WHERE act = 'year_reopened'"
    ) == [(closed.host, "Registre retrouvé au lycée")]
    (line,) = [one for one in await years(now=AUGUST) if one.year == YEAR]
    assert (line.closed_at, line.reopened_at, line.open) == (None, AUGUST, 0)
    with pytest.raises(YearClosed):
        await reopen(closed.closed[0], now=AUGUST)
    await take_in(file_of(ONE.replace(";24;", ";23;"), TWO), by=closed.host, now=AUGUST)
    expected = await foresee_closing(YEAR, CloseYear(), now=AUGUST)
    report = await close_year(YEAR, CloseYear(), by=closed.host, data_dir=tmp_path, now=AUGUST)
    assert report.counts == expected.counts
    assert Counter(report.counts) - Counter(before) == Counter(declared_visits=1, declared_pupils=19)
    assert {name: report.counts[name] for name in before if not name.startswith("declared")} == {
        name: before[name] for name in before if not name.startswith("declared")
    }
    after = await breakdown(**PERIOD)
    (was,), (now,) = ([one for one in found.years if one.visits] for found in (figures, after))
    assert (now.pupils - was.pupils, now.visits - was.visits) == (19, 1)
    assert (now.pupils - now.declared_pupils, now.visits - now.declared_visits) == (50, 3)
    assert await wrong_sums() == 0
    with pytest.raises(YearClosed):
        await record_past_visit(CELLS | {"groupe": "4e C"}, by=closed.host, now=AUGUST)


async def test_a_year_that_is_not_closed_is_not_reopened_and_a_reason_is_needed(closed):
    with pytest.raises(YearNotClosed):
        await reopen_year(SchoolYear(2025), ReopenYear(reason="Oubli"), by=closed.host, now=AUGUST)
    with pytest.raises(Invalid):
        ReopenYear(reason="  ")
    assert (await report_of(YEAR)).closed_at is not None


async def test_a_year_of_past_visits_alone_can_be_closed(db, tmp_path):
    await a_place()
    await take_in(file_of(FIRST, SECOND), by=None, now=AUGUST)
    assert [one.year.first for one in await years(now=AUGUST)] == [2027, 2026, 2025, 2024, 2023]
    report = await close_year(SchoolYear(2023), CloseYear(), by=None, data_dir=tmp_path, now=AUGUST)
    assert {name: count for name, count in report.counts.items() if count} == {
        "declared_visits": 2,
        "declared_pupils": 44,
        "schools": 3,
    }


async def test_what_is_declared_while_a_year_closes_is_in_its_figures_or_refused(db, tmp_path):
    await a_place()
    await take_in(file_of(FIRST), by=None, now=AUGUST)
    closing = close_year(SchoolYear(2023), CloseYear(), by=None, data_dir=tmp_path, now=AUGUST)
    declaring = (take_in(file_of(SECOND.replace("R-2", f"R-{n}")), by=None, now=AUGUST) for n in range(8))
    await asyncio.gather(closing, *declaring, return_exceptions=True)
    counts = (await report_of(SchoolYear(2023))).counts
    assert counts["declared_visits"] == await value("SELECT count(*) FROM past_visits")
    assert counts["declared_pupils"] == await value("SELECT sum(pupils) FROM past_visits")
