"""An open slot says otherwise whom it takes, and how many: whoever comes is told, and who waits has the room."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from booking.visits.reservations.queries import visit
from booking.visits.slot_changes.restate import resize, restate
from booking.visits.slot_changes.rules import CompaniesAsk, LevelTaken, TradesMeet
from tests import builders
from tests.booking.visits.reservations.demands import College
from tests.booking.visits.slot_changes.full_slot import FullSlot, a_full_slot, a_lycee, told
from tests.builders import NOW, paris
from tests.crossing import another_act, locked
from tests.seen import first, states
from workshops.database import rows, value
from workshops.offer.queries import slots_on_offer
from workshops.offer.rules import Search
from workshops.refusals import Invalid, NotFound, Stale
from workshops.scope import of_school
from workshops.slots.queries import slot_card
from workshops.slots.restate import ResizeSlot, RestateSlot
from workshops.slots.rules import BelowTaken, SlotBegun

SAYS = "SELECT booking_closes_at, levels, one_per_trade, on_agreement, version FROM slots"


async def restated(full: FullSlot, *, school=None, now=NOW, version=None, **asked: object) -> bool:
    who = {"school": school or full.school, "by": full.host}
    return await restate(full.slot, RestateSlot(**asked), **who, version=version, now=now)


async def test_an_open_slot_says_it_otherwise_and_tells_nobody(db):
    full = await a_full_slot()
    closes_at = paris("2027-03-15 18:00")
    assert await restated(full, booking_closes_at=closes_at, levels=["3e", "4e"], one_per_trade=True, on_agreement=True)
    assert await first(SAYS) == (closes_at, ["4e", "3e"], True, True, 1)
    assert await told() == []
    assert await first("SELECT by, about, detail FROM events WHERE act = 'slot_restated'") == (
        full.host,
        full.slot,
        "réservations jeudi 18 mars 2027, 9 h 00 -> lundi 15 mars 2027, 18 h 00, niveaux 6e à 3e -> 4e et 3e,"
        " une entreprise par métier non -> oui, accord du lycée non -> oui",
    )
    assert await value("SELECT max(sequence) FROM reservations") == 0


async def test_what_is_said_again_changes_nothing(db):
    full = await a_full_slot()
    assert not await restated(full, levels=["6e", "5e", "4e", "3e"], one_per_trade=False)
    assert await value("SELECT count(*) FROM events") == 0


async def test_reservations_that_were_closed_open_again_until_another_day(db):
    full = await a_full_slot(booking_closes_at=NOW - timedelta(days=1))
    await restated(full, booking_closes_at=paris("2027-03-17 18:00"))
    assert await value("SELECT booking_closes_at FROM slots") == paris("2027-03-17 18:00")


@pytest.mark.parametrize("state", ["requested", "confirmed", "locked", "offered", "waiting"])
async def test_a_level_whose_group_comes_or_waits_is_kept(db, state):
    full = await a_full_slot()
    await rows("UPDATE groups SET level = '5e' WHERE name <> $1", f"4e {state}")
    with pytest.raises(LevelTaken) as no:
        await restated(full, levels=["5e"])
    assert no.value.sentence == (
        f"4e {state} (Collège {state}, 4e) a réservé ou attend une place : gardez ce niveau, ou refusez d'abord ce"
        " groupe."
    )
    assert await value("SELECT levels FROM slots") == ["6e", "5e", "4e", "3e"]
    await rows("UPDATE reservations SET state = 'refused_by_host'")
    assert await restated(full, levels=["5e"])


async def test_two_companies_of_a_trade_keep_the_rule_away(db):
    full = await a_full_slot(company_places=8)
    same = await builders.attendance(slot=full.slot, company=await builders.company(trade="MICROtechniques"))
    with pytest.raises(TradesMeet):
        await restated(full, one_per_trade=True)
    assert (await first(SAYS))[2:] == (False, False, 0)
    await rows("UPDATE attendances SET state = 'declined' WHERE id = $1", same)
    assert await restated(full, one_per_trade=True)
    assert await value("SELECT trade_key FROM attendances WHERE id = $1", full.attendance) == "microtechniques"


async def test_companies_that_ask_are_answered_before_the_lycee_asks_no_agreement(db):
    full = await a_full_slot(on_agreement=True)
    await rows("UPDATE attendances SET state = 'asked', confirmed_at = NULL")
    with pytest.raises(CompaniesAsk):
        await restated(full, on_agreement=False)
    await rows("UPDATE attendances SET state = 'announced', confirmed_at = $1", NOW)
    assert await restated(full, on_agreement=False)


async def test_what_a_slot_cannot_say_is_refused_and_it_stays(db):
    full = await a_full_slot()
    other, _ = await a_lycee("Lycée Victor Hugo")
    refused = (
        (Invalid, {"booking_closes_at": NOW - timedelta(hours=1)}),
        (Invalid, {"booking_closes_at": paris("2027-03-25 09:01")}),
        (Invalid, {"levels": []}),
        (Invalid, {"levels": ["2de"]}),
        (Stale, {"levels": ["4e"], "version": 3}),
        (NotFound, {"levels": ["4e"], "school": other}),
        (SlotBegun, {"levels": ["4e"], "now": paris("2027-03-25 09:00")}),
    )
    for refusal, asked in refused:
        with pytest.raises(refusal):
            await restated(full, **asked)
    assert await value("SELECT version FROM slots") == 0


async def two_objects(full: FullSlot) -> tuple[int, int]:
    """A lamp and a clock that the slot's workshop builds."""
    lamp, clock = await builders.tech_object(name="Lampe"), await builders.tech_object(name="Horloge")
    builds = "INSERT INTO workshop_objects (workshop, tech_object) SELECT workshop, $1 FROM slots"
    for one in (lamp, clock):
        await rows(builds, one)
    return lamp, clock


async def test_a_slot_builds_some_of_its_workshop_s_objects_and_the_groups_that_come_are_told(db):
    full = await a_full_slot()
    lamp, _ = await two_objects(full)
    assert await restated(full, objects=[lamp])
    card = await slot_card(full.slot)
    assert (card.object_ids, card.object_names) == ([lamp], ["Lampe"])
    shown = await visit(full.reservations["confirmed"], scope=of_school(full.school))
    assert list(shown.objects) == ["Lampe"]
    assert await told() == [
        ("slot_changed", f"{state}@example.org", full.reservations[state])
        for state in ("requested", "confirmed", "locked")
    ]
    detail = await value("SELECT detail FROM events WHERE act = 'slot_restated'")
    assert detail == "objets Horloge, Lampe -> Lampe"
    assert await value("SELECT max(sequence) FROM reservations") == 0
    assert not await restated(full, objects=[lamp])
    assert len(await told()) == 3


async def test_a_search_by_object_finds_the_slots_that_build_it(db):
    full = await a_full_slot()
    lamp, clock = await two_objects(full)

    async def found(tech_object: int) -> list[list[str]]:
        slots = await slots_on_offer(Search(tech_object=tech_object), now=NOW)
        return [list(one.objects) for one in slots.items]

    assert (await found(lamp), await found(clock)) == ([["Horloge", "Lampe"]], [["Horloge", "Lampe"]])
    await restated(full, objects=[clock])
    assert (await found(lamp), await found(clock)) == ([], [["Horloge"]])


async def test_a_slot_that_builds_all_of_them_follows_its_workshop(db):
    full = await a_full_slot()
    lamp, clock = await two_objects(full)
    await restated(full, objects=[clock])
    await restated(full, objects=[lamp, clock])
    assert await value("SELECT only_objects FROM slots") is None
    other = await builders.tech_object(name="Robot")
    for wrong in ([], [other], [lamp, other]):
        with pytest.raises(Invalid):
            await restated(full, objects=wrong)


async def a_slot_with_a_list(**more: object) -> tuple[int, int, int, list[int]]:
    """A full slot of 24, then groups of 20, 30 and 10 that wait for it."""
    school, host = await a_lycee()
    slot = await builders.slot(host=school, **{"seats": 24, "groups_max": 4, **more})
    await builders.reservation(slot=slot, group=await builders.group(), pupils=24)
    waiting = []
    for pupils in (20, 30, 10):
        teacher, group = await builders.account(f"prof{pupils}@example.org"), await builders.group(pupils=pupils)
        waiting.append(await builders.reservation(slot=slot, group=group, by=teacher, state="waiting", pupils=pupils))
    return school, host, slot, waiting


async def test_added_seats_are_offered_at_once_to_the_groups_that_fit(db):
    school, host, slot, waiting = await a_slot_with_a_list()
    offered = await resize(slot, ResizeSlot(seats=56), school=school, by=host, now=NOW)
    assert offered == [waiting[0], waiting[2]]
    assert await states() == ["confirmed", "offered", "waiting", "offered"]
    assert await first("SELECT seats, seats_taken, groups_taken FROM slots") == (56, 54, 3)
    assert await told() == [
        ("place_offered", "prof20@example.org", waiting[0]),
        ("place_offered", "prof10@example.org", waiting[2]),
    ]
    expected = (host, slot, "places 24 -> 56")
    assert await first("SELECT by, about, detail FROM events WHERE act = 'slot_resized'") == expected


async def test_room_for_one_more_group_is_offered_too(db):
    school, host, slot, waiting = await a_slot_with_a_list(seats=60, groups_max=1)
    offered = await resize(slot, ResizeSlot(groups_max=2, company_places=6), school=school, by=host, now=NOW)
    assert offered == [waiting[0]]
    detail = await value("SELECT detail FROM events WHERE act = 'slot_resized'")
    assert detail == "groupes 1 -> 2, entreprises 4 -> 6"


async def test_shrinking_tells_nobody(db):
    school, host, slot, _ = await a_slot_with_a_list(seats=60, groups_max=1)
    assert await resize(slot, ResizeSlot(seats=24), school=school, by=host, now=NOW) == []
    assert await told() == []
    with pytest.raises(BelowTaken):
        await resize(slot, ResizeSlot(seats=23), school=school, by=host, now=NOW)


async def test_shrinking_while_groups_book_never_leaves_fewer_seats_than_pupils(db):
    school, host = await a_lycee()
    slot = await builders.slot(host=school, seats=60, groups_max=6)

    async def books() -> object:
        return await (await College.new()).ask(slot, pupils=10)

    async def shrinks(to: int) -> object:
        return await resize(slot, ResizeSlot(seats=to), school=school, by=host, now=NOW)

    acts = [books(), shrinks(40), books(), books(), shrinks(20), books(), books(), books()]
    await asyncio.gather(*acts, return_exceptions=True)
    held = await value("SELECT coalesce(sum(pupils), 0) FROM reservations")
    assert await first("SELECT seats_taken, seats_taken <= seats FROM slots") == (held, True)


async def test_a_resize_that_crosses_a_booking_of_the_group_it_would_offer_a_place_is_done_again(db):
    school, host = await a_lycee()
    slot, elsewhere = await builders.slot(host=school), await builders.slot(starts_at=paris("2027-03-25 10:00"))
    await builders.reservation(slot=slot, group=await builders.group())
    group = await builders.group()
    await builders.reservation(slot=slot, group=group, state="waiting")
    async with another_act(lambda: builders.reservation(slot=elsewhere, group=group), locked(slot)):
        assert await resize(slot, ResizeSlot(seats=48, groups_max=2), school=school, by=host, now=NOW) == []
    assert await first("SELECT seats, seats_taken FROM slots WHERE id = $1", slot) == (48, 24)
    assert await value("SELECT count(*) FROM events WHERE act = 'slot_resized'") == 1
