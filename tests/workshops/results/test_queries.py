"""The figures equal those of an independent count of the same visits, made here in plain Python."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests import builders, builders_bts1, builders_ptech
from tests.workshops.programmes.targets.test_set_target import COLLEGIENS, PUPILS
from workshops.builds.record import RecordBuild, record
from workshops.database import rows, value
from workshops.programmes.targets.metrics import METRICS
from workshops.programmes.targets.set_target import SetTarget, set_target
from workshops.results.behind import awaited
from workshops.results.queries import Count, ObjectCount, Progress, Whole, breakdown, progress, whole
from workshops.results.totals import grown
from workshops.slots.close import close
from workshops.slots.rules import GroupTurnout

FIRST, LAST = date(2026, 9, 1), date(2027, 6, 30)
NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Seen:
    """A group that came, as the test itself remembers it."""

    slot: int
    on: date
    lycee: str
    college: str
    department: str
    level: str
    counted: int
    object: int
    counts: tuple[int, int, int, int]

    @property
    def school_year(self) -> str:
        """From August to July."""
        autumn = self.on.year if self.on.month > 7 else self.on.year - 1
        return f"{autumn}-{autumn + 1}"


async def play(seed: int) -> list[Seen]:
    """Sixty closed visits drawn at random over two school years, in four lycées, by six collèges."""
    draw = Random(seed)
    lycees = [await builders.school(kind="lycee", name=f"Lycée {n}") for n in range(4)]
    colleges = [
        await builders.school(name=f"Collège {n}", department=code)
        for n, code in enumerate(("25", "25", "39", "70", "90", "90"))
    ]
    known = {one["id"]: one for one in await rows("SELECT id, uai, department FROM schools")}
    objects = [await builders.tech_object(name=f"Objet {n}") for n in range(3)]
    workshops = [await builders.workshop(host=lycee) for lycee in lycees]
    seen: list[Seen] = []
    for _ in range(60):
        workshop = draw.randrange(4)
        starts_at = datetime(2025, 9, 1, 6, tzinfo=UTC) + timedelta(minutes=draw.randrange(0, 700 * 24 * 60, 15))
        slot = await builders.slot(workshop=workshops[workshop], starts_at=starts_at, groups_max=3, seats=90)
        turnout = []
        for ref in range(draw.randint(0, 3)):
            college, level, counted = draw.choice(colleges), draw.choice(("6e", "5e", "4e", "3e")), draw.randint(0, 30)
            made = draw.randint(0, 30)
            finished = draw.randint(0, made)
            counts = (made, finished, draw.randint(0, finished), draw.randint(0, made))
            built = draw.choice(objects)
            await record(
                slot,
                RecordBuild(
                    tech_object=built,
                    **dict(zip(("made", "finished", "working", "taken_home"), counts, strict=True)),
                ),
                group_ref=ref,
                now=starts_at,
            )
            turnout.append(GroupTurnout(ref, college, f"{level} {ref}", level, 30, counted, counted))
            seen.append(
                Seen(
                    slot,
                    starts_at.astimezone(ZoneInfo("Europe/Paris")).date(),
                    known[lycees[workshop]]["uai"],
                    known[college]["uai"],
                    known[college]["department"],
                    level,
                    counted,
                    built,
                    counts,
                )
            )
        await close(slot, turnout=turnout, now=starts_at)
    return seen


def recount(seen: list[Seen], key: str, first: date, last: date) -> dict[str, tuple[int, int, int]]:
    """Pupils, groups and visits under each heading, with loops and sums alone: a group of nobody did not come."""
    kept: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        if first <= one.on <= last and one.counted:
            kept[f"{one.on:%Y-%m}" if key == "month" else getattr(one, key)].append(one)
    return {name: (sum(o.counted for o in ones), len(ones), len({o.slot for o in ones})) for name, ones in kept.items()}


def told(counts: list[Count]) -> dict[str, tuple[int, int, int]]:
    """Where somebody came; where nobody did, a line says 0."""
    return {count.key: (count.pupils, count.groups, count.visits) for count in counts if count.visits}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_every_count_equals_an_independent_one(db, seed: int):
    seen = await play(seed)
    counted = await breakdown(from_on=FIRST, to_on=LAST, now=NOW)

    assert told(counted.lycees) == recount(seen, "lycee", FIRST, LAST)
    assert told(counted.colleges) == recount(seen, "college", FIRST, LAST)
    assert told(counted.departments) == recount(seen, "department", FIRST, LAST)
    assert told(counted.levels) == recount(seen, "level", FIRST, LAST)
    assert told(counted.months) == recount(seen, "month", FIRST, LAST)
    assert [one.key for one in counted.months] == sorted(one.key for one in counted.months)
    assert told(counted.years) == recount(seen, "school_year", FIRST, LAST)
    assert [one.key for one in counted.years] == sorted(one.key for one in counted.years)
    within = [one for one in seen if FIRST <= one.on <= LAST]
    assert {one.id: (one.made, one.finished, one.working, one.taken_home, one.groups) for one in counted.objects} == {
        number: (
            *(sum(one.counts[place] for one in within if one.object == number) for place in range(4)),
            sum(one.object == number and one.counted > 0 for one in within),
        )
        for number in {one.object for one in within}
    }


@pytest.mark.parametrize("seed", [4, 5])
async def test_the_progress_equals_an_independent_count(db, seed: int):
    seen = await play(seed)
    await set_target(SetTarget(**PUPILS), **COLLEGIENS, by=None, now=NOW)
    year_ago = date(2026, 3, 1)
    (whole,) = await progress(now=NOW)
    (part,) = await progress(from_on=FIRST, to_on=LAST, now=NOW)

    assert whole.done == sum(one.counted for one in seen)
    assert part.done == sum(one.counted for one in seen if FIRST <= one.on <= LAST)
    repeated: dict[tuple[int, int], int] = defaultdict(int)
    already: dict[tuple[int, int], int] = defaultdict(int)
    for one in seen:
        if one.on > NOW.date():
            already[one.on.year, one.on.month] += one.counted
        for years in range(1, 9) if year_ago < one.on <= NOW.date() else ():
            if one.on.replace(year=one.on.year + years) <= PUPILS["to_on"]:
                repeated[one.on.year + years, one.on.month] += one.counted
    hoped = sum(max(0, pupils - already[month]) for month, pupils in repeated.items())
    assert whole.forecast == part.forecast == whole.done + hoped > whole.done


async def test_seats_held_in_visits_not_yet_closed_are_booked(db):
    await set_target(SetTarget(**PUPILS), **COLLEGIENS, by=None, now=NOW)
    workshop = await builders.workshop()
    for state, taken in (("open", 24), ("closed", 10), ("called_off", 20), ("draft", 0), ("done", 22)):
        await builders.slot(workshop=workshop, starts_at=NOW + DAY, state=state, seats_taken=taken, reason="Grève")
    await builders.slot(workshop=workshop, starts_at=NOW - DAY, seats_taken=8)
    await builders.slot(workshop=workshop, starts_at=builders.paris("2029-09-01 00:00"), seats_taken=24)

    (whole,) = await progress(now=NOW)
    assert (whole.done, whole.booked, whole.frozen) == (0, 42, False)


async def test_places_still_free_are_those_that_can_still_be_reserved(db):
    """Here and in the list that the figure leads to, which waits for the slots whose reservations are closed, too."""
    await set_target(SetTarget(**PUPILS), **COLLEGIENS, by=None, now=NOW)
    away, there = [await builders.workshop(host=await builders.school(kind="lycee")) for _ in range(2)]
    shut_on = builders.paris("2027-04-08 09:00")
    await builders.closure(school=await value("SELECT school FROM workshops WHERE id = $1", away), on=shut_on.date())
    for workshop, starts_at, more in (
        (away, shut_on, {"seats": 24}),
        (there, shut_on, {"seats": 25, "seats_taken": 4}),
        (there, shut_on + DAY, {"seats": 26, "booking_closes_at": NOW}),
        (away, shut_on + DAY, {"seats": 27, "state": "closed"}),
        (away, shut_on + 2 * DAY, {"seats": 28, "groups_max": 1, "groups_taken": 1, "seats_taken": 20}),
        (there, NOW - DAY / 24, {"seats": 29, "seats_taken": 20}),
        (away, shut_on + 9 * DAY, {"seats": 30}),
    ):
        await builders.slot(workshop=workshop, starts_at=starts_at, **more)
    (whole,) = await progress(now=NOW)
    period = {"from_on": whole.target.from_on, "to_on": whole.target.to_on, "now": NOW}
    listed = await awaited(**period)
    assert (whole.planned, listed.planned, listed.visits_in_all) == (51, 51, 7)
    assert [one.planned for one in listed.visits] == [0, 0, 21, 0, 0, 0, 30]


async def test_a_period_is_frozen_once_it_is_over_and_every_visit_of_it_is_closed(db):
    await set_target(SetTarget(**PUPILS), **COLLEGIENS, by=None, now=NOW)
    slot = await builders.slot(starts_at=builders.paris("2027-02-28 23:00"), hours=0.5)
    over = {"from_on": date(2027, 2, 1), "to_on": date(2027, 2, 28), "now": NOW}
    before = [one.frozen for one in await progress(**over)]
    await close(slot, turnout=[], now=NOW)
    after = [one.frozen for one in await progress(**over)]
    running = [one.frozen for one in await progress(**over | {"to_on": date(2027, 3, 1)})]
    assert (before, after, running) == ([False], [True], [False])


async def test_a_metric_that_nothing_follows_has_no_figure(db):
    asked = SetTarget(**PUPILS | {"target": 8})
    await set_target(asked, programme="ptech", metric="journeys", by=None, now=NOW)
    (ptech,) = await progress(now=NOW)
    assert ptech == Progress(target=ptech.target, done=None, booked=None, frozen=False)


async def test_without_any_visit_no_heading_has_a_count(db):
    empty = await breakdown(from_on=FIRST, to_on=LAST, now=NOW)
    assert (empty.lycees, empty.colleges, empty.departments, empty.levels, empty.objects) == ([], [], [], [], [])


async def test_months_years_and_lycees_in_which_nobody_came_stand_there_with_0(db):
    member, with_workshop = [await builders.school(kind="lycee", name=name) for name in ("Lycée A", "Lycée B")]
    await builders_bts1.partner(kind="lycee", name="Lycée A", school=member)
    await builders.workshop(host=with_workshop)
    await builders.school(kind="lycee", name="Lycée qui ne reçoit pas")
    slot = await builders.slot(starts_at=builders.paris("2026-11-19 09:00"), state="done")
    await builders.turnout(slot=slot, counted=20)
    counted = await breakdown(from_on=date(2026, 6, 15), to_on=date(2030, 8, 31), now=NOW)
    assert [(one.key, one.pupils) for one in counted.months] == [
        *((f"2026-{month:02}", 0) for month in range(6, 11)),
        ("2026-11", 20),
        *((key, 0) for key in ("2026-12", "2027-01", "2027-02", "2027-03")),
    ]
    assert [(one.key, one.pupils, one.visits) for one in counted.years] == [("2025-2026", 0, 0), ("2026-2027", 20, 1)]
    assert sorted((one.label, one.pupils) for one in counted.lycees if not one.visits) == [
        ("Lycée A, Besançon", 0),
        ("Lycée B, Besançon", 0),
    ]


async def test_the_largest_count_comes_first_with_the_names_that_people_know(db):
    seen = await play(6)
    counted = await breakdown(from_on=date(2025, 9, 1), to_on=date(2027, 8, 31), now=NOW)
    assert [one.pupils for one in counted.colleges] == sorted((one.pupils for one in counted.colleges), reverse=True)
    assert {one.label for one in counted.lycees} == {f"Lycée {n}, Besançon" for n in range(4)}
    assert isinstance(counted.objects[0], ObjectCount)
    assert sum(one.pupils for one in counted.levels) == sum(one.counted for one in seen)


async def test_the_first_lines_are_those_of_all_of_them_and_the_whole_is_their_sum(db):
    await play(3)
    schools = {one["kind"]: one["id"] for one in await rows("SELECT kind, id FROM schools")}
    await builders.past_visit(lycee=schools["lycee"], college=schools["college"], held_on=date(2026, 12, 3))
    for n in (2, 1, 3):
        firm = await builders.company(name=f"Firme {n}")
        for one in await rows("SELECT id FROM slots WHERE state = 'done' ORDER BY id LIMIT $1", n):
            await builders.company_turnout(slot=one["id"], company=firm, people=2)
    period = {"from_on": date(2025, 9, 1), "to_on": date(2027, 8, 31)}
    every, some = [await breakdown(**period, now=NOW, most=most) for most in (None, 2)]
    headings = ("lycees", "colleges", "departments", "levels", "objects", "companies")
    for name in headings:
        assert getattr(some, name) == getattr(every, name)[:2] != []
    assert some.in_all == every.in_all == {name: len(getattr(every, name)) for name in headings}
    assert [one.name for one in every.companies] == ["Firme 3", "Firme 2", "Firme 1"]
    assert (some.months, some.years) == (every.months, every.years)
    assert sorted(some.declared) == ["colleges", "departments", "levels", "lycees", "months", "years"]
    of = {one: getattr(await breakdown(**period, now=NOW, of=(one,)), one) for one in headings}
    assert of == {name: getattr(every, name) for name in headings}
    assert await whole(**period) == Whole(
        pupils=sum(one.pupils for one in every.levels),
        visits=sum(one.visits for one in every.months),
        declared_pupils=22,
        declared_visits=1,
        hosts=sum(one.visits > 0 for one in every.lycees),
        colleges=len(every.colleges),
    )


async def test_no_course_is_foreseen_where_no_rentree_is_left_but_one_whose_opening_is_dated(db):
    days = {"from_on": date(2025, 9, 1), "to_on": date(2027, 8, 31)}
    await builders.target(programme="bts1", metric="courses", target=10, **days)
    for n in range(3):
        await builders_bts1.opened(title=f"Bachelor {n}", on=date(2026, 9, 1))
    now = builders.paris("2026-11-26 09:00")
    foreseen = [(await progress(now=now))[0].forecast]
    for title, on in (("Bachelor Bois", date(2027, 3, 1)), ("Bachelor Lin", date(2027, 9, 1))):
        await builders_bts1.step(await builders_bts1.course(title=title), "ouverte", on, planned=True)
        foreseen.append((await progress(now=now))[0].forecast)
    assert foreseen == [3, 4, 4]


async def test_pupils_of_ptech_are_foreseen_by_the_octobers_that_are_left(db):
    days = {"from_on": date(2025, 9, 1), "to_on": date(2030, 8, 31)}
    await builders.target(programme="ptech", metric="pupils", target=1800, **days)
    await builders_ptech.census(await builders_ptech.cohort(entry_year=2026), 2026, present=24)
    foreseen = [
        (await progress(now=builders.paris(f"{on} 09:00")))[0].forecast
        for on in ("2026-11-26", "2027-08-31", "2027-09-30", "2027-10-10")
    ]
    carried, entering = 3 * 24, (1 + 2 + 3) * 24
    assert foreseen == [24 + carried + entering] * 4


async def test_bookings_already_made_are_part_of_what_is_foreseen(db):
    await set_target(SetTarget(**PUPILS), **COLLEGIENS, by=None, now=NOW)
    slot = await builders.slot(starts_at=NOW + DAY)
    await builders.reservation(slot=slot, group=await builders.group(), pupils=20)
    (whole,) = await progress(now=NOW)
    assert (whole.done, whole.booked, whole.forecast) == (0, 20, 20)


async def test_what_is_booked_of_a_month_and_what_last_years_brought_in_another_are_both_foreseen(db):
    await builders.target(from_on=date(2025, 9, 1), to_on=date(2027, 8, 31))
    workshop = await builders.workshop()
    for on, counted in (("2026-01-12 09:00", 20), ("2026-03-10 09:00", 30)):
        slot = await builders.slot(workshop=workshop, starts_at=builders.paris(on), state="done")
        await builders.turnout(slot=slot, counted=counted, announced=32)
    for on, taken in (("2027-01-20 09:00", 24), ("2027-03-31 23:30", 12), ("2026-11-28 09:00", 5)):
        await builders.slot(workshop=workshop, starts_at=builders.paris(on), seats_taken=taken, hours=0.25)
    now = builders.paris("2026-11-29 09:00")
    (stand,) = await progress(now=now)
    assert (stand.counted, stand.engaged, stand.presence) == (50, 24 + 12 + 5, 78)
    assert (stand.hoped, stand.forecast) == (30 - 12, 50 + 41 + 18)
    (part,) = await progress(from_on=date(2027, 1, 1), to_on=date(2027, 1, 31), now=now)
    assert (part.done, part.booked) == (0, 24)
    assert (part.counted, part.engaged, part.hoped) == (stand.counted, stand.engaged, stand.hoped)


async def test_running_cohorts_are_carried_on_with_their_own_retention(db):
    days = {"from_on": date(2025, 9, 1), "to_on": date(2029, 8, 31)}
    await builders.target(programme="ptech", metric="pupils", target=1800, **days)
    made = await builders_ptech.cohort(entry_year=2025)
    await builders_ptech.census(made, 2025, present=30)
    await builders_ptech.census(made, 2026, present=24)
    (stand,) = await progress(now=builders.paris("2026-12-10 09:00"))
    assert (stand.counted, stand.engaged, stand.hoped) == (54, 19 + 15, 0)
    # A second cohort, counted once, keeps as many as the first; two more are hoped to enter as it did.
    await builders_ptech.census(await builders_ptech.cohort(entry_year=2026), 2026, present=10)
    (stand,) = await progress(now=builders.paris("2026-12-10 09:00"))
    assert (stand.counted, stand.engaged, stand.hoped) == (64, 27 + 22, 10 + 10 + 8)


async def test_a_target_in_its_last_days_foresees_what_is_booked_and_hopes_for_nothing_more(db):
    await builders.target(from_on=date(2025, 9, 1), to_on=date(2026, 11, 30))
    await builders.slot(starts_at=builders.paris("2026-11-20 09:00"), seats_taken=7)
    found = [
        ((await progress(now=builders.paris(f"{on} 09:00")))[0]) for on in ("2025-08-31", "2026-11-30", "2026-12-05")
    ]
    assert [(one.engaged, one.hoped, one.forecast) for one in found] == [(7, None, None), (7, 0, 7), (7, 0, 7)]


@pytest.mark.parametrize("today", ["2026-06-15", "2026-09-20", "2026-11-29", "2028-01-10"])
async def test_the_days_on_which_a_figure_grows_add_up_to_it(db, today: str):
    days = {"from_on": date(2025, 9, 1), "to_on": date(2027, 8, 31)}
    for metric in METRICS[1:]:
        await builders.target(programme=metric.programme, metric=metric.metric, target=10, **days)
    firms = [await builders.company(name=name) for name in ("A", "B", "C", "D")]
    for entry_year in (2024, 2025, 2026):
        made = await builders_ptech.cohort(entry_year=entry_year)
        await builders_ptech.census(made, entry_year, present=24)
        await builders_ptech.census(made, entry_year, "june", present=22, entered=1, left_moved=3)
        for n, firm in enumerate(firms):
            until = {"to_on": date(entry_year + 1, 7, 1)} if n == 0 else {}
            await builders_ptech.mentor(made, company=firm, from_on=date(entry_year, 10 - n, 3), **until)
    await builders_ptech.scheme(title="En préparation", opens_on=date(2027, 9, 1))
    for year in (2024, 2026, 2028):
        course = await builders_bts1.opened(title=f"Bachelor {year}", on=date(year, 9, 1))
        await builders_bts1.intake(course, year, enrolled=12, completed=5)
    at = builders.paris(f"{today} 09:00")
    for stand in await progress(now=at):
        told = await grown(stand.target, now=at)
        engaged = 0 if stand.target.metric == "pupils" else stand.engaged
        assert sum(told.values()) == stand.done + engaged, stand.target.metric
        assert all(days["from_on"] <= on <= days["to_on"] and figure > 0 for on, figure in told.items())
