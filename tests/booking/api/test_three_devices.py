"""Three devices at one door over bad Wi-Fi, through the JSON API: each badge counted once, no scan lost."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests import builders
from tests.booking.day.checkin.day import START, a_day
from tests.browsing import Machine
from workshops.database import rows

SCANS = 200
ACTS = ("arrival", "arrival", "arrival", "welcome", "departure", "declaration", "declaration")


@pytest.mark.parametrize("seed", range(3))
async def test_three_devices_of_two_hundred_scans_and_declarations_count_each_badge_once(app, seed):
    draw = Random(seed)
    day = await a_day()
    afternoon = await builders.slot(host=day.school, starts_at=START + timedelta(hours=5))
    theirs = await builders.badges(await builders.reservation(slot=afternoon, group=await builders.group(), pupils=6))
    badges = [*day.tokens, *theirs, "B1.NOBODY"]
    machine = Machine(app, await day.token())
    waiting: list[list[dict[str, Any]]] = []
    for skew in (timedelta(), timedelta(minutes=10), timedelta(minutes=-10)):
        scans = [
            {
                "scan_id": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
                "slot_id": day.slot,
                "badge": draw.choice(badges),
                "scanned_at": (START + skew + timedelta(seconds=10 * place)).isoformat(),
                "act": draw.choice(ACTS),
            }
            for place in range(SCANS)
        ]
        waiting.append(scans)
    every = {scan["scan_id"]: scan for scans in waiting for scan in scans}
    first: dict[str, dict[str, Any]] = {}
    app.state.clock = lambda: START + timedelta(minutes=40)

    while any(waiting):
        device = draw.choice([scans for scans in waiting if scans])
        batch = device[: draw.randint(1, 40)]
        if draw.random() < 0.5:
            batch += [every[scan] for scan in draw.sample(sorted(first), min(3, len(first)))]
            draw.shuffle(batch)
        answer = await machine.post("/checkins", {"scans": batch})
        assert answer.status_code == 200
        for told in answer.json()["results"]:
            assert first.setdefault(told["scan_id"], told) == told
        if draw.random() < 0.7:
            device[:] = [scan for scan in device if scan not in batch]

    kept = await rows("SELECT id::text, result FROM scans")
    assert {one["id"]: one["result"] for one in kept} == {scan: told["result"] for scan, told in first.items()}
    assert first.keys() == every.keys()
    counted = Counter(every[scan]["badge"] for scan, told in first.items() if told["result"] == "present")
    assert set(counted.values()) == {1}
    read = {every[scan]["badge"] for scan, told in first.items() if told["result"] in {"present", "already"}} - {
        badge
        for badge in counted
        if all(
            every[scan]["act"] == "declaration"
            for scan, told in first.items()
            if every[scan]["badge"] == badge and told["result"] in {"present", "already"}
        )
    }
    left = {every[scan]["badge"] for scan, told in first.items() if told["result"] == "left"}
    roster = (await machine.get(f"/slots/{day.slot}/roster")).json()
    assert (roster["came"], roster["left"]) == (len(counted), len(left))
    assert roster["declared_present"] == len(counted.keys() - read)
    assert sum(group["came"] for group in roster["guests"]) == len(counted.keys() & set(theirs))
