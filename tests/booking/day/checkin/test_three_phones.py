"""Three phones, bad Wi-Fi: whatever is lost, repeated or late, each badge is counted once and no scan is lost."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.day.checkin.check_in import check_in
from booking.day.checkin.rules import ScanAsked, ScanResult
from booking.day.checkin.undo import undo
from tests import builders
from tests.builders import paris
from workshops.database import rows, value

PUPILS = 6
GUEST = PUPILS
STRANGER = PUPILS + 1
NINE = paris("2027-03-25 09:00")

scans = st.tuples(
    st.sampled_from(["arrival", "arrival", "welcome", "departure", "declaration"]), st.integers(0, STRANGER)
)
undos = st.tuples(st.just("undo"), st.integers(0, 5))
acts = st.lists(st.one_of(scans, scans, undos), max_size=12)
phones = st.tuples(acts, acts, acts)


@dataclass
class Phone:
    """What one phone still has to send, in its order, and what it has already sent once."""

    skew: timedelta
    waiting: list[tuple[str, uuid.UUID, int]]
    sent: list[tuple[str, uuid.UUID, int]] = field(default_factory=list)


@dataclass
class Truth:
    """What must be true, worked out with dictionaries: who came, who left, and the first answer to each scan.

    `declared`: the badges that the host alone says to be here; one that is read takes the presence over.
    """

    here: dict[int, uuid.UUID] = field(default_factory=dict)
    left: dict[int, uuid.UUID] = field(default_factory=dict)
    answers: dict[uuid.UUID, str] = field(default_factory=dict)
    undone: set[uuid.UUID] = field(default_factory=set)
    declared: dict[int, uuid.UUID] = field(default_factory=dict)

    def scan(self, scan_id: uuid.UUID, badge: int, act: str) -> str:
        if scan_id in self.answers:
            return "undone" if scan_id in self.undone else self.answers[scan_id]
        if badge == STRANGER:
            answer = "unknown"
        elif act == "departure":
            answer = "left" if badge in self.here else "not_here"
            if badge in self.here:
                self.left.setdefault(badge, scan_id)
        elif badge in self.here:
            answer = "already"
            if act != "declaration" and self.declared.pop(badge, None):
                self.here[badge] = scan_id
        elif badge == GUEST and act in {"arrival", "declaration"}:
            answer = "wrong_slot"
        else:
            answer = "present"
            self.here[badge] = scan_id
            if act == "declaration":
                self.declared[badge] = scan_id
        self.answers[scan_id] = answer
        return answer

    def undo(self, scan_id: uuid.UUID) -> None:
        self.undone.add(scan_id)
        self.here = {badge: by for badge, by in self.here.items() if by != scan_id}
        self.declared = {badge: by for badge, by in self.declared.items() if by != scan_id}
        self.left = {badge: by for badge, by in self.left.items() if by != scan_id and badge in self.here}


def phone_of(asked: list[tuple[str, int]], skew: timedelta) -> Phone:
    """Give each scan its id; an undo takes back one of the phone's own earlier scans, if it has any."""
    waiting: list[tuple[str, uuid.UUID, int]] = []
    own: list[tuple[uuid.UUID, int]] = []
    for act, choice in asked:
        if act != "undo":
            own.append((uuid.uuid4(), choice))
            waiting.append((act, *own[-1]))
        elif own:
            waiting.append(("undo", *own[choice % len(own)]))
    return Phone(skew, waiting)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(asked=phones, network=st.data())
async def test_each_badge_is_counted_once_and_no_scan_is_lost(db, asked, network):
    lycee, host = await builders.school(kind="lycee"), await builders.account()
    slot = await builders.slot(host=lycee)
    reservation = await builders.reservation(slot=slot, group=await builders.group(), pupils=PUPILS)
    afternoon = await builders.slot(host=lycee, starts_at=NINE + timedelta(hours=5))
    guests = await builders.badges(await builders.reservation(slot=afternoon, group=await builders.group(), pupils=1))
    badges = [*await builders.badges(reservation), *guests, "B1.NOBODYSBADGE"]
    skews = (timedelta(), timedelta(minutes=10), timedelta(minutes=-10))
    three = [phone_of(acts, skew) for acts, skew in zip(asked, skews, strict=True)]
    truth = Truth()

    async def send(phone: Phone, acts: list[tuple[str, uuid.UUID, int]], at: datetime) -> None:
        batch = [
            ScanAsked(scan, slot, badges[badge], at + phone.skew, act) for act, scan, badge in acts if act != "undo"
        ]
        if batch:
            told: list[ScanResult] = await check_in(batch, account=host, school=lycee, now=at)
            assert [one.result for one in told] == [truth.scan(s, b, act) for act, s, b in acts if act != "undo"]
        for act, scan_id, _ in acts:
            if act == "undo":
                await undo(scan_id, account=None, school=lycee, now=at)
                truth.undo(scan_id)

    at = NINE
    while any(phone.waiting for phone in three):
        at += timedelta(seconds=1)
        phone = network.draw(st.sampled_from([phone for phone in three if phone.waiting]), label="who has network")
        several = network.draw(st.integers(1, 3), label="acts in the batch")
        if phone.waiting[0][0] == "undo":
            several = 1
        batch = phone.waiting[:several]
        while any(act == "undo" for act, *_ in batch[1:]):
            batch = batch[:-1]
        lost = network.draw(st.booleans(), label="the answer is lost")
        await send(phone, batch, at)
        phone.sent += batch
        if not lost:
            del phone.waiting[: len(batch)]
        if network.draw(st.booleans(), label="an old request arrives again"):
            await send(phone, [network.draw(st.sampled_from(phone.sent))], at)

    found = await rows(
        """SELECT CASE WHEN b.reservation = $2 THEN b.number - 1 ELSE $3 END AS badge, p.scan, p.left_scan,
             p.scan = p.declaration AS declared
           FROM presences p JOIN badges b ON b.id = p.badge WHERE p.slot = $1""",
        slot,
        reservation,
        GUEST,
    )
    assert {one["badge"]: one["scan"] for one in found} == truth.here
    assert {one["badge"]: one["left_scan"] for one in found if one["left_scan"]} == truth.left
    assert {one["badge"] for one in found if one["declared"]} == truth.declared.keys()
    kept = await rows("SELECT id, result, undoes FROM scans WHERE slot = $1", slot)
    assert {one["id"]: one["result"] for one in kept if one["undoes"] is None} == truth.answers
    assert {one["undoes"] for one in kept if one["undoes"] is not None} == truth.undone


async def test_three_phones_reading_two_hundred_badges_at_once_count_each_of_them_once(db):
    lycee = await builders.school(kind="lycee")
    slot = await builders.slot(host=lycee, seats=200, groups_max=4)
    badges = []
    for _ in range(4):
        group = await builders.group(pupils=50)
        badges += await builders.badges(await builders.reservation(slot=slot, group=group, pupils=50))

    async def phone(turn: int) -> list[str]:
        told = []
        for place, badge in enumerate(badges[turn * 60 :] + badges[: turn * 60]):
            scan = ScanAsked(uuid.uuid4(), slot, badge, NINE + timedelta(seconds=place))
            answers = await asyncio.gather(
                check_in([scan], account=None, school=lycee, now=NINE),
                check_in([scan], account=None, school=lycee, now=NINE),
            )
            assert answers[0] == answers[1]
            told.append(answers[0][0].result)
        return told

    told = [one for answers in await asyncio.gather(*(phone(turn) for turn in range(3))) for one in answers]
    assert (told.count("present"), told.count("already")) == (200, 400)
    assert await value("SELECT count(*) FROM presences") == 200
    assert await value("SELECT count(*) FROM scans") == 600
