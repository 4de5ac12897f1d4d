"""What the bench asks of an académie's worth of slots, wherever they are served."""

from __future__ import annotations

import itertools
import json
import secrets
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from booking.people.accounts.token import issue_token
from tests import builders
from tests.load.client import CONNECTIONS, request


class World:
    """One académie's worth of slots, a teacher with many groups, a host with a visit under way, a full slot."""

    teacher = host = ""
    reservation = desk = full = 0
    groups: list[int]
    wide: list[int]
    tokens: list[str]


async def a_world() -> World:
    world, now = World(), datetime.now(UTC)
    college, lycee = await builders.school(), await builders.school(kind="lycee")
    people = {}
    for role, school in (("teacher", college), ("host", lycee)):
        await builders.person(role, f"{role}@example.org", school=school)
        people[role] = secrets.token_urlsafe(32)
        await issue_token(f"{role}@example.org", token=people[role], now=now)
    world.teacher, world.host = people["teacher"], people["host"]
    taught = await builders.workshop(host=lycee, objects=(await builders.tech_object(),))
    for n in range(200):
        await builders.slot(workshop=taught, starts_at=now + timedelta(days=20, hours=n))
    # A slot for thousands of groups does not exist: the bookings are spread over many of the largest ones.
    world.wide = [
        await builders.slot(workshop=taught, starts_at=now + timedelta(days=200 + n), seats=192, groups_max=8, hours=3)
        for n in range(1200)
    ]
    world.groups = [await builders.group(school=college) for _ in range(8)]
    under_way = await builders.slot(workshop=taught, starts_at=now - timedelta(hours=1), seats=200, groups_max=8)
    visits = [await builders.reservation(slot=under_way, group=group, by=1) for group in world.groups]
    world.desk, world.reservation = under_way, visits[0]
    world.full = await builders.slot(workshop=taught, starts_at=now + timedelta(days=60), seats=24, groups_max=1)
    await builders.reservation(slot=world.full, group=world.groups[0], by=1)
    world.tokens = [token for visit in visits for token in await builders.badges(visit)]
    return world


def mark_of(address: str, *, token: str) -> str:
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked, timeout=5) as answered:
        return str(answered.headers["ETag"])


def the_same(sent: bytes) -> Iterator[bytes]:
    return itertools.repeat(sent)


def bookings(world: World, slots: list[int], port: int, *, side_by_side: int = 1) -> Iterator[bytes]:
    """Slot after slot, eight groups at each, then the next eight, or as many slots of the lycée `side_by_side`."""
    groups = itertools.cycle(world.groups)
    for first in range(0, len(slots), side_by_side):
        for group, slot in itertools.product([*itertools.islice(groups, 8)], slots[first : first + side_by_side]):
            body = {"slot_id": slot, "group_id": group, "pupils": 24, "adults": 2}
            yield request(
                "POST", "/api/v1/reservations", port=port, token=world.teacher, body=json.dumps(body).encode()
            )


def refused(world: World, port: int) -> Iterator[bytes]:
    """Groups that find a slot full."""
    for group in itertools.cycle(world.groups[1:]):
        body = json.dumps({"slot_id": world.full, "group_id": group, "pupils": 24, "adults": 2}).encode()
        yield request("POST", "/api/v1/reservations", port=port, token=world.teacher, body=body)


def scans(world: World, port: int, *, together: int = 1) -> Iterator[bytes]:
    tokens = itertools.cycle(world.tokens)
    while True:
        sent = [
            {
                "scan_id": str(uuid.uuid4()),
                "slot_id": world.desk,
                "badge": token,
                "scanned_at": datetime.now(UTC).isoformat(),
            }
            for token in itertools.islice(tokens, together)
        ]
        yield request(
            "POST", "/api/v1/checkins", port=port, token=world.host, body=json.dumps({"scans": sent}).encode()
        )


@dataclass(frozen=True)
class Asked:
    """One line of the bench: what is asked, the goal, the requests in their order, the status of a right refusal, over
    how many connections."""

    what: str
    goal: str
    requests: Callable[[], Iterator[bytes]]
    refused: int = 0
    connections: int = CONNECTIONS


def reads(world: World, port: int) -> list[Asked]:
    """What changes nothing; the first is what the others are a share of."""
    invitation = f"/api/v1/reservations/{world.reservation}/invitation.ics"
    mark = mark_of(f"http://127.0.0.1:{port}{invitation}", token=world.teacher)
    held = request("GET", invitation, port=port, token=world.teacher, held=mark)
    return [
        Asked(what, goal, lambda sent=sent: the_same(sent))
        for what, goal, sent in (
            ("`GET /health/live`", "", request("GET", "/health/live", port=port)),
            ("page of slots", "5 500 a second", request("GET", "/creneaux", port=port, gzip=True)),
            ("`GET /api/v1/slots`, 200 items", "5 000 a second", request("GET", "/api/v1/slots?limit=200", port=port)),
            ("`invitation.ics`", "1 100 a second", request("GET", invitation, port=port, token=world.teacher)),
            ("`invitation.ics`, held already (304)", "4 000 a second", held),
        )
    ]


def acts(world: World, port: int) -> list[Asked]:
    """What is written: bookings one slot after another and many side by side, scans alone and together."""
    booked, half = "1 000 a second, p95 12 ms", len(world.wide) // 2
    apart, beside = world.wide[:half], world.wide[half:]
    return [
        Asked("`POST /api/v1/reservations`, 24 pupils", booked, lambda: bookings(world, apart, port)),
        Asked("the same on 50 slots of one lycée", booked, lambda: bookings(world, beside, port, side_by_side=50)),
        Asked("the same at one full slot: refused", "3 000 a second", lambda: refused(world, port), refused=409),
        Asked("`POST /api/v1/checkins`, one scan", "2 500 a second, p95 5 ms", lambda: scans(world, port)),
        Asked("the same, 50 scans together", "10 000 scans a second", lambda: scans(world, port, together=50)),
    ]
