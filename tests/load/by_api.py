"""The bench's world, made as anybody could in any version: by its demo's keys and its API alone.

A slot that is under way cannot be: its hours are the one thing that is written into the database.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pypdfium2
import zxingcpp

from tests.load.world import World

PUPILS, SEATS, TOGETHER = 24, 192, 8
# Of one workshop one after the other, on the school days of thirty weeks.
STARTS = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(8 * 60, 18 * 60, 45)]
LASTS, FIRST, LAST = timedelta(minutes=45), 30, 240
NEEDED = 800
UNDER_WAY = (
    """UPDATE slots SET starts_at = now() - interval '1 hour', ends_at = now() + interval '3 hours',
  booking_closes_at = now() - interval '2 hours' WHERE id = {slot}""",
    """UPDATE reservations SET starts_at = now() - interval '1 hour', ends_at = now() + interval '3 hours'
  WHERE slot = {slot}""",
)


def world_of(url: str, ask: Callable[[str], object], *, groups: int = TOGETHER) -> World:
    """Slots of one lycée, a teacher with groups, a visit under way with its badges, a full slot; `ask` does a
    statement in its database."""
    people = httpx.get(f"{url}/demo/comptes.json", timeout=60).raise_for_status().json()
    world = World()
    world.host, host, uai, workshop = _host(url, people)
    slots = _open_now(host, uai, _slots(host, workshop))
    assert len(slots) >= NEEDED, f"{len(slots)} slots: the calendar has too few school days"
    world.desk, world.full, *world.wide = slots
    world.teacher, teacher, world.groups = _teacher(url, people, workshop["levels"][0], world.desk, groups)
    visits = [_booked(teacher, world.desk, group) for group in world.groups[:TOGETHER]]
    _resized(host, world.full)
    _booked(teacher, world.full, world.groups[0])
    for statement in UNDER_WAY:
        ask(statement.format(slot=world.desk))
    world.reservation = visits[0]
    world.tokens = [token for visit in visits for token in _badges(teacher, visit)]
    return world


def _api(url: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60)


def _host(url: str, people: list[dict[str, Any]]) -> tuple[str, httpx.Client, str, dict[str, Any]]:
    """The first lycée of the demo that teaches a workshop, with its key."""
    for one in people:
        if one["role"] == "host":
            host = _api(url, one["token"])
            for workshop in host.get("/workshops").raise_for_status().json()["items"]:
                if workshop["state"] == "published":
                    return one["token"], host, one["school"]["uai"], workshop
    raise AssertionError("no lycée of the demo has a workshop")


def _slots(host: httpx.Client, workshop: dict[str, Any]) -> list[int]:
    made: list[int] = []
    today = date.today()  # noqa: DTZ011
    for begins, ends in itertools.pairwise(STARTS):
        series = {
            "workshop_id": workshop["id"],
            "weekdays": [1, 2, 3, 4, 5],
            "starts": begins,
            "ends": ends,
            "from": str(today + timedelta(days=FIRST)),
            "to": str(today + timedelta(days=LAST)),
            "seats": SEATS,
            "groups_max": TOGETHER,
        }
        answer = host.post("/slots/series", json=series).raise_for_status()
        made += [one["id"] for one in answer.json()["slots"]]
    return made


def _open_now(host: httpx.Client, uai: str, slots: list[int]) -> list[int]:
    """Those of them that need not wait for the hour of an opening."""
    later, asked = set(), {"school": uai, "limit": 200}
    while True:
        page = host.get("/slots", params=asked).raise_for_status().json()
        later |= {one["id"] for one in page["items"] if one.get("opens_at") or one.get("draws_at")}
        if not page["next_cursor"]:
            return [slot for slot in slots if slot not in later]
        asked["cursor"] = page["next_cursor"]


def _teacher(
    url: str, people: list[dict[str, Any]], level: str, slot: int, several: int
) -> tuple[str, httpx.Client, list[int]]:
    """A teacher whose collège asks for no visa, and so many groups."""
    for one in people:
        if one["role"] == "teacher":
            teacher = _api(url, one["token"])
            year = teacher.get("/groups").raise_for_status().json()["items"][0]["school_year"]
            # Of SEGPA: as many groups of a collège as are asked for have their places.
            told = {"level": level, "pupils": PUPILS, "school_year": year, "section": "SEGPA"}
            groups = [
                teacher.post("/groups", json=told | {"name": f"Banc {n}"}).raise_for_status().json()["id"]
                for n in range(1, several + 1)
            ]
            asked = {"slot_id": slot, "group_id": groups[0], "pupils": PUPILS, "adults": 2}
            answer = teacher.post("/reservations", json=asked)
            if answer.status_code == 201 and (made := answer.json())["state"] == "confirmed":
                teacher.post(f"/reservations/{made['id']}/cancellation", json={"reason": "Essai"}).raise_for_status()
                return one["token"], teacher, groups
    raise AssertionError("each collège of the demo asks for a visa")


def _booked(teacher: httpx.Client, slot: int, group: int) -> int:
    asked = {"slot_id": slot, "group_id": group, "pupils": PUPILS, "adults": 2}
    return int(teacher.post("/reservations", json=asked).raise_for_status().json()["id"])


def _resized(host: httpx.Client, slot: int) -> None:
    """A slot for one group."""
    host.post(f"/slots/{slot}/resize", json={"seats": PUPILS, "groups_max": 1}).raise_for_status()


def _badges(teacher: httpx.Client, visit: int) -> list[str]:
    """What the printed sheet's codes say."""
    sheet = teacher.get(f"/reservations/{visit}/badges.pdf").raise_for_status().content
    pages = [page.render(scale=3).to_pil() for page in pypdfium2.PdfDocument(sheet)]
    return sorted({code.text for page in pages for code in zxingcpp.read_barcodes(page) if code.text.startswith("B1.")})
