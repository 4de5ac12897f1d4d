"""A company asks to join: the same answer for all, one row, and the coordination told once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from booking.people.accounts.invite import Invite, invite
from booking.people.accounts.rules import FIRST_LINK_LASTS, LinkSpent, TooManyTries
from booking.people.accounts.sign_in import ask_link, enter, opens_until
from booking.people.company_requests.ask import AskToJoin, ask_to_join, decline, forget_old, welcome
from booking.people.company_requests.rules import RequestAnswered
from tests import builders
from tests.builders import NOW
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import Invalid

LA_POSTE = "35600000049837"
LUC = "luc.petit@example.org"


async def ask(
    siret: str = "552 081 317 66522", email: str = LUC, *, address: str = "10.0.0.1", now=NOW, **more
) -> None:
    told = {"company_name": "Scierie du Haut", "commune": "Pontarlier", "contact_name": "Luc Petit"}
    proposal = {"proposal": "Deux techniciens témoignent."}
    await ask_to_join(AskToJoin(siret=siret, email=email, **told | proposal | more), address=address, now=now)


async def boss() -> int:
    nadia = await builders.person("coordinator", "nadia@example.org")
    return nadia


async def mails() -> list[tuple[str, str]]:
    await tell()
    return [(one["kind"], one["to_email"]) for one in await rows("SELECT kind, to_email FROM notices ORDER BY id")]


async def test_a_company_is_kept_once_and_the_coordination_told_once_however_often_it_asks(db):
    await boss()
    await asyncio.gather(*(ask(address=f"10.0.0.{n}") for n in range(3)))
    kept = await row("SELECT count(*), min(siret), min(contact_name) FROM company_requests")
    assert tuple(kept) == (1, "55208131766522", "Luc Petit")
    assert await mails() == [("newcomer", "nadia@example.org")]
    assert await value("SELECT detail FROM events WHERE act = 'company_asked'") == ""


async def test_the_rule_of_la_poste_counts_and_a_wrong_key_does_not(db):
    await ask(LA_POSTE)
    for wrong in ("55208131766523", "123", ""):
        with pytest.raises(Invalid):
            await ask(wrong)


async def accepted(nadia: int, *, now=NOW) -> None:
    await welcome(await value("SELECT id FROM company_requests"), by=nadia, token="un-jeton", now=now)


async def test_accepted_it_is_registered_and_its_person_comes_in_by_the_mail_without_typing_anything(db):
    nadia = await boss()
    await ask()
    await accepted(nadia)
    assert tuple(await row("SELECT siret, name, commune FROM companies")) == (
        *("55208131766522", "Scierie du Haut", "Pontarlier"),
    )
    held = await row(
        """SELECT a.email, a.name, m.role FROM memberships m JOIN accounts a ON a.id = m.account
           WHERE m.role <> 'coordinator'"""
    )
    assert tuple(held) == (LUC, "Luc Petit", "company")
    assert await value("SELECT count(*) FROM company_requests") == 0
    assert ("answered", LUC) in await mails()
    later = NOW + FIRST_LINK_LASTS - timedelta(minutes=1)
    assert await enter("un-jeton", session_id="s", browser="", address="10.0.0.1", now=later) == "/seances"


async def test_the_way_in_is_for_whoever_never_came(db):
    nadia = await boss()
    await builders.account(LUC, last_seen_at=NOW)
    await ask()
    await accepted(nadia)
    assert ("answered", LUC) in await mails()
    assert await value("SELECT count(*) FROM sign_in_links") == 0


async def test_the_way_in_is_closed_once_she_has_come_by_another(db):
    nadia = await boss()
    await ask()
    await accepted(nadia)
    await ask_link(LUC, token="un-autre", next_path="/", address="10.0.0.1", now=NOW)
    assert await enter("un-autre", session_id="s", browser="", address="10.0.0.1", now=NOW) == "/"
    assert await opens_until("un-jeton", now=NOW) is None
    with pytest.raises(LinkSpent):
        await enter("un-jeton", session_id="t", browser="", address="10.0.0.1", now=NOW)


async def test_the_way_in_is_for_no_coordinator_who_has_not_come_yet(db):
    nadia = await boss()
    await invite(Invite(email=LUC, role="coordinator"), now=NOW)
    await ask()
    await accepted(nadia)
    assert await value("SELECT count(*) FROM sign_in_links") == 0


async def test_the_way_in_is_closed_to_whoever_is_made_a_coordinator_before_she_came(db):
    nadia = await boss()
    await ask()
    await accepted(nadia)
    await invite(Invite(email=LUC, role="coordinator"), now=NOW)
    with pytest.raises(LinkSpent):
        await enter("un-jeton", session_id="s", browser="", address="10.0.0.1", now=NOW)


async def test_a_company_that_is_known_keeps_its_card_and_gains_a_person(db):
    nadia = await boss()
    known = await builders.company(name="La Scierie", siret="55208131766522")
    await ask()
    await accepted(nadia)
    assert await value("SELECT name FROM companies WHERE id = $1", known) == "La Scierie"
    assert await value("SELECT company FROM memberships WHERE role = 'company'") == known


async def test_who_represents_it_already_is_sent_how_to_sign_in_and_nothing_is_kept(db):
    firm = await builders.company(siret="55208131766522")
    await builders.membership(await builders.account(LUC), "company", company=firm)
    await ask()
    assert await value("SELECT count(*) FROM company_requests") == 0
    assert await mails() == [("invited", LUC)]


async def test_refused_nothing_is_kept_and_a_mail_thanks(db):
    nadia = await boss()
    await ask()
    number = await value("SELECT id FROM company_requests")
    await decline(number, by=nadia, now=NOW)
    assert await value("SELECT count(*) FROM company_requests") == 0
    assert [kind for kind, to in await mails() if to == LUC] == ["answered"]
    for again in (decline(number, by=nadia, now=NOW), welcome(number, by=nadia, token="un-jeton", now=NOW)):
        with pytest.raises(RequestAnswered):
            await again


async def test_two_coordinators_who_answer_at_once_answer_once(db):
    nadia = await boss()
    await ask()
    number = await value("SELECT id FROM company_requests")
    answers = await asyncio.gather(
        *(welcome(number, by=nadia, token=f"jeton-{n}", now=NOW) for n in range(3)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in answers) == ["NoneType", "RequestAnswered", "RequestAnswered"]


async def test_a_siret_is_asked_for_three_times_in_a_quarter_of_an_hour(db):
    for n in range(3):
        await ask(address=f"10.0.0.{n}")
    with pytest.raises(TooManyTries):
        await ask(address="10.0.0.9")
    await ask(address="10.0.0.9", now=NOW + timedelta(minutes=16))


async def test_without_an_answer_it_is_erased_after_ninety_days(db):
    await ask()
    assert await forget_old(before=NOW - timedelta(seconds=1)) == 0
    assert await forget_old(before=NOW) == 1
