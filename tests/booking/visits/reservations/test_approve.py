from __future__ import annotations

from datetime import timedelta

import pytest

from booking.day.badges.issue_due import issue_of
from booking.people.accounts.rules import LinkSpent
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.demand import Booked
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.queries import visit_to_approve
from booking.visits.reservations.whom_to_ask import NoPrincipal
from tests import builders
from tests.booking.visits.reservations.demands import FIRST, SECOND, SECRET, College, refuse_visa, sign
from tests.builders import NOW, paris
from tests.seen import first, mails, seats
from tests.telling import tell
from workshops.database import rows, value
from workshops.refusals import Invalid


async def a_request(*, mail: str = "principal@example.org") -> tuple[Booked, int, College]:
    """Claire has asked for a place, which her principal is to sign for."""
    principal = {"principal_mail": mail, "principal_name": "Mme Perrin"}
    college = await College.new("claire@example.org", needs_approval=True, **principal)
    lycee = await builders.school(kind="lycee")
    await builders.person("host", "accueil@example.org", school=lycee)
    slot = await builders.slot(host=lycee)
    return await college.ask(slot), slot, college


async def test_a_college_that_asks_for_a_visa_holds_the_seats_and_writes_to_the_principal(db):
    booked, slot, _ = await a_request()
    assert (booked.state, await seats(slot)) == ("requested", (24, 1))
    assert await mails() == [
        ("approval_asked", "principal@example.org"),
        ("reservation_requested", "claire@example.org"),
    ]
    assert await value("SELECT secret FROM notices WHERE kind = 'approval_asked'") == FIRST
    assert await value("SELECT hold_until FROM reservations") == NOW + timedelta(days=10)


async def test_the_principal_approves_once_and_the_lycee_is_told(db):
    await a_request()
    assert await sign(FIRST) == "confirmed"
    assert (await mails())[2:] == [
        ("reservation_confirmed", "claire@example.org"),
        ("reservation_confirmed", "accueil@example.org"),
    ]
    assert await first("SELECT state, hold_until, sequence FROM reservations") == ("confirmed", None, 1)
    with pytest.raises(LinkSpent):
        await refuse_visa(FIRST)


async def test_the_principal_refuses_and_says_why_and_the_seats_go_on(db):
    _, slot, _ = await a_request()
    with pytest.raises(Invalid):
        await refuse_visa(FIRST, "")
    assert await refuse_visa(FIRST, "Conseils de classe") == "refused_by_principal"
    assert await seats(slot) == (0, 0)
    assert await value("SELECT reason FROM reservations") == "Conseils de classe"


async def test_a_renewed_link_makes_the_old_one_void(db):
    booked, _, college = await a_request()
    await renew_approval(booked.id, token=SECOND, now=NOW, **college.own)
    with pytest.raises(LinkSpent):
        await sign(FIRST)
    assert await sign(SECOND) == "confirmed"


async def test_a_visa_on_paper_is_noted_and_confirms(db):
    booked, _, college = await a_request()
    with pytest.raises(Invalid):
        await college.note(booked.id, signed_by=" ")
    await college.note(booked.id)
    noted = ("confirmed", "Mme Perrin", NOW.date())
    assert await first("SELECT state, visa_note, visa_paper_on FROM reservations") == noted
    with pytest.raises(LinkSpent):
        await refuse_visa(FIRST)


async def test_a_visa_that_never_comes_frees_the_seats(db):
    _, slot, _ = await a_request()
    assert await lapse(secret_key=SECRET, now=NOW + timedelta(days=9)) == 0
    assert await lapse(secret_key=SECRET, now=NOW + timedelta(days=10)) == 1
    assert await value("SELECT state FROM reservations") == "lapsed"
    assert await seats(slot) == (0, 0)


async def test_without_a_principals_address_nothing_is_held(db):
    with pytest.raises(NoPrincipal):
        await a_request(mail="")
    assert await first("SELECT (SELECT count(*) FROM reservations), (SELECT sum(seats_taken) FROM slots)") == (0, 0)


async def test_a_demand_that_moves_asks_the_principal_again_with_the_new_date(db):
    booked, _, college = await a_request()
    later = await builders.slot(starts_at=paris("2027-04-01 14:00"))
    await tell()
    await college.move(booked.id, later)
    assert (await mails())[2:] == [
        ("approval_asked", "principal@example.org"),
        ("reservation_changed", "claire@example.org"),
    ]
    with pytest.raises(LinkSpent):
        await sign(FIRST)
    assert (await visit_to_approve(SECOND)).starts_at == paris("2027-04-01 14:00")
    assert await sign(SECOND) == "confirmed"


async def test_first_names_are_erased_when_the_visa_is_refused_or_never_comes(db):
    booked, *_ = await a_request()
    await issue_of([booked.id], secret_key=SECRET)
    await rows("UPDATE badges SET first_name = 'Inès' WHERE kind = 'pupil' AND number = 1")
    await refuse_visa(FIRST)
    assert await value("SELECT count(*) FROM badges WHERE reservation = $1 AND first_name <> ''", booked.id) == 0
