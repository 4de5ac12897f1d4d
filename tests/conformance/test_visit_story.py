"""A visit's whole life, from the act to the agenda: each mail taken in order by ical.js, khal and libical."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from booking.calendar.feeds.give import give_feed
from booking.calendar.feeds.publish import publish
from booking.calendar.feeds.queries import feed
from booking.visits.reservations.acts import CancelVisit, ChangeHeadcount, MoveVisit
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import change_headcount
from booking.visits.reservations.move import move
from tests import builders
from tests.booking.mails.story import SETTINGS, WORDS_ALONE, kinds_of, posted
from tests.booking.visits.reservations.demands import SECRET, a_demand, fresh
from tests.builders import NOW, paris
from tests.conformance.agenda import Agenda, starts, to
from tests.conformance.libical import libical
from tests.conformance.readers import ical_js

CLAIRE, JULES, LISE = "claire@example.org", "jules@example.org", "lise@example.org"
TITLE = "TECHNILAB : Découpe laser, 4e B, Collège Stendhal ({} élèves)"
# Before and after the change of 28 March, before and after that of 31 October.
DAYS = ("2027-03-25 09:00", "2027-03-30 09:00", "2027-10-29 14:00", "2027-11-04 14:00")


@dataclass(frozen=True)
class World:
    college: int
    claire: int
    membership: int
    group: int
    slots: tuple[int, ...]
    elsewhere: int


@pytest.fixture
async def world(db) -> World:
    """Claire's collège, four slots of Jules's lycée, and one of Lise's."""
    haag, fert = [await builders.school(kind="lycee", name=f"Lycée {name}") for name in ("Jules Haag", "Victor Fert")]
    for lycee, mail in ((haag, JULES), (fert, LISE)):
        await builders.membership(await builders.account(mail, name=mail), "host", school=lycee)
    stendhal = await builders.school(name="Collège Stendhal")
    claire = await builders.account(CLAIRE)
    membership = await builders.membership(claire, "teacher", school=stendhal)
    taught = await builders.workshop(host=haag)
    return World(
        college=stendhal,
        claire=claire,
        membership=membership,
        group=await builders.group(school=stendhal, name="4e B"),
        slots=tuple([await builders.slot(workshop=taught, starts_at=paris(day)) for day in DAYS]),
        elsewhere=await builders.slot(host=fert, starts_at=paris("2027-11-05 09:00")),
    )


async def test_a_visit_reserved_moved_thrice_resized_and_cancelled_is_one_entry_at_the_right_hour(world, tmp_path):
    teacher, host = Agenda(tmp_path / "teacher"), Agenda(tmp_path / "host")
    booked = await book(a_demand(world.slots[0], world.group, school=world.college, by=world.claire), now=NOW)
    mails = await posted()
    for agenda, email in ((teacher, CLAIRE), (host, JULES)):
        assert starts(agenda.take(to(mails, email))) == [("2027-03-25 08:00", "CONFIRMED")]

    for slot, wanted in zip(world.slots[1:], ("2027-03-30 07:00", "2027-10-29 12:00", "2027-11-04 13:00"), strict=True):
        await move(booked.id, MoveVisit(to_slot=slot), school=world.college, by=world.claire, fresh=fresh(), now=NOW)
        mails = await posted()
        for agenda, email in ((teacher, CLAIRE), (host, JULES)):
            assert starts(agenda.take(to(mails, email))) == [(wanted, "CONFIRMED")]

    facts = {"school": world.college, "by": world.claire, "secret_key": SECRET, "token": "t" * 43}
    await change_headcount(booked.id, ChangeHeadcount(pupils=22, adults=2), now=NOW, **facts)
    mails = await posted()
    for agenda, email in ((teacher, CLAIRE), (host, JULES)):
        [shown] = agenda.take(to(mails, email))
        assert (shown.starts, shown.title) == ("2027-11-04 13:00", TITLE.format(22))

    await cancel(booked.id, CancelVisit(reason="Grève"), role="teacher", school=world.college, by=world.claire, now=NOW)
    mails = await posted()
    for agenda, email in ((teacher, CLAIRE), (host, JULES)):
        assert starts(agenda.take(to(mails, email))) == [("2027-11-04 13:00", "CANCELLED")]
        assert agenda.sequences == [0, 1, 2, 3, 4, 5]


async def test_a_visit_that_goes_to_another_lycee_leaves_one_agenda_and_enters_another(world, tmp_path):
    former, latter = Agenda(tmp_path / "former"), Agenda(tmp_path / "latter")
    booked = await book(a_demand(world.slots[0], world.group, school=world.college, by=world.claire), now=NOW)
    former.take(to(await posted(), JULES))
    await move(
        booked.id, MoveVisit(to_slot=world.elsewhere), school=world.college, by=world.claire, fresh=fresh(), now=NOW
    )
    mails = await posted()
    assert starts(former.take(to(mails, JULES))) == [("2027-03-25 08:00", "CANCELLED")]
    assert starts(latter.take(to(mails, LISE))) == [("2027-11-05 08:00", "CONFIRMED")]
    assert (former.sequences, latter.sequences) == ([0, 1], [1])


async def test_who_only_waited_never_finds_the_visit_in_an_agenda(world):
    full = world.slots[0]
    await book(a_demand(full, world.group, school=world.college, by=world.claire), now=NOW)
    await posted()
    other = await builders.school()
    marc = await builders.person("teacher", "marc@example.org", school=other)
    group = await builders.group(school=other)
    waits = await book(a_demand(full, group, school=other, by=marc, wait=True), now=NOW)
    [told] = await posted()
    assert kinds_of(told) == WORDS_ALONE
    await cancel(waits.id, CancelVisit(), role="teacher", school=other, by=marc, now=NOW)
    assert await posted() == []


async def test_a_followed_agenda_holds_the_same_entry_as_the_mail(world):
    booked = await book(a_demand(world.slots[1], world.group, school=world.college, by=world.claire), now=NOW)
    mailed = libical(to(await posted(), CLAIRE).part("text/calendar").get_payload(decode=True))
    await give_feed(world.membership, account=world.claire, token="t", now=NOW)

    async def followed(now: datetime = NOW) -> bytes:
        found = await feed("t", now=now)
        assert found is not None
        return publish(found, SETTINGS, now=now).body

    assert libical(await followed()) == mailed
    read = ical_js(await followed())
    assert (read["method"], read["status"], read["starts_at"], read["attendees"]) == (
        "PUBLISH",
        "CONFIRMED",
        "2027-03-30T07:00:00.000Z",
        [],
    )
    await cancel(booked.id, CancelVisit(), role="teacher", school=world.college, by=world.claire, now=NOW)
    [gone] = libical(await followed())
    assert (gone.sound, gone.uid, gone.sequence) == (True, mailed[0].uid, 1)
    assert ical_js(await followed())["status"] == "CANCELLED"
    assert libical(await followed(NOW + timedelta(days=31))) == []
