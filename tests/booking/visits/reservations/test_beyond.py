"""As many groups of a level may ask as their collège has classes: one more waits behind the others, though seats are
free, until the coordination lets it through or nobody else has asked for ten school days."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest

from booking.mails.digest.to_do import BY_KIND
from booking.visits.asking.book_both import book_both
from booking.visits.reservations.book import book, refused_lately
from booking.visits.reservations.demand import Booked
from booking.visits.reservations.in_line import groups_waiting
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.let_through import let_through
from booking.visits.reservations.queries import visit
from booking.visits.reservations.rules import NewcomerHolds, SlotFull, TooManyGroups
from booking.visits.reservations.states import NotNow
from tests import builders
from tests.booking.mails.story import text_of, told
from tests.booking.visits.reservations.demands import SECRET, College
from tests.builders import NOW, paris
from tests.seen import state
from tests.telling import tell
from workshops.coverage.say_classes import SayClasses, say_classes
from workshops.database import rows, value
from workshops.scope import EVERYTHING


async def a_college(pupils: int | None = 48, **more: object) -> College:
    """One of two classes of 4e, unless said otherwise; None is not known."""
    college = await College.new(**more)
    if pupils is not None:
        await builders.head_count(school=college.school, pupils=pupils)
    return college


async def slots(number: int, **more: object) -> list[int]:
    taught = await builders.workshop()
    first = paris("2027-03-01 09:00")
    shape = {"workshop": taught, "seats": 60, "groups_max": 4} | more
    return [await builders.slot(starts_at=first + timedelta(days=n), **shape) for n in range(number)]


async def subject(kind: str, *, now: datetime = NOW) -> list[tuple[str, str, str]]:
    return [(point.title, point.told, point.post) for point in (await BY_KIND[kind].ask(now)).points]


async def offered(*asked: Booked) -> list[str]:
    return [await state(one.id) for one in asked]


async def test_twelve_invented_groups_of_a_college_of_five_classes_have_five_places_and_seven_wait(db):
    college, other = await a_college(118), await a_college(118)
    first = paris("2027-03-01 09:00")
    taught = await builders.workshop()
    each = [await builders.slot(workshop=taught, starts_at=first + timedelta(days=n)) for n in range(12)]
    invented = [await college.ask(slot, wait=True) for slot in each]
    assert [(one.state, one.beyond) for one in invented] == [("confirmed", False)] * 5 + [("waiting", True)] * 7
    # A class of another collège has what they would have taken.
    assert (await other.ask(each[11])).state == "confirmed"


async def test_one_account_that_asks_for_54_slots_in_a_minute_has_as_many_as_its_college_has_classes(db):
    college = await College.new()
    for level in ("6e", "5e", "4e", "3e"):
        await builders.head_count(school=college.school, level=level, pupils=120)
    each = await slots(54, seats=24, groups_max=1)
    had, refused = 0, 0
    for n, slot in enumerate(each):
        invented = await college.group(level=("6e", "5e", "4e", "3e")[n % 4])
        try:
            await college.ask(slot, group=invented)
            had += 1
        except TooManyGroups:
            refused += 1
    assert (had, refused) == (20, 34)


async def test_whoever_does_not_wait_reads_what_was_counted_and_what_to_do(db):
    college, slot = await a_college(48), (await slots(1))[0]
    for _ in range(2):
        await college.ask(slot, pupils=10)
    with pytest.raises(TooManyGroups) as no:
        await college.ask(slot, pupils=10)
    assert (no.value.kind, no.value.status, no.value.sentence) == (
        "too-many-groups",
        409,
        "Votre collège a déjà 2 groupes de 4e avec une visite à venir ou une demande, pour 2 classes de 4e."
        " Un groupe de plus passe après les autres : demandez à attendre une place, ou demandez à la coordination de"
        " le laisser passer.",
    )
    assert await value("SELECT count(*) FROM reservations") == 2


async def test_a_group_that_has_a_visit_books_another_and_levels_and_colleges_are_apart(db):
    college, other = await a_college(24), await a_college(24)
    await builders.head_count(school=college.school, level="3e", pupils=20)
    one, another = await slots(2)
    group = await college.group(pupils=10)
    assert (await college.ask(one, group=group, pupils=10)).state == "confirmed"
    assert (await college.ask(another, group=group, pupils=10)).state == "confirmed"
    assert (await college.ask(one, group=await college.group(level="3e"), pupils=10)).state == "confirmed"
    assert (await other.ask(one, pupils=10)).state == "confirmed"


async def test_a_visit_that_is_over_counts_no_more_even_where_its_lycee_has_not_closed_it(db):
    college = await a_college(24)
    past = await builders.slot(starts_at=paris("2027-01-07 09:00"), seats=60)
    await builders.reservation(slot=past, group=await college.group(), state="locked")
    (slot,) = await slots(1)
    assert (await college.ask(slot)).state == "confirmed"


@pytest.mark.parametrize("kind", [{"section": "SEGPA"}, {"section": "Club"}, {"ulis": 24}])
async def test_groups_of_ulis_of_segpa_and_of_clubs_have_no_limit_and_one_line(db, kind: dict):
    college, each = await a_college(24), await slots(3)
    for slot in each:
        assert (await college.ask(slot, group=await college.group(**kind))).state == "confirmed"
    # They take no class's place.
    assert (await college.ask(each[0])).state == "confirmed"
    ((title, line, _),) = await subject("groups")
    assert (title.endswith(" : 4e"), line) == (True, "3 groupes d'ULIS, de SEGPA ou de club, sans limite.")


async def test_without_a_head_count_there_is_no_limit_and_one_line_until_the_coordination_says_how_many(db):
    unknown, plain, each = await a_college(None), await a_college(None), await slots(3)
    for slot in each:
        assert (await unknown.ask(slot, pupils=10)).state == "confirmed"
        assert (await unknown.ask(slot, pupils=10)).state == "confirmed"
    await plain.ask(each[0], pupils=10)
    ((_, line, _),) = await subject("groups")
    assert line == "6 groupes demandent ou viennent, sans limite : personne ne sait combien ce niveau a de classes."
    coordinator = await builders.person("coordinator")
    await say_classes(unknown.school, SayClasses(level="4e", classes=6), by=coordinator, now=NOW)
    assert await subject("groups") == []
    with pytest.raises(TooManyGroups):
        await unknown.ask(each[0], pupils=10)


async def test_one_tap_of_the_coordination_offers_her_the_place_and_nobody_else_hears(db):
    college, other = await a_college(24, email="claire@example.org"), await a_college(24, email="paul@example.org")
    one, another = await slots(2)
    await college.ask(one)
    held = await college.ask(another, wait=True)
    theirs = await other.ask(another)
    await tell()
    await rows("DELETE FROM notices")
    (point,) = await subject("beyond")
    assert point[2] == f"/gestion/reservations/{held.id}/passage"
    seen = await visit(held.id, scope=EVERYTHING)
    assert (seen.beyond, seen.acts(role="coordinator", now=NOW)) == (True, ("let_through",))
    assert "let_through" not in seen.acts(role="teacher", now=NOW)

    coordinator = await builders.person("coordinator")
    await let_through(held.id, by=coordinator, now=NOW)
    assert await offered(held, theirs) == ["offered", "confirmed"]
    assert (await subject("beyond"), await subject("groups")) == ([], [])
    await tell()
    letters = await rows("SELECT kind, to_email FROM notices WHERE state = 'queued' ORDER BY id")
    assert {(one["kind"], one["to_email"]) for one in letters} >= {("place_offered", "claire@example.org")}
    assert {one["to_email"] for one in letters} == {"claire@example.org"}
    with pytest.raises(NotNow):
        await let_through(held.id, by=coordinator, now=NOW)
    with pytest.raises(NotNow):
        await let_through(theirs.id, by=coordinator, now=NOW)
    event = await rows("SELECT by, was, state FROM events WHERE act = 'reservation_let_through'")
    assert [tuple(one.values()) for one in event] == [(coordinator, "waiting", "waiting")]


async def test_freed_seats_pass_over_a_group_that_is_held_back(db):
    college, holder, within = await a_college(24), await College.new(), await College.new()
    one, another = await slots(2, seats=24, groups_max=2)
    await college.ask(one)
    full = await holder.ask(another)
    held = await college.ask(another, wait=True)
    waits = await within.ask(another, wait=True, now=NOW + timedelta(hours=30))
    assert [(await visit(x.id, scope=EVERYTHING)).rank for x in (held, waits)] == [2, 1]
    assert await groups_waiting([another]) == {another: 1}
    await holder.cancel(full.id, now=NOW + timedelta(hours=31))
    assert await offered(held, waits) == ["waiting", "offered"]
    await within.cancel(waits.id, now=NOW + timedelta(hours=32))
    await lapse(secret_key=SECRET, now=NOW + timedelta(hours=33))
    assert await offered(held) == ["waiting"]


async def test_after_ten_school_days_for_which_nobody_else_asked_the_clock_offers_it(db):
    college, other = await a_college(24), await College.new()
    one, another, asked = await slots(3)
    await builders.holidays(date(2027, 1, 18), date(2027, 1, 22))
    await college.ask(one)
    alone, beside = await college.ask(another, wait=True), await college.ask(asked, wait=True)
    await other.ask(asked, now=NOW + timedelta(days=2))

    async def after(days: int) -> list[str]:
        await lapse(secret_key=SECRET, now=NOW + timedelta(days=days))
        return await offered(alone, beside)

    # Monday 11 January: ten school days, without the week of holidays, are over on Monday 1 February.
    assert await after(20) == ["waiting", "waiting"]
    assert await after(21) == ["offered", "waiting"]
    assert await after(22) == ["offered", "waiting"]
    assert (await visit(alone.id, scope=EVERYTHING)).beyond is False


async def test_once_a_group_of_its_college_gives_up_the_first_held_back_is_within(db):
    college = await a_college(24)
    one, another, third = await slots(3)
    had = await college.ask(one)
    first, second = await college.ask(another, wait=True), await college.ask(third, wait=True)
    await lapse(secret_key=SECRET, now=NOW)
    assert await offered(first, second) == ["waiting", "waiting"]
    await college.cancel(had.id)
    await lapse(secret_key=SECRET, now=NOW)
    assert await offered(first, second) == ["offered", "waiting"]


async def test_twelve_that_a_program_sends_at_the_very_same_moment_are_counted_one_after_the_other(db):
    college, other = await a_college(48), await a_college(48)
    each = await slots(12)
    demands = [await college.demand(slot, wait=True) for slot in each] + [await other.demand(each[0])]
    refused_lately.clear()
    booked = await asyncio.gather(*[book(demand, now=NOW) for demand in demands])
    assert [(one.state, one.beyond) for one in booked] == [
        *[("confirmed", False)] * 2,
        *[("waiting", True)] * 10,
        ("confirmed", False),
    ]


async def test_who_asks_beside_a_group_that_gets_nothing_is_not_beyond_for_it(db):
    college, (full, free) = await a_college(24), await slots(2, seats=24, groups_max=1)
    await (await a_college()).ask(full)
    refused_lately.clear()
    refused, had = await asyncio.gather(
        *[book(await college.demand(slot), now=NOW) for slot in (full, free)], return_exceptions=True
    )
    assert (type(refused), getattr(had, "state", had)) == (SlotFull, "confirmed")


async def test_a_newcomer_keeps_her_smaller_limit(db):
    one, another = await slots(2)
    newcomer = await College.new(awaiting=True)
    await builders.head_count(school=newcomer.school, pupils=24)
    await builders.reservation(slot=one, group=await builders.group(school=newcomer.school))
    group = await newcomer.group(pupils=10)
    with pytest.raises(NewcomerHolds):
        await newcomer.ask(another, group=group, pupils=10, wait=True)


async def test_halves_beyond_are_refused_as_a_whole_and_two_halves_are_one_group(db):
    college, (one, another, third) = await a_college(24), await slots(3)
    whole = await college.group(pupils=27)
    halves = [
        await college.demand(slot, group=whole, pupils=pupils, half=half)
        for half, (slot, pupils) in enumerate(((one, 14), (another, 13)), start=1)
    ]
    both = await book_both(*halves, now=NOW)
    assert await offered(both.first, both.second) == ["confirmed", "confirmed"]
    with pytest.raises(TooManyGroups):
        await college.ask(third)
    assert await value("SELECT count(*) FROM reservations") == 2

    second = await college.group(pupils=27)
    again = [
        await college.demand(slot, group=second, pupils=pupils, half=half)
        for half, (slot, pupils) in enumerate(((one, 14), (another, 13)), start=1)
    ]
    with pytest.raises(TooManyGroups):
        await book_both(*again, now=NOW)


async def test_her_letter_and_the_page_of_the_demand_say_why_it_waits(db):
    college, (one, another) = await a_college(24, email="claire@example.org"), await slots(2)
    await college.ask(one)
    held = await college.ask(another, wait=True)
    written = text_of(await told("reservation_waiting", held.id))
    assert "Votre collège a déjà autant de groupes de 4e que de classes de ce niveau" in written
    assert "dix jours de classe" in written
    assert "Rang :" not in written
