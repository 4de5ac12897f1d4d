"""What is declared enters every figure beside what was counted; a ledger kept by the test itself finds the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import pytest

from booking.programme.consortium.queries import consortium
from booking.programme.coordination.queries import figures_of_school
from booking.programme.figures.publish import publish
from booking.programme.past_visits.record import correct_past_visit, record_past_visit, remove_past_visit
from booking.programme.past_visits.take_in import take_in
from tests import builders, builders_bts1
from tests.booking.programme.past_visits.files import FIRST, SECOND, a_place, file_of
from tests.builders import NOW, paris
from tests.workshops.tallies.test_count import kept as sums_kept
from workshops.database import rows
from workshops.equity.colleges import came_in
from workshops.equity.queries import equity
from workshops.past_visits.keep import correct, keep, remove
from workshops.past_visits.queries import alike
from workshops.past_visits.rules import KeptVisit, VisitSketch, plan
from workshops.results.curve import curve
from workshops.results.queries import Count, breakdown, progress
from workshops.results.trace import VisitsToTrace, trace
from workshops.slots.close import close
from workshops.slots.rules import CompanyAtSlot, GroupTurnout
from workshops.tallies.count import recount
from workshops.tallies.queries import wrong_sums

FIRST_DAY, LAST_DAY = date(2023, 8, 1), date(2026, 7, 31)
PERIOD = {"from_on": date(2024, 1, 10), "to_on": date(2026, 3, 20)}
LEVELS = ("6e", "5e", "4e", "3e")


@dataclass(frozen=True)
class Entry:
    """One group of the ledger."""

    on: date
    lycee: int
    college: int
    level: str
    pupils: int
    girls: int | None
    tech_object: int | None
    companies: tuple[str, ...]
    declared: bool
    visit: object


class World:
    """Three lycées and four collèges, whose visits are partly counted by lycées and partly declared."""

    async def begin(self, draw: Random) -> World:
        self.draw = draw
        self.lycees = [await builders.school(kind="lycee") for _ in range(3)]
        self.colleges = [await builders.school(department=code) for code in ("25", "25", "39", "70")]
        self.objects = [await builders.tech_object() for _ in range(2)]
        self.sirets = [builders.siret(number) for number in range(3)]
        for siret in self.sirets:
            await builders.company(siret=siret)
        self.entries: list[Entry] = []
        return self

    def day(self) -> date:
        return FIRST_DAY + timedelta(days=self.draw.randrange((LAST_DAY - FIRST_DAY).days + 1))

    def sketch(self, reference: str) -> VisitSketch:
        draw, pupils = self.draw, self.draw.randint(1, 30)
        return VisitSketch(
            held_on=self.day(),
            lycee=draw.choice(self.lycees),
            college=draw.choice(self.colleges),
            level=draw.choice(LEVELS),
            pupils=pupils,
            girls=draw.choice((None, draw.randint(0, pupils))),
            tech_object=draw.choice((None, *self.objects)),
            companies=tuple(draw.sample(self.sirets, draw.randint(0, 2))),
            source="Tableau",
            reference=reference,
        )

    async def hold_slots(self, number: int) -> None:
        for _ in range(number):
            draw, on = self.draw, self.day()
            lycee = draw.choice(self.lycees)
            slot = await builders.slot(host=lycee, starts_at=paris(f"{on} 09:00"), groups_max=3, seats=90)
            turnout = []
            for ref in range(draw.randint(1, 3)):
                level, counted = draw.choice(LEVELS), draw.randint(1, 25)
                college, girls = draw.choice(self.colleges), draw.choice((None, counted // 2))
                turnout.append(GroupTurnout(ref, college, level, level, 25, counted, counted, girls=girls))
                self.entries.append(Entry(on, lycee, college, level, counted, girls, None, (), False, ("slot", slot)))
            came = [CompanyAtSlot(siret, "Firme", 2) for siret in draw.sample(self.sirets, draw.randint(0, 2))]
            await close(slot, turnout=turnout, companies=came, now=paris(f"{on} 12:00"))
            last = self.entries.pop()
            self.entries.append(replace(last, companies=tuple(one.siret for one in came)))

    async def declare(self, number: int) -> None:
        """Some past visits, of which some are corrected and some taken back afterwards."""
        sketches = {f"R{n}": self.sketch(f"R{n}") for n in range(number)}
        await keep(plan(list(sketches.values()), []), now=NOW)
        known = {one.sketch.reference: one.id for one in await alike(list(sketches.values()))}
        corrected = {name: self.sketch(name) for name in self.draw.sample(sorted(sketches), number // 4)}
        sketches |= corrected
        some = [KeptVisit(known[name], one) for name, one in list(corrected.items())[: number // 8]]
        for one in some:
            await correct(one.id, one.sketch)
        await keep(plan(list(corrected.values()), await alike(list(corrected.values()))), now=NOW)
        for name in self.draw.sample(sorted(sketches), number // 5):
            await remove(known[name])
            del sketches[name]
        self.entries += [
            Entry(
                one.held_on, one.lycee, one.college, one.level, one.pupils, one.girls, one.tech_object, one.companies,
                True, ("past", name),
            )
            for name, one in sketches.items()
        ]  # fmt: skip

    def within(self, from_on: date, to_on: date) -> list[Entry]:
        return [one for one in self.entries if from_on <= one.on <= to_on]


def shared(entries: Iterable[Entry], key: Callable[[Entry], str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        found[key(one)].append(one)
    return {name: whole(some) for name, some in found.items()}


def whole(some: list[Entry]) -> tuple[int, ...]:
    declared = [one for one in some if one.declared]
    visits = len({one.visit for one in some})
    return sum(one.pupils for one in some), len(some), visits, sum(one.pupils for one in declared), len(declared)


def told(counts: list[Count]) -> dict[str, tuple[int, ...]]:
    return {
        one.key: (one.pupils, one.groups, one.visits, one.declared_pupils, one.declared_visits)
        for one in counts
        if one.visits
    }


def school_year(on: date) -> str:
    autumn = on.year if on.month >= 8 else on.year - 1
    return f"{autumn}-{autumn + 1}"


@pytest.fixture(params=[1, 2])
async def world(db, request):
    made = await World().begin(Random(request.param))
    await made.hold_slots(25)
    await made.declare(60)
    return made


async def test_every_count_is_that_of_the_ledger(world):
    # A lycée that receives nobody stands there with 0.
    await builders.workshop(host=await builders.school(kind="lycee"))
    counts, some = await breakdown(**PERIOD, now=NOW), world.within(*PERIOD.values())
    schools = {one["id"]: one for one in await rows("SELECT id, uai, department FROM schools")}
    assert told(counts.lycees) == shared(some, lambda one: schools[one.lycee]["uai"])
    assert told(counts.colleges) == shared(some, lambda one: schools[one.college]["uai"])
    assert told(counts.departments) == shared(some, lambda one: schools[one.college]["department"])
    assert told(counts.levels) == shared(some, lambda one: one.level)
    assert told(counts.months) == shared(some, lambda one: f"{one.on:%Y-%m}")
    assert told(counts.years) == shared(some, lambda one: school_year(one.on))
    objects = {number: [one for one in some if one.tech_object == number] for number in world.objects}
    assert {one.id: (one.made, one.groups, one.declared_groups, one.counted) for one in counts.objects} == {
        number: (0, len(of), len(of), False) for number, of in objects.items()
    }
    came = {siret: [one for one in some if siret in one.companies] for siret in world.sirets}
    assert {one.siret: (one.visits, one.people, one.declared_visits) for one in counts.companies} == {
        siret: (len(of), 2 * sum(not one.declared for one in of), sum(one.declared for one in of))
        for siret, of in came.items()
    }


async def test_the_sums_kept_are_those_of_a_recount(world):
    assert await wrong_sums() == 0
    before = await sums_kept()
    await recount()
    assert (await wrong_sums(), await sums_kept()) == (0, before)


async def test_girls_that_nobody_counted_are_in_no_sum_and_no_ratio(world):
    found, some = await equity(**PERIOD), world.within(*PERIOD.values())
    known = [one for one in some if one.girls is not None]
    assert (found.whole.pupils, found.whole.apart, found.whole.girls, found.whole.declared_pupils) == (
        sum(one.pupils for one in some),
        sum(one.pupils for one in known),
        sum(one.girls for one in known),
        sum(one.pupils for one in some if one.declared),
    )
    came = await came_in(**PERIOD)
    assert came == {school: sum(one.pupils for one in some if one.college == school) for school in came}
    assert found.colleges.came == len(came) == len({one.college for one in some})


async def test_the_target_its_curve_and_the_school_say_how_much_is_declared(world):
    await builders.target(from_on=PERIOD["from_on"], to_on=PERIOD["to_on"])
    (stand,) = await progress(now=NOW)
    some = world.within(*PERIOD.values())
    declared = [one for one in some if one.declared]
    assert (stand.done, stand.declared) == (sum(one.pupils for one in some), sum(one.pupils for one in declared))
    assert (await curve(stand.target, now=NOW))[-1].figure == stand.done
    lycee = world.lycees[0]
    here = [one for one in world.entries if one.lycee == lycee]
    figures = await figures_of_school(lycee, now=NOW)
    assert (figures.visits_received, figures.declared_received, figures.pupils_received) == (
        len({one.visit for one in here}),
        sum(one.declared for one in here),
        sum(one.pupils for one in here),
    )


async def test_the_visits_behind_a_figure_add_up_to_it_and_the_declared_ones_can_be_told_apart(world):
    some = world.within(*PERIOD.values())
    schools = {one["id"]: one["uai"] for one in await rows("SELECT id, uai FROM schools")}
    college = world.colleges[0]
    asked = (
        (VisitsToTrace(), lambda one: True),
        (VisitsToTrace(declared=True), lambda one: one.declared),
        (VisitsToTrace(level="4e"), lambda one: one.level == "4e"),
        (VisitsToTrace(college=schools[college]), lambda one: one.college == college),
        (VisitsToTrace(apart=True), lambda one: one.girls is not None),
        (VisitsToTrace(object=world.objects[0]), lambda one: one.tech_object == world.objects[0]),
    )
    for behind, keeps in asked:
        found, told_of = await trace(behind, **PERIOD, limit=1000), [one for one in some if keeps(one)]
        assert (found.pupils, found.groups, found.visits_in_all, found.declared_pupils, found.declared_visits) == whole(
            told_of
        )
        assert sum(one.declared for one in found.visits) == found.declared_visits
        assert sum(one.pupils for one in found.visits) == found.pupils
    company = await trace(VisitsToTrace(company=world.sirets[0]), **PERIOD, limit=1000)
    assert company.visits_in_all == sum(world.sirets[0] in one.companies for one in some)
    assert {one.also["people"] for one in company.visits if one.declared} <= {None}


async def test_public_pages_round_what_is_declared_and_say_the_visits(db):
    place = await a_place()
    await builders.target(from_on=date(2023, 9, 1))
    await builders_bts1.partner(kind="lycee", name="Lycée Jules Haag", school=place.lycee)
    recent = FIRST.replace("14/03/2024", "10/11/2026").replace("4e B", "4e C")
    await take_in(file_of(FIRST, SECOND, recent), by=None, now=NOW)
    slot = await builders.slot(host=place.lycee, starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.turnout(slot=slot, school=place.diderot, counted=30)
    found = await publish(now=NOW)
    assert (found.visits, found.declared) == (4, 3)
    assert (found.stands[0].progress.done, found.stands[0].progress.declared) == (98, 70)
    (member,) = await consortium(now=NOW)
    assert (member.slots, member.slots_declared, member.pupils, member.attendances) == (2, 1, 54, 0)


async def test_one_visit_is_declared_corrected_and_taken_back(db):
    await a_place()
    nadia = await builders.account("nadia@example.org")
    cells = dict(
        zip(
            ("date", "lycee", "college", "niveau", "groupe", "eleves", "filles", "objet", "entreprises", "source"),
            FIRST.split(";"),
            strict=False,
        )
    )
    number = await record_past_visit(cells, by=nadia, now=NOW)
    await correct_past_visit(number, cells | {"eleves": "20", "date": "15/03/2024"}, by=nadia, now=NOW)
    years = (await breakdown(from_on=date(2023, 8, 1), to_on=date(2024, 7, 31), now=NOW)).years
    assert told(years) == {"2023-2024": (20, 1, 1, 20, 1)}
    await remove_past_visit(number, by=nadia, now=NOW)
    assert (await wrong_sums(), await sums_kept()) == (0, [])
    acts = await rows("SELECT act, by, about FROM events ORDER BY id")
    assert [tuple(one) for one in acts] == [
        ("past_visit_recorded", nadia, number),
        ("past_visit_corrected", nadia, number),
        ("past_visit_removed", nadia, number),
    ]
