"""The sums kept as visits close and reopen are those of a recount of every visit, always."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest

from tests import builders
from tests.builders import NOW, paris
from tests.owner import by_owner
from tests.workshops.results.test_queries import play
from workshops.builds.record import RecordBuild, record
from workshops.database import rows
from workshops.results.queries import breakdown
from workshops.slots.close import close, reopen
from workshops.slots.rules import CompanyAtSlot, GroupTurnout
from workshops.tallies.count import recount
from workshops.tallies.queries import FIGURES, KEY, wrong_sums
from workshops.tallies.rules import EVER, Piece, pieces_of, year_of

FIRST = paris("2026-06-01 09:00")


async def kept() -> list[tuple[object, ...]]:
    every = f"SELECT {KEY}, {', '.join(FIGURES)} FROM tallies WHERE visits <> 0 OR groups <> 0 ORDER BY {KEY}"
    return [tuple(one) for one in await rows(every)]


class Term:
    """Slots of three lycées over some months, with objects noted, and collèges that may come to any of them."""

    slots: list[int]
    colleges: list[int]

    async def begin(self, draw: Random, *, slots: int) -> Term:
        self.colleges = [await builders.school(department=code) for code in ("25", "25", "39", "70")]
        taught = [await builders.workshop() for _ in range(3)]
        objects = [await builders.tech_object() for _ in range(2)]
        self.slots = []
        for _ in range(slots):
            starts_at = FIRST + timedelta(days=draw.randrange(120))
            slot = await builders.slot(workshop=draw.choice(taught), starts_at=starts_at, groups_max=3, seats=90)
            for ref in range(3):
                counts = dict(zip(("made", "finished", "working", "taken_home"), (9, 5, 4, 7), strict=True))
                await record(
                    slot, RecordBuild(tech_object=draw.choice(objects), **counts), group_ref=ref, now=starts_at
                )
            self.slots.append(slot)
        return self

    def turnout(self, draw: Random) -> Sequence[GroupTurnout]:
        found = []
        for ref in range(draw.randint(0, 3)):
            level, counted = draw.choice(("6e", "5e", "4e", "3e")), draw.choice((0, 12, 24))
            girls = draw.choice((None, counted // 2))
            college, more = draw.choice(self.colleges), {"girls": girls, "ulis": counted // 6}
            found.append(GroupTurnout(ref, college, level, level, 24, counted, counted, **more))
        return found

    def companies(self, draw: Random) -> Sequence[CompanyAtSlot]:
        came = draw.sample(range(3), draw.randint(0, 2))
        return [CompanyAtSlot(builders.siret(n), f"Firme {n}", draw.randint(0, 3)) for n in came]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_closing_and_reopening_at_random_keeps_the_sums_of_a_recount(db, seed: int):
    draw = Random(seed)
    term, closed = await Term().begin(draw, slots=12), set[int]()
    # An odd number of turns leaves some visit closed.
    for turn in range(61):
        slot = draw.choice(term.slots)
        if slot in closed:
            await reopen(slot, now=FIRST + timedelta(days=200))
        else:
            act = {"turnout": term.turnout(draw), "companies": term.companies(draw)}
            await close(slot, **act, now=FIRST + timedelta(days=200))
        closed ^= {slot}
        if turn % 10 == 9:
            assert await wrong_sums() == 0
    before = await kept()
    await recount()
    assert await kept() == before != []


async def test_visits_that_close_at_once_are_all_summed_up(db):
    draw = Random(4)
    term = await Term().begin(draw, slots=16)
    turnouts = [term.turnout(draw) for _ in term.slots]
    closings = [
        close(slot, turnout=turnout, now=FIRST + timedelta(days=200))
        for slot, turnout in zip(term.slots, turnouts, strict=True)
    ]
    await asyncio.gather(*closings)
    assert await wrong_sums() == 0
    (whole,) = await rows("SELECT sum(pupils) AS pupils FROM tallies WHERE span = 'day'")
    assert whole["pupils"] == sum(group.counted for turnout in turnouts for group in turnout) > 0


async def test_a_recount_makes_good_what_is_wrong(db):
    await play(1)
    before = await kept()
    await rows("UPDATE tallies SET pupils = pupils + 1 WHERE by = 'level' AND span = 'year'")
    await by_owner("DELETE FROM tallies WHERE by = 'lycee' AND span = 'month'")
    assert await wrong_sums() > 4
    await recount()
    assert (await wrong_sums(), await kept()) == (0, before)


async def test_any_period_is_told_as_if_each_visit_were_counted(db):
    await play(2)
    draw, spans = Random(5), [date(2025, 9, 1) + timedelta(days=30 * n) for n in range(24)]
    for _ in range(12):
        first, last = sorted(draw.sample(spans, 2))
        (one,) = await rows(
            """SELECT coalesce(sum(pupils), 0)::int AS pupils, count(DISTINCT visit)::int AS visits FROM received
               WHERE starts_at >= $1::date::timestamp AT TIME ZONE 'Europe/Paris'
               AND starts_at < ($2::date + 1)::timestamp AT TIME ZONE 'Europe/Paris'""",
            first,
            last,
        )
        told = (await breakdown(from_on=first, to_on=last, now=NOW)).lycees
        assert (sum(line.pupils for line in told), sum(line.visits for line in told)) == tuple(one)


A_DAY = timedelta(days=1)
YEARS = (date(2023, 8, 1), date(2027, 8, 1))


def days(first: date, last: date) -> list[date]:
    return [first + n * A_DAY for n in range((last - first).days + 1)]


def days_of(piece: Piece) -> list[date]:
    if piece.span == "ever":
        return days(YEARS[0], date(2028, 7, 31))
    if piece.span == "year":
        return days(piece.begins, date(piece.begins.year + 1, 7, 31))
    return days(piece.begins, (piece.begins + timedelta(days=31)).replace(day=1) - A_DAY)


@pytest.mark.parametrize("seed", range(20))
def test_every_day_of_a_period_counts_once_and_no_other(seed: int):
    draw = Random(seed)
    for _ in range(20):
        first = date(2023, 8, 1) + draw.randrange(1100) * A_DAY
        last = first + draw.choice((draw.randrange(40), draw.randrange(700))) * A_DAY
        pieces, found = pieces_of(first, last, years=YEARS), Counter[date]()
        for piece in pieces.kept:
            for day in days_of(piece):
                found[day] += piece.sign
        for edge in pieces.edges:
            found.update(days(*edge))
        assert +found == Counter(days(first, last))
        assert all(count >= 0 for count in found.values())


def test_the_fewest_pieces_are_taken():
    assert pieces_of(date(2026, 8, 1), date(2027, 7, 31), years=YEARS).kept == [Piece("year", date(2026, 8, 1))]
    assert pieces_of(date(2026, 9, 1), date(2027, 7, 31), years=YEARS).kept == [
        Piece("year", date(2026, 8, 1)),
        Piece("month", date(2026, 8, 1), -1),
    ]
    assert pieces_of(date(2023, 9, 1), date(2028, 8, 31), years=YEARS).kept == [
        Piece("ever", EVER),
        Piece("month", date(2023, 8, 1), -1),
    ]


def test_who_asks_for_no_less_than_was_held_has_whole_months():
    held = date(2026, 9, 17), date(2027, 3, 11)
    for first, last in ((date(2026, 9, 17), date(2027, 3, 11)), (date(2026, 9, 5), date(2027, 3, 20))):
        pieces = pieces_of(first, last, years=YEARS, held=held)
        assert pieces == pieces_of(date(2026, 9, 1), date(2027, 3, 31), years=YEARS)
        assert pieces.edges == []
    less = pieces_of(date(2026, 9, 18), date(2027, 3, 10), years=YEARS, held=held)
    assert less == pieces_of(date(2026, 9, 18), date(2027, 3, 10), years=YEARS)
    assert pieces_of(date(2027, 3, 12), date(2027, 3, 11), years=YEARS, held=held) == pieces_of(
        date(2027, 3, 12), date(2027, 3, 11), years=YEARS
    )


def test_days_within_a_month_have_no_sum():
    pieces = pieces_of(date(2027, 1, 10), date(2027, 1, 20), years=YEARS)
    assert (pieces.kept, pieces.edges) == ([], [(date(2027, 1, 10), date(2027, 1, 20))])


def test_a_period_of_no_day_has_no_piece():
    pieces = pieces_of(date(2027, 1, 10), date(2027, 1, 9), years=YEARS)
    assert (pieces.kept, pieces.edges) == ([], [])


def test_a_school_year_turns_on_1_august():
    assert [year_of(date(2027, 7, 31)), year_of(date(2027, 8, 1))] == [date(2026, 8, 1), date(2027, 8, 1)]
