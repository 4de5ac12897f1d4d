"""Who asks for what on the morning that `make opening` plays: one slot for each demand, or ranked lines on the schools
and with the tastes of `tests/load/tastes.py`."""

from __future__ import annotations

import json
import math
import random
import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from msgspec import Struct

from booking.people.accounts.token import issue_token
from booking.visits.draws.drawing_file import Line, PairLine, Slot, SlotLine
from tests import builders
from tests.load.tastes import FIRST, KM, SEATS, Opening, best_lines, opening, slots_of
from workshops.database import rows

PUPILS = SEATS
# How many groups of a collège ask: of one that asks for ranked lines, two more than it has classes.
OF_ONE_SLOT, OF_LINES = 50, 10
CLASSES = 8
# What so many groups like is liked again by those after them.
TASTES = 2000
LINES_MOST = 5
WITH_A_SENTENCE = 0.8
PAIRS_LOOKED_AT = 12
Some = TypeVar("Some")
GROUPS = """INSERT INTO groups (school, name, level, pupils, school_year)
SELECT $1, 'g' || n, '4e', pupils, '2026-2027' FROM unnest($2::int[]) WITH ORDINALITY AS class (pupils, n)
ORDER BY n RETURNING id"""


class Request(Struct, frozen=True):
    """What a program sends: with whose token, where, and what."""

    token: str
    path: str
    body: bytes


class World(Struct, frozen=True):
    """Slots that everybody wants, and what each demand sends, in any order."""

    slots: list[int]
    demands: list[Request]


class _Wish(Struct, frozen=True):
    """What a group of a collège (by its place among those of the tastes) asks for."""

    home: int
    pupils: int
    lines: list[Line]
    sentence: bool


async def first_come_world(demands: int, slots: int) -> World:
    """Each group of a collège asks for one slot, whichever."""
    now, chance = datetime.now(UTC), random.Random(1)
    taught = await builders.workshop(objects=(await builders.tech_object(),))
    starts = [now + timedelta(days=40 + n // 10, hours=n % 10 / 2) for n in range(slots)]
    made = [await builders.slot(workshop=taught, starts_at=at, seats=SEATS) for at in starts]
    asked = []
    for pupils in _parts([PUPILS] * demands, OF_ONE_SLOT):
        token, groups = await _college(pupils, now=now)
        for group in groups:
            body = {"slot_id": chance.choice(made), "group_id": group, "pupils": PUPILS, "adults": 2, "wait": True}
            asked.append(Request(token, "/api/v1/reservations", json.dumps(body).encode()))
    chance.shuffle(asked)
    return World(made, asked)


async def ranked_world(demands: int, slots: int) -> World:
    """Classes of 15 to 30 ask for one to five lines, of halves where no slot takes them, most of them with a sentence.

    Every second collège asks its principal; ten groups ask where there are eight classes.
    """
    now, chance = datetime.now(UTC), random.Random(1)
    world = opening(1, TASTES, slots=slots)
    offered = slots_of(world, groups=2)
    made = await _slots(world, offered, now=now)
    by_home: dict[int, list[_Wish]] = defaultdict(list)
    wishes = _wishes(world, offered, chance)
    for _ in range(demands):
        wish = next(wishes)
        by_home[wish.home].append(wish)
    asked = []
    colleges = (of_one for same in by_home.values() for of_one in _parts(same, OF_LINES))
    for n, of_one in enumerate(colleges):
        place = world.colleges[of_one[0].home]
        principal = {"needs_approval": True, "principal_mail": f"principal{n}@example.org"} if n % 2 else {}
        pupils = [wish.pupils for wish in of_one]
        token, groups = await _college(
            pupils, heads=CLASSES * SEATS, now=now, lat=place.lat, lon=place.lon, **principal
        )
        for group, wish in zip(groups, of_one, strict=True):
            asked.append(Request(token, "/api/v1/demands", _body(group, wish, made)))
    chance.shuffle(asked)
    return World(made, asked)


async def _college(pupils: Sequence[int], *, heads: int = 0, now: datetime, **more: Any) -> tuple[str, list[int]]:
    """The token of a collège's teacher, and groups of so many pupils; `heads` are all of the level, where known."""
    email, token = f"{secrets.token_hex(8)}@example.org", secrets.token_urlsafe(32)
    college, account = await builders.school(**more), await builders.account(email)
    await builders.membership(account, "teacher", school=college)
    await issue_token(email, token=token, now=now)
    if heads:
        await builders.head_count(school=college, pupils=heads)
    return token, [group["id"] for group in await rows(GROUPS, college, list(pupils))]


async def _slots(world: Opening, offered: Sequence[Slot], *, now: datetime) -> list[int]:
    """The slots of a world, on the first weeks that begin forty days from now."""
    later = timedelta(weeks=math.ceil((now + timedelta(days=40) - FIRST) / timedelta(weeks=1)))
    built = (await builders.tech_object(),)
    hosts = [await builders.school(kind="lycee", lat=lycee.lat, lon=lycee.lon) for lycee in world.lycees]
    taught = [await builders.workshop(host=host, objects=built) for host in hosts]
    return [
        await builders.slot(workshop=taught[slot.lycee], starts_at=slot.starts_at + later, seats=SEATS, groups_max=2)
        for slot in offered
    ]


def _parts(whole: Sequence[Some], size: int) -> Iterator[Sequence[Some]]:
    return (whole[first : first + size] for first in range(0, len(whole), size))


def _wishes(world: Opening, offered: Sequence[Slot], chance: random.Random) -> Iterator[_Wish]:
    """Of the groups that reach a slot, what each asks for, again and again."""
    for n in count():
        group, pupils = n % len(world.liked), chance.randint(15, 30)
        lines = _apart(best_lines(world, offered, group, PAIRS_LOOKED_AT, pupils))[: chance.randint(1, LINES_MOST)]
        if lines:
            yield _Wish(world.home_of[group], pupils, lines, chance.random() < WITH_A_SENTENCE)


def _apart(lines: Sequence[Line]) -> list[Line]:
    """Those that name no slot of one before."""
    named: set[int] = set()
    kept = []
    for line in lines:
        slots = _named(line)
        if named.isdisjoint(slots):
            named |= slots
            kept.append(line)
    return kept


def _named(line: Line) -> set[int]:
    return {line.slot} if isinstance(line, SlotLine) else set(line.slots) if isinstance(line, PairLine) else set()


def _body(group: int, wish: _Wish, made: Sequence[int]) -> bytes:
    lines: list[dict[str, Any]] = []
    for line in wish.lines:
        match line:
            case SlotLine():
                lines.append({"slot_id": made[line.slot]})
            case PairLine():
                lines.append({"slot_ids": [made[slot] for slot in line.slots]})
    if wish.sentence:
        lines.append({"search": {"distance_most": KM}})
    return json.dumps({"group_id": group, "pupils": wish.pupils, "adults": 2, "lines": lines}).encode()
