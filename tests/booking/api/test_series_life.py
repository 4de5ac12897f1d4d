from __future__ import annotations

from datetime import date, time

from tests import builders
from tests.booking.api.test_host_slots import a_host
from tests.browsing import Machine
from tests.builders import NOW, paris
from workshops.database import rows, value
from workshops.series.open_series import open_series
from workshops.series.rules import Series


async def a_series() -> tuple[Machine, int, list[int]]:
    """Three Thursdays of March at nine; the last one has a group of 20 and a company."""
    school, machine = await a_host()
    workshop = await builders.workshop(host=school, seats=40, groups_max=2)
    series = Series(
        workshop=workshop,
        weekdays=frozenset({3}),
        starts=time(9),
        ends=time(12),
        first_on=date(2027, 3, 11),
        last_on=date(2027, 3, 25),
        company_places=3,
    )
    opened = await open_series(series, school=school, by=1, now=NOW)
    slots = list(opened.slots.values())
    await builders.reservation(slot=slots[2], group=await builders.group(), by=await builders.account(), pupils=20)
    await builders.attendance(slot=slots[2], company=await builders.company(), by=await builders.account())
    return machine, opened.series, slots


async def test_a_lycee_reads_its_series_and_no_other(db):
    machine, series, slots = await a_series()
    told = (await machine.get("/series")).json()
    assert [(one["id"], one["slot_count"], one["to_come"], one["pupils"]) for one in told["items"]] == [
        (series, 3, 3, 20)
    ]
    told = (await machine.get(f"/series/{series}")).json()
    assert [(one["id"], one["state"], one["seats_taken"]) for one in told["slots"]] == [
        *((slots[0], "open", 0), (slots[1], "open", 0), (slots[2], "open", 20)),
    ]
    _, other = await a_host()
    assert (await other.get("/series")).json()["items"] == []
    for answer in (await other.get(f"/series/{series}"), await other.post(f"/series/{series}/move", {"days": 1})):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_dry_run_tells_each_slot_and_the_move_itself_is_of_all_or_none(db):
    machine, series, slots = await a_series()
    await rows(
        "INSERT INTO closures (kind, label, first_on, last_on) VALUES ('public_holiday', 'Jour', $1, $1)",
        date(2027, 3, 19),
    )
    asked = {"days": 1, "starts": "14:00", "ends": "17:00", "from": "2027-03-12"}
    answer = await machine.post(f"/series/{series}/move", asked | {"dry_run": True})
    told = answer.json()["slots"]
    assert (answer.status_code, [(one["id"], one["state"], one["problem"]) for one in told]) == (
        *(200, [(slots[1], "kept", "closed-day"), (slots[2], "changed", None)]),
    )
    assert (told[1]["starts_at"], told[1]["groups"], told[1]["companies"]) == ("2027-03-26T14:00:00+01:00", 1, 1)
    answer = await machine.post(f"/series/{series}/move", asked)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-all-of-them")
    assert await value("SELECT starts_at FROM slots WHERE id = $1", slots[2]) == paris("2027-03-25 09:00")
    answer = await machine.post(f"/series/{series}/move", asked | {"slot_numbers": [slots[2]]})
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1/series/{series}")
    assert await value("SELECT starts_at FROM reservations") == paris("2027-03-26 14:00")
    answer = await machine.post(f"/series/{series}/move", {"days": 1, "slot_numbers": [9999]})
    assert answer.status_code == 404


async def test_a_series_goes_to_odd_hours_where_that_is_said_to_be_meant_and_keeps_them_unasked(db):
    machine, series, slots = await a_series()
    odd = {"starts": "19:00", "ends": "21:00"}
    for looking in ({"dry_run": True}, {}):
        no = await machine.post(f"/series/{series}/move", odd | looking)
        assert (no.status_code, no.json()["type"], no.json()["errors"]) == (
            *(422, "/problems/invalid"),
            {"odd_hours": "Vraiment à 19 h 00 ? Corrigez l'heure, ou confirmez-la."},
        )
    assert await value("SELECT count(*) FROM slots WHERE version > 0") == 0
    looked = await machine.post(f"/series/{series}/move", odd | {"odd_hours": True, "dry_run": True})
    assert [one["state"] for one in looked.json()["slots"]] == ["changed"] * 3
    assert (await machine.post(f"/series/{series}/move", odd | {"odd_hours": True})).status_code == 201
    assert (await machine.post(f"/series/{series}/move", {"days": 1})).status_code == 201
    moved = await rows("SELECT id, starts_at FROM slots ORDER BY id")
    assert [tuple(one) for one in moved] == [
        (slot, paris(f"2027-03-{day} 19:00")) for slot, day in zip(slots, (12, 19, 26), strict=True)
    ]


async def test_a_series_is_resized_and_called_off(db):
    machine, series, slots = await a_series()
    answer = await machine.post(f"/series/{series}/resize", {"seats": 19})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-all-of-them")
    answer = await machine.post(f"/series/{series}/resize", {})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["seats"])
    assert (await machine.post(f"/series/{series}/resize", {"seats": 24})).status_code == 201
    assert await value("SELECT count(*) FROM slots WHERE seats = 24") == 3
    answer = await machine.post(f"/series/{series}/call-off", {"reason": "Panne", "from": "2027-03-18"})
    assert [(one["id"], one["groups"], one["companies"]) for one in answer.json()["slots"]] == [
        *((slots[1], 0, 0), (slots[2], 1, 1)),
    ]
    states = await rows("SELECT state FROM slots ORDER BY id")
    assert [one["state"] for one in states] == ["open", "called_off", "called_off"]


async def test_a_series_goes_on_by_a_week_and_is_copied_onto_the_next_year(db):
    machine, series, _ = await a_series()
    answer = await machine.post(f"/series/{series}/dates", {"dry_run": True})
    assert (answer.status_code, [one["on"] for one in answer.json()["dates"]]) == (200, ["2027-04-01"])
    answer = await machine.post(f"/series/{series}/dates", {"to": "2027-04-08"})
    told = answer.json()
    assert (answer.status_code, told["series_id"], len(told["slots"])) == (201, series, 2)
    answer = await machine.post(f"/series/{series}/copy", {"dates": ["2028-03-09", "2028-03-23"]})
    told = answer.json()
    assert (answer.status_code, [one["on"] for one in told["slots"]]) == (201, ["2028-03-09", "2028-03-23"])
    assert told["series_id"] != series


async def test_the_slots_under_a_closure_are_looked_at_then_called_off(db):
    machine, _, slots = await a_series()
    closed = {"label": "Bac", "first_on": "2027-03-18", "last_on": "2027-03-26"}
    closure = (await machine.post("/closures", closed)).json()["id"]
    answer = await machine.post(f"/closures/{closure}/call-off", {"reason": "Bac", "dry_run": True})
    told = [(one["id"], one["state"], one["groups"], one["companies"]) for one in answer.json()["slots"]]
    assert (answer.status_code, told) == (200, [(slots[1], "changed", 0, 0), (slots[2], "changed", 1, 1)])
    assert await value("SELECT count(*) FROM slots WHERE state = 'called_off'") == 0
    answer = await machine.post(f"/closures/{closure}/call-off", {"reason": "Bac", "slot_numbers": [slots[2]]})
    assert (answer.status_code, [one["id"] for one in answer.json()["slots"]]) == (201, [slots[2]])
    answer = await machine.post(f"/closures/{closure}/call-off", {"reason": "Bac", "slot_numbers": [slots[0]]})
    assert answer.status_code == 404
    _, other = await a_host()
    assert (await other.post(f"/closures/{closure}/call-off", {"reason": "Bac"})).status_code == 404
