"""What the answer to a sign-up does to her, to what she asked for, and to what is kept of her."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from booking.people.accounts.rules import hash_of
from booking.people.sign_ups.rules import SignUpAnswered
from booking.people.sign_ups.sign_up import AskSignUp, ask_sign_up, prove
from booking.visits.asking.book_both import book_both
from booking.visits.newcomers.answer import confirm, refuse, sign_up_of
from booking.visits.newcomers.queries import waiting_behind, waiting_in
from booking.visits.reservations.demand import Booked
from booking.visits.reservations.rules import NewcomerHolds, SlotFull
from booking.visits.reservations.states import NotNow
from booking.year.purge import purge
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, College
from tests.builders import NOW, paris
from tests.seen import first, lycee_of, state, states
from tests.seen import mails as every_mail
from workshops.database import row, rows, value
from workshops.refusals import NotFound

CLAIRE = "claire.renaud@ac-besancon.fr"
MAILBOX = "ce.0250010a@ac-besancon.fr"


class Newcomer(College):
    """Claire, who signed up by herself for a collège with a colleague."""

    awaiting = True

    def __init__(self, college: int, account: int, sign_up: int) -> None:
        self.school = self.college = college
        self.teacher = self.account = account
        self.sign_up = sign_up

    async def book(self, slot: int, **more: Any) -> Booked:
        return await self.ask(slot, token=f"sooner-{slot}", **more)


async def newcomer(email: str = CLAIRE, **more) -> Newcomer:
    if not await value("SELECT count(*) FROM academie"):
        await builders.academie(trusted_domains=["ac-besancon.fr"])
    college = await builders.school(name="Collège Stendhal", mail=MAILBOX, **more)
    asked = {"token": "t", "next_path": "/", "address": "10.0.0.1", "now": NOW}
    await ask_sign_up(AskSignUp(name="Claire Renaud", email=email, school=college), **asked)
    await prove("t", session_id="s", answer_token="answer", browser="", address="10.0.0.1", now=NOW)
    found = await row("SELECT u.id, m.account FROM sign_ups u LEFT JOIN memberships m ON m.id = u.membership")
    return Newcomer(college, found["account"], found["id"])


async def yes(sign_up: int, *, by: int | None = None, school: int | None = None, now=NOW) -> None:
    await confirm(sign_up, by=by, school=school, new_token=lambda: "principal", secret_key=SECRET, now=now)


async def mails() -> list[tuple[str, str]]:
    return [mail for mail in await every_mail() if mail[0] not in {"sign_up", "newcomer"}]


@pytest.mark.parametrize(("days", "mails_to_it"), [((40, 9), 3), ((9, 40), 2), ((40, 60), 2)])
async def test_the_mailbox_is_told_again_of_a_demand_that_ends_sooner_than_it_was_told_of_before(db, days, mails_to_it):
    claire = await newcomer()
    slots = [await builders.slot(starts_at=NOW + timedelta(days=ahead)) for ahead in days]
    for slot in slots:
        await claire.book(slot, pupils=2)
    sent = "SELECT array_agg(secret ORDER BY id) FROM notices WHERE reader = 'mailbox' AND to_email = $1"
    links = await value(sent, MAILBOX)
    assert links == ["answer", *(f"sooner-{slot}" for slot in slots)][:mails_to_it]
    assert {await sign_up_of(link) for link in links} == {claire.sign_up}
    assert {(await waiting_behind(link, now=NOW)).id for link in links} == {claire.sign_up}


async def test_what_she_asks_for_holds_its_places_and_waits_for_her_college(db):
    claire = await newcomer()
    slot = await builders.slot()
    booked = await claire.book(slot)
    assert (booked.state, await state(booked.id)) == ("requested", "requested")
    held = await row("SELECT hold_until, (SELECT seats_taken FROM slots) AS taken FROM reservations")
    assert (held["taken"], NOW < held["hold_until"] <= NOW + timedelta(days=11)) == (24, True)
    assert await value("SELECT count(*) FROM approvals") == 0
    assert await mails() == [("reservation_requested", CLAIRE)]


async def test_confirmed_by_the_mailbox_her_visit_is_confirmed_and_the_lycee_told(db):
    claire = await newcomer()
    slot = await builders.slot()
    await builders.person("host", "host@example.org", school=await lycee_of(slot))
    booked = await claire.book(slot)
    await yes(await sign_up_of("answer"))
    assert await state(booked.id) == "confirmed"
    assert await value("SELECT awaiting FROM memberships WHERE account = $1", claire.account) is False
    assert await value("SELECT count(*) FROM sign_ups") == 0
    assert await mails() == [
        ("answered", CLAIRE),
        ("reservation_requested", CLAIRE),
        ("reservation_confirmed", CLAIRE),
        ("reservation_confirmed", "host@example.org"),
    ]


async def test_where_the_college_asks_for_a_visa_her_demand_goes_on_to_the_principal(db):
    claire = await newcomer(needs_approval=True, principal_mail="principale@example.org")
    booked = await claire.book(await builders.slot())
    assert await value("SELECT count(*) FROM approvals") == 0
    await yes(claire.sign_up)
    assert await state(booked.id) == "requested"
    assert ("approval_asked", "principale@example.org") in await mails()
    assert await value("SELECT count(*) FROM approvals WHERE token_hash = $1", hash_of("principal")) == 1


async def test_without_a_principals_address_her_demand_waits_and_she_is_confirmed(db):
    claire = await newcomer(needs_approval=True)
    booked = await claire.book(await builders.slot())
    await yes(claire.sign_up)
    assert (await state(booked.id), await value("SELECT awaiting FROM memberships")) == ("requested", False)


async def test_refused_her_places_go_back_and_nothing_of_her_is_kept(db):
    claire = await newcomer()
    slot = await builders.slot()
    booked = await claire.book(slot)
    await refuse(claire.sign_up, by=None, now=NOW)
    assert (await state(booked.id), await value("SELECT seats_taken FROM slots")) == ("cancelled_by_teacher", 0)
    left = await first("SELECT email, name, disabled_at IS NOT NULL FROM accounts WHERE id = $1", claire.account)
    assert left == (f"compte-{claire.account}@efface.invalid", "Compte effacé", True)
    counts = """SELECT (SELECT count(*) FROM memberships), (SELECT count(*) FROM sessions),
      (SELECT count(*) FROM sign_ups),
      (SELECT count(*) FROM groups WHERE teacher IS NOT NULL OR archived_at IS NULL)"""
    assert await first(counts) == (0, 0, 0, 0)
    assert [one for one in await mails() if one[0] != "reservation_requested"] == [("answered", CLAIRE)]


async def test_a_teacher_of_another_college_who_is_refused_here_keeps_her_account(db):
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    other = await builders.membership(await builders.account(CLAIRE), "teacher", school=await builders.school())
    claire = await newcomer()
    await refuse(claire.sign_up, by=None, now=NOW)
    assert [one["id"] for one in await rows("SELECT id FROM memberships")] == [other]
    assert await value("SELECT email FROM accounts WHERE id = $1", claire.account) == CLAIRE


async def test_another_address_gets_its_account_with_the_confirmation(db):
    claire = await newcomer("claire@orange.example")
    assert (claire.account, await value("SELECT count(*) FROM accounts")) == (None, 0)
    colleague = await builders.person("teacher", school=claire.college)
    await yes(claire.sign_up, by=colleague, school=claire.college)
    held = "SELECT a.email, m.awaiting FROM memberships m JOIN accounts a ON a.id = m.account WHERE a.id <> $1"
    assert await first(held, colleague) == ("claire@orange.example", False)
    assert await mails() == [("answered", "claire@orange.example")]


async def test_a_colleague_of_another_college_answers_nothing(db):
    claire = await newcomer()
    for answer in (
        yes(claire.sign_up, by=1, school=claire.college + 999),
        refuse(claire.sign_up, by=1, school=999, now=NOW),
    ):
        with pytest.raises(SignUpAnswered):
            await answer
    assert len(await waiting_in(claire.college)) == 1


async def test_of_two_answers_at_once_the_first_counts_and_the_other_is_told_so(db):
    claire = await newcomer()
    booked = await claire.book(await builders.slot())
    answers = await asyncio.gather(
        yes(claire.sign_up), refuse(claire.sign_up, by=None, now=NOW), return_exceptions=True
    )
    assert [type(one).__name__ for one in answers if one] == ["SignUpAnswered"]
    taken = await value("SELECT seats_taken FROM slots")
    assert (await state(booked.id), taken) in {("confirmed", 24), ("cancelled_by_teacher", 0)}


async def test_she_holds_two_demands_and_forty_places_at_most_however_many_come_at_once(db):
    claire = await newcomer()
    slots = [await builders.slot(starts_at=paris(f"2027-03-{day} 09:00")) for day in range(20, 28)]
    groups = [await claire.group() for _ in slots]
    tries = [claire.book(slot, pupils=12, group=group) for slot, group in zip(slots, groups, strict=True)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == [*["Booked"] * 2, *["NewcomerHolds"] * 6]


async def test_a_class_of_twenty_four_leaves_room_for_sixteen(db):
    claire = await newcomer()
    await claire.book(await builders.slot())
    with pytest.raises(NewcomerHolds):
        await claire.book(await builders.slot(starts_at=paris("2027-03-26 09:00")), pupils=17)
    other = await claire.book(await builders.slot(starts_at=paris("2027-03-26 09:00")), pupils=16)
    assert other.state == "requested"


async def test_a_colleagues_group_is_not_hers_to_bring(db):
    claire = await newcomer()
    theirs = await claire.group(teacher=await builders.account())
    with pytest.raises(NotFound):
        await claire.book(await builders.slot(), group=theirs)


async def test_she_joins_no_waiting_list(db):
    claire = await newcomer()
    full = await builders.slot(seats_taken=24)
    with pytest.raises(NewcomerHolds):
        await claire.book(full, wait=True)
    with pytest.raises(SlotFull):
        await claire.book(full)


async def test_a_demand_sent_after_the_answer_is_asked_for_again(db):
    claire = await newcomer()
    await yes(claire.sign_up)
    with pytest.raises(NotNow):
        await claire.book(await builders.slot())


async def test_nobody_else_hears_of_the_colleges_visits_through_her(db):
    claire = await newcomer()
    slot = await builders.slot()
    gone = await builders.person("teacher", "gone@example.org", disabled_at=NOW, school=claire.college)
    group = await claire.group(teacher=gone)
    visit = await builders.reservation(slot=slot, group=group, by=gone)
    await value(
        "INSERT INTO events (at, act, about_kind, about) VALUES ($1, 'visit_tomorrow', 'reservation', $2)", NOW, visit
    )
    await value(
        "INSERT INTO events_to_tell (event, about_kind, about) SELECT max(id), 'reservation', $1 FROM events", visit
    )
    assert ("eve", MAILBOX) in await mails()


@pytest.mark.usefixtures("years_to_come")
async def test_without_an_answer_in_thirty_days_she_is_erased_and_told(db, tmp_path):
    claire = await newcomer()
    await purge(data_dir=tmp_path, now=NOW + timedelta(days=29))
    assert await value("SELECT count(*) FROM sign_ups") == 1
    await purge(data_dir=tmp_path, now=NOW + timedelta(days=30))
    assert await value("SELECT count(*) FROM sign_ups") == 0
    assert await value("SELECT name FROM accounts WHERE id = $1", claire.account) == "Compte effacé"
    assert ("answered", CLAIRE) in await mails()


async def test_both_halves_of_her_class_are_confirmed_with_her_by_one_mail(db):
    claire = await newcomer()
    lycee = await builders.school(kind="lycee")
    slots = [await builders.slot(host=lycee, starts_at=paris(f"2027-03-25 {hour}:00")) for hour in ("09", "14")]
    both = {"group": await claire.group(pupils=27), "ranked": tuple(slots)}
    halves = [
        await claire.demand(slot, half=half, pupils=pupils, **both)
        for half, slot, pupils in ((1, slots[0], 14), (2, slots[1], 13))
    ]
    await book_both(*halves, now=NOW)
    assert await states() == ["requested", "requested"]
    await yes(claire.sign_up)
    assert await states() == ["confirmed", "confirmed"]
    assert [kind for kind, _ in await mails()].count("reservation_confirmed") == 1
