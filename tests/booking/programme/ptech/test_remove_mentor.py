"""A company added to a cohort by mistake goes and never counted; one with which something happened is ended instead."""

from __future__ import annotations

import secrets
from datetime import date

import pytest

from booking.people.accounts.token import issue_token
from tests import builders_ptech
from tests.booking.programme.ptech.test_actions import Story, mentored
from tests.browsing import Browser, Machine, read
from tests.builders import NOW, company, paris, school
from tests.owner import by_owner
from workshops.database import rows, value
from workshops.programmes.ptech.follow_cohort import follow
from workshops.programmes.ptech.mentor import remove_mentor
from workshops.programmes.ptech.rules import MentorActed
from workshops.refusals import NotFound
from workshops.scope import of_school

REFUSED = (
    "Une action avec cette entreprise est prévue ou a eu lieu : datez plutôt sa fin. Si elle n'est que prévue,"
    " annulez-la d'abord."
)


async def mentor_of(story: Story) -> int:
    return await value("SELECT id FROM ptech_mentors WHERE company = $1 ORDER BY from_on", story.company)


async def removed(story: Story, mentor: int | None = None, **more: int | None) -> int:
    asked = {"scope": of_school(story.school), "by": story.host, "now": NOW} | more
    return await remove_mentor(mentor or await mentor_of(story), **asked)


async def test_one_added_by_mistake_goes_and_is_counted_nowhere(db):
    story = await mentored()
    assert await removed(story) == story.cohort
    seen = await follow(story.cohort, scope=of_school(story.school), now=NOW)
    assert (seen.mentors, seen.missing) == ([], 3)
    told = await rows("SELECT act, by, about, detail FROM events WHERE act = 'mentor_removed'")
    assert [tuple(one) for one in told] == [
        ("mentor_removed", story.host, story.cohort, f"entreprise {story.company}, depuis le 2026-09-15")
    ]


@pytest.mark.parametrize(("state", "pupils"), [("planned", None), ("held", 20)])
async def test_one_with_which_something_is_planned_or_was_held_stays(db, state, pupils):
    story = await mentored()
    at = paris("2026-12-10 09:00")
    await builders_ptech.action(story.cohort, company=story.company, starts_at=at, state=state, pupils=pupils)
    with pytest.raises(MentorActed) as no:
        await removed(story)
    assert no.value.sentence == REFUSED
    assert await mentor_of(story) is not None


async def test_what_was_called_off_or_another_company_s_holds_nobody(db):
    story = await mentored()
    at = paris("2026-12-10 09:00")
    other = await company(name="Zénith")
    await builders_ptech.action(
        story.cohort, company=story.company, starts_at=at, state="called_off", reason="Neige sur la route"
    )
    await builders_ptech.action(story.cohort, company=other, starts_at=at)
    assert await removed(story) == story.cohort


async def test_a_second_stay_goes_when_what_was_held_belongs_to_the_first(db):
    story = await mentored()
    await rows("UPDATE ptech_mentors SET to_on = $1", date(2026, 12, 31))
    at = paris("2026-12-10 09:00")
    await builders_ptech.action(story.cohort, company=story.company, starts_at=at, state="held", pupils=20)
    again = await builders_ptech.mentor(story.cohort, company=story.company, from_on=date(2027, 1, 1))
    assert await removed(story, again) == story.cohort
    with pytest.raises(MentorActed):
        await removed(story)


async def test_another_lycee_s_mentor_is_not_found(db):
    story = await mentored()
    with pytest.raises(NotFound):
        await removed(story, scope=of_school(await school(kind="lycee")))


async def test_the_page_asks_then_removes_or_says_why_not(app):
    app.state.clock = lambda: NOW
    story = await mentored()
    browser = await Browser(app, now=NOW).sign_in(story.host)
    here = f"/lycee/ptech/cohortes/{story.cohort}/entreprises"
    away = f"{here}/{await mentor_of(story)}/retrait"
    page = await browser.get(here)
    assert f'<form method="post" action="{away}">' in page.text
    assert "Retirer Horlogerie du Doubs ? Ajoutée par erreur, elle ne compte plus nulle part." in read(page)
    at = paris("2026-12-10 09:00")
    planned = await builders_ptech.action(story.cohort, company=story.company, starts_at=at)
    refused = await browser.post(away)
    assert (refused.status_code, REFUSED in read(refused)) == (409, True)
    await by_owner("DELETE FROM mentoring_actions WHERE id = $1", planned)
    assert (await browser.post(away)).headers["location"] == f"{here}?fait=mentore-retiree"
    assert (await browser.post(away)).status_code == 404


async def test_the_api_does_the_same(app):
    app.state.clock = lambda: NOW
    story = await mentored()
    token = secrets.token_urlsafe(32)
    await issue_token("jules@example.org", token=token, now=NOW)
    machine = Machine(app, token)
    mentor = await mentor_of(story)
    assert (await machine.delete(f"/ptech/mentors/{mentor}")).status_code == 204
    assert (await machine.delete(f"/ptech/mentors/{mentor}")).status_code == 404
    assert await value("SELECT count(*) FROM ptech_mentors") == 0
