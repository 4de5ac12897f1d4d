"""« Prévenez-moi quand un créneau convient » : one mail, once, for a slot that is news."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from booking.mails.fan_out import fan_out
from booking.visits.demands.alert import ask, forget_alerts, look_again, withdraw
from booking.visits.demands.queries import alerts_of, still_suit
from booking.visits.demands.rules import MET_LASTS, TooManyAlerts, address_of, ends_at, words_of
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.slot_changes.move import move
from tests import builders
from tests.builders import NOW, paris
from tests.statements import statements_of
from tests.telling import tell
from workshops.database import row, rows, transaction, value
from workshops.events.queries import RecordedAct
from workshops.events.record import record
from workshops.offer.queries import slots_on_offer
from workshops.offer.rules import Search
from workshops.refusals import NotFound
from workshops.slots.move import MoveSlot

STENDHAL = {"lat": 47.24, "lon": 6.02}
DOLE = {"lat": 47.09, "lon": 5.49, "commune": "Dole", "department": "39"}
WAITING = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""
WISH = Search(level="4e", pupils=22)


@pytest.fixture
async def claire(db):
    """Claire's membership in a collège of Besançon."""
    college = await builders.school(**STENDHAL)
    return await builders.membership(await builders.account("claire@example.org"), "teacher", school=college)


async def asked(wish: Search, membership: int, *, group: int | None = None) -> int:
    account = await value("SELECT account FROM memberships WHERE id = $1", membership)
    return await ask(wish, group=group, membership=membership, by=account, now=NOW)


async def opened(slot: int) -> int:
    await record("slot_opened", by=None, about_kind="slot", about=slot, now=NOW)
    return slot


def about(slot: int) -> RecordedAct:
    return RecordedAct(0, NOW, "slot_opened", None, "slot", slot, None, "", "", None, "")


async def mails() -> list[tuple[str, str, int]]:
    found = await rows("SELECT kind, to_email, about FROM notices WHERE kind = 'search' AND what = '' ORDER BY id")
    return [tuple(one) for one in found]


async def slots_of(alert: int) -> list[int]:
    return await value("SELECT slots FROM demands WHERE id = $1", alert)


async def test_a_slot_that_opens_is_told_once(claire):
    alert = await asked(WISH, claire)
    first = await opened(await builders.slot())
    await tell()
    await opened(await builders.slot(starts_at=paris("2027-04-01 09:00")))
    await tell()
    assert await mails() == [("search", "claire@example.org", alert)]
    assert (await slots_of(alert), await alerts_of(claire, now=NOW)) == ([first], [])


async def test_it_is_told_to_who_asked_and_to_nobody_else(claire):
    """Others teach elsewhere, and in the same collège, for longer than Marc, who asks too."""
    college = await value("SELECT school FROM memberships WHERE id = $1", claire)
    marc = await builders.membership(await builders.account("marc@example.org"), "teacher", school=college)
    ines = await builders.membership(
        await builders.account("ines@example.org"), "teacher", school=await builders.school()
    )
    alerts = [await asked(WISH, one) for one in (ines, marc)]
    await opened(await builders.slot())
    await tell()
    assert await mails() == [("search", "ines@example.org", alerts[0]), ("search", "marc@example.org", alerts[1])]


async def test_slots_that_open_together_are_told_in_one_mail(claire):
    alert = await asked(WISH, claire)
    both = [await opened(await builders.slot(starts_at=paris(f"2027-04-0{day} 09:00"))) for day in (1, 2)]
    await tell()
    assert (len(await mails()), await slots_of(alert)) == (1, both)


async def test_what_she_could_already_read_is_no_news(claire):
    there = await builders.slot()
    await asked(WISH, claire)
    await record("slot_resized", by=None, about_kind="slot", about=there, now=NOW)
    await tell()
    assert await mails() == []


async def test_places_that_come_free_are_told_also_in_a_slot_that_suited_once(claire):
    there, other = await builders.slot(), await builders.school()
    alert = await asked(WISH, claire)
    taken = await builders.reservation(slot=there, group=await builders.group(school=other), by=None, pupils=24)
    await record("reservation_booked", by=None, about_kind="reservation", about=taken, state="confirmed", now=NOW)
    await tell()
    assert await mails() == []
    teacher = await builders.person("teacher", school=other)
    await cancel(taken, CancelVisit(), role="teacher", school=other, by=teacher, now=NOW)
    await tell()
    assert (len(await mails()), await slots_of(alert)) == (1, [there])


async def test_places_that_she_gives_back_herself_are_no_news_to_her_and_are_to_a_colleague(claire):
    college, hers = await row("SELECT school, account FROM memberships WHERE id = $1", claire)
    there = await builders.slot()
    group = await builders.group(school=college, teacher=hers)
    visit = await builders.reservation(slot=there, group=group, by=hers, pupils=22)
    marc = await builders.membership(await builders.account("marc@example.org"), "teacher", school=college)
    alert, his = [await asked(WISH, one) for one in (claire, marc)]
    await tell()
    await cancel(visit, CancelVisit(), role="teacher", school=college, by=hers, now=NOW)
    await tell()
    assert await mails() == [("search", "marc@example.org", his)]
    elsewhere = await opened(await builders.slot(starts_at=paris("2027-04-01 09:00")))
    await tell()
    assert await slots_of(alert) == [elsewhere]


async def test_a_slot_moved_into_her_dates_is_told(claire):
    haag = await builders.school(kind="lycee")
    slot = await builders.slot(host=haag, starts_at=paris("2027-05-20 09:00"))
    alert = await asked(replace(WISH, to_on=date(2027, 4, 30)), claire)
    starts = paris("2027-04-22 09:00")
    ends = starts + timedelta(hours=3)
    await move(slot, MoveSlot(starts_at=starts, ends_at=ends, room=None), school=haag, by=0, now=NOW)
    await tell()
    assert await slots_of(alert) == [slot]


async def test_a_slot_opened_while_she_asked_is_told(claire):
    """It stands in nobody's list: neither among those that she could read nor among those of its own event."""
    alert = await asked(WISH, claire)
    slot = await builders.slot()
    await tell()
    assert (len(await mails()), await slots_of(alert)) == (1, [slot])


async def test_workers_who_find_slots_for_one_alert_at_the_same_moment_tell_it_once(claire):
    """The second one waits for the first, which has not committed, and finds the alert told."""
    alert = await asked(WISH, claire)
    await tell()
    taught = await builders.workshop()
    days = (paris("2027-03-01 09:00") + timedelta(days=n) for n in range(3))
    slots = [await builders.slot(workshop=taught, starts_at=day) for day in days]
    first_has_looked = asyncio.Event()

    async def first() -> None:
        async with transaction():
            await look_again([about(slots[0])], now=NOW)
            first_has_looked.set()
            while await value(WAITING) < 2:
                await asyncio.sleep(0.01)
                # What a transaction has once seen of the others it sees unchanged, a connection that is new not at all.
                await rows("SELECT pg_stat_clear_snapshot()")

    async def other(slot: int) -> None:
        await first_has_looked.wait()
        async with transaction():
            await look_again([about(slot)], now=NOW)

    await asyncio.gather(first(), *map(other, slots[1:]))
    assert await value("SELECT count(*) FROM events WHERE act = 'alert_met' AND about = $1", alert) == 1
    assert await slots_of(alert) == slots[:1]


async def test_a_demand_that_takes_no_place_has_no_alert_looked_at(claire):
    """Who waits, or is in a draw, changes nothing for others; when bookings open, nearly all acts are such."""
    await asked(WISH, claire)
    slot = await builders.slot(workshop=await builders.workshop())
    for act in ("reservation_waits", "reservation_enters_draw", "reservation_enters_draw_also"):
        said = replace(about(slot), act=act, about_kind="reservation", also=slot)
        assert await statements_of(partial(look_again, [said], now=NOW)) == []
    assert await statements_of(partial(look_again, [about(slot)], now=NOW))


async def test_many_workers_tell_many_alerts_of_many_slots_once_each(db):
    college, taught = await builders.school(**STENDHAL), await builders.workshop()
    alerts = [
        await asked(WISH, await builders.membership(await builders.account(), "teacher", school=college))
        for _ in range(30)
    ]
    await tell()
    for n in range(60):
        await opened(await builders.slot(workshop=taught, starts_at=paris("2027-03-01 09:00") + timedelta(days=n)))
    await asyncio.gather(*(fan_out(now=NOW) for _ in range(8)))
    assert sorted(about for _, _, about in await mails()) == alerts
    assert await value("SELECT count(*) FROM events_to_tell") == 0


async def test_a_kept_search_suits_the_slots_that_the_list_shows(claire):
    """The list of slots is the one judge of what suits."""
    besancon, dole = await builders.school(kind="lycee", **STENDHAL), await builders.school(kind="lycee", **DOLE)
    lamp = await builders.tech_object()
    lamps = await builders.workshop(host=besancon, objects=(lamp,))
    for workshop in (lamps, await builders.workshop(host=dole)):
        for day, more in enumerate(
            (
                {},
                {"levels": ["3e"]},
                {"seats": 12},
                {"seats": 21},
                {"company_places": 0},
                {"seats_taken": 20, "groups_taken": 1, "groups_max": 2},
                {"booking_closes_at": NOW},
                {"groups_taken": 1},
            ),
            start=8,
        ):
            await builders.slot(workshop=workshop, starts_at=paris(f"2027-03-{day:02} 09:00"), **more)
    college = await value("SELECT school FROM memberships WHERE id = $1", claire)
    await rows(
        """INSERT INTO closures (kind, label, zone, school, first_on, last_on) VALUES
        ('holiday', 'Vacances', 'A', NULL, '2027-03-09', '2027-03-09'),
        ('closure', 'Journée banalisée', NULL, $1, '2027-03-10', '2027-03-10')""",
        college,
    )
    near, uai = (STENDHAL["lat"], STENDHAL["lon"]), await value("SELECT uai FROM schools WHERE id = $1", dole)
    for search in (
        WISH,
        replace(WISH, near=near, km=40),
        replace(WISH, near=near, km=60),
        replace(WISH, department="39"),
        replace(WISH, school=uai),
        replace(WISH, tech_object=lamp),
        replace(WISH, company_places=1),
        replace(WISH, zone="A"),
        replace(WISH, college=college),
        replace(WISH, zone="A", college=college),
        replace(WISH, from_on=date(2027, 3, 10), to_on=date(2027, 3, 12)),
    ):
        shown = await slots_on_offer(replace(search, only_open=True, takes="either", limit=200), now=NOW)
        listed = sorted(slot.id for slot in shown.items)
        alert = await asked(search, claire)
        known = await value("SELECT known FROM demands WHERE id = $1", alert)
        assert (known, listed == []) == (listed, False), search
        await withdraw(alert, membership=claire, by=0, now=NOW)


async def test_what_is_kept_of_a_search_is_read_as_it_was_asked(claire):
    college = await value("SELECT school FROM memberships WHERE id = $1", claire)
    every_wish = Search(
        **{"level": "4e", "pupils": 22, "km": 40.0, "from_on": date(2027, 3, 3), "to_on": date(2027, 3, 15)},
        **{"zone": "A", "college": college, "department": "39", "school": "0250011B", "company_places": 1},
        tech_object=await builders.tech_object(),
    )
    searches = [WISH, replace(every_wish, zone=None), replace(every_wish, college=None)]
    alerts = [await asked(search, claire) for search in searches]
    assert [(alert.id, alert.search) for alert in await alerts_of(claire, now=NOW)] == list(
        zip(alerts, searches, strict=True)
    )
    listed = [
        replace(search, near=(47.24, 6.02), only_open=True, takes="either", limit=20)
        for search in (WISH, every_wish, searches[2])
    ]
    assert [await asked(search, claire) for search in listed] == alerts


async def test_five_at_most_and_the_same_search_once(claire):
    first = await asked(WISH, claire)
    assert await asked(WISH, claire) == first
    for pupils in (23, 24, 25, 26):
        await asked(replace(WISH, pupils=pupils), claire)
    with pytest.raises(TooManyAlerts):
        await asked(replace(WISH, pupils=27), claire)
    tries = [asked(replace(WISH, pupils=27 + n), claire) for n in range(10)]
    await withdraw(first, membership=claire, by=0, now=NOW)
    kept = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, int) for one in kept) == 1
    assert len(await alerts_of(claire, now=NOW)) == 5


async def test_another_teacher_takes_back_none_of_hers(claire):
    alert = await asked(WISH, claire)
    other = await builders.membership(await builders.account(), "teacher", school=await builders.school())
    with pytest.raises(NotFound):
        await withdraw(alert, membership=other, by=0, now=NOW)
    await withdraw(alert, membership=claire, by=0, now=NOW)
    assert await alerts_of(claire, now=NOW) == []


@pytest.mark.parametrize(
    ("wish", "ends"),
    [
        (WISH, "2027-08-01 00:00"),
        (replace(WISH, to_on=date(2027, 3, 31)), "2027-04-01 00:00"),
        (replace(WISH, from_on=date(2027, 9, 15)), "2028-08-01 00:00"),
    ],
)
def test_it_ends_with_its_dates_or_with_the_school_year(wish, ends):
    assert ends_at(wish, NOW) == paris(ends)


async def test_it_is_forgotten_a_month_after_its_end_and_after_its_mail(claire):
    await asked(replace(WISH, to_on=date(2027, 1, 31)), claire)
    met = await asked(WISH, claire)
    await rows("UPDATE demands SET met_at = $2 WHERE id = $1", met, NOW)
    assert await forget_alerts(now=NOW + MET_LASTS) == 0
    assert await forget_alerts(now=NOW + MET_LASTS + timedelta(seconds=1)) == 1
    assert await forget_alerts(now=paris("2027-02-01 00:00") + MET_LASTS) == 0
    assert await forget_alerts(now=paris("2027-02-01 00:00") + MET_LASTS + timedelta(seconds=1)) == 1


def test_its_words_say_the_search():
    wish = replace(WISH, km=40, from_on=date(2027, 3, 3), to_on=date(2027, 3, 15), college=1)
    assert words_of(wish, group="4e B") == "4e B, 22 élèves, à moins de 40 km, du 3 au 15 mars, hors vacances"
    assert address_of(wish, group=None) == "?niveau=4e&eleves=22&km=40&du=2027-03-03&au=2027-03-15&vacances=moi"


@pytest.mark.parametrize(
    ("act", "state"), [("reservation_refuse", "refused_by_principal"), ("reservation_decline", "refused_by_host")]
)
@pytest.mark.parametrize("named", [True, False])
async def test_a_slot_refused_to_a_group_is_no_news_for_it_and_is_for_another(db, act, state, named):
    """`named`: the alert says which group, else its level and how many they are."""
    college = await builders.school()
    claire = await builders.account("claire@example.org")
    her = await builders.membership(claire, "teacher", school=college)
    refused, other = [await builders.group(school=college, teacher=claire) for _ in range(2)]
    there = await builders.slot()
    visit = await builders.reservation(slot=there, group=refused, by=claire, pupils=22)
    for_it = await asked(WISH, her, group=refused if named else None)
    for_another = await asked(WISH, her, group=other)
    await tell()
    await rows("UPDATE reservations SET state = $2 WHERE id = $1", visit, state)
    await rows("UPDATE slots SET seats_taken = 0, groups_taken = 0 WHERE id = $1", there)
    await record(act, by=None, about_kind="reservation", about=visit, was="requested", state=state, now=NOW)
    await tell()
    assert [about for _, _, about in await mails()] == [for_another]
    assert await slots_of(for_another) == [there]
    later = await opened(await builders.slot(starts_at=builders.paris("2027-04-01 09:00")))
    await tell()
    assert await slots_of(for_it) == [later]


async def test_a_slot_refused_before_its_alert_is_read_is_left_out_of_the_mail(db):
    college = await builders.school()
    claire = await builders.account("claire@example.org")
    her = await builders.membership(claire, "teacher", school=college)
    group = await builders.group(school=college, teacher=claire)
    alert = await asked(WISH, her, group=group)
    there = await opened(await builders.slot())
    await tell()
    assert [one.id for one in await still_suit(alert, now=NOW)] == [there]
    await builders.reservation(slot=there, group=group, by=claire, state="refused_by_host")
    assert await still_suit(alert, now=NOW) == []
