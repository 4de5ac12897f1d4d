"""The first minute after a popular workshop opens."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter

from booking.people.accounts.token import issue_token
from tests import builders
from tests.browsing import Machine
from tests.builders import NOW
from tests.telling import tell
from workshops.database import row


async def a_teacher_with_a_group(app) -> tuple[Machine, int]:
    school = await builders.school()
    account = await builders.person("teacher", school=school)
    token = secrets.token_urlsafe(32)
    email = (await row("SELECT email FROM accounts WHERE id = $1", account))["email"]
    await issue_token(email, token=token, now=NOW)
    return Machine(app, token), await builders.group(school=school)


async def test_two_hundred_groups_ask_at_once_and_exactly_five_come(app):
    app.state.clock = lambda: NOW
    slot = await builders.slot(seats=120, groups_max=20)
    teachers = [await a_teacher_with_a_group(app) for _ in range(20)]

    async def ask(n: int) -> tuple[int, str]:
        machine, _ = teachers[n % 20]
        school = await row("SELECT school FROM groups WHERE id = $1", teachers[n % 20][1])
        group = await builders.group(school=school["school"])
        answer = await machine.post("/reservations", {"slot_id": slot, "group_id": group, "pupils": 24, "adults": 2})
        return answer.status_code, answer.json().get("state") or answer.json()["type"]

    answers = Counter(await asyncio.gather(*(ask(n) for n in range(200))))

    assert answers == {(201, "confirmed"): 5, (409, "/problems/slot-full"): 195}
    await tell()
    sums = await row(
        """SELECT sl.seats_taken, sl.groups_taken, count(r.id) AS confirmed, sum(r.pupils) AS pupils,
                  (SELECT count(*) FROM notices WHERE kind = 'reservation_confirmed' AND reader = 'teacher') AS mails,
                  (SELECT count(*) FROM events WHERE act = 'reservation_booked') AS noted
           FROM slots sl JOIN reservations r ON r.slot = sl.id GROUP BY sl.id"""
    )
    assert tuple(sums) == (120, 5, 5, 120, 5, 5)


async def test_a_lost_answer_and_its_retries_make_one_reservation(app):
    app.state.clock = lambda: NOW
    slot = await builders.slot(seats=120, groups_max=5)
    machine, group = await a_teacher_with_a_group(app)
    body = {"slot_id": slot, "group_id": group, "pupils": 24, "adults": 2}
    answers = await asyncio.gather(
        *(machine.post("/reservations", body, headers={"Idempotency-Key": "retry-1"}) for _ in range(10))
    )
    assert {one.status_code for one in answers} == {201}
    assert len({one.json()["id"] for one in answers}) == 1
    assert (await row("SELECT seats_taken FROM slots WHERE id = $1", slot))["seats_taken"] == 24
