"""An act that waits for the evening, or the minute, is told to whoever stands in for a reader who leaves before it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.mails.fan_out import fan_out
from booking.people.accounts.sign_out import disable, enable, withdraw_role
from booking.visits.reservations.acts import ChangeHeadcount
from booking.visits.reservations.change_headcount import change_headcount
from booking.year.erase_account import erase_account
from tests import builders
from tests.booking.mails.story import SETTINGS, text_of
from tests.booking.mails.test_daily_mail import EVENING, MARC, PAUL, to, world_of_two_hosts
from tests.booking.mails.test_one_mail import CLAIRE, JULES, LISE, World, a_minute_later, sent, subject
from tests.builders import NOW
from tests.smtp import Taken
from workshops.database import rows, value

pytestmark = pytest.mark.usefixtures("db")
NOUR = "nour@example.org"
HOUR = timedelta(hours=1)


async def world_of_one_host() -> tuple[World, int]:
    """Jules alone receives, and reads one mail a day; Nour coordinates."""
    world = await World().made()
    nour = await builders.account(NOUR)
    await builders.membership(nour, "coordinator")
    await rows("UPDATE accounts SET daily_mail = true WHERE id = $1", world.jules)
    return world, nour


async def of_the_evening() -> list[Taken]:
    """All that leaves in the evening and in the minutes after it, to others than Claire."""
    after = [EVENING + timedelta(minutes=minutes) for minutes in (0, 2, 4)]
    return [mail for now in after for mail in await sent(now=now) if mail.to != [CLAIRE]]


async def test_a_visit_is_told_to_the_coordination_when_the_only_host_leaves_before_the_evening():
    world, nour = await world_of_one_host()
    await world.books()
    await fan_out(now=NOW)
    await disable(world.jules, by=nour, now=NOW + HOUR)
    [mail] = await of_the_evening()
    assert mail.to == [NOUR]
    assert "Groupe attendu : 24 élèves, jeudi 25 mars 2027 à 9 h 00" in text_of(mail)
    assert "Lycée Jules Haag" in text_of(mail)


async def test_a_cancelled_visit_is_told_to_the_coordination_when_the_only_host_leaves_before_the_evening():
    world, nour = await world_of_one_host()
    await rows("UPDATE accounts SET daily_mail = false WHERE id = $1", world.jules)
    visit = await world.books()
    assert to(JULES, await sent(now=await a_minute_later()))
    await rows("UPDATE accounts SET daily_mail = true WHERE id = $1", world.jules)
    await world.gives_up(visit, now=NOW + HOUR)
    await fan_out(now=NOW + HOUR)
    await disable(world.jules, by=nour, now=NOW + 2 * HOUR)
    [mail] = await of_the_evening()
    assert (mail.to, "Visite annulée" in text_of(mail)) == ([NOUR], True)


async def test_a_visit_given_up_before_the_evening_is_told_to_nobody_in_the_place_of_a_host_who_left():
    world, nour = await world_of_one_host()
    visit = await world.books()
    await fan_out(now=NOW)
    await world.gives_up(visit, now=NOW + HOUR)
    await fan_out(now=NOW + HOUR)
    await disable(world.jules, by=nour, now=NOW + 2 * HOUR)
    assert await of_the_evening() == []


async def test_a_colleague_who_reads_each_act_is_not_told_again_when_another_host_leaves():
    world = await world_of_two_hosts()
    nour = await builders.account(NOUR)
    await builders.membership(nour, "coordinator")
    await world.books()
    assert len(to(MARC, await sent(now=await a_minute_later()))) == 1
    await disable(world.jules, by=nour, now=NOW + HOUR)
    assert await of_the_evening() == []


async def test_a_host_who_receives_at_another_lycee_from_now_on_hears_no_more_of_the_one_that_she_left():
    world, nour = await world_of_one_host()
    await builders.membership(await builders.account(MARC), "host", school=world.haag)
    await rows("UPDATE accounts SET daily_mail = true")
    await world.books()
    await fan_out(now=NOW)
    elsewhere = await builders.school(kind="lycee", name="Lycée Pergaud")
    left = await value("SELECT id FROM memberships WHERE account = $1", world.jules)
    await builders.membership(world.jules, "host", school=elsewhere)
    await withdraw_role(world.jules, membership=left, by=nour, now=NOW + HOUR)
    mails = await of_the_evening()
    assert [(mail.to, subject(mail)) for mail in mails] == [
        ([MARC], "Groupe attendu : 24 élèves, jeudi 25 mars 2027 à 9 h 00")
    ]
    assert to(LISE, mails) == []


async def test_a_visit_is_told_to_the_coordination_when_the_only_host_is_erased_before_the_evening():
    world, nour = await world_of_one_host()
    await world.books()
    await fan_out(now=NOW)
    await erase_account(world.jules, by=nour, others_go_on=True, now=NOW + HOUR)
    mails = await of_the_evening()
    assert [mail.to for mail in mails] == [[NOUR]]


async def test_a_host_whose_account_opens_again_before_the_evening_reads_it_alone():
    world, nour = await world_of_one_host()
    await world.books()
    await fan_out(now=NOW)
    await disable(world.jules, by=nour, now=NOW + HOUR)
    await enable(world.jules, by=nour, now=NOW + 2 * HOUR)
    assert [mail.to for mail in await of_the_evening()] == [[JULES]]


async def test_a_colleague_of_her_college_reads_what_a_teacher_who_left_was_to_read_in_the_evening():
    world, nour = await world_of_one_host()
    visit = await world.books()
    await sent(now=await a_minute_later())
    await builders.membership(await builders.account(PAUL), "teacher", school=world.college)
    other = await builders.school(name="Collège Diderot")
    await builders.membership(await builders.account("lea@example.org"), "teacher", school=other)
    await rows("UPDATE accounts SET daily_mail = (email = $1)", CLAIRE)
    asked = ChangeHeadcount(pupils=22, adults=2)
    keys = {"secret_key": SETTINGS.secret_key, "token": "visa"}
    await change_headcount(visit, asked, school=world.college, by=nour, now=NOW + HOUR, **keys)
    await fan_out(now=NOW + HOUR)
    await disable(world.claire, by=nour, now=NOW + HOUR)
    mails = [mail for minutes in (0, 2, 4) for mail in await sent(now=EVENING + timedelta(minutes=minutes))]
    assert [(mail.to, subject(mail)) for mail in mails if mail.to not in ([JULES], [NOUR])] == [
        ([PAUL], "Effectif changé : Découpe laser, jeudi 25 mars 2027 à 9 h 00")
    ]
