"""What a sentence finds at once is what the draw would give it, world by world: whole first, then both halves."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from booking.visits.asking.ask import ask
from booking.visits.draws.drawing_file import College as AskingCollege
from booking.visits.draws.drawing_file import Lycee, SentenceLine, Slot
from booking.visits.reservations.demand import Sentence, WholeDemand
from tests import builders
from tests.booking.visits.draws.files import answered, demand, got
from tests.booking.visits.reservations.test_wait import College
from tests.builders import NOW, paris
from tests.seen import seen
from workshops.database import row

PLACES = ((47.24, 6.02), (47.24, 6.02), (47.40, 6.20), (47.64, 6.86))
HOME = (47.25, 6.03)
"""Two lycées are as far; the last one is farther than the sentence goes."""


async def a_world(chance: random.Random) -> tuple[list[Lycee], list[Slot]]:
    """Four lycées with two workshops each of one object or of another, and their slots, some of them full."""
    lycees, slots = [], []
    clocks = [await builders.tech_object() for _ in range(2)]
    for lat, lon in PLACES:
        lycee = await builders.school(kind="lycee", lat=lat, lon=lon)
        lycees.append(Lycee(lycee, lat, lon))
        taught = [(clock, await builders.workshop(host=lycee, objects=(clock,))) for clock in clocks]
        for _ in range(chance.randint(1, 5)):
            starts_at = paris("2027-03-01 09:00") + timedelta(days=chance.choice((0, 1, 2, 3, 24)))
            clock, workshop = chance.choice(taught)
            seats, level = chance.choice((12, 16, 16, 20, 20, 24)), chance.choice(("4e", "4e", "4e", "3e"))
            taken, groups = chance.choice((0, 0, 4, seats)), chance.choice((1, 2))
            number = await builders.slot(
                workshop=workshop,
                starts_at=starts_at,
                seats=seats,
                seats_taken=taken,
                levels=[level],
                groups_max=groups,
                groups_taken=1 if taken else 0,
            )
            hours = await row("SELECT starts_at, ends_at FROM slots WHERE id = $1", number)
            slots.append(
                Slot(
                    id=number,
                    lycee=lycee,
                    starts_at=hours["starts_at"],
                    ends_at=hours["ends_at"],
                    seats=seats,
                    seats_left=seats - taken,
                    groups_left=groups - (1 if taken else 0),
                    levels=(level,),
                    objects=(clock,),
                )
            )
    return lycees, slots


@pytest.mark.parametrize("seed", range(32))
async def test_a_sentence_at_once_finds_what_the_draw_would_give_it(db, seed):
    chance = random.Random(seed)
    lycees, slots = await a_world(chance)
    pupils = chance.randint(20, 30)
    asks = await College.new(lat=HOME[0], lon=HOME[1])
    group = await builders.group(school=asks.school, teacher=asks.teacher, pupils=pupils)
    full = await builders.slot(starts_at=paris("2027-05-04 09:00"), seats=30, seats_taken=30, groups_taken=1)
    named = await asks.demand(full, group=group, pupils=pupils)
    await ask(WholeDemand(((named,),), pupils, Sentence(line=2, km=60)), wait=True, now=NOW)
    drawn = answered(
        slots,
        demand("a", SentenceLine(km=60.0), pupils=pupils, college=asks.school),
        lycees=tuple(lycees),
        colleges=(AskingCollege(asks.school, *HOME),),
    )
    found = await seen("SELECT slot, pupils FROM reservations WHERE state = 'offered' ORDER BY half")
    assert found == got(drawn.answers[0])
