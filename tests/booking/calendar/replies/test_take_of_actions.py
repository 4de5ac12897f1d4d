"""An agenda that answers the invitation to a mentoring action: a hint for those who meet, never a change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from booking.calendar.replies.forget import forget
from booking.calendar.replies.parse import answer_in
from booking.calendar.replies.queries import declined_of_cohort
from booking.calendar.replies.take import take
from tests.booking.calendar.replies.mails import SECRET, by_google, by_outlook, by_thunderbird
from tests.booking.programme.ptech.test_actions import INES, JULES, VISIT, Story, mentored, planned
from tests.builders import NOW, account, company, membership, paris
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.programmes.ptech.plan_action import change_action
from workshops.programmes.ptech.settle_action import CallOffAction, call_off_action

UID = "m-1@t.example"
WRITTEN = {"uid": UID, "email": INES}


async def invited() -> tuple[Story, int]:
    story = await mentored()
    return story, await planned(story)


async def answered(word: str = "DECLINED", **more: str) -> str | None:
    return await take(answer_in(by_google(word, **(WRITTEN | more))), secret_key=SECRET, now=NOW)


async def shown(story: Story, **more: int) -> list[tuple[str, str]]:
    return [(one.name, one.side) for one in await declined_of_cohort(story.cohort, **more)]


@pytest.mark.parametrize("program", [by_google, by_outlook, by_thunderbird])
async def test_a_company_that_declines_is_shown_and_nothing_is_changed(db, program):
    story, made = await invited()
    before = await row("SELECT * FROM mentoring_actions")
    await tell()
    mails = await value("SELECT count(*) FROM notices")
    assert await take(answer_in(program("DECLINED", **WRITTEN)), secret_key=SECRET, now=NOW) == "DECLINED"
    [said] = await declined_of_cohort(story.cohort)
    assert (said.action, said.name, said.side) == (made, "Inès Caron", "company")
    assert await row("SELECT * FROM mentoring_actions") == before
    await tell()
    assert await value("SELECT count(*) FROM notices") == mails
    told = await row("SELECT act, about_kind, about FROM events ORDER BY id DESC LIMIT 1")
    assert tuple(told) == ("invitation_declined", "action", made)


async def test_a_host_declines_and_the_company_is_not_told_her_name(db):
    story, _ = await invited()
    assert await answered(email=JULES) == "DECLINED"
    assert await shown(story) == [("Jules Marchand", "host")]
    assert await shown(story, company=story.company) == [("", "host")]


async def test_another_company_of_the_cohort_is_told_nothing(db):
    story, _ = await invited()
    await answered()
    assert await shown(story, company=await company()) == []


async def test_a_later_yes_takes_the_place_of_the_no(db):
    story, _ = await invited()
    await answered(stamp="20270110T101500Z")
    assert await answered("ACCEPTED", stamp="20270110T101600Z") == "ACCEPTED"
    assert await answered(stamp="20270110T101500Z") is None
    assert await shown(story) == []


@pytest.mark.parametrize(
    "more",
    [
        {"sequence": "SEQUENCE:0\r\n"},
        {"sequence": ""},
        {"uid": "another@technilab.example"},
        {"email": "stranger@example.org"},
        {"email": "ferme@example.org"},
    ],
)
async def test_an_old_or_a_foreign_answer_is_ignored(db, more):
    story, made = await invited()
    moved = replace(VISIT, starts_at=paris("2027-03-29 14:00"))
    await change_action(made, moved, **story.acts())
    assert await answered(**({"sequence": "SEQUENCE:1\r\n"} | more)) is None
    assert await value("SELECT count(*) FROM replies") == 0


async def test_somebody_of_another_company_cannot_answer_for_it(db):
    await invited()
    await membership(await account("rival@example.org"), "company", company=await company())
    assert await answered(email="rival@example.org") is None


async def test_an_answer_to_the_old_date_no_longer_shows_and_one_called_off_is_not_declined(db):
    story, made = await invited()
    await answered()
    moved = replace(VISIT, starts_at=paris("2027-03-29 14:00"))
    await change_action(made, moved, **story.acts())
    assert await shown(story) == []
    assert await answered(sequence="SEQUENCE:1\r\n") == "DECLINED"
    assert len(await shown(story)) == 1
    await call_off_action(made, CallOffAction(reason="Panne"), **story.acts())
    assert (await answered(sequence="SEQUENCE:2\r\n"), await shown(story)) == (None, [])


async def test_answers_are_forgotten_thirty_days_after_the_action(db):
    await invited()
    await answered()
    over = VISIT.starts_at + timedelta(days=30)
    await forget(now=over)
    assert [one["answer"] for one in await rows("SELECT answer FROM replies")] == ["DECLINED"]
    await forget(now=over + timedelta(seconds=1))
    assert await value("SELECT count(*) FROM replies") == 0
