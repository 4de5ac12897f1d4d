import json
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from tests import builders
from tests.builders import NOW, paris
from tests.owner import by_owner
from workshops.database import current_engine, rows
from workshops.offer.places import LyceeOnOffer, lycees_with_slots
from workshops.offer.queries import (
    DayOnOffer,
    HostSchool,
    ObjectOnOffer,
    SlotOnOffer,
    count_on_offer,
    days_on_offer,
    objects_on_offer,
    slots_on_offer,
    slots_on_offer_json,
)
from workshops.offer.rules import Search
from workshops.refusals import Invalid
from workshops.slots.queries import slot_card

START = paris("2027-03-25 09:00")
BESANCON, BELFORT = (47.24, 6.02), (47.64, 6.86)


async def found(now=NOW, **filters) -> list[int]:
    page = await slots_on_offer(Search(**filters), now=now)
    numbers = [one.id for one in page.items]
    assert page.next_cursor is None
    assert await count_on_offer(Search(**filters), now=now) == len(numbers)
    return numbers


async def test_a_slot_of_a_day_on_which_its_lycee_receives_nobody_is_not_on_offer(db):
    haag, hugo = [await builders.school(kind="lycee") for _ in range(2)]
    closed, before, elsewhere = [
        await builders.slot(host=host, starts_at=paris(f"2027-03-{day} 09:00"))
        for host, day in ((haag, 25), (haag, 24), (hugo, 25))
    ]
    assert await found() == [before, closed, elsewhere]
    closure = await builders.closure(school=haag, on=date(2027, 3, 25), until=date(2027, 3, 26))
    assert await found() == [before, elsewhere]
    assert [day.slots for day in await days_on_offer(Search(), now=NOW)] == [1, 1]
    assert [(await slot_card(one)).state_at(NOW) for one in (closed, before, elsewhere)] == ["closed", "open", "open"]
    await rows("DELETE FROM closures WHERE id = $1", closure)
    assert await found() == [before, closed, elsewhere]
    assert (await slot_card(closed)).state_at(NOW) == "open"


async def test_a_slot_is_told_with_its_workshop_its_objects_and_its_lycee(db):
    haag = await builders.school(kind="lycee", name="Lycée Jules Haag", uai="0250011B", lat=47.24, lon=6.02)
    objects = [await builders.tech_object(name=name) for name in ("Lampe", "Horloge")]
    workshop = await builders.workshop(host=haag, title="L'horloge", objects=tuple(objects))
    slot = await builders.slot(
        workshop=workshop, starts_at=START, seats=30, seats_taken=24, groups_max=2, groups_taken=1
    )
    (dated,) = await rows("SELECT created_at, changed_at FROM slots")

    assert (await slots_on_offer(Search(near=BELFORT), now=NOW)).items == [
        SlotOnOffer(
            id=slot,
            workshop="L'horloge",
            workshop_id=workshop,
            objects=["Horloge", "Lampe"],
            school=HostSchool("0250011B", "Lycée Jules Haag", "Besançon", 47.24, 6.02),
            starts_at=START,
            ends_at=START + timedelta(hours=3),
            booking_closes_at=START - timedelta(days=7),
            seats=30,
            seats_free=6,
            groups_free=1,
            company_places_free=4,
            levels=["6e", "5e", "4e", "3e"],
            state="open",
            distance_km=77.3,
            created_at=dated["created_at"],
            changed_at=dated["changed_at"],
        )
    ]


async def test_only_slots_to_come_that_are_open_or_closed_are_on_offer(db):
    workshop = await builders.workshop()
    kept = [
        await builders.slot(workshop=workshop, starts_at=START, state=state, reason="Grève")
        for state in ("draft", "open", "closed", "done", "called_off")
    ]
    await builders.slot(workshop=workshop, starts_at=NOW)
    assert await found() == kept[1:3]


async def test_a_slot_whose_reservations_have_ended_is_closed(db):
    await builders.slot(starts_at=START, booking_closes_at=START - timedelta(days=7))
    late = START - timedelta(days=7)
    assert [one.state for one in (await slots_on_offer(Search(), now=late)).items] == ["closed"]
    assert await days_on_offer(Search(), now=late) == [DayOnOffer(START.date(), slots=1, seats_free=0)]
    assert await found(now=late, only_free=True) == []
    assert len(await found(now=late - timedelta(seconds=1), only_free=True)) == 1


async def test_each_filter_keeps_what_suits(db):
    besancon = await builders.school(kind="lycee", uai="0250011B", department="25", lat=47.24, lon=6.02)
    belfort = await builders.school(kind="lycee", uai="0900236T", department="90", lat=47.64, lon=6.86)
    clock = await builders.tech_object()
    clocks, robots = await builders.workshop(host=besancon, objects=(clock,)), await builders.workshop(host=belfort)
    first = await builders.slot(workshop=clocks, starts_at=START, levels=["4e"], seats=24, seats_taken=10, groups_max=2)
    full = await builders.slot(
        workshop=robots, starts_at=START + timedelta(days=1), levels=["6e"], seats=24, seats_taken=24
    )
    last = await builders.slot(
        workshop=robots, starts_at=paris("2027-03-29 00:30"), levels=["6e", "4e"], seats=30, groups_taken=1
    )

    assert await found() == [first, full, last]
    assert await found(level="4e") == [first, last]
    assert await found(pupils=14) == [first]
    assert await found(pupils=15) == []
    assert await found(only_free=True) == [first]
    assert await found(department="90") == [full, last]
    assert await found(school="0250011B") == [first]
    assert await found(school="0250001R") == []
    assert await found(tech_object=clock) == [first]
    assert await found(from_on=date(2027, 3, 26)) == [full, last]
    assert await found(to_on=date(2027, 3, 26)) == [first, full]
    assert await found(from_on=date(2027, 3, 29), to_on=date(2027, 3, 29)) == [last]
    assert await found(near=BESANCON, km=77.0) == [first]
    assert await found(near=BESANCON, km=78.0) == [first, full, last]
    assert await found(near=BELFORT, by_distance=True) == [full, last, first]
    assert await found(near=BELFORT, km=1, level="4e", department="90", by_distance=True) == [last]


async def test_a_lycee_without_a_place_on_the_map_is_left_out_of_distances(db):
    await builders.slot(host=await builders.school(kind="lycee", lat=None, lon=None), starts_at=START)
    assert len(await found()) == 1
    assert await found(near=BESANCON, by_distance=True) == []


@pytest.mark.parametrize("by_distance", [False, True])
async def test_pages_follow_each_other_without_a_gap_or_a_repeat(db, by_distance: bool):
    for lat in (47.24, 47.24, 47.40):
        workshop = await builders.workshop(host=await builders.school(kind="lycee", lat=lat))
        for number in range(5):
            await builders.slot(workshop=workshop, starts_at=START + timedelta(days=number // 2))
    filters = Search(near=BESANCON, by_distance=by_distance, limit=100)
    whole = (await slots_on_offer(filters, now=NOW)).items

    walked, cursor = [], None
    for _ in range(8):
        page = await slots_on_offer(replace(filters, limit=2, cursor=cursor), now=NOW)
        walked += page.items
        cursor = page.next_cursor
    assert cursor is None
    assert walked == whole
    assert len(whole) == 15


async def test_the_cursor_of_another_order_is_refused(db):
    for _ in range(2):
        await builders.slot(starts_at=START)
    page = await slots_on_offer(Search(limit=1), now=NOW)
    with pytest.raises(Invalid):
        await slots_on_offer(Search(near=BESANCON, by_distance=True, cursor=page.next_cursor), now=NOW)


async def test_a_page_holds_200_slots_at_most_in_one_statement(db):
    workshop = await builders.workshop(objects=(await builders.tech_object(),))
    for number in range(201):
        await builders.slot(workshop=workshop, starts_at=START + timedelta(minutes=number))
    statements: list[str] = []
    async with current_engine().transaction() as current:
        current.connection.add_query_logger(lambda logged: statements.append(logged.query))
        one = await slots_on_offer(Search(limit=1), now=NOW)
        many = await slots_on_offer(Search(limit=999), now=NOW)
    assert (len(one.items), len(many.items)) == (1, 200)
    assert sum("page AS" in statement for statement in statements) == 2


A_COUNTRY = """
INSERT INTO slots (workshop, school, state, starts_at, ends_at, booking_closes_at, settles_at,
                   list_locks_at, eve_at, levels, seats, seats_taken,
                   groups_max, groups_taken, company_places, company_places_taken, reason, version, example)
SELECT w.id, w.school, CASE WHEN n < 19000 THEN 'done' ELSE 'open' END, at.start, at.start + interval '3 hours',
       at.start, at.start, at.start, at.start, '{4e}', 24, 0, 1, 0, 4, 0, '', 0, false
FROM workshops w, generate_series(1, 20000) n,
     LATERAL (SELECT $2::timestamptz + (n - 19000) * interval '1 hour' AS start) at
WHERE w.id = $1
"""


@pytest.mark.parametrize("filters", [Search(), Search(level="4e", pupils=20, only_free=True)])
async def test_the_search_walks_the_index_of_what_is_on_offer(db, filters: Search):
    await rows(A_COUNTRY, await builders.workshop(), NOW)
    await by_owner("ANALYZE slots")
    asked = []
    async with current_engine().transaction() as current:
        current.connection.add_query_logger(asked.append)
        await slots_on_offer(filters, now=NOW)
    plan = await rows(f"EXPLAIN {asked[0].query}", *asked[0].args)
    assert [line[0].split("(")[0].strip(" ->") for line in plan if " slots " in line[0]] == [
        "Index Scan using slots_on_offer on slots s"
    ]


async def test_the_month_view_counts_slots_and_seats_by_paris_day(db):
    workshop = await builders.workshop()
    for hour, taken in (("2027-03-25 09:00", 10), ("2027-03-25 14:00", 0), ("2027-03-29 00:30", 24)):
        await builders.slot(workshop=workshop, starts_at=paris(hour), seats_taken=taken)
    await builders.slot(workshop=workshop, starts_at=paris("2027-04-01 00:00"))

    march = Search(from_on=date(2027, 3, 1), to_on=date(2027, 3, 31))
    assert await days_on_offer(march, now=NOW) == [
        DayOnOffer(date(2027, 3, 25), slots=2, seats_free=38),
        DayOnOffer(date(2027, 3, 29), slots=1, seats_free=0),
    ]
    assert await days_on_offer(replace(march, pupils=20), now=NOW) == [
        DayOnOffer(date(2027, 3, 25), slots=1, seats_free=24)
    ]


async def test_the_json_list_is_the_list_and_follows_every_booking(db):
    slot = await builders.slot(starts_at=START, seats=24)
    before = json.loads((await slots_on_offer_json(Search(), now=NOW)).answer)
    again = json.loads((await slots_on_offer_json(Search(), now=NOW + timedelta(seconds=20))).answer)
    await rows("UPDATE slots SET seats_taken = 20")
    after = json.loads((await slots_on_offer_json(Search(), now=NOW)).answer)

    assert before == again
    assert before["next_cursor"] is None
    (item,) = before["items"]
    assert (item["id"], item["starts_at"], item["seats_free"]) == (slot, "2027-03-25T08:00:00Z", 24)
    assert after["items"] == [item | {"seats_free": 4, "changed_at": after["items"][0]["changed_at"]}]
    assert after["items"][0]["changed_at"] > item["changed_at"]


async def test_what_is_not_committed_changes_no_answer(db):
    slot = await builders.slot(starts_at=START, seats=24)

    async def free() -> list[int]:
        held = await slots_on_offer_json(Search(), now=NOW)
        return [one["seats_free"] for one in json.loads(held.answer)["items"]]

    async with current_engine().pool.acquire() as other:
        writing = other.transaction()
        await writing.start()
        await other.execute("UPDATE slots SET seats_taken = 24 WHERE id = $1", slot)
        during = [await free(), await free()]
        await writing.commit()
    assert (during, await free()) == ([[24], [24]], [0])


async def test_a_slot_that_has_its_groups_has_no_free_seat_anywhere(db):
    slot = await builders.slot(starts_at=START, seats=48, seats_taken=20, groups_max=1, groups_taken=1)
    [listed] = (await slots_on_offer(Search(), now=NOW)).items
    day = (await days_on_offer(Search(), now=NOW))[0]
    card = await slot_card(slot)
    assert (listed.seats_free, day.seats_free, card.seats_free) == (0, 0, 0)
    for wish in (Search(only_free=True), Search(pupils=1)):
        assert (await slots_on_offer(wish, now=NOW)).items == []


async def test_an_object_is_counted_in_the_slots_and_in_the_lycees_that_suit(db):
    lamp, clock, lonely, unused = [
        await builders.tech_object(name=name) for name in ("Lampe", "Horloge", "Dé", "Robot")
    ]
    for objects, days in (((lamp,), (1, 2)), ((lamp, clock), (3,))):
        workshop = await builders.workshop(objects=objects)
        for day in days:
            await builders.slot(workshop=workshop, starts_at=START + timedelta(days=day), levels=["4e"])
    await builders.slot(workshop=workshop, starts_at=START - timedelta(days=200), levels=["4e"])
    await builders.slot(workshop=workshop, starts_at=START + timedelta(days=9), levels=["3e"])
    await builders.workshop(objects=(lonely,))
    await builders.workshop(objects=(unused,), state="withdrawn")

    asked = Search(level="4e", only_open=True)
    assert await objects_on_offer(asked, now=NOW) == [
        ObjectOnOffer(lamp, "Lampe", "", 120, slots=3, lycees=2),
        ObjectOnOffer(clock, "Horloge", "", 120, slots=1, lycees=1),
        ObjectOnOffer(lonely, "Dé", "", 120, slots=0, lycees=0),
    ]
    assert [one.name for one in await objects_on_offer(asked, now=NOW, most=1)] == ["Lampe"]


async def test_the_lycees_of_a_search_are_those_of_its_slots_the_nearest_first(db):
    near = await builders.school(kind="lycee", name="Lycée Haag", uai="0250011B", lat=47.24, lon=6.02)
    far = await builders.school(
        kind="lycee", name="Lycée Follereau", uai="0900003N", commune="Belfort", lat=47.64, lon=6.86
    )
    for host, day in ((far, 1), (near, 2), (near, 3)):
        await builders.slot(host=host, starts_at=START + timedelta(days=day))
    belfort = LyceeOnOffer(
        HostSchool("0900003N", "Lycée Follereau", "Belfort", 47.64, 6.86), 1, START + timedelta(days=1), 77.3
    )
    besancon = LyceeOnOffer(
        HostSchool("0250011B", "Lycée Haag", "Besançon", 47.24, 6.02), 2, START + timedelta(days=2), 0
    )
    assert await lycees_with_slots(Search(near=BESANCON), now=NOW) == [besancon, belfort]
    assert await lycees_with_slots(Search(near=BESANCON, km=40), now=NOW) == [besancon]
    assert await lycees_with_slots(Search(near=BESANCON, by_distance=True, school="0900003N"), now=NOW) == [belfort]
    assert [(one.slots, one.distance_km) for one in await lycees_with_slots(Search(), now=NOW)] == [
        (1, None),
        (2, None),
    ]
