"""An opening on the real schools, with invented tastes: the groups that ask, and which slots each likes.

A world is a seed: 15 lycées with a professional path, 250 slots of theirs, groups of 4e drawn by the head counts of
their collèges. A group reaches the lycées within 40 km, and likes a slot by its distance, by what everybody thinks of
its date and by a taste of its own. Ranks are a shuffle by the same seed. Made once to choose the rule of the draw, and
kept as it was: a figure is told of these worlds only.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

import booking.demo
from booking.visits.draws.drawing import HALVES_APART
from booking.visits.draws.drawing_file import College, Demand, Line, Lycee, PairLine, Slot, SlotLine, Snapshot
from workshops.schools.rules import kilometres

FILES = Path(booking.demo.__file__).parent / "files"
KM = 40
FIRST = datetime(2027, 1, 4, 8, tzinfo=UTC)
SEATS = 24
# Of twelve weeks of five days.
HALF_DAYS = 120
School: TypeAlias = Mapping[str, str]


class Opening(Struct, frozen=True):
    """A world: the lycée of each slot; of each group its collège (`home_of`), the slots in its reach, the best first,
    and the lycées out of it; the groups by rank. Schools by their places among `lycees` and `colleges`."""

    lycees: tuple[Lycee, ...]
    lycee_of: tuple[int, ...]
    colleges: tuple[College, ...]
    home_of: tuple[int, ...]
    liked: tuple[tuple[int, ...], ...]
    out_of_reach: tuple[tuple[int, ...], ...]
    order: tuple[int, ...]


@cache
def _schools() -> tuple[list[School], list[School], list[int]]:
    """The collèges, the lycées with a professional path, and how many pupils of 4e each collège has."""
    schools, heads = (
        _lines("etablissements.csv"),
        {line["numero_college"]: line for line in _lines("effectifs-2021.csv")},
    )
    colleges = [school for school in schools if school["Type_etablissement"] == "Collège" and _uai(school) in heads]
    lycees = [
        school
        for school in schools
        if school["Type_etablissement"] != "Collège" and school["Voie_professionnelle"] == "1"
    ]
    return colleges, lycees, [int(heads[_uai(college)]["4eme_total"] or 1) for college in colleges]


def _lines(name: str) -> list[School]:
    with (FILES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _uai(school: School) -> str:
    return school["Identifiant_de_l_etablissement"]


def _place(school: School) -> tuple[float, float]:
    return float(school["latitude"]), float(school["longitude"])


def opening(seed: int, groups: int, *, slots: int = 250, hosts: int = 15) -> Opening:
    """The world of a seed: each number is drawn in this order, or another world is."""
    chance = random.Random(seed)
    colleges, lycees, heads = _schools()
    places = {_uai(college): place for place, college in enumerate(colleges)}
    chosen = chance.sample(lycees, hosts)
    offered = [(chosen.index(chance.choice(chosen)), chance.random()) for _ in range(slots)]
    homes, liked, beyond = chance.choices(colleges, heads, k=groups), [], []
    for home in homes:
        far = [kilometres(*_place(home), *_place(lycee)) for lycee in chosen]
        reach = [slot for slot, (lycee, _) in enumerate(offered) if far[lycee] <= KM]
        worth = {
            slot: -far[offered[slot][0]] / 15 + 1.2 * offered[slot][1] + 0.6 * chance.gauss(0, 1) for slot in reach
        }
        liked.append(tuple(sorted(reach, key=lambda slot: -worth[slot])))
        beyond.append(tuple(lycee for lycee, km in enumerate(far) if km > KM))
    order = list(range(groups))
    chance.shuffle(order)
    return Opening(
        lycees=tuple(Lycee(number, *_place(lycee)) for number, lycee in enumerate(chosen)),
        lycee_of=tuple(lycee for lycee, _ in offered),
        colleges=tuple(College(number, *_place(college)) for number, college in enumerate(colleges)),
        home_of=tuple(places[_uai(home)] for home in homes),
        liked=tuple(liked),
        out_of_reach=tuple(beyond),
        order=tuple(order),
    )


def slots_of(world: Opening, *, groups: int) -> list[Slot]:
    """Its slots in their order on the mornings and afternoons of twelve weeks: 24 seats, for so many groups each."""
    slots = []
    for number, lycee in enumerate(world.lycee_of):
        week, half_day = divmod(number * HALF_DAYS // len(world.lycee_of), 10)
        starts_at = FIRST + timedelta(weeks=week, days=half_day // 2, hours=5 * (half_day % 2))
        slots.append(
            Slot(
                id=number,
                lycee=lycee,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3),
                seats=SEATS,
                seats_left=SEATS,
                groups_left=groups,
                levels=("4e",),
            )
        )
    return slots


def file_of(world: Opening, slots: Sequence[Slot], pupils: Sequence[int], lines: Sequence[Sequence[Line]]) -> Snapshot:
    """The file of its draw: of each group the pupils and the lines. What is out of its reach, before kilometres are
    rounded, is refused to it. Beyond the last group comes the first one again."""
    return Snapshot(
        digest="",
        lycees=world.lycees,
        colleges=world.colleges,
        slots=tuple(slots),
        demands=tuple(
            Demand(
                number=str(group),
                weight=1,
                within=True,
                college=world.home_of[group % len(world.liked)],
                level="4e",
                pupils=pupils[group],
                lines=tuple(lines[group]),
                refused_lycees=world.out_of_reach[group % len(world.liked)],
            )
            for group in range(len(lines))
        ),
    )


def best_lines(world: Opening, slots: Sequence[Slot], group: int, count: int, pupils: int) -> list[Line]:
    """A group's `count` best slots; of a class that none takes, its best pairs: a slot, and the best other one of its
    lycée within three weeks, each pair once."""
    liked = world.liked[group]
    if pupils <= SEATS:
        return [SlotLine(slot) for slot in liked[:count]]
    pairs: dict[frozenset[int], PairLine] = {}
    for slot in liked:
        others = (other for other in liked if other != slot and _go_together(slots[slot], slots[other]))
        if (other := next(others, None)) is not None:
            pairs.setdefault(frozenset((slot, other)), PairLine((slot, other)))
    return list(pairs.values())[:count]


def _go_together(slot: Slot, other: Slot) -> bool:
    return slot.lycee == other.lycee and abs(slot.starts_at - other.starts_at) <= HALVES_APART
