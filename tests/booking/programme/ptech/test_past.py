"""What agendas hold never lies: an action is not moved into the past, and one held on another day is corrected."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.booking.mails.story import posted, text_of
from tests.booking.programme.ptech.test_actions import VISIT, announced, entry_in, mentored, planned
from tests.builders import NOW, paris
from workshops.database import row, rows
from workshops.programmes.ptech.plan_action import change_action
from workshops.programmes.ptech.rules import ActionAhead, ActionMovedBack, NotMentor
from workshops.programmes.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action

BEGUN = paris("2027-03-25 09:30")
AFTER = paris("2027-03-26 08:00")


async def test_a_planned_action_is_not_moved_into_the_past(db):
    story = await mentored()
    made = await announced(story)
    yesterday = replace(VISIT, starts_at=NOW - timedelta(days=1))
    with pytest.raises(ActionMovedBack) as no:
        await change_action(made, yesterday, **story.acts())
    assert no.value.sentence == (
        "Une action prévue ne se déplace pas dans le passé. Si elle a eu lieu ce jour-là, le lycée la note comme"
        " tenue : les agendas sont corrigés."
    )
    assert await posted() == []


async def test_one_that_was_held_on_another_day_is_moved_there_in_every_agenda(db):
    story = await mentored()
    made = await announced(story)
    earlier = paris("2027-03-23 14:00")
    await hold_action(made, HoldAction(pupils=22, held_at=earlier), **story.acts(paris("2027-03-24 08:00")))
    to_host, to_company = await posted(now=paris("2027-03-24 08:00"))
    assert str(to_company.message["Subject"]) == (
        "Mentorat P-TECH tenu à une autre date : Visite de l'atelier, mardi 23 mars 2027 à 14 h 00"
    )
    assert "est notée comme tenue le mardi 23 mars 2027 à 14 h 00.\n" in text_of(to_host)
    method, event = entry_in(to_company)
    assert (method, event["SEQUENCE"], event["DTSTART"].dt) == ("REQUEST", 1, earlier)
    told = await row("SELECT state, pupils, starts_at, sequence FROM mentoring_actions")
    assert tuple(told) == ("held", 22, earlier, 1)


async def test_one_held_as_planned_tells_nobody(db):
    story = await mentored()
    made = await announced(story)
    await hold_action(made, HoldAction(pupils=22, held_at=VISIT.starts_at), **story.acts(AFTER))
    await hold_action(made, HoldAction(pupils=21), **story.acts(AFTER))
    assert await posted(now=AFTER) == []
    assert tuple(await row("SELECT pupils, sequence FROM mentoring_actions")) == (21, 0)


async def test_none_is_held_ahead_nor_on_a_day_when_its_company_was_no_mentor(db):
    story = await mentored()
    made = await planned(story)
    own = story.acts(AFTER)
    with pytest.raises(ActionAhead):
        await hold_action(made, HoldAction(pupils=22, held_at=AFTER + timedelta(hours=1)), **own)
    with pytest.raises(NotMentor):
        await hold_action(made, HoldAction(pupils=22, held_at=paris("2026-09-10 09:00")), **own)


async def test_what_is_corrected_afterwards_follows_in_the_agendas_that_hold_it(db):
    story = await mentored()
    made = await announced(story)
    for length, sequence in ((90, 1), (60, 2)):
        longer = replace(VISIT, minutes=length)
        await change_action(made, longer, **story.acts(AFTER))
        to_host, _ = await posted(now=AFTER)
        assert "elle était prévue le jeudi 25 mars 2027 à 9 h 00." in text_of(to_host)
        method, event = entry_in(to_host)
        assert (method, event["SEQUENCE"]) == ("REQUEST", sequence)
        assert event["DTEND"].dt == VISIT.starts_at + timedelta(minutes=length)
    await call_off_action(made, CallOffAction(reason="Neige"), **story.acts(AFTER))
    to_host, _ = await posted(now=AFTER)
    method, event = entry_in(to_host)
    assert (method, event["SEQUENCE"]) == ("CANCEL", 3)


async def test_one_written_down_afterwards_is_corrected_and_called_off_without_a_mail(db):
    story = await mentored()
    past = replace(VISIT, starts_at=paris("2026-11-02 09:00"))
    made = await planned(story, past)
    await change_action(made, replace(past, minutes=60), **story.acts())
    assert await posted() == []
    assert tuple(await row("SELECT minutes, sequence FROM mentoring_actions")) == (60, 0)
    await call_off_action(made, CallOffAction(reason="Écrite deux fois"), **story.acts())
    assert await posted() == []
    assert [act for (act,) in await rows("SELECT act FROM events ORDER BY id")] == [
        "action_noted",
        "action_corrected",
        "action_given_up",
    ]


async def test_one_under_way_is_still_put_off(db):
    story = await mentored()
    made = await announced(story)
    later = replace(VISIT, starts_at=BEGUN + timedelta(minutes=30))
    await change_action(made, later, **story.acts(BEGUN))
    to_host, _ = await posted(now=BEGUN)
    assert "elle est prévue le jeudi 25 mars 2027 à 10 h 00." in text_of(to_host)
