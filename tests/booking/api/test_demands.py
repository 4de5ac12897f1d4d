"""One ranked demand by machine: at once, in a draw, read and taken back line by line."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from booking.visits.reservations.hold_draw import hold_draws
from tests import builders
from tests.booking.api.test_reservations import a_machine
from tests.booking.visits.reservations.demands import SECRET
from tests.builders import NOW, new_uid, paris
from tests.seen import seats, seen
from tests.telling import tell
from workshops.database import rows, transaction, value
from workshops.slots.open import OpenSlot, open_slot
from workshops.slots.seats import LOCK_SEATS

DRAWS = NOW + timedelta(hours=1)
BESANCON, FAR = {"lat": 47.24, "lon": 6.02}, {"lat": 47.64, "lon": 6.86}


@pytest.fixture
async def lycees(app):
    """One near the collèges, one 80 km away; the clock is at NOW."""
    app.state.clock = lambda: NOW
    return [await builders.school(kind="lycee", **where) for where in (BESANCON, FAR)]


async def a_draw() -> int:
    return await builders.opening(opens_at=NOW, draws_at=DRAWS, seed=bytes(32))


async def hold() -> int:
    return await hold_draws(secret_key=SECRET, new_token=lambda: "d" * 43, new_uid=new_uid, now=DRAWS)


async def a_class(app, *, pupils: int = 24, **more: Any):
    """A teacher's machine, her group, her collège."""
    college = await builders.school(**BESANCON, **more)
    return await a_machine(app, school=college), await builders.group(school=college, pupils=pupils), college


async def on(day: int, lycee: int, **more: Any) -> int:
    return await builders.slot(host=lycee, starts_at=paris(f"2027-03-{day:02} 09:00"), **more)


def asked(group: int, *lines: dict[str, Any], pupils: int = 24, **more: Any) -> dict[str, Any]:
    return {"group_id": group, "pupils": pupils, "adults": 2, "lines": list(lines)} | more


def states(demand: dict[str, Any]) -> list[list[str]]:
    return [[slot["state"] for slot in line["slots"]] for line in demand["lines"]]


async def test_at_once_the_first_line_that_can_be_had_is_taken(app, lycees):
    machine, group, _ = await a_class(app)
    full, free = await on(2, lycees[0], seats=24, seats_taken=24), await on(3, lycees[0])
    answer = await machine.post("/demands", asked(group, {"slot_id": full}, {"slot_id": free}))
    assert answer.status_code == 201, answer.text
    assert states(answer.json()) == [["confirmed"]]
    assert answer.json()["lines"][0]["line"] == 2
    assert (await machine.get(answer.headers["location"].partition("/api/v1")[2])).json() == answer.json()


async def test_each_way_to_wait_says_whether_the_last_minute_will_do(app, lycees):
    app.state.clock = lambda: NOW
    told = []
    for ticked in (True, False):
        late = {"last_minute": True} if ticked else {}
        for where, named in (
            ("/demands", lambda full: {"lines": [{"slot_id": full}]}),
            ("/wishes", lambda full: {"slot_ids": [full], "wait": True}),
            ("/reservations", lambda full: {"slot_id": full, "wait": True}),
        ):
            machine, group, _ = await a_class(app)
            full = await on(2, lycees[0], seats=24, seats_taken=24)
            answer = await machine.post(where, {"group_id": group, "pupils": 24, "adults": 2} | named(full) | late)
            assert answer.status_code == 201, answer.text
            number = await value('SELECT id FROM demands WHERE "group" = $1', group)
            told.append((ticked, (await machine.get(f"/demands/{number}")).json()["last_minute"]))
    opening = await a_draw()
    machine, group, _ = await a_class(app)
    wanted = await on(9, lycees[0])
    answer = await machine.post("/demands", asked(group, {"slot_id": wanted}, period=opening, last_minute=True))
    told.append((True, answer.json()["last_minute"]))
    assert told == [(True, True)] * 3 + [(False, False)] * 3 + [(True, True)]


async def test_two_halves_are_a_line_like_another(app, lycees):
    machine, group, _ = await a_class(app, pupils=30)
    first, second = await on(2, lycees[0], seats=20), await on(3, lycees[0], seats=20)
    large = await on(4, lycees[0], seats=30, seats_taken=30)
    lines = ({"slot_id": large}, {"slot_ids": [first, second]})
    answer = await machine.post("/demands", asked(group, *lines, pupils=30))
    assert answer.status_code == 201, answer.text
    assert [(slot["slot_id"], slot["half"], slot["pupils"]) for slot in answer.json()["lines"][0]["slots"]] == [
        (first, 1, 15),
        (second, 2, 15),
    ]


async def test_two_halves_had_at_once_under_a_key_are_known_again_and_split_as_the_seats_allow(app, lycees):
    machine, group, _ = await a_class(app, pupils=30)
    first, second = await on(2, lycees[0]), await on(3, lycees[0], seats=24, seats_taken=12, groups_max=2)
    demand = asked(group, {"slot_ids": [first, second]}, pupils=30)
    under = {"headers": {"Idempotency-Key": "une-fois"}}
    answers = [await machine.post("/demands", demand, **under) for _ in range(2)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(201, answers[0].json())] * 2
    assert [(slot["half"], slot["pupils"], slot["state"]) for slot in answers[0].json()["lines"][0]["slots"]] == [
        (1, 18, "confirmed"),
        (2, 12, "confirmed"),
    ]
    other = await machine.post("/demands", demand | {"pupils": 29}, **under)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_a_pair_of_two_lycees_is_refused_whatever_stands_before_it_in_a_draw_too(app, lycees):
    machine, group, _ = await a_class(app, pupils=30)
    large, apart = await on(2, lycees[0], seats=30), [await on(4, lycee) for lycee in lycees]
    for drawn in (False, True):
        if drawn:
            await a_draw()
        answer = await machine.post("/demands", asked(group, {"slot_id": large}, {"slot_ids": apart}, pupils=30))
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert await seats(large) == (0, 0)


async def test_in_a_draw_each_group_has_the_first_of_its_lines_that_fits(app, lycees):
    opening = await a_draw()
    wanted, second = await on(2, lycees[0]), await on(3, lycees[0])
    made = []
    for _ in range(3):
        machine, group, _ = await a_class(app)
        answer = await machine.post("/demands", asked(group, {"slot_id": wanted}, {"slot_id": second}, period=opening))
        assert (answer.status_code, answer.json()["result"]) == (201, "")
        assert (states(answer.json()), answer.json()["draw"]) == ([["in_draw"], ["in_draw"]], opening)
        made.append((machine, answer.headers["location"].partition("/api/v1")[2]))
    assert await hold() == 3
    found = sorted([(await machine.get(where)).json() for machine, where in made], key=lambda one: one["draw_rank"])
    assert [(one["result"], states(one)) for one in found] == [
        ("placed", [["confirmed"], ["cancelled_by_teacher"]]),
        ("placed", [["cancelled_by_teacher"], ["confirmed"]]),
        ("waits", [["waiting"], ["waiting"]]),
    ]
    await tell()
    told = await seen(
        "SELECT kind, count(*) FROM notices WHERE reader = 'teacher' AND what = ''"
        " AND kind IN ('reservation_confirmed', 'reservation_waiting') GROUP BY kind ORDER BY kind"
    )
    assert told == [("reservation_confirmed", 2), ("reservation_waiting", 1)]


async def test_in_a_draw_a_class_has_both_halves_or_none(app, lycees):
    await a_draw()
    pair = [await on(day, lycees[0], seats=20, groups_max=1) for day in (2, 3)]
    made = []
    for _ in range(2):
        machine, group, _ = await a_class(app, pupils=29)
        answer = await machine.post("/demands", asked(group, {"slot_ids": pair}, pupils=29))
        assert answer.status_code == 201, answer.text
        made.append((machine, answer.headers["location"].partition("/api/v1")[2]))
    await hold()
    found = sorted([(await machine.get(where)).json() for machine, where in made], key=lambda one: one["draw_rank"])
    assert [(one["result"], states(one)) for one in found] == [
        ("placed", [["confirmed", "confirmed"]]),
        ("waits", [["waiting", "waiting"]]),
    ]
    assert [await seats(slot) for slot in pair] == [(15, 1), (14, 1)]


async def test_the_sentence_of_a_search_is_offered_and_not_taken_for_her(app, lycees):
    await a_draw()
    wanted, near = await on(2, lycees[0], seats=24, seats_taken=24, groups_taken=1), await on(3, lycees[0])
    await on(4, lycees[1])
    machine, group, _ = await a_class(app)
    lines = ({"slot_id": wanted}, {"search": {"distance_most": 40}})
    answer = await machine.post("/demands", asked(group, *lines, needs="Un fauteuil roulant"))
    assert answer.status_code == 201, answer.text
    await hold()
    found = (await machine.get(answer.headers["location"].partition("/api/v1")[2])).json()
    assert (found["result"], states(found)) == ("offered", [["cancelled_by_teacher"], ["offered"]])
    assert found["lines"][1]["search"]["distance_most"] == 40
    [offered] = found["lines"][1]["slots"]
    assert (offered["slot_id"], await seats(near)) == (near, (24, 1))
    kept = await seen("SELECT needs, adults FROM reservations WHERE id = $1", offered["reservation_id"])
    assert kept == [("Un fauteuil roulant", 2)]
    await tell()
    assert await value("SELECT count(*) FROM notices WHERE kind = 'place_offered'") == 1
    taken = await machine.post(f"/reservations/{offered['reservation_id']}/acceptance", {})
    assert (taken.status_code, taken.json()["state"]) == (200, "confirmed")


async def test_a_sentence_that_found_nothing_waits_and_is_offered_what_comes_free(app, lycees):
    await a_draw()
    wanted = await on(2, lycees[0])
    made = []
    for _ in range(2):
        college = await a_class(app)
        answer = await college[0].post(
            "/demands", asked(college[1], {"slot_id": wanted}, {"search": {"distance_most": 40}})
        )
        assert answer.status_code == 201, answer.text
        made.append((*college, answer.headers["location"].partition("/api/v1")[2]))
    await hold()
    answers = [(await machine.get(where)).json() for machine, _, _, where in made]
    first, second = sorted(zip(answers, made, strict=True), key=lambda one: one[0]["draw_rank"])
    assert [first[0]["result"], second[0]["result"]] == ["placed", "waits"]
    later = await on(9, lycees[0], seats=24)
    stranger, group, _ = await a_class(app)
    app.state.clock = lambda: DRAWS + timedelta(days=9)
    taken = await stranger.post("/reservations", {"slot_id": later, "group_id": group, "pupils": 24, "adults": 2})
    assert taken.status_code == 201, taken.text
    given_up = {"reason": "Le car ne vient pas"}
    assert (await stranger.post(f"/reservations/{taken.json()['id']}/cancellation", given_up)).status_code == 201
    found = (await second[1][0].get(second[1][3])).json()
    assert [slot["slot_id"] for slot in found["lines"][1]["slots"] if slot["state"] == "offered"] == [later]
    offered = found["lines"][1]["slots"][0]["reservation_id"]
    assert (await second[1][0].post(f"/reservations/{offered}/acceptance", {})).json()["state"] == "confirmed"
    assert states((await second[1][0].get(second[1][3])).json()) == [["cancelled_by_teacher"], ["confirmed"]]


async def test_at_once_what_suits_the_sentence_is_offered_the_nearest_first_and_the_full_slot_waited_for(app, lycees):
    machine, group, _ = await a_class(app)
    full, late = await on(2, lycees[0], seats=24, seats_taken=24, groups_taken=1), await on(9, lycees[0])
    near = await on(8, lycees[0])
    await on(3, lycees[1])
    lines = ({"slot_id": full}, {"search": {"distance_most": 60}})
    answer = await machine.post("/demands", asked(group, *lines, needs="Un fauteuil roulant"))
    assert answer.status_code == 201, answer.text
    named, found = answer.json()["lines"]
    assert [(slot["slot_id"], slot["state"]) for slot in named["slots"] + found["slots"]] == [
        (full, "waiting"),
        (near, "offered"),
    ]
    assert (await seats(near), await seats(late)) == ((24, 1), (0, 0))
    assert await value("SELECT needs FROM reservations WHERE state = 'offered'") == "Un fauteuil roulant"
    await tell()
    assert await seen("SELECT kind, about FROM notices") == [("place_offered", found["slots"][0]["reservation_id"])]
    taken = await machine.post(f"/reservations/{found['slots'][0]['reservation_id']}/acceptance", {})
    assert (taken.status_code, taken.json()["state"]) == (200, "confirmed")
    where = answer.headers["location"].partition("/api/v1")[2]
    assert states((await machine.get(where)).json()) == [["cancelled_by_teacher"], ["confirmed"]]


async def test_a_sentence_asked_at_once_is_offered_the_slot_that_a_lycee_opens_later(app, lycees):
    machine, group, _ = await a_class(app)
    stranger, other, _ = await a_class(app)
    full = await on(2, lycees[0], seats=24, seats_taken=24, groups_taken=1)
    made = []
    for program, whose, to_on in ((machine, group, "2027-03-12"), (stranger, other, "2027-03-05")):
        lines = ({"slot_id": full}, {"search": {"distance_most": 60, "to_on": to_on}})
        answer = await program.post("/demands", asked(whose, *lines))
        assert (answer.status_code, states(answer.json())) == (201, [["waiting"], []]), answer.text
        made.append(answer.headers["location"].partition("/api/v1")[2])
    host, taught = await builders.person("host", school=lycees[0]), await builders.workshop(host=lycees[0])
    for day in (16, 9):
        opened = OpenSlot(workshop=taught, starts_at=paris(f"2027-03-{day:02} 09:00"))
        await open_slot(opened, school=lycees[0], by=host, now=NOW)
    await tell()
    first, second = [(await program.get(made.pop(0))).json() for program in (machine, stranger)]
    assert [slot["state"] for slot in first["lines"][1]["slots"]] == ["offered"]
    assert states(second) == [["waiting"], []]


async def a_lost_class(app, lycees):
    """A 4e whose two slots are lost, one closed and one for 3e alone: its program, what it asks for, its collège."""
    machine, group, college = await a_class(app)
    late = await on(2, lycees[0], booking_closes_at=NOW - timedelta(days=1))
    other_level = await on(3, lycees[0], levels=["3e"])
    lines = ({"slot_id": late}, {"slot_id": other_level}, {"search": {"distance_most": 60}})
    return machine, asked(group, *lines), college


async def a_later_slot(lycee: int) -> int:
    """A lycée opens a slot, and all that hear of it are told."""
    host, taught = await builders.person("host", school=lycee), await builders.workshop(host=lycee)
    opened = OpenSlot(workshop=taught, starts_at=paris("2027-03-16 09:00"))
    slot = await open_slot(opened, school=lycee, by=host, now=NOW)
    await tell()
    return slot


async def test_a_demand_keeps_its_sentence_where_none_of_its_slots_can_be_had_or_waited_for(app, lycees):
    machine, said, _ = await a_lost_class(app, lycees)
    answer = await machine.post("/demands", said)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert [(line["line"], line["slots"], line["search"]["distance_most"]) for line in found["lines"]] == [(3, [], 60)]
    assert (found["passed_over"], found["passed_why"]) == (
        [line["slot_id"] for line in said["lines"][:2]],
        "Les réservations de ce créneau sont closes. Choisissez une date plus lointaine.",
    )
    await tell()
    slot = await a_later_slot(lycees[0])
    where = answer.headers["location"].partition("/api/v1")[2]
    [line] = (await machine.get(where)).json()["lines"]
    assert [(offered["slot_id"], offered["state"]) for offered in line["slots"]] == [(slot, "offered")]
    told = [("reservation_waiting", "looks"), ("place_offered", "")]
    assert await seen("SELECT kind, what FROM notices ORDER BY id") == told
    taken = await machine.post(f"/reservations/{line['slots'][0]['reservation_id']}/acceptance", {})
    assert (taken.status_code, taken.json()["state"]) == (200, "confirmed")


async def test_what_suits_today_is_offered_in_the_place_of_lost_slots_by_one_letter(app, lycees):
    near = await on(9, lycees[0])
    machine, said, _ = await a_lost_class(app, lycees)
    answer = await machine.post("/demands", said)
    assert (answer.status_code, states(answer.json())) == (201, [["offered"]]), answer.text
    assert answer.json()["lines"][0]["slots"][0]["slot_id"] == near
    await tell()
    assert await seen("SELECT kind FROM notices") == [("place_offered",)]


async def test_what_a_sentence_finds_is_of_this_site_in_agendas_as_what_is_booked(app, lycees):
    near, pair = await on(9, lycees[0]), [await on(day, lycees[0], seats=20) for day in (10, 11)]
    whole, said, _ = await a_lost_class(app, lycees)
    await whole.post("/demands", said)
    halved, group, _ = await a_class(app, pupils=30)
    await halved.post("/demands", asked(group, said["lines"][0], said["lines"][-1], pupils=30))
    booked, group, _ = await a_class(app)
    await booked.post(
        "/reservations", {"slot_id": await on(12, lycees[0]), "group_id": group, "pupils": 24, "adults": 2}
    )
    made = await seen("SELECT slot, state, uid FROM reservations ORDER BY id")
    assert [(slot, state) for slot, state, _ in made[:3]] == [(slot, "offered") for slot in (near, *pair)]
    assert [uid.partition("@")[2] for *_, uid in made] == ["127.0.0.1"] * 4
    assert len({uid for *_, uid in made}) == 4


async def test_asking_again_under_its_key_for_what_has_no_reservation_gives_the_first_answer(app, lycees):
    machine, said, _ = await a_lost_class(app, lycees)
    key = {"headers": {"Idempotency-Key": "a-1"}}
    first = await machine.post("/demands", said, **key)
    await on(9, lycees[0])
    again = await machine.post("/demands", said, **key)
    assert (again.status_code, again.json()) == (201, first.json())
    other = await machine.post("/demands", said | {"adults": 3}, **key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    twice = await machine.post("/demands", said)
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/group-busy")
    assert await value("SELECT count(*) FROM demands") == 1


async def test_a_key_sent_twice_at_once_makes_one_demand_also_for_other_slots(app, lycees):
    machine, said, _ = await a_lost_class(app, lycees)
    closed = await on(4, lycees[0], booking_closes_at=NOW - timedelta(days=1))
    other = said | {"lines": [{"slot_id": closed}, said["lines"][2]]}
    key = {"headers": {"Idempotency-Key": "a-1"}}
    answers = await asyncio.gather(*(machine.post("/demands", demand, **key) for demand in (said, said, other)))
    made = sorted(answer.status_code for answer in answers)
    assert made in ([201, 201, 422], [201, 422, 422])
    assert await value("SELECT count(*) FROM demands") == 1


async def test_what_speaks_against_the_group_itself_is_refused_whatever_its_sentence(app, lycees):
    machine, said, _ = await a_lost_class(app, lycees)
    refused = []
    for demand in (
        said | {"lines": said["lines"][:2]},
        said | {"wait": False},
        said | {"needs": "Léa est asthmatique"},
    ):
        answer = await machine.post("/demands", demand)
        refused.append((answer.status_code, answer.json()["type"]))
    assert refused == [(409, "/problems/too-late"), (409, "/problems/too-late"), (422, "/problems/invalid")]
    assert await value("SELECT count(*) FROM demands") == 0


async def test_a_demand_that_only_looks_is_taken_back_and_is_offered_nothing_more(app, lycees):
    machine, said, _ = await a_lost_class(app, lycees)
    answer = await machine.post("/demands", said)
    where = answer.headers["location"].partition("/api/v1")[2]
    stranger, _, _ = await a_class(app)
    assert (await stranger.client.delete(where)).status_code == 404
    assert (await machine.client.delete(where)).status_code == 204
    assert (await machine.client.delete(where)).json()["type"] == "/problems/not-now"
    await a_later_slot(lycees[0])
    assert await value("SELECT count(*) FROM reservations") == 0
    assert await seen("SELECT act FROM events WHERE about_kind = 'demand' ORDER BY id") == [
        ("demand_looks",),
        ("demand_withdrawn",),
    ]
    assert (await machine.post("/demands", said)).status_code == 201


def halves(demand: dict[str, Any]) -> list[tuple[int, int | None, int, str]]:
    """Where the last line of a demand has its group, with how many."""
    return [(slot["slot_id"], slot["half"], slot["pupils"], slot["state"]) for slot in demand["lines"][-1]["slots"]]


async def a_large_class(app, lycees, pupils: int = 29):
    """29 pupils who ask for a full slot, or whatever suits: the program, what it asks for."""
    machine, group, _ = await a_class(app, pupils=pupils)
    full = await on(2, lycees[0], seats=30, seats_taken=30, groups_taken=1)
    return machine, asked(group, {"slot_id": full}, {"search": {"distance_most": 90}}, pupils=pupils)


async def test_a_class_larger_than_every_slot_is_offered_the_nearest_two_the_larger_half_where_more_is_left(
    app, lycees
):
    machine, said = await a_large_class(app, lycees)
    await on(3, lycees[1], seats=20)
    await on(4, lycees[1], seats=20)
    first, second = await on(8, lycees[0], seats=20, seats_taken=8), await on(9, lycees[0], seats=20)
    await on(10, lycees[0], seats=20)
    answer = await machine.post("/demands", said)
    assert answer.status_code == 201, answer.text
    assert halves(answer.json()) == [(second, 1, 17, "offered"), (first, 2, 12, "offered")]
    assert (await seats(first), await seats(second)) == ((20, 1), (17, 1))
    await tell()
    offered = answer.json()["lines"][-1]["slots"][0]["reservation_id"]
    assert await seen("SELECT kind, about FROM notices") == [("place_offered", offered)]
    marks = await seen("SELECT mark FROM reservations WHERE state = 'offered'")
    assert len({mark % 6 for (mark,) in marks}) == 2
    taken = await machine.post(f"/reservations/{offered}/acceptance", {})
    assert (taken.status_code, taken.json()["state"]) == (200, "confirmed")
    where = answer.headers["location"].partition("/api/v1")[2]
    assert states((await machine.get(where)).json()) == [["cancelled_by_teacher"], ["confirmed", "confirmed"]]


async def test_a_slot_for_the_whole_class_comes_before_two_that_are_nearer(app, lycees):
    machine, said = await a_large_class(app, lycees)
    await on(3, lycees[0], seats=20)
    await on(4, lycees[0], seats=20)
    whole = await on(9, lycees[1], seats=30)
    answer = await machine.post("/demands", said)
    assert halves(answer.json()) == [(whole, None, 29, "offered")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"seats": 20}, {"seats": 20, "seats_taken": 12}),
        ({"seats": 20}, {"seats": 20, "objects": True}),
        ({"seats": 20}, {"seats": 20, "levels": ["3e"]}),
        ({"seats": 20}, {"seats": 20, "groups_max": 1, "groups_taken": 1}),
    ],
    ids=["no third of the class", "another object", "another level", "no group more"],
)
async def test_two_slots_that_do_not_go_together_are_offered_to_nobody(app, lycees, first, second):
    machine, said = await a_large_class(app, lycees)
    if second.pop("objects", False):
        taught = [await builders.workshop(host=lycees[0], objects=(await builders.tech_object(),)) for _ in range(2)]
        first, second = ({"seats": 20, "workshop": workshop} for workshop in taught)
    await on(8, lycees[0], **first)
    await on(9, lycees[0], **second)
    answer = await machine.post("/demands", said)
    assert (answer.status_code, states(answer.json())) == (201, [["waiting"], []])


async def test_a_class_in_halves_is_offered_what_is_opened_or_given_back_once_both_have_room(app, lycees):
    machine, said = await a_large_class(app, lycees)
    stranger, other, _ = await a_class(app, pupils=20)
    taken = await on(8, lycees[0], seats=20)
    own = {"slot_id": taken, "group_id": other, "pupils": 20, "adults": 2}
    visit = (await stranger.post("/reservations", own)).json()["id"]
    answer = await machine.post("/demands", said)
    where = answer.headers["location"].partition("/api/v1")[2]
    host, taught = await builders.person("host", school=lycees[0]), await builders.workshop(host=lycees[0])
    opened = OpenSlot(workshop=taught, starts_at=paris("2027-03-16 09:00"), seats=20)
    later = await open_slot(opened, school=lycees[0], by=host, now=NOW)
    await tell()
    assert halves((await machine.get(where)).json()) == []
    assert (await stranger.post(f"/reservations/{visit}/cancellation", {"reason": "Grève"})).status_code == 201
    found = halves((await machine.get(where)).json())
    assert found == [(taken, 1, 15, "offered"), (later, 2, 14, "offered")]


async def test_of_classes_that_ask_at_once_for_the_last_two_slots_one_is_offered_both_and_the_others_none(app, lycees):
    full = await on(2, lycees[0], seats=30, seats_taken=30, groups_taken=1)
    pair = [await on(day, lycees[0], seats=20, groups_max=1) for day in (8, 9)]
    classes = [await a_class(app, pupils=29) for _ in range(6)]
    lines = ({"slot_id": full}, {"search": {"distance_most": 90}})
    answers = await asyncio.gather(
        *(machine.post("/demands", asked(group, *lines, pupils=29)) for machine, group, _ in classes)
    )
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(halves(answer.json()) for answer in answers) == [[]] * 5 + [
        [(pair[0], 1, 15, "offered"), (pair[1], 2, 14, "offered")]
    ]
    assert [await seats(slot) for slot in pair] == [(15, 1), (14, 1)]


async def test_two_slots_given_back_while_each_is_held_are_offered_together_once_it_is_told(app, lycees):
    machine, said = await a_large_class(app, lycees)
    taken, visits = [], []
    for day in (8, 9):
        stranger, other, _ = await a_class(app, pupils=20)
        taken.append(await on(day, lycees[0], seats=20))
        own = {"slot_id": taken[-1], "group_id": other, "pupils": 20, "adults": 2}
        made = await stranger.post("/reservations", own)
        visits.append((stranger, f"/reservations/{made.json()['id']}/cancellation"))
    answer = await machine.post("/demands", said)
    where = answer.headers["location"].partition("/api/v1")[2]
    (stranger, given_back), (last, given_back_last) = visits
    assert (await stranger.post(given_back, {})).status_code == 201
    held, go = asyncio.Event(), asyncio.Event()

    async def holds_the_first() -> None:
        async with transaction():
            await rows(LOCK_SEATS, taken[:1])
            held.set()
            await go.wait()

    holding = asyncio.create_task(holds_the_first())
    await held.wait()
    assert (await last.post(given_back_last, {})).status_code == 201
    assert halves((await machine.get(where)).json()) == []
    go.set()
    await holding
    await asyncio.gather(tell(), tell())
    assert halves((await machine.get(where)).json()) == [(taken[0], 1, 15, "offered"), (taken[1], 2, 14, "offered")]
    assert await seen("SELECT kind FROM notices WHERE kind = 'place_offered'") == [("place_offered",)]


async def test_two_slots_opened_for_a_class_are_offered_to_it_together(app, lycees):
    machine, said = await a_large_class(app, lycees)
    answer = await machine.post("/demands", said)
    host, taught = await builders.person("host", school=lycees[0]), await builders.workshop(host=lycees[0])
    opened = []
    for day in (16, 18):
        terms = OpenSlot(workshop=taught, starts_at=paris(f"2027-03-{day} 09:00"), seats=20)
        opened.append(await open_slot(terms, school=lycees[0], by=host, now=NOW))
    await tell()
    found = (await machine.get(answer.headers["location"].partition("/api/v1")[2])).json()
    assert halves(found) == [(opened[0], 1, 15, "offered"), (opened[1], 2, 14, "offered")]


async def test_a_class_in_halves_takes_its_turn_among_who_waits_for_whatever_suits(app, lycees):
    machine, said = await a_large_class(app, lycees)
    large = await machine.post("/demands", said)
    small, group, _ = await a_class(app)
    full = said["lines"][0]["slot_id"]
    whole = await small.post("/demands", asked(group, {"slot_id": full}, said["lines"][1]))
    assert states(whole.json()) == [["waiting"], []]
    await on(18, lycees[0], seats=20)
    host, taught = await builders.person("host", school=lycees[0]), await builders.workshop(host=lycees[0])
    opened = OpenSlot(workshop=taught, starts_at=paris("2027-03-16 09:00"), seats=25, groups_max=1)
    slot = await open_slot(opened, school=lycees[0], by=host, now=NOW)
    await tell()
    found = (await machine.get(large.headers["location"].partition("/api/v1")[2])).json()
    assert halves(found)[0] == (slot, 1, 15, "offered")
    assert states((await small.get(whole.headers["location"].partition("/api/v1")[2])).json()) == [["waiting"], []]


async def test_slots_that_a_lycee_opens_together_are_heard_by_sentences_and_alerts(app, lycees):
    machine, said, _ = await a_lost_class(app, lycees)
    answer = await machine.post("/demands", said)
    watcher, _, _ = await a_class(app)
    assert (await watcher.post("/alerts", {"level": "4e", "pupils": 24})).status_code == 201
    await tell()
    host, taught = await a_machine(app, "host", school=lycees[0]), await builders.workshop(host=lycees[0])
    dates = {"weekdays": [2, 4], "starts": "09:00", "ends": "12:00", "from": "2027-03-16", "to": "2027-03-25"}
    opened = await host.post("/slots/series", dates | {"workshop_id": taught, "seats": 24})
    assert opened.status_code == 201, opened.text
    slots = [slot["id"] for slot in opened.json()["slots"]]
    assert len(slots) == 4
    await tell()
    [line] = (await machine.get(answer.headers["location"].partition("/api/v1")[2])).json()["lines"]
    assert [(slot["slot_id"], slot["state"]) for slot in line["slots"]] == [(slots[0], "offered")]
    # The alert is answered first: it takes nothing.
    assert await value("SELECT slots FROM demands WHERE met_at IS NOT NULL") == slots
    assert await seen("SELECT act, count(*) FROM events WHERE act = 'slot_opened' GROUP BY act") == [("slot_opened", 4)]


async def test_once_a_named_slot_is_had_nothing_more_is_looked_for_even_if_it_is_given_back(app, lycees):
    machine, group, _ = await a_class(app)
    wanted, near = await on(2, lycees[0]), await on(3, lycees[0])
    answer = await machine.post("/demands", asked(group, {"slot_id": wanted}, {"search": {"distance_most": 60}}))
    assert states(answer.json()) == [["confirmed"], []]
    visit = answer.json()["lines"][0]["slots"][0]["reservation_id"]
    assert (await machine.post(f"/reservations/{visit}/cancellation", {"reason": "Grève"})).status_code == 201
    host = await builders.person("host", school=lycees[0])
    opened = OpenSlot(workshop=await builders.workshop(host=lycees[0]), starts_at=paris("2027-03-09 09:00"))
    await open_slot(opened, school=lycees[0], by=host, now=NOW)
    await tell()
    assert await value("SELECT count(*) FROM reservations WHERE state = 'offered'") == 0
    assert await seats(near) == (0, 0)


async def test_what_suits_a_sentence_is_given_back_where_its_demand_is_taken_back(app, lycees):
    machine, group, _ = await a_class(app)
    full, near = await on(2, lycees[0], seats=24, seats_taken=24, groups_taken=1), await on(3, lycees[0], seats=24)
    lines = ({"slot_id": full}, {"search": {"distance_most": 60}})
    answer = await machine.post("/demands", asked(group, *lines))
    assert (states(answer.json()), await seats(near)) == ([["waiting"], ["offered"]], (24, 1))
    other, its_group, _ = await a_class(app)
    waits = await other.post("/demands", asked(its_group, *lines))
    assert states(waits.json()) == [["waiting"], []]
    assert (await machine.client.delete(answer.headers["location"].partition("/api/v1")[2])).status_code == 204
    offered = (await other.get(waits.headers["location"].partition("/api/v1")[2])).json()
    assert states(offered) == [["waiting"], ["offered"]]


async def test_what_a_sentence_found_is_offered_to_whoever_follows_the_demand_by_then(app, lycees):
    await a_draw()
    wanted = await on(2, lycees[0], seats=24, seats_taken=24, groups_taken=1)
    await on(3, lycees[0])
    machine, group, college = await a_class(app)
    lines = ({"slot_id": wanted}, {"search": {"distance_most": 40}})
    assert (await machine.post("/demands", asked(group, *lines))).status_code == 201
    successor = await builders.person("teacher", "nora@example.org", school=college)
    await rows("UPDATE reservations SET booked_by = $1", successor)
    await hold()
    assert await seen("SELECT booked_by FROM reservations WHERE state = 'offered'") == [(successor,)]


async def test_a_demand_is_taken_back_with_all_its_lines(app, lycees):
    await a_draw()
    machine, group, _ = await a_class(app)
    lines = [{"slot_id": await on(day, lycees[0])} for day in (2, 3)]
    answer = await machine.post("/demands", asked(group, *lines))
    where = answer.headers["location"].partition("/api/v1")[2]
    assert (await machine.client.delete(where)).status_code == 204
    assert states((await machine.get(where)).json()) == [["cancelled_by_teacher"], ["cancelled_by_teacher"]]
    assert (await machine.client.delete(where)).json()["type"] == "/problems/not-now"
    assert (await machine.post("/demands", asked(group, lines[1]))).status_code == 201


async def test_a_demand_is_read_by_its_college_alone(app, lycees):
    machine, group, _ = await a_class(app)
    stranger, other, _ = await a_class(app)
    slot = await on(2, lycees[0], seats=24, seats_taken=24)
    answer = await machine.post("/demands", asked(group, {"slot_id": slot}))
    where = answer.headers["location"].partition("/api/v1")[2]
    assert (answer.status_code, states(answer.json())) == (201, [["waiting"]])
    assert [(await stranger.get(where)).status_code, (await stranger.client.delete(where)).status_code] == [404, 404]
    assert (await stranger.post("/demands", asked(group, {"slot_id": slot}))).status_code == 404
    assert await rows('SELECT FROM demands WHERE "group" = $1', other) == []


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([], "lines"),
        ([{}], "lines"),
        ([{"slot_id": 1, "search": {}}], "lines"),
        ([{"slot_ids": [1, 1]}], "lines"),
        ([{"search": {"distance_most": 40}}], "lines"),
        ([{"search": {}}, {"slot_id": 1}], "lines"),
        ([{"slot_id": 1}, {"slot_ids": [1, 2]}], "lines"),
        ([{"slot_id": number} for number in range(1, 8)], "lines"),
    ],
)
async def test_what_is_no_list_of_lines_is_said_and_nothing_is_written(app, lycees, lines, field):
    machine, group, _ = await a_class(app)
    answer = await machine.post("/demands", asked(group, *lines))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert list(answer.json()["errors"]) == [field]
    assert await value("SELECT count(*) FROM demands") == 0


async def test_the_lines_of_a_draw_are_of_its_period(app, lycees):
    opening = await a_draw()
    machine, group, _ = await a_class(app)
    inside, outside = await on(2, lycees[0]), await builders.slot(host=lycees[0], starts_at=paris("2027-05-04 09:00"))
    for lines, period in (([inside, outside], None), ([inside], opening + 1)):
        said = asked(group, *({"slot_id": slot} for slot in lines), period=period)
        answer = await machine.post("/demands", said)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/period-not-open")
