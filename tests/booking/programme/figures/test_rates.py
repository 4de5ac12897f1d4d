"""No-shows, late cancellations and places taken again: counted by their rules, for the programme and per lycée."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from booking.programme.figures.rates import RATES, RateFigure, rates, rates_by_lycee, rates_of_lycee, refilled
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.year.close import close_year
from booking.year.rules import CloseYear, SchoolYear
from tests import builders
from tests.booking.visits.absences.missed import close
from tests.booking.visits.reservations.demands import College
from tests.booking.year.past_year import AUGUST
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows, value


def at(hour: int) -> datetime:
    return NOW + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("given", "taken", "again"),
    [
        ([], [1], 0),
        ([1], [], 0),
        ([2], [1], 0),
        ([1], [2], 1),
        ([1], [2, 3], 1),
        ([1, 2], [3], 1),
        ([1, 4], [2, 3], 1),
        ([1, 4], [2, 3, 5], 2),
        ([1, 2], [1, 2, 3], 2),
    ],
)
def test_a_place_is_taken_again_by_one_group_that_comes_after_it_was_given_back(given, taken, again):
    assert refilled([at(hour) for hour in given], [at(hour) for hour in taken]) == again


def counts(figures: list[RateFigure]) -> list[tuple[str, str]]:
    return [(figure.rate.code, figure.words) for figure in figures]


NOTHING = [("no_show", "—"), ("late", "—"), ("refill", "—")]


class World:
    """Two lycées: at the first one group of two came, one place was given back late and taken again, one was not, one
    was cancelled in time; at the second a group came."""

    lycees: list[int]
    slots: list[int]

    @classmethod
    async def new(cls) -> World:
        self = cls()
        self.lycees = [await builders.school(kind="lycee", name=name) for name in ("Lycée A", "Lycée B")]
        held = {"seats": 150, "groups_max": 6}
        begins = NOW + timedelta(days=10)
        first, empty = [
            await builders.slot(host=self.lycees[0], starts_at=begins + timedelta(days=day), **held) for day in (0, 1)
        ]
        other = await builders.slot(host=self.lycees[1], starts_at=begins, **held)
        self.slots = [first, empty, other]
        came, missed, late, soon, alone, there = [await College.new() for _ in range(6)]
        of = {
            slot: [await each.ask(slot) for each in colleges]
            for slot, colleges in ((first, (came, missed, late, soon)), (empty, (alone,)), (other, (there,)))
        }
        await cancel(of[first][3].id, CancelVisit(), role="teacher", **soon.own, now=NOW)
        late_now = begins - timedelta(days=7) + timedelta(hours=1)
        for college, visit in ((late, of[first][2]), (alone, of[empty][0])):
            said = CancelVisit(reason="Grève des cars")
            await cancel(visit.id, said, role="teacher", **college.own, now=late_now + timedelta(days=1))
        taker = await College.new()
        # The booking closes five school days before: here it does not.
        await rows("UPDATE slots SET booking_closes_at = starts_at - interval '1 day'")
        await taker.ask(first, now=late_now + timedelta(days=2))
        await rows("UPDATE reservations SET state = 'locked' WHERE state = 'confirmed'")
        await close(first, of[first][1].id)
        await close(other)
        return self


async def test_each_rate_is_counted_by_its_rule_in_all_and_at_the_lycee_that_it_is_of(db):
    world = await World.new()
    await builders.reservation(
        slot=await builders.slot(starts_at=paris("2026-03-10 09:00")), group=await builders.group(), state="no_show"
    )
    assert counts(await rates(2026)) == [("no_show", "1 sur 4"), ("late", "2 sur 7"), ("refill", "1 sur 2")]
    assert [(its.lycee, counts(its.figures)) for its in await rates_by_lycee(2026)] == [
        (world.lycees[0], [("no_show", "1 sur 3"), ("late", "2 sur 6"), ("refill", "1 sur 2")]),
        (world.lycees[1], [("no_show", "0 sur 1"), ("late", "0 sur 1"), ("refill", "—")]),
    ]
    assert counts(await rates_of_lycee(world.lycees[1], 2026)) == counts((await rates_by_lycee(2026))[1].figures)
    assert counts(await rates(2025)) == [("no_show", "1 sur 1"), ("late", "0 sur 1"), ("refill", "—")]
    assert (counts(await rates(2024)), counts(await rates_of_lycee(world.lycees[0], 2025))) == (NOTHING, NOTHING)


async def test_lycees_add_up_to_the_programme(db):
    await World.new()
    whole, lycees = await rates(2026), await rates_by_lycee(2026)
    for place, figure in enumerate(whole):
        assert sum(its.figures[place].counted for its in lycees) == figure.counted
        assert sum(its.figures[place].among for its in lycees) == figure.among


def test_a_share_is_told_of_twenty_and_more():
    words = [
        RateFigure(RATES[0], counted, among).words for counted, among in ((0, 0), (1, 2), (3, 19), (3, 20), (3, 41))
    ]
    assert words == ["—", "1 sur 2", "3 sur 19", "3 sur 20, soit 15 %", "3 sur 41, soit 7 %"]


async def test_the_figures_of_a_year_are_equal_before_and_after_its_closing(db, tmp_path: Path):
    world = await World.new()
    before = await rates(2026), await rates_by_lycee(2026)
    await close_year(
        SchoolYear(2026), CloseYear(nobody_came=tuple(world.slots)), by=None, data_dir=tmp_path, now=AUGUST
    )
    assert await value("SELECT count(*) FROM slots WHERE frozen") == 3
    assert (await rates(2026), await rates_by_lycee(2026)) == before


async def test_board_lycee_and_table_tell_the_same_with_their_rules_and_years(app):
    world = await World.new()
    app.state.clock = lambda: NOW + timedelta(days=20)
    office = await Browser(app, now=NOW + timedelta(days=20)).sign_in(await builders.person("coordinator"))
    board, table = read(await office.get("/gestion")), read(await office.get("/gestion/venues"))
    lycee = read(await office.get(f"/gestion/etablissements/{world.lycees[0]}"))
    for rate, of_all, of_lycee in zip(
        RATES, ("1 sur 4", "2 sur 7", "1 sur 2"), ("1 sur 3", "2 sur 6", "1 sur 2"), strict=True
    ):
        assert f"{rate.label} {of_all} {rate.rule}" in table
        # The board leads there by the figures themselves.
        assert f"{rate.label} {of_all}".casefold() in board.casefold()
        assert f"{rate.label} {of_lycee} {rate.rule}" in lycee
    assert "Lycée A, Besançon 1 sur 3 2 sur 6 1 sur 2 Lycée B, Besançon 0 sur 1 0 sur 1 —" in table
    assert "2025-2026" not in table
    before = await builders.slot(host=world.lycees[1], starts_at=paris("2026-03-10 09:00"))
    await builders.reservation(slot=before, group=await builders.group(), state="attended", confirmed_at=NOW)
    past = read(await office.get("/gestion/venues?annee=2025-2026"))
    assert "Lycée B, Besançon 0 sur 1 0 sur 1 —" in past
    assert "Lycée A" not in past
    college = await value("SELECT school FROM reservations LIMIT 1")
    assert "Venues et places rendues" not in read(await office.get(f"/gestion/etablissements/{college}"))
