"""A visa holds for a lycée, a day and a number of adults: beyond it she signs again, within it she is told."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest

from booking.day.badges.issue_due import issue_of
from booking.mails.digest.queries import all_on_paper
from booking.people.accounts.rules import LinkSpent
from booking.visits.questions.write import AskLycee, ask
from booking.visits.reservations.acts import AnswerApproval, CancelVisit, ChangeHeadcount, MoveVisit
from booking.visits.reservations.approve import answer_approval, note_paper_visa
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import change_headcount
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.move import move
from booking.visits.reservations.queries import visit, visit_to_approve
from booking.visits.reservations.rules import PrincipalTeaches, Signed, same_mailbox
from booking.visits.reservations.states import ChangeAsked
from booking.visits.reservations.take_back_visa import take_back_visa
from booking.visits.reservations.tell_answer import visa_told
from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move as move_slot
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.visits.reservations.demands import SECRET, a_demand, fresh
from tests.booking.visits.reservations.walk_facts import check_what_never_is
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import Invalid
from workshops.scope import EVERYTHING
from workshops.slots.call_off import CallOffSlot
from workshops.slots.move import MoveSlot

FIRST, SECOND = "p" * 43, "q" * 43


class Visited:
    """A visit that its principal has signed, for two adults at one lycée on Thursday 25 March."""

    @classmethod
    async def signed(cls, *, adults: int = 2) -> Visited:
        self = cls()
        self.college = await builders.school(
            needs_approval=True, principal_mail="principale@example.org", principal_name="Mme Perrin"
        )
        self.claire = await builders.account("claire@example.org")
        await builders.membership(self.claire, "teacher", school=self.college)
        self.here, self.there = [await self._lycee(mail) for mail in ("jules@example.org", "lise@example.org")]
        self.slot = await builders.slot(host=self.here)
        self.elsewhere = await builders.slot(host=self.there, starts_at=paris("2027-04-01 14:00"))
        self.group = await builders.group(school=self.college)
        demand = a_demand(self.slot, self.group, school=self.college, by=self.claire, token=FIRST)
        self.id = (await book(demand, now=NOW)).id
        await answer_approval(FIRST, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
        await tell()
        await rows("DELETE FROM notices")
        return self

    async def _lycee(self, mail: str) -> int:
        lycee = await builders.school(kind="lycee")
        await builders.membership(await builders.account(mail), "host", school=lycee)
        return lycee

    @property
    def own(self) -> dict[str, int]:
        return {"school": self.college, "by": self.claire}

    async def move(self, slot: int, *, token: str = SECOND, now=NOW):
        return await move(self.id, MoveVisit(to_slot=slot), fresh=fresh(token), now=now, **self.own)

    async def come(self, pupils: int, adults: int, *, now=NOW):
        secrets = {"secret_key": SECRET, "token": SECOND}
        return await change_headcount(
            self.id, ChangeHeadcount(pupils=pupils, adults=adults), now=now, **self.own, **secrets
        )

    async def stands(self) -> tuple[object, ...]:
        return tuple(await row("SELECT slot, state, sequence, adults FROM reservations WHERE id = $1", self.id))

    async def seats(self) -> list[int]:
        return [await value("SELECT seats_taken FROM slots WHERE id = $1", one) for one in (self.slot, self.elsewhere)]


async def told() -> list[tuple[str, str]]:
    await tell()
    return [tuple(one) for one in await rows("SELECT kind, to_email FROM notices ORDER BY kind, to_email")]


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
    kept = await row("SELECT signed_host, signed_on, signed_adults FROM reservations")
    assert tuple(kept) == (visited.here, paris("2027-03-25 09:00").date(), 2)


async def test_another_lycee_is_signed_again_and_both_places_are_held_until_then(db):
    visited = await Visited.signed()
    moved = await visited.move(visited.elsewhere)
    assert await visited.stands() == (visited.slot, "confirmed", 1, 2)
    assert await visited.seats() == [24, 24]
    change = await row("SELECT id, slot, state, replaces FROM reservations WHERE id <> $1", visited.id)
    assert tuple(change) == (moved.asked, visited.elsewhere, "requested", visited.id)
    assert await told() == [
        ("approval_asked", "principale@example.org"),
        ("reservation_requested", "claire@example.org"),
    ]
    assert (await visit_to_approve(SECOND)).starts_at == paris("2027-04-01 14:00")
    await check_what_never_is()


async def test_signed_again_the_visit_is_swapped_as_one_entry(db):
    visited = await Visited.signed()
    uid = await value("SELECT uid FROM reservations")
    await visited.move(visited.elsewhere)
    await tell()
    await rows("DELETE FROM notices")
    assert await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW) == "confirmed"
    assert [tuple(one) for one in await rows("SELECT id, uid, slot, state, sequence FROM reservations")] == [
        (visited.id, uid, visited.elsewhere, "confirmed", 2)
    ]
    assert await visited.seats() == [0, 24]
    assert await told() == [
        ("reservation_left", "jules@example.org"),
        ("reservation_moved", "claire@example.org"),
        ("reservation_received", "lise@example.org"),
    ]
    kept = await row("SELECT signed_host, signed_on FROM reservations")
    assert tuple(kept) == (visited.there, paris("2027-04-01 14:00").date())
    await check_what_never_is()


async def test_what_was_asked_of_the_lycee_about_the_change_goes_on_about_the_visit(db):
    """A teacher asks the lycée about a visit once at a time: where both were asked about, the later one goes on."""
    visited = await Visited.signed()
    moved = await visited.move(visited.elsewhere)
    asked = {"slot": None, "workshop": None}
    own = {"college": visited.college, "by": visited.claire, "awaiting": False, "secret_key": SECRET, "now": NOW}
    for lycee, about in ((visited.there, None), (visited.there, visited.id), (visited.there, moved.asked)):
        await ask(AskLycee(text="Par où entrer ?"), **own, **asked, lycee=lycee, reservation=about, salt=uuid4())
    assert await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW) == "confirmed"
    found = await rows("SELECT lycee, reservation, state FROM questions ORDER BY id")
    assert [tuple(one) for one in found] == [
        (visited.there, None, "asked"),
        (visited.there, visited.id, "closed"),
        (visited.there, visited.id, "asked"),
    ]


async def test_signed_on_paper_it_is_swapped_too(db):
    visited = await Visited.signed()
    moved = await visited.move(visited.elsewhere)
    assert (
        await note_paper_visa(
            moved.asked, builders.paper_visa(), secret_key=SECRET, token="v" * 43, now=NOW, **visited.own
        )
        == "confirmed"
    )
    assert await visited.stands() == (visited.elsewhere, "confirmed", 2, 2)
    assert await value("SELECT visa_note FROM reservations") == "Mme Perrin"
    with pytest.raises(LinkSpent):
        await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)


@pytest.mark.parametrize("end", ["refuse", "lapse", "give up", "decline", "call off"])
async def test_without_the_new_visa_the_old_visit_stands_and_the_new_seats_go_on(db, end):
    visited = await Visited.signed()
    moved = await visited.move(visited.elsewhere)
    await tell()
    await rows("DELETE FROM notices")
    match end:
        case "refuse":
            assert (
                await answer_approval(
                    SECOND, AnswerApproval(approved=False, reason="Examens"), secret_key=SECRET, now=NOW
                )
                == "unchanged"
            )
        case "lapse":
            await lapse(secret_key=SECRET, now=NOW + timedelta(days=11))
        case "give up":
            await cancel(moved.asked, CancelVisit(), role="teacher", now=NOW, **visited.own)
        case "decline":
            host = {"school": visited.there, "by": await builders.account()}
            await cancel(moved.asked, CancelVisit(reason="Machine en panne"), role="host", now=NOW, **host)
        case "call off":
            await call_off(
                visited.elsewhere, CallOffSlot(reason="Grève"), school=visited.there, by=visited.claire, now=NOW
            )
    assert await visited.stands() == (visited.slot, "confirmed", 1, 2)
    assert await visited.seats() == [24, 0]
    hears = [] if end == "give up" else [("change_not_granted", "claire@example.org")]
    assert await told() == hears
    await check_what_never_is()


async def test_the_seats_of_a_change_that_is_refused_go_to_who_waits(db):
    visited = await Visited.signed()
    await visited.move(visited.elsewhere)
    waits = await builders.reservation(slot=visited.elsewhere, group=await builders.group(), state="waiting")
    await answer_approval(SECOND, AnswerApproval(approved=False, reason="Examens"), secret_key=SECRET, now=NOW)
    assert await value("SELECT state FROM reservations WHERE id = $1", waits) == "offered"


async def test_the_seats_that_a_signed_change_leaves_go_to_who_waits(db):
    visited = await Visited.signed()
    waits = await builders.reservation(slot=visited.slot, group=await builders.group(), state="waiting")
    await visited.move(visited.elsewhere)
    assert await value("SELECT state FROM reservations WHERE id = $1", waits) == "waiting"
    await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    assert await value("SELECT state FROM reservations WHERE id = $1", waits) == "offered"


async def test_a_change_is_never_held_beyond_the_list_of_the_visit(db):
    visited = await Visited.signed()
    late = paris("2027-03-17 09:00")
    await visited.move(visited.elsewhere, now=late)
    assert await value("SELECT hold_until FROM reservations WHERE replaces IS NOT NULL") == paris("2027-03-23 09:00")


async def test_another_change_takes_the_place_of_the_one_asked_before(db):
    visited = await Visited.signed()
    other = await builders.slot(host=visited.there, starts_at=paris("2027-04-08 14:00"))
    await visited.move(visited.elsewhere)
    again = await visited.move(other, token="r" * 43)
    assert await visited.seats() == [24, 0]
    live = await rows("SELECT id, slot FROM reservations WHERE state = 'requested'")
    assert [tuple(one) for one in live] == [(again.asked, other)]
    with pytest.raises(LinkSpent):
        await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    with pytest.raises(Invalid):
        await visited.move(other)
    await check_what_never_is()


async def test_while_a_change_awaits_its_visa_the_head_count_waits(db):
    visited = await Visited.signed()
    await visited.move(visited.elsewhere)
    with pytest.raises(ChangeAsked):
        await visited.come(20, 2)
    acts = (await visit(visited.id, scope=EVERYTHING)).acts(role="teacher", now=NOW)
    assert acts == ("cancel", "move")


async def test_a_visit_that_is_cancelled_takes_the_change_along(db):
    visited = await Visited.signed()
    await visited.move(visited.elsewhere)
    await cancel(visited.id, CancelVisit(reason="Grève"), role="teacher", now=NOW, **visited.own)
    assert await visited.seats() == [0, 0]
    assert {one["state"] for one in await rows("SELECT state FROM reservations")} == {"cancelled_by_teacher"}
    await check_what_never_is()


@pytest.mark.parametrize("end", ["decline", "call off"])
async def test_a_lycee_that_cannot_receive_leaves_the_group_the_place_asked_elsewhere(db, end):
    visited = await Visited.signed()
    moved = await visited.move(visited.elsewhere)
    if end == "decline":
        host = {"school": visited.here, "by": await builders.account()}
        await cancel(visited.id, CancelVisit(reason="Machine en panne"), role="host", now=NOW, **host)
    else:
        await call_off(visited.slot, CallOffSlot(reason="Grève"), school=visited.here, by=visited.claire, now=NOW)
    assert await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW) == "confirmed"
    kept = await row("SELECT state, replaces, slot FROM reservations WHERE id = $1", moved.asked)
    assert tuple(kept) == ("confirmed", None, visited.elsewhere)
    assert await visited.seats() == [0, 24]
    await check_what_never_is()


async def test_a_change_may_be_to_the_same_hour_at_another_lycee(db):
    visited = await Visited.signed()
    same_hour = await builders.slot(host=visited.there, starts_at=paris("2027-03-25 10:00"))
    await visited.move(same_hour)
    await check_what_never_is()
    await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    assert (await visited.stands())[:2] == (same_hour, "confirmed")


async def test_the_slot_of_the_visit_may_move_onto_the_hour_of_the_change(db):
    visited = await Visited.signed()
    await visited.move(visited.elsewhere)
    hours = {"starts_at": paris("2027-04-01 14:00"), "ends_at": paris("2027-04-01 17:00"), "room": None}
    await move_slot(visited.slot, MoveSlot(**hours), school=visited.here, by=visited.claire, now=NOW)
    assert (await visited.stands())[:2] == (visited.slot, "confirmed")
    await check_what_never_is()


async def test_another_hour_or_workshop_on_the_same_day_is_only_told(db):
    visited = await Visited.signed()
    afternoon = await builders.slot(host=visited.here, starts_at=paris("2027-03-25 14:00"))
    moved = await visited.move(afternoon)
    assert (moved.asked, (await visited.stands())[:2]) == (None, (afternoon, "confirmed"))
    assert ("signed_visit_changed", "principale@example.org") in await told()
    assert "approval_asked" not in {kind for kind, _ in await told()}


async def test_back_to_the_day_that_was_signed_needs_no_new_visa(db):
    visited = await Visited.signed()
    friday = {"starts_at": paris("2027-03-26 09:00"), "ends_at": paris("2027-03-26 12:00"), "room": None}
    await move_slot(visited.slot, MoveSlot(**friday), school=visited.here, by=visited.claire, now=NOW)
    thursday = await builders.slot(host=visited.here, starts_at=paris("2027-03-25 14:00"))
    assert (await visited.move(thursday)).asked is None


async def test_more_adults_come_once_the_principal_has_signed_again(db):
    visited = await Visited.signed()
    counted = await visited.come(22, 4)
    assert (counted.asked, counted.adults) == (True, 2)
    assert await visited.stands() == (visited.slot, "confirmed", 2, 2)
    assert await visited.seats() == [22, 0]
    await tell()
    await rows("DELETE FROM notices WHERE kind <> 'approval_asked'")
    assert (await visit_to_approve(SECOND)).adults_asked == 4
    assert await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW) == "confirmed"
    assert await visited.stands() == (visited.slot, "confirmed", 3, 4)
    assert await told() == [
        ("approval_asked", "principale@example.org"),
        ("headcount_changed", "claire@example.org"),
        ("headcount_changed_host", "jules@example.org"),
    ]
    assert await value("SELECT signed_adults FROM reservations") == 4


async def test_adults_alone_change_nothing_in_an_agenda_before_they_are_signed(db):
    visited = await Visited.signed()
    await visited.come(24, 3)
    assert await visited.stands() == (visited.slot, "confirmed", 1, 2)
    assert await told() == [("approval_asked", "principale@example.org")]


@pytest.mark.parametrize("end", ["refuse", "lapse"])
async def test_without_the_new_visa_those_signed_for_come(db, end):
    visited = await Visited.signed()
    await visited.come(24, 3)
    if end == "refuse":
        assert (
            await answer_approval(
                SECOND, AnswerApproval(approved=False, reason="Trop de cours"), secret_key=SECRET, now=NOW
            )
            == "unchanged"
        )
    else:
        await lapse(secret_key=SECRET, now=NOW + timedelta(days=11))
    assert await visited.stands() == (visited.slot, "confirmed", 1, 2)
    assert await value("SELECT adults_asked FROM reservations") is None
    assert ("change_not_granted", "claire@example.org") in await told()
    with pytest.raises(LinkSpent):
        await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)


async def test_fewer_adults_are_told_and_as_many_as_were_signed_need_no_new_visa(db):
    visited = await Visited.signed()
    await visited.come(24, 1)
    assert ("signed_visit_changed", "principale@example.org") in await told()
    assert (await visited.come(24, 2)).asked is False
    assert (await visited.stands())[3] == 2


async def test_more_adults_than_the_principal_is_asked_for_make_her_link_void(db):
    visited = await Visited.signed()
    demand = a_demand(
        visited.elsewhere,
        await builders.group(school=visited.college),
        school=visited.college,
        by=visited.claire,
        token="s" * 43,
    )
    requested = await book(demand, now=NOW)
    secrets = {"secret_key": SECRET, "token": SECOND}
    await change_headcount(requested.id, ChangeHeadcount(pupils=24, adults=5), now=NOW, **visited.own, **secrets)
    with pytest.raises(LinkSpent):
        await answer_approval("s" * 43, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    assert await value("SELECT signed_adults FROM reservations WHERE id = $1", requested.id) == 5


@pytest.mark.parametrize("end", ["teacher", "host", "call off"])
async def test_the_principal_is_told_of_a_visit_that_will_not_be(db, end):
    visited = await Visited.signed()
    match end:
        case "teacher":
            await cancel(visited.id, CancelVisit(reason="Grève"), role="teacher", now=NOW, **visited.own)
        case "host":
            host = {"school": visited.here, "by": await builders.account()}
            await cancel(visited.id, CancelVisit(reason="Machine en panne"), role="host", now=NOW, **host)
        case "call off":
            await call_off(visited.slot, CallOffSlot(reason="Grève"), school=visited.here, by=visited.claire, now=NOW)
    assert ("signed_visit_cancelled", "principale@example.org") in await told()


async def test_the_principal_is_told_of_a_demand_that_went_without_her_answer(db):
    visited = await Visited.signed()
    group = await builders.group(school=visited.college)
    await book(a_demand(visited.elsewhere, group, **visited.own, token=SECOND), now=NOW)
    await lapse(secret_key=SECRET, now=NOW + timedelta(days=11))
    assert ("signed_visit_cancelled", "principale@example.org") in await told()


async def test_a_college_that_asks_for_no_visa_moves_at_once_and_tells_no_principal(db):
    visited = await Visited.signed()
    await rows("UPDATE schools SET needs_approval = false WHERE id = $1", visited.college)
    assert (await visited.move(visited.elsewhere)).asked is None
    assert {kind for kind, _ in await told()} == {"reservation_left", "reservation_moved", "reservation_received"}


async def test_the_link_of_a_change_can_be_sent_again(db):
    visited = await Visited.signed()
    moved = await visited.move(visited.elsewhere)
    await renew_approval(moved.asked, **visited.own, token="r" * 43, now=NOW)
    with pytest.raises(LinkSpent):
        await answer_approval(SECOND, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    assert await answer_approval("r" * 43, AnswerApproval(approved=True), secret_key=SECRET, now=NOW) == "confirmed"


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
    await rows("UPDATE schools SET principal_mail = 'claire+visa@example.org' WHERE id = $1", visited.college)
    with pytest.raises(PrincipalTeaches):
        await visited.move(visited.elsewhere)
    assert await visited.seats() == [24, 0]


async def test_a_link_for_more_adults_leads_to_the_change_that_was_asked_after_it(db):
    visited, later = await Visited.signed(), NOW + timedelta(hours=2)
    await visited.come(24, 4, now=NOW + timedelta(hours=1))
    await visited.move(visited.elsewhere, token="r" * 43, now=later)
    told = await visa_told(SECOND)
    assert (told.act, told.at) == ("renewed", later)


async def a_third_adult_on_paper() -> Visited:
    """She signed by her link for two adults; the teacher notes a paper for a third."""
    visited = await Visited.signed()
    await visited.come(24, 3)
    await note_paper_visa(visited.id, builders.paper_visa(), secret_key=SECRET, token="v" * 43, now=NOW, **visited.own)
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
    assert await take_back_visa("v" * 43, ask_token="w" * 43, now=NOW) == visited.id
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
    secrets = {"secret_key": SECRET, "token": "x" * 43}
    assert (
        await change_headcount(visited.id, ChangeHeadcount(pupils=24, adults=3), now=NOW, **visited.own, **secrets)
    ).asked
    assert await answer_approval("x" * 43, AnswerApproval(approved=True), secret_key=SECRET, now=NOW) == "confirmed"


async def test_a_paper_for_another_lycee_that_is_taken_back_asks_anew_whatever_the_link_signed(db):
    visited = await Visited.signed()
    moved = await visited.move(visited.elsewhere)
    await note_paper_visa(moved.asked, builders.paper_visa(), secret_key=SECRET, token="v" * 43, now=NOW, **visited.own)
    assert (await visited.stands())[:2] == (visited.elsewhere, "confirmed")
    await take_back_visa("v" * 43, ask_token="w" * 43, now=NOW)
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
