"""A mentoring action's whole life, from the act to the agenda: mails taken in order by ical.js, khal and libical."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from booking.calendar.feeds.give import give_feed
from booking.calendar.feeds.publish import publish
from booking.calendar.feeds.queries import feed
from tests.booking.mails.story import SETTINGS, posted
from tests.booking.programme.ptech.test_actions import INES, JULES, VISIT, mentored, planned
from tests.builders import NOW, paris
from tests.conformance.agenda import Agenda, starts, to
from tests.conformance.libical import libical
from tests.conformance.readers import ical_js
from workshops.programmes.ptech.plan_action import PlanAction, change_action
from workshops.programmes.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action

TITLE = "P-TECH : Visite de l'atelier, P-TECH Microtechniques, rentrée 2026"
# After the change of 28 March, and after that of 31 October.
LATER = (("2027-03-29 09:00", "2027-03-29 07:00"), ("2027-11-04 14:00", "2027-11-04 13:00"))


@pytest.fixture
def agendas(tmp_path) -> dict[str, Agenda]:
    return {email: Agenda(tmp_path / email) for email in (JULES, INES)}


async def test_an_action_planned_moved_across_both_clock_changes_and_called_off_is_one_entry(db, agendas):
    story = await mentored()
    made = await planned(story)
    mails = await posted()
    for email, agenda in agendas.items():
        [shown] = agenda.take(to(mails, email))
        assert (shown.uid, shown.starts, shown.ends, shown.status, shown.title) == (
            "m-1@t.example",
            "2027-03-25 08:00",
            "2027-03-25 10:00",
            "CONFIRMED",
            TITLE,
        )
    for wall, wanted in LATER:
        moved = replace(VISIT, starts_at=paris(wall))
        await change_action(made, moved, **story.acts())
        mails = await posted()
        for email, agenda in agendas.items():
            assert starts(agenda.take(to(mails, email))) == [(wanted, "CONFIRMED")]
    await call_off_action(made, CallOffAction(reason="Machine en panne"), **story.acts())
    mails = await posted()
    for email, agenda in agendas.items():
        assert starts(agenda.take(to(mails, email))) == [("2027-11-04 13:00", "CANCELLED")]
        assert agenda.sequences == [0, 1, 2, 3]


async def test_one_that_was_held_earlier_than_planned_stands_where_it_was_held(db, agendas):
    story = await mentored()
    made = await planned(story)
    mails = await posted()
    for email, agenda in agendas.items():
        agenda.take(to(mails, email))
    eve, held = paris("2027-03-24 18:00"), paris("2027-03-24 14:00")
    await hold_action(made, HoldAction(pupils=20, held_at=held), **story.acts(eve))
    mails = await posted(now=eve)
    for email, agenda in agendas.items():
        assert starts(agenda.take(to(mails, email))) == [("2027-03-24 13:00", "CONFIRMED")]


async def test_a_stage_is_its_first_day(db, agendas):
    story = await mentored()
    stage = PlanAction(kind="stage", title="Stage", starts_at=paris("2027-05-17 08:30"), minutes=2100)
    await planned(story, stage)
    [shown] = agendas[INES].take(to(await posted(), INES))
    assert (shown.starts, shown.ends) == ("2027-05-17 06:30", "2027-05-17 13:30")


async def test_a_followed_agenda_holds_the_same_entry_as_the_mail_and_cancels_it_with_it(db):
    story = await mentored()
    made = await planned(story)
    mailed = libical(to(await posted(), JULES).part("text/calendar").get_payload(decode=True))
    await give_feed(story.hat, account=story.host, token="t", now=NOW)

    async def followed() -> bytes:
        found = await feed("t", now=NOW)
        assert found is not None
        return publish(found, SETTINGS, now=NOW).body

    assert libical(await followed()) == mailed
    assert ical_js(await followed())["method"] == "PUBLISH"
    await call_off_action(made, CallOffAction(reason="Machine en panne"), **story.acts())
    [gone] = libical(await followed())
    assert (gone.sound, gone.uid, gone.sequence) == (True, mailed[0].uid, 1)
    assert ical_js(await followed())["status"] == "CANCELLED"
