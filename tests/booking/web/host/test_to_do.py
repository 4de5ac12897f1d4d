"""What waits for the lycée's own word: companies that ask, agendas that said no, groups refused at the desk."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from booking.day.checkin.check_in import check_in
from booking.day.checkin.rules import ScanAsked
from tests import builders, builders_ptech
from tests.booking.web.host.lycee import Lycee, a_lycee, words
from tests.builders import NOW, paris
from workshops.database import rows


async def to_do(lycee: Lycee) -> str:
    """The part « À faire » of the first page, empty when it is not there."""
    page = (await lycee.browser.get("/lycee")).text
    found = re.search(r'<section class="part" aria-labelledby="a-faire">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def told(part: str) -> str:
    return words(part, of="section") if part else ""


async def a_visit(lycee: Lycee, *, days: int = 30, name: str = "4e B", mark: int = 0) -> tuple[int, int]:
    workshop = await builders.workshop(
        host=lycee.school, title="Horloge en laiton", objects=(await builders.tech_object(),)
    )
    starts_at = paris("2027-01-11 14:00") + timedelta(days=days)
    slot = await builders.slot(workshop=workshop, starts_at=starts_at, company_places=6)
    await builders.room(school=lycee.school)
    group = await builders.group(name=name, school=await builders.school(name="Collège Stendhal"))
    return slot, await builders.reservation(slot=slot, group=group, mark=mark)


async def test_a_company_that_asks_is_accepted_from_the_first_page(lycee):
    slot, _ = await a_visit(lycee, days=10)
    firm = await builders.company(name="Zénith Montres")
    asked = await builders.attendance(slot=slot, company=firm, state="asked", role="demonstration")
    part = await to_do(lycee)
    assert told(part) == (
        "À faire Zénith Montres demande à venir « Horloge en laiton », jeudi 21 janvier 2027, 14 h 00 · Démonstration,"
        " 2 personnes Accepter Zénith Montres Décliner Zénith Montres"
    )
    assert f'action="/lycee/venues/{asked}/acceptation"' in part
    assert f'href="/lycee/creneaux/{slot}#venue-{asked}"' in part
    assert f'id="venue-{asked}"' in (await lycee.browser.get(f"/lycee/creneaux/{slot}")).text
    assert (await lycee.browser.post(f"/lycee/venues/{asked}/acceptation")).status_code == 303
    assert await to_do(lycee) == ""


async def test_a_company_that_asked_for_a_session_of_the_past_is_not_answered_any_more(lycee):
    slot, _ = await a_visit(lycee)
    await builders.attendance(slot=slot, company=await builders.company(), state="asked")
    moved = "UPDATE slots SET starts_at = $2, ends_at = $2::timestamptz + interval '3 h', state = 'done' WHERE id = $1"
    await rows(moved, slot, NOW - timedelta(days=1))
    assert "demande à venir" not in told(await to_do(lycee))


async def test_agendas_that_said_no_are_asked_about_from_the_first_page(lycee):
    slot, reservation = await a_visit(lycee, days=10)
    said_no = (
        "INSERT INTO replies (reservation, account, answer, sequence, answered_at) VALUES ($1, $2, 'DECLINED', 0, $3)"
    )
    claire = await builders.account()
    await rows("UPDATE reservations SET booked_by = $1", claire)
    for account in (claire, lycee.account):
        await rows(said_no, reservation, account, NOW)
    part = await to_do(lycee)
    assert told(part) == (
        "À faire 2 agendas ont répondu « non » « Horloge en laiton », jeudi 21 janvier 2027, 14 h 00 : Claire Renaud,"
        " Marc Perrin. Rien n'est annulé : demandez si la visite a lieu. Voir les réponses pour Horloge en laiton,"
        " jeudi 21 janvier 2027"
    )
    assert f'href="/lycee/creneaux/{slot}#agendas"' in part
    await rows("UPDATE reservations SET sequence = 1")
    assert await to_do(lycee) == ""


async def test_an_agenda_that_said_no_to_a_mentoring_action_is_asked_about_too(lycee):
    await a_visit(lycee, days=10)
    scheme = await builders_ptech.scheme(school=lycee.school)
    cohort = await builders_ptech.cohort(of=scheme)
    firm = await builders.company(name="Zénith Montres")
    await builders_ptech.mentor(cohort, company=firm)
    action = await builders_ptech.action(cohort, company=firm, starts_at=paris("2027-03-25 09:00"))
    ines = await builders.person("company", "ines@example.org", name="Inès Caron", company=firm)
    said_no = "INSERT INTO replies (action, account, answer, sequence, answered_at) VALUES ($1, $2, 'DECLINED', 0, $3)"
    await rows(said_no, action, ines, NOW)
    part = await to_do(lycee)
    assert "1 agenda a répondu « non » Action de mentorat, jeudi 25 mars 2027, 9 h 00 : Inès Caron." in told(part)
    assert f'href="/lycee/ptech/actions/{action}"' in part
    await rows("UPDATE mentoring_actions SET starts_at = $1", NOW - timedelta(days=1))
    assert await to_do(lycee) == ""


async def test_groups_refused_at_the_desk_are_shown_until_they_are_received(lycee):
    slot, _ = await a_visit(lycee, days=0)
    other, theirs = await a_visit(lycee, days=0, name="3e C")
    badges = await builders.badges(theirs)
    far = await builders.slot(host=await builders.school(kind="lycee"))
    others = await builders.badges(await builders.reservation(slot=far, group=await builders.group(name="6e A")))

    async def scan(badge: str, act: str = "arrival", *, at: int = slot) -> None:
        asked = ScanAsked(uuid.uuid4(), at, badge, NOW, act)
        await check_in([asked], account=lycee.account, school=lycee.school, now=NOW)

    for badge in (badges[0], badges[0], badges[1], others[0], "B1.NOBODY"):
        await scan(badge)
    part = await to_do(lycee)
    assert told(part) == (
        "À faire 3e C, 2 badges refusés à l'accueil « Horloge en laiton », lundi 11 janvier 2027, 14 h 00 : ce groupe"
        " est attendu à une autre visite. Voir les refus de 3e C"
        " Un autre lycée, 1 badge refusé à l'accueil « Horloge en laiton », lundi 11 janvier 2027, 14 h 00 : ce groupe"
        " est attendu à une autre visite. Voir les refus de Un autre lycée"
    )
    assert f'href="/accueil/{slot}#refuses"' in part
    assert 'id="refuses"' in (await lycee.browser.get(f"/accueil/{slot}")).text
    await scan(badges[0], "welcome")
    await scan(badges[1], at=other)
    await rows("UPDATE reservations SET state = 'cancelled_by_teacher' WHERE slot = $1", far)
    assert "3e C" not in told(await to_do(lycee))
    await rows("UPDATE slots SET state = 'done', closed_at = $2 WHERE id = $1", slot, NOW)
    assert await to_do(lycee) == ""


async def test_a_cancelled_group_that_came_says_why_it_was_refused(lycee):
    slot, theirs = await a_visit(lycee, days=0)
    (badge, *_) = await builders.badges(theirs)
    await rows("UPDATE reservations SET state = 'cancelled_by_teacher' WHERE id = $1", theirs)
    asked = ScanAsked(uuid.uuid4(), slot, badge, NOW)
    await check_in([asked], account=lycee.account, school=lycee.school, now=NOW)
    assert "4e B, 1 badge refusé à l'accueil" in told(await to_do(lycee))
    assert "14 h 00 : sa réservation est annulée." in told(await to_do(lycee))


async def test_what_waits_elsewhere_is_another_lycee_s(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Edgar Faure")
    slot, reservation = await a_visit(other, days=10)
    await builders.attendance(slot=slot, company=await builders.company(), state="asked")
    said_no = (
        "INSERT INTO replies (reservation, account, answer, sequence, answered_at) VALUES ($1, $2, 'DECLINED', 0, $3)"
    )
    await rows(said_no, reservation, other.account, NOW)
    part = told(await to_do(lycee))
    assert [one in part for one in ("demande à venir", "répondu", "refusé")] == [False, False, False]
