"""The day before a mentoring action, the lycée's hosts and the company's people are told when and where."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from msgspec.structs import replace

from booking.programme.ptech.remind import remind_of_actions
from tests.booking.mails.story import WORDS_ALONE, kinds_of, posted, text_of
from tests.booking.outbox.notices.outbox import held
from tests.booking.programme.ptech.test_actions import INES, JULES, VISIT, announced, mentored, planned
from tests.builders import paris
from tests.telling import tell
from workshops.database import rows, value
from workshops.programmes.ptech.plan_action import change_action
from workshops.programmes.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action

DAY_BEFORE = paris("2027-03-24 08:00")
MINUTE = timedelta(minutes=1)
REMINDED = "kind = 'eve' AND reader = 'meeting'"


async def test_both_sides_are_told_once_from_eight_the_day_before(db):
    story = await mentored()
    await announced(story)
    assert await remind_of_actions(now=DAY_BEFORE - MINUTE) == 0
    await asyncio.gather(*(remind_of_actions(now=DAY_BEFORE) for _ in range(3)))
    assert await remind_of_actions(now=DAY_BEFORE + MINUTE) == 0
    to_host, to_company = await posted(now=DAY_BEFORE)
    assert [one.to for one in (to_host, to_company)] == [[JULES], [INES]]
    assert str(to_host.message["Subject"]) == "Demain : Visite de l'atelier, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(to_company) == (
        "Bonjour,\n\n"
        "L'action de mentorat « Visite de l'atelier » a lieu demain, jeudi 25 mars 2027 à 9 h 00.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 11 h 00\n"
        "Où : Horlogerie du Doubs, Besançon\n"
        "Action : Visite d'entreprise : Visite de l'atelier (2 h)\n"
        "Cohorte : P-TECH Microtechniques, rentrée 2026, Lycée Jules Haag\n"
        "Entreprise : Horlogerie du Doubs, 2 personnes\n\n"
        "Un empêchement ? Changez ou annulez l'action depuis la page de la cohorte : tous sont prévenus aussitôt.\n\n"
        "Ouvrir la cohorte :\n"
        f"http://127.0.0.1:8000/entreprise/cohortes/{story.cohort}\n"
    )
    assert kinds_of(to_host) == WORDS_ALONE


async def test_one_that_leaves_on_the_day_itself_says_today_and_none_leaves_once_it_has_begun(db):
    story = await mentored()
    await announced(story)
    await remind_of_actions(now=DAY_BEFORE)
    to_host, _ = await posted(now=VISIT.starts_at - MINUTE)
    assert str(to_host.message["Subject"]) == "Aujourd'hui : Visite de l'atelier, jeudi 25 mars 2027 à 9 h 00"
    await rows(f"UPDATE notices SET state = 'queued', sent_at = NULL WHERE {REMINDED}")
    assert await posted(now=VISIT.starts_at) == []


async def test_it_follows_a_move_and_is_not_said_again_of_the_day_that_was_left(db):
    story = await mentored()
    made = await announced(story)
    await remind_of_actions(now=DAY_BEFORE)
    later = replace(VISIT, starts_at=paris("2027-03-29 14:00"))
    await change_action(made, later, **story.acts(DAY_BEFORE + MINUTE))
    mails = await posted(now=DAY_BEFORE + MINUTE)
    assert {str(one.message["Subject"]).split(" :")[0] for one in mails} == {"Mentorat P-TECH modifié"}
    on_sunday = paris("2027-03-28 08:00")
    assert await remind_of_actions(now=on_sunday) == 1
    await tell(now=on_sunday)
    assert [also for (also,) in await held("also")] == [None, None, 20270325, 20270325, None, None, 20270329, 20270329]
    to_host, _ = await posted(now=on_sunday)
    assert str(to_host.message["Subject"]) == "Demain : Visite de l'atelier, lundi 29 mars 2027 à 14 h 00"


async def test_what_was_planned_or_moved_since_has_just_been_told(db):
    story = await mentored()
    made = await planned(story, now=DAY_BEFORE + MINUTE)
    assert await remind_of_actions(now=DAY_BEFORE + 2 * MINUTE) == 0
    later = replace(VISIT, starts_at=paris("2027-03-25 14:00"))
    await change_action(made, later, **story.acts(DAY_BEFORE + 2 * MINUTE))
    assert await remind_of_actions(now=DAY_BEFORE + 3 * MINUTE) == 0


async def test_none_for_what_is_called_off_or_held(db):
    story = await mentored()
    made = await planned(story)
    await remind_of_actions(now=DAY_BEFORE)
    await call_off_action(made, CallOffAction(reason="Panne"), **story.acts(DAY_BEFORE))
    earlier = await planned(story, uid="m-2@t.example")
    await hold_action(earlier, HoldAction(pupils=20, held_at=paris("2027-03-23 09:00")), **story.acts(DAY_BEFORE))
    assert await remind_of_actions(now=DAY_BEFORE + MINUTE) == 0
    await posted(now=DAY_BEFORE + MINUTE)
    await tell()
    assert await value(f"SELECT count(*) FROM notices WHERE {REMINDED} AND state = 'sent'") == 0


async def test_none_for_somebody_who_has_left_since(db):
    story = await mentored()
    await announced(story)
    await remind_of_actions(now=DAY_BEFORE)
    await rows("DELETE FROM memberships WHERE id = $1", story.guest_hat)
    assert [one.to for one in await posted(now=DAY_BEFORE)] == [[JULES]]
