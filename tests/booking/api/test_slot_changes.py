from __future__ import annotations

from tests import builders
from tests.booking.api.test_host_slots import a_host
from tests.builders import NOW, paris
from workshops.database import row, rows, value

SERIES = {"weekdays": [4], "starts": "09:00", "ends": "12:00", "from": "2027-03-25", "to": "2027-04-15", "seats": 20}
APRIL = {"starts_at": "2027-04-01T14:00:00+02:00", "ends_at": "2027-04-01T17:00:00+02:00"}


async def a_slot(**more: object) -> tuple[int, object, int]:
    """A lycée's slot with a confirmed group of 20, one that waits and a company; the slot, its machine, its lycée."""
    school, machine = await a_host()
    slot = await builders.slot(host=school, booking_closes_at=paris("2027-03-18 18:00"), **more)
    teacher = await builders.account()
    await builders.reservation(slot=slot, group=await builders.group(name="4e B"), by=teacher, pupils=20)
    await builders.reservation(slot=slot, group=await builders.group(), by=teacher, state="waiting", pupils=20)
    await builders.attendance(slot=slot, company=await builders.company(), by=await builders.account())
    return slot, machine, school


async def test_a_dry_run_tells_each_date_and_opens_nothing(db):
    school, machine = await a_host()
    workshop = await builders.workshop(host=school)
    await rows(
        "INSERT INTO closures (kind, label, zone, first_on, last_on)"
        " VALUES ('holiday', 'Printemps', 'A', '2027-04-10', '2027-04-25')"
    )
    await builders.slot(workshop=workshop, starts_at=paris("2027-04-08 11:00"))
    answer = await machine.post("/slots/series", SERIES | {"workshop_id": workshop, "dry_run": True})
    assert answer.status_code == 200
    told = answer.json()
    assert [(one["on"], one["state"], one["reason"]) for one in told["dates"]] == [
        ("2027-03-25", "open", None),
        ("2027-04-01", "open", None),
        ("2027-04-08", "skipped", "host_taken"),
        ("2027-04-15", "skipped", "holiday"),
    ]
    assert [one["starts_at"] for one in told["dates"]][:2] == ["2027-03-25T09:00:00+01:00", "2027-04-01T09:00:00+02:00"]
    assert (told["slots"], await value("SELECT count(*) FROM slots")) == ([], 1)


async def test_a_series_is_opened_whole_and_tells_its_slots(db):
    school, machine = await a_host()
    workshop = await builders.workshop(host=school)
    answer = await machine.post("/slots/series", SERIES | {"workshop_id": workshop, "company_places": 3})
    made = await rows("SELECT id, starts_at, seats, company_places FROM slots ORDER BY starts_at")
    assert answer.status_code == 201
    assert answer.json()["slots"] == [
        {"id": one["id"], "on": on}
        for one, on in zip(made, ("2027-03-25", "2027-04-01", "2027-04-08", "2027-04-15"), strict=True)
    ]
    assert {(one["seats"], one["company_places"]) for one in made} == {(20, 3)}


async def test_chosen_dates_are_opened_all_or_none(db):
    school, machine = await a_host()
    workshop = await builders.workshop(host=school)
    await builders.slot(workshop=workshop, starts_at=paris("2027-04-01 09:00"))
    asked = SERIES | {"workshop_id": workshop}
    answer = await machine.post("/slots/series", asked | {"dates": ["2027-03-25", "2027-04-01"]})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/dates-taken")
    answer = await machine.post("/slots/series", asked | {"dates": ["2027-04-15"]})
    assert [one["on"] for one in answer.json()["slots"]] == ["2027-04-15"]


async def test_a_wrong_series_is_a_problem_field_by_field(db):
    school, machine = await a_host()
    asked = SERIES | {"workshop_id": await builders.workshop(host=school)}
    wrong = {
        "ends": {"ends": "08:00"},
        "to": {"to": "2027-01-20", "from": "2027-01-21"},
        "from": {"from": "2027-01-01"},
        "weekdays": {"weekdays": [7]},
        "seats": {"seats": 400},
        "dates": {"dates": ["2027-03-26"]},
    }
    for field, change in wrong.items():
        answer = await machine.post("/slots/series", asked | change)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid"), field
        assert list(answer.json()["errors"]) == [field]
    for change in ({"starts": "9h"}, {"weekdays": []}, {"weekdays": [8]}, {"colour": "bleu"}, {"from": "hier"}):
        assert (await machine.post("/slots/series", asked | change)).status_code in {400, 422}, change
    assert await value("SELECT count(*) FROM slots") == 0


async def test_a_slot_moves_with_everyone_in_it(db):
    slot, machine, school = await a_slot()
    room = await builders.room(school=school)
    await rows("UPDATE slots SET room = $1", room)
    answer = await machine.post(f"/slots/{slot}/move", APRIL)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["id"], told["state"], told["room_id"], told["told"]) == (
        slot,
        "open",
        room,
        {"groups": 2, "companies": 1},
    )
    assert told["booking_closes_at"] == "2027-03-25T17:00:00Z"
    kept = await rows("SELECT starts_at, sequence FROM reservations")
    assert {tuple(one) for one in kept} == {(paris("2027-04-01 14:00"), 1)}
    assert (await machine.post(f"/slots/{slot}/move", APRIL | {"room_id": None})).json()["room_id"] is None


async def test_a_slot_goes_to_an_odd_hour_where_that_is_said_to_be_meant_and_keeps_it_unasked(db):
    slot, machine, _ = await a_slot()
    odd = {"starts_at": "2027-04-01T05:00:00+02:00", "ends_at": "2027-04-01T08:00:00+02:00"}
    for said in ({}, {"odd_hours": False}):
        no = await machine.post(f"/slots/{slot}/move", odd | said)
        assert (no.status_code, no.json()["type"], no.json()["errors"]) == (
            *(422, "/problems/invalid"),
            {"odd_hours": "Vraiment à 5 h 00 ? Corrigez l'heure, ou confirmez-la."},
        )
    assert await value("SELECT starts_at FROM slots") == paris("2027-03-25 09:00")
    assert (await machine.post(f"/slots/{slot}/move", odd | {"odd_hours": True})).status_code == 201
    # The same hours of the wall on the other side of the change of clocks.
    before = {"starts_at": "2027-03-26T05:00:00+01:00", "ends_at": "2027-03-26T08:00:00+01:00"}
    assert (await machine.post(f"/slots/{slot}/move", before)).status_code == 201
    assert await value("SELECT starts_at FROM slots") == paris("2027-03-26 05:00")


async def test_a_slot_is_resized_and_the_group_that_waits_is_offered(db):
    slot, machine, _ = await a_slot(groups_max=2)
    answer = await machine.post(f"/slots/{slot}/resize", {"seats": 40})
    waiting = await value("SELECT id FROM reservations WHERE state = 'offered'")
    assert (answer.json()["seats"], answer.json()["seats_free"], answer.json()["offered"]) == (40, 0, [waiting])
    refused = await machine.post(f"/slots/{slot}/resize", {"seats": 39})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/below-taken")
    assert refused.json()["detail"].startswith("40 élèves ont déjà leur place")
    assert (await machine.post(f"/slots/{slot}/resize", {})).status_code == 422


async def test_a_slot_is_called_off_with_its_reason(db):
    slot, machine, _ = await a_slot()
    answer = await machine.post(f"/slots/{slot}/call-off", {"reason": "Machine en panne"})
    told = answer.json()
    assert (told["state"], told["reason"], told["told"]) == (
        "called_off",
        "Machine en panne",
        {"groups": 2, "companies": 1},
    )
    assert tuple(await row("SELECT seats_taken, groups_taken, company_places_taken FROM slots")) == (0, 0, 0)
    again = await machine.post(f"/slots/{slot}/call-off", {"reason": "Encore"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/slot-called-off")


async def test_refusals_are_problems_with_a_stable_type(db):
    slot, machine, school = await a_slot()
    _, stranger = await a_host()
    group = await value("""SELECT "group" FROM reservations WHERE state = 'confirmed'""")
    busy = await builders.slot(starts_at=paris("2027-04-02 09:00"))
    await builders.reservation(slot=busy, group=group)
    room = await builders.room(school=school)
    await builders.slot(host=school, room=room, starts_at=paris("2027-04-01 14:00"))
    friday = {"starts_at": "2027-04-02T09:00:00+02:00", "ends_at": "2027-04-02T12:00:00+02:00"}
    past = {"starts_at": "2027-01-04T09:00:00+01:00", "ends_at": "2027-01-04T12:00:00+01:00"}
    asked = (
        (409, "group-busy", f"/slots/{slot}/move", friday),
        (409, "room-taken", f"/slots/{slot}/move", APRIL | {"room_id": room}),
        (422, "invalid", f"/slots/{slot}/move", past),
        (422, "invalid", f"/slots/{slot}/move", {"starts_at": "2027-04-01T14:00:00", "ends_at": "2027-04-01T17:00:00"}),
        (404, "not-found", f"/slots/{slot}/move", APRIL | {"room_id": 9999}),
        (404, "not-found", "/slots/9999/move", APRIL),
        (422, "invalid", f"/slots/{slot}/call-off", {"reason": "  "}),
        (404, "not-found", "/slots/9999/call-off", {"reason": "Panne"}),
        (404, "not-found", "/slots/9999/resize", {"seats": 20}),
    )
    for status, kind, path, body in asked:
        answer = await machine.post(path, body)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}"), (kind, path)
    bodies = (("move", APRIL), ("resize", {"seats": 30}), ("call-off", {"reason": "Non"}))
    for act, body in bodies:
        assert (await stranger.post(f"/slots/{slot}/{act}", body)).status_code == 404, act
    await rows("UPDATE slots SET starts_at = $1 WHERE id = $2", NOW, slot)
    begun = await machine.post(f"/slots/{slot}/move", APRIL)
    assert (begun.status_code, begun.json()["type"]) == (409, "/problems/slot-begun")


async def test_what_a_slot_says_is_changed_and_the_rest_stays(db):
    slot, machine, _ = await a_slot()
    answer = await machine.client.patch(f"/slots/{slot}", json={"levels": ["3e", "4e"], "on_agreement": True})
    told = answer.json()
    assert (answer.status_code, told["levels"], told["one_per_trade"], told["on_agreement"]) == (
        *(200, ["4e", "3e"], False, True),
    )
    assert told["booking_closes_at"] == "2027-03-18T17:00:00Z"
    answer = await machine.client.patch(f"/slots/{slot}", json={"object_ids": [9999]})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["object_ids"])
    answer = await machine.client.patch(f"/slots/{slot}", json={"levels": ["3e"]})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/level-taken")
    answer = await machine.client.patch(f"/slots/{slot}", json={"booking_closes_at": "2027-03-26T18:00:00+01:00"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["booking_closes_at"])
