"""Programs follow what is done: in the order of the transactions, without a gap, and of their own alone."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from time import perf_counter

import asyncpg
import pytest
from httpx import Response

from booking.mails.webhooks import follow
from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.api.test_attendances import a_firm
from tests.booking.api.test_host_slots import APP, a_host
from tests.booking.api.test_ptech import a_coordinator
from tests.booking.mails.webhooks.told import BOOKED, a_visit, booked, send, tell_programs
from tests.browsing import Browser, Machine
from tests.builders import NOW
from tests.owner import by_owner
from tests.receiver import receiver
from tests.statements import statements_of
from workshops.database import current_engine, rows, transaction, value
from workshops.events.carry_on import CARRY_ON
from workshops.events.record import record

PATIENCE = 60.0
UNDER_WAY = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint <= $1"
UNDER_WAY = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint <= $1"


async def settled() -> None:
    """Returns once nothing is under way that began before, of another test's database either."""
    mine = await value("SELECT pg_current_xact_id()::text::bigint")
    async with asyncio.timeout(PATIENCE):
        while await value(UNDER_WAY, mine):  # noqa: ASYNC110 - PostgreSQL tells nobody
            await asyncio.sleep(0.02)


async def events(machine: Machine, after: str | None = None, **more: object) -> Response:
    """One answer, of all that is written."""
    await settled()
    return await machine.get("/events", params={"after": after, **more} if after else more)


async def numbers(machine: Machine, after: str | None = None, **more: object) -> list[int]:
    answer = await events(machine, after, **more)
    return [told["data"]["id"] for told in answer.json()["items"]]


async def test_what_is_followed_is_what_a_webhook_tells(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    async with receiver() as there:
        membership = await value("SELECT id FROM memberships")
        await builders.webhook(membership=membership, url=there.url, acts=BOOKED)
        await booked(visit, sequence=3, detail="à part", words="Fauteuil de Melchior")
        await tell_programs()
        await send()
    (told,) = there.told
    answer = (await events(host)).json()
    assert answer["items"] == [json.loads(told.body)]
    assert answer["more"] is False
    again = (await events(host, answer["next_cursor"])).json()
    assert again == {"items": [], "next_cursor": answer["next_cursor"], "more": False}


async def test_each_role_follows_its_own_and_nothing_of_the_others(db):
    lycees = [await a_host() for _ in range(2)]
    colleges = [await a_host("teacher") for _ in range(2)]
    firms = [await a_firm() for _ in range(2)]
    boss = await a_coordinator()
    every, of = [], {("host", 0): [], ("host", 1): [], ("teacher", 0): [], ("teacher", 1): []}
    of |= {("company", 0): [], ("company", 1): []}
    for n, (lycee, _) in enumerate(lycees):
        for m, (college, _) in enumerate(colleges):
            visit = await a_visit(lycee=lycee, college=college)
            slot = await value("SELECT slot FROM reservations WHERE id = $1", visit)
            coming = await builders.attendance(slot=slot, company=firms[m][0])
            told = [
                await booked(visit),
                await booked(visit, "reservation_waits_also"),
                await record("attendance_announced", by=None, about_kind="attendance", about=coming, now=NOW),
                await record("slot_moved", by=None, about_kind="slot", about=slot, now=NOW),
            ]
            every += told
            of["host", n] += told
            of["teacher", m] += told[:2]
            of["company", m].append(told[2])
    await record("signed_in", by=None, about_kind="account", about=1, now=NOW)
    await record("room_added", by=None, about_kind="room", about=1, words="Hall B", now=NOW)
    await booked(visit, "reservation_opinion")
    found = {
        **{("host", n): await numbers(machine) for n, (_, machine) in enumerate(lycees)},
        **{("teacher", n): await numbers(machine) for n, (_, machine) in enumerate(colleges)},
        **{("company", n): await numbers(machine) for n, (_, machine) in enumerate(firms)},
    }
    assert found == of
    assert await numbers(boss) == every
    # What is left is judged when it is asked: a visit that went to the other lycée is the other's.
    await rows("UPDATE reservations SET slot = $2 WHERE id = $1", visit, await builders.slot(host=lycees[0][0]))
    kept = [number for number in of["host", 1] if number not in told[:2]]
    assert await numbers(lycees[1][1]) == kept
    assert sorted(await numbers(lycees[0][1])) == sorted(of["host", 0] + told[:2])


async def test_a_lycee_s_programs_are_told_of_the_days_that_it_closes_and_nobody_else_s_are(db):
    (one, host), (other, another) = [await a_host() for _ in range(2)]
    (_, teacher), boss = await a_host("teacher"), await a_coordinator()
    colleague = Browser(APP, now=NOW)
    await colleague.sign_in(await builders.person("host", school=one))
    async with receiver() as there:
        for school in (one, other):
            membership = await value("SELECT min(id) FROM memberships WHERE school = $1", school)
            await builders.webhook(membership=membership, url=f"{there.url}/{school}", acts=("closure_declared",))
        await colleague.post("/lycee/fermetures", {"label": "Travaux", "first_on": "2027-04-02"})
        (declared,) = (await events(host)).json()["items"]
        await tell_programs()
        await send()
    assert [(told.path, json.loads(told.body)) for told in there.told] == [(f"/told/{one}", declared)]
    assert (declared["type"], declared["data"]["about_kind"]) == ("closure_declared", "closure")
    number = declared["data"]["about"]
    assert declared["data"]["href"].endswith(f"/api/v1/closures/{number}")
    assert (await host.get(f"/closures/{number}")).json()["first_on"] == "2027-04-02"
    # Taken back, its address leads nowhere any more, and those who followed it are told so.
    assert (await host.delete(f"/closures/{number}")).status_code == 204
    assert [told["type"] for told in (await events(host)).json()["items"]] == ["closure_declared", "closure_withdrawn"]
    assert (await host.get(f"/closures/{number}")).status_code == 404
    assert [await numbers(reader) for reader in (another, teacher, boss)] == [[], [], []]


async def test_a_lycee_does_not_follow_who_is_in_a_draw(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    await booked(visit)
    assert len(await numbers(host)) == 1
    await rows("UPDATE reservations SET state = 'in_draw' WHERE id = $1", visit)
    assert await numbers(host) == []


async def test_nobody_follows_without_a_key_nor_in_a_role_that_is_told_nothing(db):
    academy = await builders.account("anne@example.org")
    await builders.membership(academy, "inspector", departments=["25"])
    assert (await Machine(APP, "").get("/events")).status_code == 401
    await issue_token("anne@example.org", token="anne", label="test", now=NOW)
    assert (await Machine(APP, "anne").get("/events")).status_code == 403


@asynccontextmanager
async def another_program() -> AsyncIterator[asyncpg.Connection]:
    connection = await current_engine().get_new_connection()
    try:
        yield connection
    finally:
        await connection.close()


SAID = """INSERT INTO events (at, act, about_kind, about) VALUES ($1, 'reservation_booked', 'reservation', $2)
RETURNING id"""


async def test_the_older_of_two_open_acts_ends_last_and_nothing_of_it_is_missed_nor_told_twice(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    before = await booked(visit)
    async with another_program() as older, another_program() as younger:
        await older.execute("BEGIN")
        first = await older.fetchval(SAID, NOW, visit)
        second = await younger.fetchval(SAID, NOW, visit)
        assert before < first < second
        seen = (await host.get("/events")).json()
        # The second is written, but something that began before it may still come.
        assert [told["data"]["id"] for told in seen["items"]] == [before]
        await older.execute("COMMIT")
        assert await numbers(host, seen["next_cursor"]) == [first, second]
        cursor = (await events(host, seen["next_cursor"])).json()["next_cursor"]
        # The same where the older takes its number after the younger.
        await older.execute("BEGIN")
        await older.fetchval("SELECT pg_current_xact_id()::text")
        late = await younger.fetchval(SAID, NOW, visit)
        assert (await host.get("/events", params={"after": cursor})).json()["items"] == []
        early = await older.fetchval(SAID, NOW, visit)
        await older.execute("COMMIT")
        assert (late < early, await numbers(host, cursor)) == (True, [early, late])


async def test_what_is_taken_back_is_never_told(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    async with another_program() as elsewhere:
        await elsewhere.execute("BEGIN")
        await elsewhere.fetchval(SAID, NOW, visit)
        after = await booked(visit)
        assert await numbers_now(host) == []
        await elsewhere.execute("ROLLBACK")
    assert await numbers(host) == [after]


async def numbers_now(machine: Machine) -> list[int]:
    return [told["data"]["id"] for told in (await machine.get("/events")).json()["items"]]


async def test_page_after_page_everything_comes_once(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    other = await a_visit(lycee=await builders.school(kind="lycee"))
    own = [await booked(one) for one in (visit, other) * 12 if one == visit or not await booked(other)]
    after, found, more = None, [], True
    while more:
        answer = (await events(host, after, limit=5)).json()
        assert len(answer["items"]) <= 5
        found += [told["data"]["id"] for told in answer["items"]]
        after, more = answer["next_cursor"], answer["more"]
    assert found == own
    assert all(one < two for one, two in pairwise(found))


async def test_a_page_looks_at_so_many_and_says_that_there_is_more(db, monkeypatch):
    monkeypatch.setattr(follow, "SINCE", follow.SINCE.replace(f"LIMIT {follow.LOOKED_AT}", "LIMIT 3"))
    monkeypatch.setattr(follow, "LOOKED_AT", 3)
    lycee, host = await a_host()
    other, visit = await a_visit(lycee=await builders.school(kind="lycee")), await a_visit(lycee=lycee)
    for _ in range(3):
        await booked(other)
    last = await booked(visit)
    first = (await events(host)).json()
    assert (first["items"], first["more"]) == ([], True)
    second = (await events(host, first["next_cursor"])).json()
    assert ([told["data"]["id"] for told in second["items"]], second["more"]) == ([last], False)


async def test_one_begins_now_and_hears_of_what_is_done_from_then_on(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    await booked(visit)
    begins = (await events(host, "now")).json()
    assert begins["items"] == []
    moved = await booked(visit, "reservation_moved")
    assert await numbers(host, begins["next_cursor"]) == [moved]


@pytest.mark.parametrize(
    "cursor",
    [
        *("0", "abc", "é", "YXR0ZW5kYW5jZXN8MTI", "now ", "a" * 200),
        base64.urlsafe_b64encode(b"events|1|2|3|4").decode().rstrip("="),
        base64.urlsafe_b64encode(b"events|1|-2|3").decode().rstrip("="),
        base64.urlsafe_b64encode(b"events|1|2|99999999999999999999").decode().rstrip("="),
        base64.urlsafe_b64encode(f"events|{2**63}|2|3".encode()).decode().rstrip("="),
        base64.urlsafe_b64encode(b"events|01|2|3").decode().rstrip("="),
    ],
)
async def test_a_text_that_is_no_cursor_of_ours_is_refused_in_words(db, cursor):
    _, host = await a_host()
    answer = await host.get("/events", params={"after": cursor})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/not-a-cursor")
    assert answer.json()["detail"].startswith("« after » n'est pas un curseur donné ici")


async def test_after_thirty_days_one_is_told_where_to_begin_again(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    long_ago = NOW - timedelta(days=40)
    await booked(visit, now=long_ago)
    cursor = (await events(host, "now")).json()["next_cursor"]
    # A summer without any act: the cursor is old, nothing is lost.
    assert (await events(host, cursor)).json()["items"] == []
    await booked(visit, now=NOW - timedelta(days=31))
    await booked(visit, now=NOW - timedelta(days=30, hours=1))
    kept = [await booked(visit, now=NOW - timedelta(days=days)) for days in (28, 5)]
    gone = await events(host, cursor)
    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/events-gone")
    assert "Relisez les listes" in gone.json()["detail"]
    assert await numbers(host, gone.json()["begin_at"]) == kept
    assert await numbers(host) == kept


async def test_a_cursor_of_before_a_copy_was_put_back_begins_again_unless_its_event_stands(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    stands = await booked(visit)
    kept = (await events(host)).json()["next_cursor"]
    await booked(visit, "reservation_moved")
    lost = (await events(host)).json()["next_cursor"]
    await by_owner("ALTER TABLE events DISABLE TRIGGER events_kept")
    await by_owner("DELETE FROM events_to_tell WHERE event > $1", stands)
    await by_owner("DELETE FROM events WHERE id > $1", stands)
    await by_owner("ALTER TABLE events ENABLE TRIGGER events_kept")
    # Another event under the number of the one that is lost.
    after = await booked(visit, "reservation_moved", now=NOW + timedelta(seconds=1))
    gone = await events(host, lost)
    assert gone.status_code == 410
    assert await numbers(host, gone.json()["begin_at"]) == [stands, after]
    assert await numbers(host, kept) == [after]


async def test_events_that_came_from_a_server_which_had_counted_further_are_told_and_what_follows_after_them(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    ahead = await value("SELECT event_turn(pg_current_xact_id())") + 10**9
    came = await value(SAID.replace("(at,", "(turn, at,").replace("($1,", f"({ahead}, $1,"), NOW, visit)
    assert await numbers(host) == []
    try:
        for _ in range(2):
            await by_owner(CARRY_ON)
        assert await value("SELECT event_turn(pg_current_xact_id())") > ahead
        done = await booked(visit)
        first = (await events(host, limit=1)).json()
        assert [told["data"]["id"] for told in first["items"]] == [came]
        assert await numbers(host, first["next_cursor"]) == [done]
    finally:
        await by_owner(
            "CREATE OR REPLACE FUNCTION event_turn(xid8) RETURNS bigint LANGUAGE sql IMMUTABLE"
            " AS $$ SELECT $1::text::bigint + 0 $$"
        )


async def test_events_of_before_they_had_turns_come_first_in_the_order_of_their_numbers(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    before = [await value(SAID.replace("(at,", "(turn, at,").replace("($1,", "(0, $1,"), NOW, visit) for _ in "ab"]
    after = await booked(visit)
    assert await numbers(host) == [*before, after]


async def test_a_page_is_one_statement_whatever_it_holds(db):
    lycee, host = await a_host()
    visit = await a_visit(lycee=lycee)
    begins = (await events(host, "now")).json()["next_cursor"]
    counts = set()
    for many in (1, 199):
        for _ in range(many):
            await booked(visit)
        await events(host)
        counts.add(len(await statements_of(lambda: host.get("/events", params={"after": begins, "limit": 200}))))
        assert len(await numbers(host, begins, limit=200)) in {1, 200}
    assert len(counts) == 1


WRITERS = 8
EVENTS = int(os.environ.get("FOLLOWED_EVENTS", "320"))


async def test_eight_writers_with_pauses_are_followed_without_a_gap_and_nothing_twice(db):
    lycee, host = await a_host()
    visits = [await a_visit(lycee=lycee) for _ in range(WRITERS)]
    written: list[int] = []
    took: list[float] = []

    async def write(visit: int) -> None:
        for n in range(EVENTS // WRITERS):
            async with transaction():
                number = await booked(visit)
                if n % 20 == 0:
                    await asyncio.sleep(0.05)
            written.append(number)

    async def read(done: asyncio.Event) -> list[int]:
        found: list[int] = []
        after = "now"
        while True:
            last = done.is_set()
            began = perf_counter()
            answer = (await host.get("/events", params={"after": after, "limit": 200})).json()
            took.append(perf_counter() - began)
            found += [told["data"]["id"] for told in answer["items"]]
            after = answer["next_cursor"]
            if last and not answer["more"] and len(found) >= len(written):
                return found
            await asyncio.sleep(0.005)

    done = asyncio.Event()
    reading = asyncio.create_task(read(done))
    while not took:  # noqa: ASYNC110 - it follows from before the first
        await asyncio.sleep(0.01)
    async with asyncio.timeout(PATIENCE + EVENTS / 20):
        await asyncio.gather(*map(write, visits))
        done.set()
        found = await reading
    print(f"\n{len(written)} events, {len(took)} polls, p95 {sorted(took)[int(len(took) * 0.95)] * 1000:.1f} ms")
    assert sorted(found) == sorted(written)
    assert len(set(found)) == len(found)
