"""Whoever has the public list of a draw, the annuaire and the head counts tells of no demand whose it is."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

import booking.demo
from booking.visits.draws.drawing import draw
from booking.visits.draws.drawing_file import (
    College,
    Demand,
    Lycee,
    SentenceLine,
    Slot,
    SlotLine,
    Snapshot,
    digest_of_demand,
    digest_of_file,
)
from booking.visits.draws.places import distance_km
from booking.visits.draws.public_list import ListedDemand, PublicDrawList, list_in, listed
from booking.visits.draws.queries import DrawLine, DrawSeen, SlotAfterDraw
from booking.visits.draws.rules import digest_of
from tests.builders import NOW, paris

FILES = Path(booking.demo.__file__).parent / "files"
LEVELS = {"5e": "5eme_total", "4e": "4eme_total", "3e": "3eme_total"}
SEED = bytes(range(32))
A_CLASS = 24
NOT_CAME = 2


class Known(Struct, frozen=True):
    """A collège as the annuaire and the head counts tell it; which ones came is not in either."""

    id: int
    place: College
    pupils: dict[str, int]
    came: bool

    def allowed(self, level: str) -> int:
        """How many groups of a level are within its classes, by the public rule."""
        return max(1, ceil(self.pupils[level] / A_CLASS))


class World(Struct, frozen=True):
    """A draw of real collèges with invented demands: all of it, and what is public."""

    colleges: list[Known]
    slots: tuple[Slot, ...]
    lycees: tuple[Lycee, ...]
    demands: tuple[Demand, ...]
    public: PublicDrawList


def real(name: str) -> list[dict[str, str]]:
    with (FILES / name).open() as file:
        return list(csv.DictReader(file, delimiter=";"))


def colleges() -> list[Known]:
    places = {line["Identifiant_de_l_etablissement"]: line for line in real("etablissements.csv")}
    return [
        Known(
            number,
            College(number, *(float(places[line["numero_college"]][axis]) for axis in ("latitude", "longitude"))),
            {level: int(line[column] or 0) for level, column in LEVELS.items()},
            came=number % NOT_CAME == 0,
        )
        for number, line in enumerate(real("effectifs-2021.csv"), start=1)
        if line["numero_college"] in places and places[line["numero_college"]]["latitude"]
    ]


def lycees() -> tuple[Lycee, ...]:
    found = [line for line in real("etablissements.csv") if line["Type_etablissement"] == "Lycée" and line["latitude"]]
    return tuple(
        Lycee(1000 + n, float(line["latitude"]), float(line["longitude"])) for n, line in enumerate(found[:15])
    )


def a_slot(number: int, lycee: int, starts_at: datetime) -> Slot:
    hours = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
    return Slot(id=number, lycee=lycee, seats=30, seats_left=30, groups_left=1, levels=tuple(LEVELS), **hours)


def nearest(college: Known, hosts: tuple[Lycee, ...]) -> list[int]:
    return [host.id for host in sorted(hosts, key=lambda host: distance_km(college.place, host))]


def a_world(seed: int, *, of: int, slots_each: int = 4) -> World:
    """Demands for slots of the five nearest lycées, then a sentence; some collèges ask for more than their classes."""
    chance, known, hosts = random.Random(seed), colleges(), lycees()
    slots = tuple(
        a_slot(place * slots_each + n + 1, host.id, paris("2027-03-01 09:00") + timedelta(days=n * 7 + place % 5))
        for place, host in enumerate(hosts)
        for n in range(slots_each)
    )
    of_lycee: dict[int, list[int]] = defaultdict(list)
    for slot in slots:
        of_lycee[slot.lycee].append(slot.id)
    asked: dict[tuple[int, str], int] = defaultdict(int)
    demands = []
    for _ in range(of):
        college, level = chance.choice(known), chance.choice(list(LEVELS))
        asked[college.id, level] += 1
        pupils = chance.randint(15, min(30, max(15, college.pupils[level])))
        lines = (
            *(SlotLine(chance.choice(of_lycee[host])) for host in nearest(college, hosts)[:5]),
            SentenceLine(km=40),
        )
        demands.append(
            Demand(
                number=f"{chance.getrandbits(64):016x}",
                weight=1 if college.came else 2,
                within=asked[college.id, level] <= college.allowed(level),
                college=college.id,
                level=level,
                pupils=pupils,
                lines=lines,
                salt=f"{chance.getrandbits(128):032x}",
            )
        )
    file = Snapshot(
        digest=digest_of(SEED),
        seed=SEED.hex(),
        lycees=hosts,
        colleges=tuple(college.place for college in known),
        slots=slots,
        demands=tuple(demands),
    )
    return World(known, slots, hosts, file.demands, as_downloaded(file))


def as_downloaded(file: Snapshot) -> PublicDrawList:
    """The list of the draw of a file, as its page gives it."""
    drawn = draw(file)
    said = {demand.number: demand for demand in file.demands}
    lines = [
        DrawLine(
            number=answer.number,
            weight=said[answer.number].weight,
            beyond=not said[answer.number].within,
            slot=None,
            rank=answer.rank,
            result=answer.outcome,
            digest=digest_of_demand(
                said[answer.number].salt, said[answer.number].lines, said[answer.number].pupils, ()
            ),
            starts_at=None,
            workshop=None,
            host=None,
        )
        for answer in drawn.answers
    ]
    left = [SlotAfterDraw(place.slot, place.seats, place.groups, NOW, "", "") for place in drawn.left]
    held = DrawSeen(
        id=1,
        first_on=NOW.date(),
        last_on=NOW.date(),
        opens_at=NOW,
        draws_at=NOW,
        frozen_at=NOW,
        ranked_at=NOW,
        drawn_at=NOW,
        first_weight=2,
        file_digest=digest_of_file(file),
        digest=file.digest,
        seed=file.seed,
        left_until=None,
        left_told=True,
        one_slot=False,
        demands=len(lines),
    )
    return list_in(msgspec.json.encode(listed(held, lines, left)))


def who_could_ask(demand: ListedDemand, public: PublicDrawList, known: list[Known]) -> set[int]:
    """Whose a demand may be.

    One beyond is of a collège whose own demands fill its number first, and all of a collège weigh the same.
    """
    if not demand.beyond:
        return {college.id for college in known}
    within = sum(not other.beyond and other.weight == demand.weight for other in public.demands)
    return {college.id for college in known if min(map(college.allowed, LEVELS)) <= within}


def who_could_come(slot: Slot, public: PublicDrawList, known: list[Known]) -> set[int]:
    """Who may have taken the seats of a slot: no group is larger than its level. Everybody, where nobody has."""
    left = next(place for place in public.places_left or () if place.slot_id == slot.id)
    pupils = slot.seats_left - left.seats_left
    return {college.id for college in known if pupils <= max(college.pupils.values())}


def singled_out(world: World, known: list[Known]) -> int:
    """How many demands and slots are of one collège for sure."""
    demands = [who_could_ask(demand, world.public, known) for demand in world.public.demands]
    slots = [who_could_come(slot, world.public, known) for slot in world.slots]
    return sum(len(possible) == 1 for possible in demands + slots)


@pytest.mark.parametrize("of", [2, 5, 20, 60, 400])
def test_no_college_is_singled_out_by_the_public_list_the_annuaire_and_the_head_counts(of: int):
    worlds = [a_world(seed, of=of) for seed in range(5)]
    assert [singled_out(world, world.colleges) for world in worlds] == [0] * 5


def test_worlds_have_both_weights_demands_beyond_and_every_result_but_out():
    lists = [a_world(seed, of=of).public for seed in range(5) for of in (60, 400)]
    found = [demand for public in lists for demand in public.demands]
    assert {demand.weight for demand in found} == {1, 2}
    assert {demand.beyond for demand in found} == {True, False}
    assert {demand.result for demand in found} == {"placed", "offered", "waits"}


def test_two_demands_of_one_small_college_could_be_of_others_as_small():
    """The worst list: one within and one beyond say that somebody has one class; several collèges have."""
    two = [ListedDemand(number, 1, rank, "waits", beyond) for number, rank, beyond in (("a", 1, False), ("b", 2, True))]
    public = PublicDrawList(digest="", seed="", demands=tuple(two), places_left=())
    assert [len(who_could_ask(demand, public, colleges())) > 1 for demand in two] == [True, True]


def test_a_list_with_what_each_demand_asked_for_would_single_many_out():
    """The same question to what is not published: the lycées of the lines, from the nearest to the farthest."""
    world = a_world(1, of=200)
    of_slot = {slot.id: slot.lycee for slot in world.slots}
    orders = {college.id: nearest(college, world.lycees)[:5] for college in world.colleges}
    told = [[of_slot[line.slot] for line in demand.lines if isinstance(line, SlotLine)] for demand in world.demands]
    alone = sum(sum(order == lines for order in orders.values()) == 1 for lines in told)
    assert alone > 20


def test_a_weight_names_a_college_to_whoever_knows_that_no_other_one_never_came():
    """What the list cannot keep: docs/draw.md says it, and the form of an opening."""
    world = a_world(2, of=60)
    heavy = [demand for demand in world.public.demands if demand.weight == 2]
    never = [college for college in world.colleges if not college.came]
    assert [len(who_could_ask(demand, world.public, never)) > 1 for demand in heavy] == [True] * len(heavy)
    assert {len(who_could_ask(demand, world.public, never[:1])) for demand in heavy if not demand.beyond} == {1}
