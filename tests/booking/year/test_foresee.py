"""What the page of a year foresees is what its closing then does; foreseeing holds up nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from booking.year.close import close_year
from booking.year.foresee import foresee_closing
from booking.year.queries import ClosingReport
from booking.year.rules import CloseYear, SchoolYear, YearNotOver, YearNotSettled
from tests import builders
from tests.booking.year.dump import dump
from tests.booking.year.past_year import AUGUST, PastYear, a_past_year
from tests.builders import paris
from workshops.database import rows, transaction, value

YEAR = SchoolYear(2026)


async def foreseen(past: PastYear) -> ClosingReport:
    """Told in a transaction where PostgreSQL refuses to write and to lock a row."""
    async with transaction():
        await rows("SET TRANSACTION READ ONLY")
        return await foresee_closing(YEAR, CloseYear(nobody_came=(past.silent,)), now=AUGUST)


async def closed(past: PastYear, data_dir: Path) -> ClosingReport:
    return await close_year(YEAR, CloseYear(nobody_came=(past.silent,)), by=past.host, data_dir=data_dir, now=AUGUST)


async def test_it_tells_what_the_closing_then_does_without_writing_nor_locking(db, tmp_path):
    past = await a_past_year(tmp_path)
    before, files = dump(), sorted((tmp_path / "objets").iterdir())
    told = await foreseen(past)
    assert (dump(), sorted((tmp_path / "objets").iterdir())) == (before, files)
    assert told.counts == (await closed(past, tmp_path)).counts
    assert (await foreseen(past)).closed_at == AUGUST


async def test_guests_companies_and_links_are_foreseen_as_well(db, tmp_path):
    past = await a_past_year(tmp_path)
    # A pupil of the silent visit was received at the scanned one, one of the next year at a closed one.
    guest = "UPDATE presences SET badge = $1 WHERE id = (SELECT max(id) FROM presences WHERE slot = $2)"
    for home, where in ((past.silent, past.scanned), (past.next, past.closed[0])):
        visit = await value("SELECT id FROM reservations WHERE slot = $1", home)
        await builders.badges(visit)
        await rows(guest, await value("SELECT min(id) FROM badges WHERE reservation = $1", visit), where)
    coming = await value("SELECT id FROM attendances WHERE slot = $1", past.scanned)
    await _company_is_here(coming, past.scanned)
    await rows("INSERT INTO desk_links (slot, token_hash) VALUES ($1, 'x')", past.closed[1])
    told = await foreseen(past)
    report = await closed(past, tmp_path)
    assert told.counts == report.counts
    assert (report.counts["desk_links"], report.counts["company_people"]) == (1, 5)
    left = await rows("SELECT r.slot FROM badges b JOIN reservations r ON r.id = b.reservation GROUP BY r.slot")
    assert [one["slot"] for one in left] == [past.next]


async def _company_is_here(attendance: int, slot: int) -> None:
    badge = await value(
        """INSERT INTO badges (attendance, kind, number, token_hash, short_code)
           VALUES ($1, 'company', 1, 'c', 'COMPAN') RETURNING id""",
        attendance,
    )
    await rows(
        """INSERT INTO presences (slot, badge, scan, first_scanned_at)
           SELECT slot, $1, gen_random_uuid(), first_scanned_at FROM presences WHERE slot = $2 LIMIT 1""",
        badge,
        slot,
    )


async def test_what_an_interrupted_closing_did_is_told_with_the_rest(db, tmp_path):
    past = await a_past_year(tmp_path)
    whole = await foreseen(past)
    with pytest.raises(RuntimeError):
        asked = CloseYear(nobody_came=(past.silent,))
        stopped = {"tell": _stop_at_5, "at_once": 1}
        await close_year(YEAR, asked, by=past.host, data_dir=tmp_path, now=AUGUST, **stopped)
    half = await foreseen(past)
    assert (half.counts, half.closed_at) == (whole.counts, None)


def _stop_at_5(done: int, total: int) -> None:
    if done == 5:
        raise RuntimeError


async def test_it_refuses_what_the_closing_would_refuse(db, tmp_path):
    past = await a_past_year(tmp_path)
    with pytest.raises(YearNotSettled) as refused:
        await foresee_closing(YEAR, CloseYear(), now=AUGUST)
    assert refused.value.slots == [past.silent]
    with pytest.raises(YearNotOver):
        await foresee_closing(YEAR, CloseYear(), now=paris("2027-07-31 23:59"))
