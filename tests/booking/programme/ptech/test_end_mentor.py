"""A company that stops mentoring leaves nothing planned behind it, and ends no earlier than what it has held."""

from __future__ import annotations

from datetime import date

import pytest

from booking.words.ptech import mentor_gone
from tests import builders_ptech
from tests.booking.mails.story import posted, text_of
from tests.booking.programme.ptech.test_actions import INES, JULES, VISIT, Story, entry_in, mentored, planned
from tests.builders import paris
from workshops.database import rows, value
from workshops.programmes.ptech.mentor import EndMentor, end_mentor
from workshops.programmes.ptech.rules import ActionsPlanned
from workshops.refusals import Invalid

LAST = date(2027, 2, 28)


async def ended(story: Story, to_on: date | None = LAST, **more: str) -> int:
    mentor = await value("SELECT id FROM ptech_mentors WHERE company = $1 ORDER BY from_on", story.company)
    asked = EndMentor(to_on=to_on, call_off_actions="because" in more)
    return await end_mentor(mentor, asked, **more, **story.acts())


async def states() -> list[str]:
    return [one["state"] for one in await rows("SELECT state FROM mentoring_actions ORDER BY id")]


async def test_an_end_before_what_is_planned_is_refused_with_the_list(db):
    story = await mentored()
    await planned(story)
    with pytest.raises(ActionsPlanned) as no:
        await ended(story)
    assert no.value.sentence == (
        "Cette entreprise a encore 1 action prévue après ce jour. Annulez-la avec la fin, ou choisissez un autre jour."
    )
    assert [(one.title, one.starts_at) for one in no.value.actions] == [(VISIT.title, VISIT.starts_at)]
    assert await value("SELECT to_on FROM ptech_mentors") is None


async def test_one_click_calls_them_off_with_the_end_and_everybody_is_told(db):
    story = await mentored()
    await planned(story)
    kept = await builders_ptech.action(story.cohort, company=story.company, starts_at=paris("2027-02-28 20:00"))
    alone = await builders_ptech.action(story.cohort, starts_at=VISIT.starts_at)
    await posted()
    assert await ended(story, because=mentor_gone(LAST)) == story.cohort
    mails = await posted()
    assert [one.to for one in mails] == [[JULES], [INES]]
    assert "Motif : L'entreprise n'accompagne plus la cohorte après le dimanche 28 février 2027.\n" in text_of(mails[0])
    method, event = entry_in(mails[1])
    assert (method, event["SEQUENCE"]) == ("CANCEL", 1)
    assert await states() == ["called_off", "planned", "planned"]
    assert [act for (act,) in await rows("SELECT act FROM events ORDER BY id")] == [
        "action_planned",
        "action_called_off",
        "mentor_ended",
    ]
    assert (kept, alone) != (None, None)


async def test_an_end_before_what_was_held_is_refused_in_words(db):
    story = await mentored()
    held = {"state": "held", "pupils": 20}
    await builders_ptech.action(story.cohort, company=story.company, starts_at=paris("2026-12-10 23:30"), **held)
    with pytest.raises(Invalid) as no:
        await ended(story, date(2026, 12, 9), because=mentor_gone(date(2026, 12, 9)))
    assert no.value.errors == {
        "to_on": "Dernier jour : l'entreprise a tenu une action le 10/12/2026. Choisissez ce jour ou un jour suivant."
    }
    assert await ended(story, date(2026, 12, 10)) == story.cohort


async def test_what_a_company_does_once_it_has_come_back_stays(db):
    story = await mentored()
    await planned(story)
    await ended(story, date(2027, 12, 31))
    await builders_ptech.mentor(story.cohort, company=story.company, from_on=date(2028, 3, 1))
    back = VISIT.starts_at.replace(year=2028)
    await builders_ptech.action(story.cohort, company=story.company, starts_at=back)
    await ended(story, date(2027, 3, 24), because=mentor_gone(LAST))
    assert await states() == ["called_off", "planned"]


async def test_an_end_taken_back_or_put_off_asks_nothing(db):
    story = await mentored()
    await planned(story)
    await ended(story, date(2027, 3, 25))
    await ended(story, date(2028, 3, 25))
    await ended(story, None)
    assert await states() == ["planned"]
