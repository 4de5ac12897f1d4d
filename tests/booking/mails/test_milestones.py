"""Whoever answers for a milestone is reminded of it 30 and 7 days before its day, once each."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from tests import builders, builders_bts1, builders_milestones
from tests.booking.mails.story import posted, text_of
from tests.builders import paris
from workshops.database import value
from workshops.milestones.plan import PlanMilestone, change_milestone
from workshops.milestones.remind import remind_of_milestones
from workshops.milestones.settle import CompleteMilestone, complete_milestone

DUE = date(2027, 3, 31)
A_MONTH_BEFORE, A_WEEK_BEFORE = paris("2027-03-01 08:00"), paris("2027-03-24 08:00")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OWNER, OTHER, NADIA = "owner@example.org", "other@example.org", "nadia@example.org"


@pytest.fixture
async def umlp(db) -> int:
    """The university with somebody who reads for it, another body with somebody else, and a coordinator."""
    university = await builders_bts1.partner(name="Université de Besançon")
    cnam = await builders_bts1.partner(kind="cnam", name="Cnam")
    await builders.person("consortium", OWNER, name="Gérard Lhomme", partner=university)
    await builders.person("consortium", OTHER, partner=cnam)
    await builders.person("coordinator", NADIA)
    return university


async def test_everybody_of_the_partner_is_told_a_month_and_a_week_before_and_nobody_else(umlp):
    number = await builders_milestones.milestone(
        title="Deux formations habilitées", programme="bts1", owner=umlp, due_on=DUE
    )
    assert await remind_of_milestones(now=A_MONTH_BEFORE - MINUTE) == 0
    assert sum(await asyncio.gather(*(remind_of_milestones(now=A_MONTH_BEFORE) for _ in range(3)))) == 1
    (mail,) = await posted(now=A_MONTH_BEFORE)
    assert (mail.to, str(mail.message["Subject"])) == (
        [OWNER],
        "Jalon à tenir le mercredi 31 mars 2027 : Deux formations habilitées",
    )
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Dans 30 jours, le mercredi 31 mars 2027, un jalon du programme arrive à son échéance.\n\n"
        "Jalon : Deux formations habilitées\n"
        "Dispositif : BTS+1\n"
        "Échéance : mercredi 31 mars 2027\n"
        "Qui en répond : Université de Besançon\n"
        "Preuves : aucune encore\n\n"
        "S'il est tenu, envoyez à la coordination ce qui le prouve ; sinon, dites-lui ce qui manque.\n\n"
        "Voir le jalon :\n"
        f"http://127.0.0.1:8000/gestion/jalons/{number}\n"
    )
    assert await remind_of_milestones(now=A_WEEK_BEFORE - DAY) == 0
    assert await remind_of_milestones(now=A_WEEK_BEFORE) == 1
    (again,) = await posted(now=A_WEEK_BEFORE)
    assert (again.to, "Dans 7 jours" in text_of(again)) == ([OWNER], True)
    for later in (A_WEEK_BEFORE + DAY, paris("2027-03-31 09:00"), paris("2027-04-01 09:00")):
        assert await remind_of_milestones(now=later) == 0


@pytest.mark.parametrize(("off_until", "left"), [("2027-03-05 08:00", "Dans 26 jours"), ("2027-03-30 08:00", "Demain")])
async def test_a_worker_that_was_off_on_the_day_says_it_once_when_it_is_back(umlp, off_until, left):
    await builders_milestones.milestone(owner=umlp, due_on=DUE)
    back = paris(off_until)
    assert [await remind_of_milestones(now=back), await remind_of_milestones(now=back + MINUTE)] == [1, 0]
    (mail,) = await posted(now=back)
    assert left in text_of(mail)


async def test_without_an_account_of_the_partner_the_coordination_is_told_to_say_it(umlp):
    uimm = await builders_bts1.partner(kind="uimm", name="UIMM")
    await builders_milestones.milestone(owner=uimm, due_on=DUE)
    await remind_of_milestones(now=A_MONTH_BEFORE)
    (mail,) = await posted(now=A_MONTH_BEFORE)
    assert (mail.to, "UIMM n'a pas de compte ici : prévenez-le." in text_of(mail)) == ([NADIA], True)


async def test_the_coordination_is_told_of_what_it_answers_for_itself(umlp):
    await builders_milestones.milestone(due_on=DUE)
    await remind_of_milestones(now=A_MONTH_BEFORE)
    (mail,) = await posted(now=A_MONTH_BEFORE)
    assert (mail.to, "notez-le et ajoutez ce qui le prouve" in text_of(mail)) == ([NADIA], True)


async def test_nobody_is_told_of_what_is_done_given_up_or_over(umlp):
    by = await value("SELECT account FROM memberships WHERE role = 'coordinator'")
    await builders_milestones.milestone(due_on=DUE, state="given_up", ended_on=DUE - 40 * DAY, reason="Sans suite")
    await builders_milestones.milestone(due_on=date(2027, 2, 28))
    done = await builders_milestones.milestone(owner=umlp, due_on=DUE)
    # Done between what the clock said and the mail that would leave.
    assert await remind_of_milestones(now=A_MONTH_BEFORE) == 1
    told = CompleteMilestone(done_on=A_MONTH_BEFORE.date())
    await complete_milestone(done, told, by=by, now=A_MONTH_BEFORE)
    assert await posted(now=A_MONTH_BEFORE) == []
    assert await remind_of_milestones(now=A_WEEK_BEFORE) == 0


async def test_one_that_is_put_off_is_reminded_of_for_its_new_day(umlp):
    by = await value("SELECT account FROM memberships WHERE role = 'coordinator'")
    number = await builders_milestones.milestone(owner=umlp, due_on=DUE)
    await remind_of_milestones(now=A_MONTH_BEFORE)
    later = PlanMilestone(title="Convention signée", due_on=DUE + 30 * DAY, owner=umlp)
    await change_milestone(number, later, by=by, now=A_MONTH_BEFORE)
    assert await posted(now=A_MONTH_BEFORE) == []
    assert await remind_of_milestones(now=A_WEEK_BEFORE) == 0
    assert await remind_of_milestones(now=A_MONTH_BEFORE + 30 * DAY) == 1
    (mail,) = await posted(now=A_MONTH_BEFORE + 30 * DAY)
    assert mail.to == [OWNER]
