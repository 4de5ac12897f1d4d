"""Close a school year: freeze every figure, then erase what was only needed for the visits, or reopen it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from booking.day.checkin.acts import CompanyCount, GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.queries import roster
from booking.year.erase_files import remove_lost_photos, remove_photos
from booking.year.erase_visits import (
    erase_badges,
    erase_badges_left,
    erase_desk,
    erase_names,
    erase_needs,
    erase_texts,
    take_photos,
)
from booking.year.queries import (
    ClosingReport,
    OpenVisit,
    declared_in,
    left_to_freeze,
    open_visits,
    records_in,
    report_of,
)
from booking.year.rules import (
    FROM_ZERO,
    NOBODY,
    CloseYear,
    ReopenYear,
    SchoolYear,
    YearNotClosed,
    YearNotSettled,
    counted_from,
    refuse_unsettled,
)
from booking.year.tables import YearClosing
from workshops.closed_years.correct import freeze, hold_still, reopen
from workshops.closed_years.rules import reason_in
from workshops.contributions.set_rate import keep_rates
from workshops.database import row, rows, transaction
from workshops.events.record import record
from workshops.past_visits.keep import keep_others_out
from workshops.results.measure import figures_of
from workshops.september_hands.keep_asked import keep_asked
from workshops.slots.call_off import CallOffSlot, call_off_slot
from workshops.slots.close import FREEZE
from workshops.slots.rules import OVER, SlotCalledOff, SlotDone

BEGIN = """
INSERT INTO year_closings (school_year, started_at, closed_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id
"""
LOCK = "SELECT id, state, frozen FROM slots WHERE id = ANY ($1::int[]) ORDER BY id FOR NO KEY UPDATE"
ADD = """
INSERT INTO year_counts (closing, what, number)
SELECT c.id, told.what, told.number FROM year_closings c, unnest($2::varchar[], $3::int[]) AS told (what, number)
WHERE c.school_year = $1 ORDER BY told.what
ON CONFLICT (closing, what) DO UPDATE SET number = year_counts.number + EXCLUDED.number
"""
# What is declared of a year may change once its figures are reopened: it is counted anew, never added to.
SETTLE = """
INSERT INTO year_counts (closing, what, number)
SELECT c.id, told.what, told.number FROM year_closings c, unnest($2::varchar[], $3::int[]) AS told (what, number)
WHERE c.school_year = $1 ON CONFLICT (closing, what) DO UPDATE SET number = EXCLUDED.number
"""
FIGURES = """
SELECT count(*) FILTER (WHERE s.state = 'done'
    AND EXISTS (SELECT FROM turnouts WHERE slot = s.id AND counted > 0))::int AS visits,
  count(*) FILTER (WHERE s.state = 'called_off')::int AS called_off,
  (SELECT coalesce(sum(counted), 0) FROM turnouts WHERE slot = ANY ($1::int[]))::int AS pupils,
  (SELECT count(*) FROM turnouts WHERE slot = ANY ($1::int[]))::int AS turnouts,
  (SELECT coalesce(sum(people), 0) FROM company_turnouts WHERE slot = ANY ($1::int[]))::int AS company_people,
  (SELECT count(*) FROM company_turnouts WHERE slot = ANY ($1::int[]))::int AS company_turnouts,
  (SELECT coalesce(sum(made), 0) FROM builds WHERE slot = ANY ($1::int[]))::int AS made,
  (SELECT count(*) FROM builds WHERE slot = ANY ($1::int[]))::int AS builds,
  (SELECT count(*) FROM reservations WHERE slot = ANY ($1::int[]))::int AS reservations
FROM slots s WHERE s.id = ANY ($1::int[])
"""
# So many visits are emptied at once: a country's year has a hundred thousand.
AT_ONCE = 200

Tell = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Nobody watches."""


async def close_year(
    year: SchoolYear,
    asked: CloseYear,
    *,
    by: int | None,
    data_dir: Path,
    now: datetime,
    tell: Tell = silent,
    at_once: int = AT_ONCE,
) -> ClosingReport:
    """Freeze the figures of a school year that is over, then erase names, needs, texts and desk data.

    A visit that nobody closed counts the badges read; without any it must be one to which `nobody_came`. Interrupted,
    it goes on where it stopped; a year closed already is only told again. `tell` hears how many of how many are done,
    `at_once` of them together.
    Raises YearNotOver, YearNotSettled.
    """
    year.refuse_unless_over(now)
    before = await report_of(year)
    if before is not None and before.closed_at is not None:
        return before
    visits = await open_visits(year)
    refuse_unsettled([one.id for one in visits if one.unsettled], accepted=asked.nobody_came)
    async with transaction():
        if await row(BEGIN, year.name, now, by) is not None:
            await record("year_closing_begun", by=by, about_kind="year", about=year.first, now=now)
    total = len(visits) + len(await left_to_freeze(year))
    tell(0, total)
    for done, visit in enumerate(visits, 1):
        try:
            async with transaction():
                await _add(year, await freeze_visit(visit, by=by, now=now))
        except (SlotDone, SlotCalledOff):
            continue
        finally:
            tell(done, total)
    left = await left_to_freeze(year)
    for begin in range(0, len(left), at_once):
        await _empty(year, left[begin : begin + at_once], data_dir)
        tell(min(total, len(visits) + begin + at_once), total)
    await remove_lost_photos(data_dir, now=now)
    await _end(year, by=by, now=now)
    report = await report_of(year)
    assert report is not None  # noqa: S101 - its row was written above
    return report


async def _empty(year: SchoolYear, slots: Sequence[int], data_dir: Path) -> None:
    """Erase some slots, and never let their figures change again."""
    async with transaction():
        left = [one for one in await rows(LOCK, slots) if not one["frozen"]]
        if unsettled := [one["id"] for one in left if one["state"] not in OVER]:
            raise YearNotSettled(unsettled)
        numbers = [one["id"] for one in left]
        counts: Counter[str] = Counter()
        for erase in (erase_names, erase_needs, erase_texts, erase_desk, erase_badges):
            counts += await erase(numbers)
        photos = await take_photos(numbers)
        (figures,) = await rows(FIGURES, numbers)
        await rows(FREEZE, numbers)
        del counts["signs"]
        await _add(year, counts + Counter(photos=len(photos)) + Counter(dict(figures)))
    await asyncio.to_thread(remove_photos, data_dir, photos)


async def _add(year: SchoolYear, counts: Counter[str]) -> None:
    await rows(ADD, year.name, list(counts), list(counts.values()))


async def _end(year: SchoolYear, *, by: int | None, now: datetime) -> None:
    async with transaction():
        await keep_others_out()
        await _add(year, await erase_badges_left(year))
        settled = {**await declared_in(year), **await records_in(year)}
        await rows(SETTLE, year.name, list(settled), list(settled.values()))
        end = YearClosing.update({YearClosing.closed_at: now, YearClosing.closed_by: by, YearClosing.reopened_at: None})
        end = end.where(YearClosing.school_year == year.name, YearClosing.closed_at.is_null())
        if await end.returning(YearClosing.id):
            await keep_rates(year.first)
            await hold_still()
            await freeze(year.first, await figures_of(year.first, now=now), now=now)
            await keep_asked(year.first)
            await record("year_closed", by=by, about_kind="year", about=year.first, detail=year.name, now=now)


async def freeze_visit(visit: OpenVisit, *, by: int | None, now: datetime) -> Counter[str]:
    """Close a past visit: each group and company came with as many as had their badge read or were declared present.

    One that nobody reserved is called off, without a word to anybody. Inside the caller's transaction.
    Raises SlotDone, SlotCalledOff when it was settled meanwhile.
    """
    if visit.empty:
        await call_off_slot(visit.id, CallOffSlot(reason=NOBODY), school=visit.school)
        return Counter(nobody=1)
    seen = await roster(visit.id, school=visit.school)
    await close_slot(
        visit.id,
        headcounts=[
            GroupHeadcount(
                reservation=one.reservation,
                pupils=one.came,
                adults=one.adults_here,
                note=counted_from(badges=one.came - one.declared, declared=one.declared)
                if visit.scanned
                else FROM_ZERO,
                absent=not one.came,
            )
            for one in seen.received
        ],
        companies=[CompanyCount(company=one.company, people=one.scanned) for one in seen.companies],
        account=by,
        school=visit.school,
        now=now,
    )
    return Counter(from_badges=1) if visit.scanned else Counter(from_zero=1)


async def reopen_year(year: SchoolYear, asked: ReopenYear, *, by: int | None, now: datetime) -> None:
    """Let past visits of a closed year, and its records of P-TECH and BTS+1, be corrected until it is closed again.

    What lycées counted of visits stays frozen, the schools' facts too, and what was erased is gone.
    Raises Invalid, YearNotClosed.
    """
    reason = reason_in(asked.reason, field="reason")
    async with transaction():
        closed = YearClosing.update({YearClosing.closed_at: None, YearClosing.reopened_at: now})
        closed = closed.where(YearClosing.school_year == year.name, YearClosing.closed_at.is_not_null())
        if not await closed.returning(YearClosing.id):
            raise YearNotClosed
        await reopen(year.first, reason=reason, by=by, now=now)
        await record("year_reopened", by=by, about_kind="year", about=year.first, words=reason, now=now)
