"""The draw written a second time, from the words of its rule and the file alone, by the longest and plainest way.

Every way of every line is written down, and the first that fits is taken. Nothing of the product is used.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import permutations
from math import acos, cos, log, radians, sin
from typing import Any
from zoneinfo import ZoneInfo


def draw_again(content: bytes) -> tuple[list[dict[str, Any]], dict[int, list[int]]]:
    """The answers by rank, and the seats and places of groups left by slot."""
    file = json.loads(content)
    slots = {slot["id"]: slot for slot in file["slots"]}
    left = {number: [slot["seats_left"], slot["groups_left"]] for number, slot in slots.items()}
    demands = {demand["number"]: demand for demand in file["demands"]}
    answers = []
    for rank, number in enumerate(ranks(file), start=1):
        demand = demands[number]
        seen = [[[slot, *left.get(slot, [0, 0])] for slot in named(line)] for line in demand["lines"]]
        answer = {"number": number, "rank": rank, "outcome": "waits", "line": None, "seats": [], "seen": seen}
        answers.append(answer)
        for place, line in enumerate(demand["lines"]):
            ways = [way for way in ways_of(line, demand, file, slots, left) if fits(way, demand, slots, left)]
            if ways:
                seats = shared(ways[0], demand["pupils"], slots, left)
                for slot, pupils in seats:
                    left[slot][0] -= pupils
                    left[slot][1] -= 1
                answer |= {"outcome": "offered" if line["line"] == "sentence" else "placed"}
                answer |= {"line": place, "seats": seats}
                break
    return answers, left


def ranks(file: dict[str, Any]) -> list[str]:
    seed = bytes.fromhex(file["seed"])
    if hashlib.sha256(seed).hexdigest() != file["digest"]:
        raise AssertionError("another seed")
    keys = {}
    for demand in file["demands"]:
        number = demand["number"]
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in seed.ljust(64, b"\0")) + number.encode()).digest()
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in seed.ljust(64, b"\0")) + inner).digest()
        u = float(Fraction(2 * int(outer.hex()[:13], 16) + 1, 2**53))
        keys[number] = (0 if demand["within"] else 1, -log(u) / demand["weight"], number)
    return sorted(keys, key=keys.__getitem__)


def named(line: dict[str, Any]) -> list[int]:
    return {"slot": lambda: [line["slot"]], "pair": lambda: line["slots"], "sentence": list}[line["line"]]()


def ways_of(
    line: dict[str, Any], demand: dict[str, Any], file: dict[str, Any], slots: dict[int, Any], left: dict[int, Any]
) -> list[list[int]]:
    """The slots, or the pairs of slots, that a line means, the first to be taken first."""
    if line["line"] == "slot":
        return [[line["slot"]]]
    if line["line"] == "pair":
        first, second = (slots.get(number) for number in line["slots"])
        if not (first and second) or first["lycee"] != second["lycee"]:
            return []
        return [line["slots"]] if line.get("two_objects", False) or alike(first, second) else []
    place = {}
    for number, slot in slots.items():
        km = distance(demand, slot, file)
        if offers(slot, demand) and meant(line, slot, km, file):
            place[number] = (km, instant(slot["starts_at"]), number)
    whole = sorted(([number] for number in place), key=lambda way: place[way[0]])
    pairs = [
        [first, second]
        for first, second in permutations(place, 2)
        if place[first] < place[second] and found_together(slots[first], slots[second], demand["pupils"], left)
    ]
    return whole + sorted(pairs, key=lambda way: [place[number] for number in way])


def offers(slot: dict[str, Any], demand: dict[str, Any]) -> bool:
    """Whether a workshop offers what the group needs: only such a one is proposed to it."""
    return all(box.split(":")[0] in slot.get("offers", []) for box in demand.get("needs", []))


def meant(line: dict[str, Any], slot: dict[str, Any], km: float, file: dict[str, Any]) -> bool:
    """Whether a sentence says this slot."""
    lycee = next(lycee for lycee in file["lycees"] if lycee["id"] == slot["lycee"])
    day = wall(slot).date()
    off = file.get("days_off", {}).get(line.get("away"), [])
    no = [
        line.get("km") is not None and km > line["km"],
        "from_on" in line and day < date.fromisoformat(line["from_on"]),
        "to_on" in line and day > date.fromisoformat(line["to_on"]),
        any(date.fromisoformat(run["first_on"]) <= day <= date.fromisoformat(run["last_on"]) for run in off),
        "department" in line and lycee.get("department") != line["department"],
        "lycee" in line and lycee["id"] != line["lycee"],
        "tech_object" in line and line["tech_object"] not in slot.get("objects", []),
        line.get("company_places", 0) > slot.get("company_places", 0),
    ]
    return not any(no)


def found_together(first: dict[str, Any], second: dict[str, Any], pupils: int, left: dict[int, Any]) -> bool:
    """Two slots of a lycée too small for the class, within three weeks, of one object, a third of it in each."""
    return (
        first["lycee"] == second["lycee"]
        and max(first["seats"], second["seats"]) < pupils
        and min(left[first["id"]][0], left[second["id"]][0]) >= Fraction(pupils, 3)
        and abs(wall(first) - wall(second)) <= timedelta(weeks=3)
        and alike(first, second)
    )


def fits(way: list[int], demand: dict[str, Any], slots: dict[int, Any], left: dict[int, Any]) -> bool:
    """Whether a booking would be granted, in each of these slots."""
    for number in way:
        slot = slots.get(number)
        if slot is None or slot.get("closed", False) or demand["level"] not in slot["levels"]:
            return False
        if number in demand.get("refused_slots", []) or slot["lycee"] in demand.get("refused_lycees", []):
            return False
        start, end = instant(slot["starts_at"]), instant(slot["ends_at"])
        for hours in demand.get("busy", []):
            if not (end <= instant(hours["starts_at"]) or instant(hours["ends_at"]) <= start):
                return False
        if left[number][1] == 0:
            return False
    return shared(way, demand["pupils"], slots, left) != []


def shared(way: list[int], pupils: int, slots: dict[int, Any], left: dict[int, Any]) -> list[list[int]]:
    """How many pupils go where, the larger half where more seats are left; nothing where they do not fit."""
    if len(way) == 1:
        return [[way[0], pupils]] if pupils <= left[way[0]][0] else []
    larger, smaller = sorted(way, key=lambda one: (-left[one][0], instant(slots[one]["starts_at"]), one))
    for half in range((pupils + 1) // 2, pupils):
        if half <= left[larger][0] and pupils - half <= left[smaller][0]:
            return [[larger, half], [smaller, pupils - half]]
    return []


def alike(first: dict[str, Any], second: dict[str, Any]) -> bool:
    both = [first.get("objects", []), second.get("objects", [])]
    return both == [[], []] or any(made in both[1] for made in both[0])


def distance(demand: dict[str, Any], slot: dict[str, Any], file: dict[str, Any]) -> float:
    college = next(college for college in file["colleges"] if college["id"] == demand["college"])
    lycee = next(lycee for lycee in file["lycees"] if lycee["id"] == slot["lycee"])
    if college.get("lat") is None or lycee.get("lat") is None:
        return float("inf")
    a, b = radians(college["lat"]), radians(lycee["lat"])
    turned = sin(a) * sin(b) + cos(a) * cos(b) * cos(radians(lycee["lon"] - college["lon"]))
    return round(6371 * acos(min(1.0, turned)), 1)


def wall(slot: dict[str, Any]) -> datetime:
    return instant(slot["starts_at"]).astimezone(ZoneInfo("Europe/Paris")).replace(tzinfo=None)


def instant(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)
