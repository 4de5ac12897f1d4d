"""A program that knows the lists asks for what changed alone, and whether an answer is still the one that it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests import builders
from tests.booking.api.test_host_slots import APP, a_host
from tests.booking.api.test_ptech import a_coordinator
from tests.browsing import Machine
from tests.builders import NOW
from tests.statements import statements_of
from workshops.database import row, rows, value

# The seats of a slot are dated by the database itself.
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def ids(machine: Machine, path: str, **asked: object) -> list[int]:
    answer = await machine.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def since(hours: float = 0) -> str:
    return ((await value("SELECT clock_timestamp()")) + timedelta(hours=hours)).isoformat()


async def two_visits() -> tuple[Machine, Machine, list[int], list[int]]:
    """Two lycées that each receive the same collège once: one's host, the collège's teacher, the visits, the slots."""
    lycee, host = await a_host()
    other, _ = await a_host()
    college, teacher = await a_host("teacher")
    slots = [await builders.slot(host=one) for one in (lycee, other)]
    visits = [await builders.reservation(slot=slot, group=await builders.group(school=college)) for slot in slots]
    await rows("UPDATE reservations SET changed_at = $1, created_at = $1", LONG_AGO)
    return host, teacher, visits, slots


async def test_reservations_that_changed_since_are_one_s_own(db):
    host, teacher, visits, _ = await two_visits()
    boss = await a_coordinator()
    await rows("UPDATE reservations SET changed_at = $2 WHERE id = $1", visits[1], NOW)
    asked = {"changed_since": NOW.isoformat()}
    assert [await ids(one, "/reservations", **asked) for one in (host, teacher, boss)] == [[], visits[1:], visits[1:]]
    await rows("UPDATE reservations SET changed_at = $2 WHERE id = $1", visits[0], NOW)
    assert [await ids(one, "/reservations", **asked) for one in (host, teacher, boss)] == [visits[:1], visits, visits]
    read = (await teacher.get(f"/reservations/{visits[0]}")).json()
    assert (read["created_at"], read["changed_at"]) == ("2026-01-01T00:00:00Z", "2027-01-11T08:00:00Z")


async def test_reservations_are_narrowed_by_state_group_slot_and_school(db):
    _, teacher, visits, slots = await two_visits()
    await rows("UPDATE reservations SET state = 'cancelled_by_teacher' WHERE id = $1", visits[1])
    assert await ids(teacher, "/reservations", state="confirmed") == visits[:1]
    group = await value('SELECT "group" FROM reservations WHERE id = $1', visits[1])
    assert await ids(teacher, "/reservations", group=group) == visits[1:]
    assert await ids(teacher, "/reservations", slot=slots[0]) == visits[:1]
    uais = [await value("SELECT h.uai FROM slots s JOIN schools h ON h.id = s.school WHERE s.id = $1", slots[1])]
    uais.append(await value("SELECT c.uai FROM reservations r JOIN schools c ON c.id = r.school LIMIT 1"))
    assert [await ids(teacher, "/reservations", school=uai) for uai in uais] == [visits[1:], visits]
    assert await ids(teacher, "/reservations", school=builders.uai(9999)) == []
    for asked, name in (({"school": "lycée"}, "school"), ({"state": "fini"}, "state"), ({"group": 0}, "group")):
        answer = await teacher.get("/reservations", params=asked)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [name])


@pytest.mark.parametrize("path", ["/reservations", "/slots"])
@pytest.mark.parametrize("said", ["2027-03-25T08:00:00", "1200-01-01T00:00:00Z", "hier"])
async def test_an_instant_that_is_none_is_refused_in_words(db, path, said):
    _, teacher = await a_host("teacher")
    answer = await teacher.get(path, params={"changed_since": said})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["changed_since"])
    assert answer.json()["errors"]["changed_since"].startswith("Donnez un instant")


async def test_slots_that_changed_since_are_also_those_that_are_called_off_or_have_other_seats(db):
    APP.state.clock = lambda: NOW
    lycee, host = await a_host()
    seated, called_off, untouched = [await builders.slot(host=lycee) for _ in range(3)]
    draft = await builders.slot(host=lycee)
    before = await since()
    assert await ids(host, "/slots", changed_since=before) == []
    await rows("UPDATE slots SET seats_taken = 3 WHERE id = $1", seated)
    await rows("UPDATE slots SET state = 'called_off', reason = 'Neige' WHERE id = $1", called_off)
    await rows("UPDATE slots SET state = 'draft' WHERE id = $1", draft)
    anyone = Machine(APP, "")
    assert sorted(await ids(anyone, "/slots", changed_since=before)) == [seated, called_off]
    assert await ids(anyone, "/slots", changed_since=before, state="called_off") == [called_off]
    assert await ids(anyone, "/slots", changed_since=before, state="open") == [seated]
    assert sorted(await ids(anyone, "/slots")) == [seated, untouched]
    assert await ids(anyone, "/slots", state="closed") == []
    assert await ids(anyone, "/slots", changed_since=await since(1)) == []
    read = (await anyone.get(f"/slots/{seated}")).json()
    listed = next(one for one in (await anyone.get("/slots")).json()["items"] if one["id"] == seated)
    assert (read["created_at"], read["changed_at"]) == (listed["created_at"], listed["changed_at"])
    assert datetime.fromisoformat(read["changed_at"]) >= datetime.fromisoformat(before)


async def test_a_slot_that_changed_is_closed_on_a_day_on_which_its_lycee_receives_nobody_and_open_at_another(db):
    APP.state.clock = lambda: NOW
    shut, received = [await builders.slot(host=(await a_host())[0]) for _ in range(2)]
    school, on = await row(
        "SELECT school, (starts_at AT TIME ZONE 'Europe/Paris')::date FROM slots WHERE id = $1", shut
    )
    await builders.closure(school=school, on=on)
    anyone, before = Machine(APP, ""), LONG_AGO.isoformat()
    listed = (await anyone.get("/slots", params={"changed_since": before})).json()["items"]
    told = {one["id"]: one["state"] for one in listed}
    assert told == {shut: "closed", received: "open"}
    assert told == {slot: (await anyone.get(f"/slots/{slot}")).json()["state"] for slot in told}
    assert await ids(anyone, "/slots", changed_since=before, state="closed") == [shut]
    for open_alone in ({"state": "open"}, {"open": True}, {"free": True}):
        assert await ids(anyone, "/slots", changed_since=before, **open_alone) == [received], open_alone
    assert await ids(anyone, "/slots", state="closed") == []


async def test_changed_lists_take_as_many_statements_for_one_row_as_for_many(db):
    host, *_ = await two_visits()
    asked = {"changed_since": LONG_AGO.isoformat(), "limit": 200}
    counts = []
    lycee = await value("SELECT school FROM slots ORDER BY id LIMIT 1")
    for more in (0, 12):
        for _ in range(more):
            slot = await builders.slot(host=lycee)
            await builders.reservation(slot=slot, group=await builders.group(school=await builders.school()))
        for path in ("/reservations", "/slots"):
            await host.get(path, params=asked)
            counts.append(len(await statements_of(lambda path=path: host.get(path, params=asked))))
    assert counts[:2] == counts[2:]
    assert len(await ids(host, "/reservations", **asked)) == 13


@pytest.mark.parametrize(
    "path", ["/reservations", "/reservations/{visit}", "/slots", "/slots/{slot}", "/me", "/events"]
)
async def test_what_is_held_already_is_not_sent_again(db, path):
    host, _, visits, slots = await two_visits()
    path = path.format(visit=visits[0], slot=slots[0])
    first = await host.get(path)
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
    held = await host.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", first.headers["etag"])
    other = await host.get(path, headers={"If-None-Match": 'W/"autre"'})
    assert (other.status_code, other.content) == (200, first.content)


async def test_a_change_is_another_etag_and_two_people_are_sent_their_own(db):
    host, teacher, visits, _ = await two_visits()
    path = f"/reservations/{visits[0]}"
    held = (await host.get(path)).headers["etag"]
    await rows("UPDATE reservations SET pupils = 11 WHERE id = $1", visits[0])
    again = await host.get(path, headers={"If-None-Match": held})
    assert (again.status_code, again.json()["pupils"]) == (200, 11)
    assert (await teacher.get(f"/reservations/{visits[1]}", headers={"If-None-Match": again.headers["etag"]})).json()[
        "id"
    ] == visits[1]
    assert (await host.get(f"/reservations/{visits[1]}", headers={"If-None-Match": "*"})).status_code == 404
