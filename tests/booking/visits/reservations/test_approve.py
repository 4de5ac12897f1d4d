from __future__ import annotations

from datetime import timedelta

import pytest

from booking.day.badges.issue_due import issue_of
from booking.people.accounts.rules import LinkSpent
from booking.visits.reservations.acts import AnswerApproval, MoveVisit
from booking.visits.reservations.approve import answer_approval, note_paper_visa
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.book import book
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.move import move
from booking.visits.reservations.queries import visit_to_approve
from booking.visits.reservations.whom_to_ask import NoPrincipal
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, a_demand, fresh
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import Invalid

LINK = "p" * 43


async def a_request(*, mail: str = "principal@example.org", slot: int | None = None):
    college = await builders.school(needs_approval=True, principal_mail=mail, principal_name="Mme Perrin")
    teacher = await builders.person("teacher", "claire@example.org", school=college)
    lycee = await builders.school(kind="lycee")
    await builders.membership(await builders.account("accueil@example.org"), "host", school=lycee)
    slot = slot or await builders.slot(host=lycee)
    group = await builders.group(school=college)
    booked = await book(a_demand(slot, group, school=college, by=teacher, token=LINK), now=NOW)
    return booked, slot, college, teacher


async def told() -> list[tuple[str, str]]:
    await tell()
    return [tuple(one) for one in await rows("SELECT kind, to_email FROM notices ORDER BY id")]


async def test_a_college_that_asks_for_a_visa_holds_the_seats_and_writes_to_the_principal(db):
    booked, slot, *_ = await a_request()
    assert booked.state == "requested"
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 24
    assert await told() == [
        ("approval_asked", "principal@example.org"),
        ("reservation_requested", "claire@example.org"),
    ]
    await tell()
    assert await value("SELECT secret FROM notices WHERE kind = 'approval_asked'") == LINK
    assert await value("SELECT hold_until FROM reservations") == NOW + timedelta(days=10)


async def test_the_principal_approves_once_and_the_lycee_is_told(db):
    await a_request()
    assert await answer_approval(LINK, AnswerApproval(approved=True), secret_key=SECRET, now=NOW) == "confirmed"
    assert (await told())[2:] == [
        ("reservation_confirmed", "claire@example.org"),
        ("reservation_received", "accueil@example.org"),
    ]
    assert tuple(await row("SELECT state, hold_until, sequence FROM reservations")) == ("confirmed", None, 1)
    with pytest.raises(LinkSpent):
        await answer_approval(LINK, AnswerApproval(approved=False, reason="Non"), secret_key=SECRET, now=NOW)


async def test_the_principal_refuses_and_says_why_and_the_seats_go_on(db):
    _, slot, *_ = await a_request()
    with pytest.raises(Invalid):
        await answer_approval(LINK, AnswerApproval(approved=False), secret_key=SECRET, now=NOW)
    assert (
        await answer_approval(
            LINK, AnswerApproval(approved=False, reason="Conseils de classe"), secret_key=SECRET, now=NOW
        )
        == "refused_by_principal"
    )
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 0
    assert await value("SELECT reason FROM reservations") == "Conseils de classe"


async def test_a_renewed_link_makes_the_old_one_void(db):
    booked, _, college, teacher = await a_request()
    await renew_approval(booked.id, school=college, by=teacher, token="q" * 43, now=NOW)
    with pytest.raises(LinkSpent):
        await answer_approval(LINK, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    assert await answer_approval("q" * 43, AnswerApproval(approved=True), secret_key=SECRET, now=NOW) == "confirmed"


async def test_a_visa_on_paper_is_noted_and_confirms(db):
    booked, _, college, teacher = await a_request()
    with pytest.raises(Invalid):
        builders.paper_visa(signed_by=" ")
    own = {"school": college, "by": teacher, "token": "v" * 43}
    await note_paper_visa(booked.id, builders.paper_visa(), secret_key=SECRET, now=NOW, **own)
    assert tuple(await row("SELECT state, visa_note, visa_paper_on FROM reservations")) == (
        *("confirmed", "Mme Perrin", NOW.date()),
    )
    with pytest.raises(LinkSpent):
        await answer_approval(LINK, AnswerApproval(approved=False, reason="x"), secret_key=SECRET, now=NOW)


async def test_a_visa_that_never_comes_frees_the_seats(db):
    _, slot, *_ = await a_request()
    assert await lapse(secret_key=SECRET, now=NOW + timedelta(days=9)) == 0
    assert await lapse(secret_key=SECRET, now=NOW + timedelta(days=10)) == 1
    assert await value("SELECT state FROM reservations") == "lapsed"
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 0


async def test_without_a_principals_address_nothing_is_held(db):
    with pytest.raises(NoPrincipal):
        await a_request(mail="")
    counts = await row("SELECT (SELECT count(*) FROM reservations), (SELECT sum(seats_taken) FROM slots)")
    assert tuple(counts) == (0, 0)


async def test_a_demand_that_moves_asks_the_principal_again_with_the_new_date(db):
    booked, _, college, teacher = await a_request()
    later = await builders.slot(starts_at=paris("2027-04-01 14:00"))
    await tell()
    await move(booked.id, MoveVisit(to_slot=later), school=college, by=teacher, fresh=fresh(), now=NOW)
    assert (await told())[2:] == [
        ("approval_asked", "principal@example.org"),
        ("reservation_moved", "claire@example.org"),
    ]
    with pytest.raises(LinkSpent):
        await answer_approval(LINK, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    assert (await visit_to_approve("q" * 43)).starts_at == paris("2027-04-01 14:00")
    assert await answer_approval("q" * 43, AnswerApproval(approved=True), secret_key=SECRET, now=NOW) == "confirmed"


async def test_first_names_are_erased_when_the_visa_is_refused_or_never_comes(db):
    booked, *_ = await a_request()
    await issue_of([booked.id], secret_key=SECRET)
    await rows("UPDATE badges SET first_name = 'Inès' WHERE kind = 'pupil' AND number = 1")
    await answer_approval(LINK, AnswerApproval(approved=False, reason="Examens"), secret_key=SECRET, now=NOW)
    assert await value("SELECT count(*) FROM badges WHERE reservation = $1 AND first_name <> ''", booked.id) == 0
