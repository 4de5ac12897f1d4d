"""A visa holds for a lycée, a day and a number of adults: beyond it she signs again, within it she is told."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest

from booking.day.badges.issue_due import issue_of
from booking.mails.digest.queries import all_on_paper
from booking.people.accounts.rules import LinkSpent
from booking.visits.questions.write import AskLycee, ask
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import ChangedHeadcount
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.move import MovedVisit
from booking.visits.reservations.queries import visit, visit_to_approve
from booking.visits.reservations.rules import PrincipalTeaches, same_mailbox
from booking.visits.reservations.signed import Signed
from booking.visits.reservations.states import ChangeAsked
from booking.visits.reservations.take_back_visa import take_back_visa
from booking.visits.reservations.tell_answer import visa_told
from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move as move_slot
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.visits.reservations.demands import FIRST, NOTED, SECOND, SECRET, College, refuse_visa, sign
from tests.booking.visits.reservations.walk_facts import check_what_never_is
from tests.builders import NOW, paris
from tests.seen import first, forget_mails, mails, seats, seen, state, states
from tests.telling import tell
from workshops.database import rows, value
from workshops.refusals import Invalid
from workshops.scope import EVERYTHING
from workshops.slots.call_off import CallOffSlot
from workshops.slots.move import MoveSlot


class Visited(College):
    """A visit that its principal has signed, for two adults at one lycée on Thursday 25 March."""

    @classmethod
    async def signed(cls) -> Visited:
        principal = {"principal_mail": "principale@example.org", "principal_name": "Mme Perrin"}
        self = await cls.new("claire@example.org", needs_approval=True, **principal)
        self.claire = self.teacher
        self.here, self.there = [await self._lycee(mail) for mail in ("jules@example.org", "lise@example.org")]
        self.slot = await builders.slot(host=self.here)
        self.elsewhere = await builders.slot(host=self.there, starts_at=paris("2027-04-01 14:00"))
        self.id = (await self.ask(self.slot)).id
        await sign(FIRST)
        await forget_mails()
        return self

    async def _lycee(self, mail: str) -> int:
        lycee = await builders.school(kind="lycee")
        await builders.person("host", mail, school=lycee)
        return lycee

    async def moves(self, slot: int, **more: Any) -> MovedVisit:
        return await self.move(self.id, slot, **more)

    async def comes(self, pupils: int, adults: int, **more: Any) -> ChangedHeadcount:
        return await self.come(self.id, pupils, adults, **more)

    async def declines(self, lycee: int, reservation: int) -> None:
        """The lycée does not receive it."""
        asked = CancelVisit(reason="Machine en panne")
        await cancel(reservation, asked, role="host", school=lycee, by=await builders.account(), now=NOW)

    async def calls_off(self, lycee: int, slot: int) -> None:
        await call_off(slot, CallOffSlot(reason="Grève"), school=lycee, by=self.claire, now=NOW)

    async def stands(self) -> tuple[Any, ...]:
        return await first("SELECT slot, state, sequence, adults FROM reservations WHERE id = $1", self.id)

    async def held(self) -> list[int]:
        return [(await seats(one))[0] for one in (self.slot, self.elsewhere)]


async def told() -> list[tuple[str, str]]:
    return await mails(by="kind, to_email")


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({}, True),
        ({"adults": 1}, True),
        ({"adults": 3}, False),
        ({"host": 2}, False),
        ({"on": paris("2027-03-26 09:00").date()}, False),
    ],
)
def test_a_visa_holds_for_its_lycee_its_day_and_its_adults(asked, holds):
    signed = {"host": 1, "on": paris("2027-03-25 09:00").date(), "adults": 2}
    assert Signed(**signed).holds_for(Signed(**signed | asked)) is holds


async def test_a_visa_is_kept_with_what_it_was_given_for(db):
    visited = await Visited.signed()
    expected = (visited.here, paris("2027-03-25 09:00").date(), 2)
    assert await first("SELECT signed_host, signed_on, signed_adults FROM reservations") == expected


async def test_another_lycee_is_signed_again_and_both_places_are_held_until_then(db):
    visited = await Visited.signed()
    moved = await visited.moves(visited.elsewhere)
    assert await visited.stands() == (visited.slot, "confirmed", 1, 2)
    assert await visited.held() == [24, 24]
    expected = (moved.asked, visited.elsewhere, "requested", visited.id)
    assert await first("SELECT id, slot, state, replaces FROM reservations WHERE id <> $1", visited.id) == expected
    assert await told() == [
        ("approval_asked", "principale@example.org"),
        ("reservation_requested", "claire@example.org"),
    ]
    assert (await visit_to_approve(SECOND)).starts_at == paris("2027-04-01 14:00")
    await check_what_never_is()


async def test_signed_again_the_visit_is_swapped_as_one_entry(db):
    visited = await Visited.signed()
    uid = await value("SELECT uid FROM reservations")
    await visited.moves(visited.elsewhere)
    await forget_mails()
    assert await sign(SECOND) == "confirmed"
    assert await seen("SELECT id, uid, slot, state, sequence FROM reservations") == [
        (visited.id, uid, visited.elsewhere, "confirmed", 2)
    ]
    assert await visited.held() == [0, 24]
    assert await told() == [
        ("reservation_cancelled", "jules@example.org"),
        ("reservation_changed", "claire@example.org"),
        ("reservation_confirmed", "lise@example.org"),
    ]
    expected = (visited.there, paris("2027-04-01 14:00").date())
    assert await first("SELECT signed_host, signed_on FROM reservations") == expected
    await check_what_never_is()


async def test_what_was_asked_of_the_lycee_about_the_change_goes_on_about_the_visit(db):
    """A teacher asks the lycée about a visit once at a time: where both were asked about, the later one goes on."""
    visited = await Visited.signed()
    moved = await visited.moves(visited.elsewhere)
    asked = {"slot": None, "workshop": None}
    own = {"college": visited.school, "by": visited.claire, "awaiting": False, "secret_key": SECRET, "now": NOW}
    for lycee, about in ((visited.there, None), (visited.there, visited.id), (visited.there, moved.asked)):
        await ask(AskLycee(text="Par où entrer ?"), **own, **asked, lycee=lycee, reservation=about, salt=uuid4())
    assert await sign(SECOND) == "confirmed"
    assert await seen("SELECT lycee, reservation, state FROM questions ORDER BY id") == [
        (visited.there, None, "asked"),
        (visited.there, visited.id, "closed"),
        (visited.there, visited.id, "asked"),
    ]


async def test_signed_on_paper_it_is_swapped_too(db):
    visited = await Visited.signed()
    moved = await visited.moves(visited.elsewhere)
    assert await visited.note(moved.asked) == "confirmed"
    assert await visited.stands() == (visited.elsewhere, "confirmed", 2, 2)
    assert await value("SELECT visa_note FROM reservations") == "Mme Perrin"
    with pytest.raises(LinkSpent):
        await sign(SECOND)


@pytest.mark.parametrize("end", ["refuse", "lapse", "give up", "decline", "call off"])
async def test_without_the_new_visa_the_old_visit_stands_and_the_new_seats_go_on(db, end):
    visited = await Visited.signed()
    moved = await visited.moves(visited.elsewhere)
    await forget_mails()
    match end:
        case "refuse":
            assert await refuse_visa(SECOND, "Examens") == "unchanged"
        case "lapse":
            await lapse(secret_key=SECRET, now=NOW + timedelta(days=11))
        case "give up":
            await visited.cancel(moved.asked)
        case "decline":
            await visited.declines(visited.there, moved.asked)
        case "call off":
            await visited.calls_off(visited.there, visited.elsewhere)
    assert await visited.stands() == (visited.slot, "confirmed", 1, 2)
    assert await visited.held() == [24, 0]
    hears = [] if end == "give up" else [("change_not_granted", "claire@example.org")]
    assert await told() == hears
    await check_what_never_is()


async def test_the_seats_of_a_change_that_is_refused_go_to_who_waits(db):
    visited = await Visited.signed()
    await visited.moves(visited.elsewhere)
    waits = await builders.reservation(slot=visited.elsewhere, group=await builders.group(), state="waiting")
    await refuse_visa(SECOND, "Examens")
    assert await state(waits) == "offered"


async def test_the_seats_that_a_signed_change_leaves_go_to_who_waits(db):
    visited = await Visited.signed()
    waits = await builders.reservation(slot=visited.slot, group=await builders.group(), state="waiting")
    await visited.moves(visited.elsewhere)
    assert await state(waits) == "waiting"
    await sign(SECOND)
    assert await state(waits) == "offered"


async def test_a_change_is_never_held_beyond_the_list_of_the_visit(db):
    visited = await Visited.signed()
    late = paris("2027-03-17 09:00")
    await visited.moves(visited.elsewhere, now=late)
    assert await value("SELECT hold_until FROM reservations WHERE replaces IS NOT NULL") == paris("2027-03-23 09:00")


async def test_another_change_takes_the_place_of_the_one_asked_before(db):
    visited = await Visited.signed()
    other = await builders.slot(host=visited.there, starts_at=paris("2027-04-08 14:00"))
    await visited.moves(visited.elsewhere)
    again = await visited.moves(other, token="r" * 43)
    assert await visited.held() == [24, 0]
    assert await seen("SELECT id, slot FROM reservations WHERE state = 'requested'") == [(again.asked, other)]
    with pytest.raises(LinkSpent):
        await sign(SECOND)
    with pytest.raises(Invalid):
        await visited.moves(other)
    await check_what_never_is()


async def test_while_a_change_awaits_its_visa_the_head_count_waits(db):
    visited = await Visited.signed()
    await visited.moves(visited.elsewhere)
    with pytest.raises(ChangeAsked):
        await visited.comes(20, 2)
    acts = (await visit(visited.id, scope=EVERYTHING)).acts(role="teacher", now=NOW)
    assert acts == ("cancel", "move", "say_coming")


async def test_a_visit_that_is_cancelled_takes_the_change_along(db):
    visited = await Visited.signed()
    await visited.moves(visited.elsewhere)
    await visited.cancel(visited.id, "Grève")
    assert await visited.held() == [0, 0]
    assert set(await states()) == {"cancelled_by_teacher"}
    await check_what_never_is()


@pytest.mark.parametrize("end", ["decline", "call off"])
async def test_a_lycee_that_cannot_receive_leaves_the_group_the_place_asked_elsewhere(db, end):
    visited = await Visited.signed()
    moved = await visited.moves(visited.elsewhere)
    if end == "decline":
        await visited.declines(visited.here, visited.id)
    else:
        await visited.calls_off(visited.here, visited.slot)
    assert await sign(SECOND) == "confirmed"
    expected = ("confirmed", None, visited.elsewhere)
    assert await first("SELECT state, replaces, slot FROM reservations WHERE id = $1", moved.asked) == expected
    assert await visited.held() == [0, 24]
    await check_what_never_is()


async def test_a_change_may_be_to_the_same_hour_at_another_lycee(db):
    visited = await Visited.signed()
    same_hour = await builders.slot(host=visited.there, starts_at=paris("2027-03-25 10:00"))
    await visited.moves(same_hour)
    await check_what_never_is()
    await sign(SECOND)
    assert (await visited.stands())[:2] == (same_hour, "confirmed")


async def test_the_slot_of_the_visit_may_move_onto_the_hour_of_the_change(db):
    visited = await Visited.signed()
    await visited.moves(visited.elsewhere)
    hours = {"starts_at": paris("2027-04-01 14:00"), "ends_at": paris("2027-04-01 17:00"), "room": None}
    await move_slot(visited.slot, MoveSlot(**hours), school=visited.here, by=visited.claire, now=NOW)
    assert (await visited.stands())[:2] == (visited.slot, "confirmed")
    await check_what_never_is()


async def test_another_hour_or_workshop_on_the_same_day_is_only_told(db):
    visited = await Visited.signed()
    afternoon = await builders.slot(host=visited.here, starts_at=paris("2027-03-25 14:00"))
    moved = await visited.moves(afternoon)
    assert (moved.asked, (await visited.stands())[:2]) == (None, (afternoon, "confirmed"))
    assert ("reservation_changed", "principale@example.org") in await told()
    assert "approval_asked" not in {kind for kind, _ in await told()}


async def test_back_to_the_day_that_was_signed_needs_no_new_visa(db):
    visited = await Visited.signed()
    friday = {"starts_at": paris("2027-03-26 09:00"), "ends_at": paris("2027-03-26 12:00"), "room": None}
    await move_slot(visited.slot, MoveSlot(**friday), school=visited.here, by=visited.claire, now=NOW)
    thursday = await builders.slot(host=visited.here, starts_at=paris("2027-03-25 14:00"))
    assert (await visited.moves(thursday)).asked is None


async def test_more_adults_come_once_the_principal_has_signed_again(db):
    visited = await Visited.signed()
    counted = await visited.comes(22, 4)
    assert (counted.asked, counted.adults) == (True, 2)
    assert await visited.stands() == (visited.slot, "confirmed", 2, 2)
    assert await visited.held() == [22, 0]
    await tell()
    await rows("DELETE FROM notices WHERE kind <> 'approval_asked'")
    assert (await visit_to_approve(SECOND)).adults_asked == 4
    assert await sign(SECOND) == "confirmed"
    assert await visited.stands() == (visited.slot, "confirmed", 3, 4)
    assert await told() == [
        ("approval_asked", "principale@example.org"),
        ("reservation_changed", "claire@example.org"),
        ("reservation_changed", "jules@example.org"),
    ]
    assert await value("SELECT signed_adults FROM reservations") == 4


async def test_adults_alone_change_nothing_in_an_agenda_before_they_are_signed(db):
    visited = await Visited.signed()
    await visited.comes(24, 3)
    assert await visited.stands() == (visited.slot, "confirmed", 1, 2)
    assert await told() == [("approval_asked", "principale@example.org")]


@pytest.mark.parametrize("end", ["refuse", "lapse"])
async def test_without_the_new_visa_those_signed_for_come(db, end):
    visited = await Visited.signed()
    await visited.comes(24, 3)
    if end == "refuse":
        assert await refuse_visa(SECOND, "Trop de cours") == "unchanged"
    else:
        await lapse(secret_key=SECRET, now=NOW + timedelta(days=11))
    assert await visited.stands() == (visited.slot, "confirmed", 1, 2)
    assert await value("SELECT adults_asked FROM reservations") is None
    assert ("change_not_granted", "claire@example.org") in await told()
    with pytest.raises(LinkSpent):
        await sign(SECOND)


async def test_fewer_adults_are_told_and_as_many_as_were_signed_need_no_new_visa(db):
    visited = await Visited.signed()
    await visited.comes(24, 1)
    assert ("reservation_changed", "principale@example.org") in await told()
    assert (await visited.comes(24, 2)).asked is False
    assert (await visited.stands())[3] == 2


async def test_more_adults_than_the_principal_is_asked_for_make_her_link_void(db):
    visited = await Visited.signed()
    requested = await visited.ask(visited.elsewhere, token="s" * 43)
    await visited.come(requested.id, 24, 5)
    with pytest.raises(LinkSpent):
        await sign("s" * 43)
    await sign(SECOND)
    assert await value("SELECT signed_adults FROM reservations WHERE id = $1", requested.id) == 5


@pytest.mark.parametrize("end", ["teacher", "host", "call off"])
async def test_the_principal_is_told_of_a_visit_that_will_not_be(db, end):
    visited = await Visited.signed()
    match end:
        case "teacher":
            await visited.cancel(visited.id, "Grève")
        case "host":
            await visited.declines(visited.here, visited.id)
        case "call off":
            await visited.calls_off(visited.here, visited.slot)
    assert ("reservation_cancelled", "principale@example.org") in await told()


async def test_the_principal_is_told_of_a_demand_that_went_without_her_answer(db):
    visited = await Visited.signed()
    await visited.ask(visited.elsewhere, token=SECOND)
    await lapse(secret_key=SECRET, now=NOW + timedelta(days=11))
    assert ("reservation_cancelled", "principale@example.org") in await told()


async def test_a_college_that_asks_for_no_visa_moves_at_once_and_tells_no_principal(db):
    visited = await Visited.signed()
    await rows("UPDATE schools SET needs_approval = false WHERE id = $1", visited.school)
    assert (await visited.moves(visited.elsewhere)).asked is None
    assert {kind for kind, _ in await told()} == {
        "reservation_cancelled",
        "reservation_changed",
        "reservation_confirmed",
    }


async def test_the_link_of_a_change_can_be_sent_again(db):
    visited = await Visited.signed()
    moved = await visited.moves(visited.elsewhere)
    await renew_approval(moved.asked, **visited.own, token="r" * 43, now=NOW)
    with pytest.raises(LinkSpent):
        await sign(SECOND)
    assert await sign("r" * 43) == "confirmed"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("claire@example.org", "Claire@Example.org", True),
        ("claire@example.org", "claire+visa@example.org", True),
        ("claire@example.org", " claire@example.org. ", True),
        ("claire@example.org", "claire.renaud@example.org", False),
        ("claire@example.org", "claire@example.com", False),
    ],
)
def test_one_mailbox_has_many_spellings(one, other, same):
    assert same_mailbox(one, other) is same


async def test_a_teacher_named_as_the_principal_is_asked_for_nothing(db):
    visited = await Visited.signed()
    await rows("UPDATE schools SET principal_mail = 'claire+visa@example.org' WHERE id = $1", visited.school)
    with pytest.raises(PrincipalTeaches):
        await visited.moves(visited.elsewhere)
    assert await visited.held() == [24, 0]


async def test_a_link_for_more_adults_leads_to_the_change_that_was_asked_after_it(db):
    visited, later = await Visited.signed(), NOW + timedelta(hours=2)
    await visited.comes(24, 4, now=NOW + timedelta(hours=1))
    await visited.moves(visited.elsewhere, token="r" * 43, now=later)
    told = await visa_told(SECOND)
    assert (told.act, told.at) == ("renewed", later)


async def a_third_adult_on_paper() -> Visited:
    """She signed by her link for two adults; the teacher notes a paper for a third."""
    visited = await Visited.signed()
    await visited.comes(24, 3)
    await visited.note(visited.id)
    assert (await visited.stands())[1::2] == ("confirmed", 3)
    return visited


async def test_a_paper_for_one_more_adult_that_is_taken_back_leaves_the_visit_as_the_link_signed_it(db):
    visited = await a_third_adult_on_paper()
    await issue_of([visited.id], secret_key=SECRET)
    other = await builders.school(needs_approval=True)
    alone = await builders.reservation(slot=visited.elsewhere, group=await builders.group(school=other))
    paper = "UPDATE reservations SET signed_host = 1, visa_paper_on = $2 WHERE id = $1"
    await rows(paper, alone, NOW.date())
    assert [one.school for one in await all_on_paper(now=NOW)] == [other]
    noted = {mail.to[0]: text_of(mail) for mail in await posted()}["principale@example.org"]
    assert "La visite reste confirmée pour 2 accompagnateurs, comme la direction l'a visée par le lien." in noted
    assert await take_back_visa(NOTED, ask_token="w" * 43, now=NOW) == visited.id
    slot, state, _, adults = await visited.stands()
    assert (slot, state, adults) == (visited.slot, "confirmed", 2)
    seen = await visit(visited.id, scope=EVERYTHING)
    assert (seen.visa_note, seen.visa_paper_on, seen.signed_on) == ("", None, seen.on)
    badges = "SELECT count(*) FROM badges WHERE reservation = $1 AND kind = 'adult' AND revoked_at IS NULL"
    assert await value(badges, visited.id) == 2
    letters = {mail.to[0]: text_of(mail) for mail in await posted()}
    assert set(letters) == {"claire@example.org", "jules@example.org"}
    assert (
        "La visite reste confirmée, comme elle l'a visée par le lien : 24 élèves et 2 accompagnateurs."
        in (letters["claire@example.org"])
    )
    assert "vient à 24 élèves et 2 accompagnateurs" in letters["jules@example.org"]
    assert [one.school for one in await all_on_paper(now=NOW)] == [other]
    assert (await visited.comes(24, 3, token="x" * 43)).asked
    assert await sign("x" * 43) == "confirmed"


async def test_a_paper_for_another_lycee_that_is_taken_back_asks_anew_whatever_the_link_signed(db):
    visited = await Visited.signed()
    moved = await visited.moves(visited.elsewhere)
    await visited.note(moved.asked)
    assert (await visited.stands())[:2] == (visited.elsewhere, "confirmed")
    await take_back_visa(NOTED, ask_token="w" * 43, now=NOW)
    assert (await visited.stands())[:2] == (visited.elsewhere, "requested")


async def test_what_was_signed_by_the_link_before_it_was_kept_apart_is_carried_on_and_a_paper_is_not(db):
    [(carry_on, _)] = import_module("piccolo_migrations.booking.booking_2551_signed_by_link_before").STEPS
    visited = await Visited.signed()
    other = await builders.reservation(slot=visited.elsewhere, group=await builders.group())
    signed = "signed_host = 7, signed_on = $2, signed_adults = 3, visa_paper_on = $2"
    await rows(f"UPDATE reservations SET {signed} WHERE id = $1", other, NOW.date())
    await rows("UPDATE reservations SET link_host = NULL, link_on = NULL, link_adults = NULL")
    await rows(carry_on)
    found = await rows("SELECT id, link_host, link_on, link_adults FROM reservations ORDER BY id")
    day = (await visit(visited.id, scope=EVERYTHING)).on
    assert [tuple(one) for one in found] == [(visited.id, visited.here, day, 2), (other, None, None, None)]
