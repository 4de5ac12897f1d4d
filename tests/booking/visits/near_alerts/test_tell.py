"""A company is told of the slots that classes reserve near it, once a day at most, until it says to stop."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.people.accounts.stop_links import stop_token, stopped_by
from booking.visits.near_alerts.rules import ALERT, PlaceUnknown
from booking.visits.near_alerts.tell import AskNearAlert, ask_near_alert, stop_near_alert, tell_companies
from tests import builders
from tests.booking.mails.story import text_of, told
from tests.browsing import SECRET
from tests.builders import NOW, paris
from tests.seen import first, forget_mails, mails
from workshops.companies.queries import company as card_of
from workshops.database import value
from workshops.refusals import NotFound

FIVE, NEXT_DAY = paris("2027-01-11 17:00"), paris("2027-01-12 17:00")
DOLE = {"commune": "Dole", "postcode": "39100", "department": "39", "lat": 47.09, "lon": 5.49}


async def who_asks(email: str, *, km: int = 20, **card: str) -> tuple[int, int]:
    """A company that is told within so many kilometres, and its person."""
    company = await builders.company(**card)
    person = await builders.person("company", email, company=company)
    await ask_near_alert(AskNearAlert(km=km), company=await card_of(company), by=person, now=NOW)
    return company, person


async def reserved(*, host: int, pupils: int = 23, **more: object) -> int:
    slot = await builders.slot(host=host, **more)
    await builders.reservation(slot=slot, group=await builders.group(name="4e Secrète"), pupils=pupils)
    return slot


@pytest.fixture
async def besancon(db) -> int:
    await builders.school(**DOLE)
    return await builders.school(kind="lycee", name="Lycée Jules Haag")


async def near_mails() -> list[tuple[str, str]]:
    return [mail for mail in await mails() if mail[0] == "classes_near"]


async def test_a_company_is_told_of_what_a_class_reserves_near_it_and_one_far_away_or_that_did_not_ask_is_not(besancon):
    await who_asks("pauline@example.org")
    await who_asks("paul@example.org", commune="Dole", department="39")
    await builders.person("company", "autre@example.org", company=await builders.company())
    await reserved(host=besancon)
    await builders.slot(host=besancon, starts_at=paris("2027-03-26 09:00"))
    assert await tell_companies(now=FIVE) == 1
    assert await near_mails() == [("classes_near", "pauline@example.org")]


async def test_the_distance_is_the_one_that_it_chose(besancon):
    await who_asks("pres@example.org", km=40, commune="Dole", department="39")
    await who_asks("loin@example.org", km=80, commune="Dole", department="39")
    await reserved(host=besancon)
    await tell_companies(now=FIVE)
    assert await near_mails() == [("classes_near", "loin@example.org")]


async def test_one_mail_a_day_gathers_what_the_day_brought(besancon):
    await who_asks("pauline@example.org")
    slots = [await reserved(host=besancon, starts_at=paris(f"2027-03-{day} 09:00")) for day in (24, 25)]
    assert await tell_companies(now=FIVE - timedelta(minutes=1)) == 0
    assert await tell_companies(now=FIVE) == 1
    assert await first("SELECT slots FROM near_alerts") == (slots,)
    late = await reserved(host=besancon, starts_at=paris("2027-03-26 09:00"))
    assert [await tell_companies(now=FIVE + timedelta(minutes=minutes)) for minutes in (1, 400)] == [0, 0]
    assert await tell_companies(now=NEXT_DAY) == 1
    assert await first("SELECT slots FROM near_alerts") == ([late],)
    assert await tell_companies(now=NEXT_DAY + timedelta(days=1)) == 0
    assert len(await near_mails()) == 2


async def test_what_stood_in_its_list_when_it_asked_is_no_news_and_a_wider_circle_brings_none_of_it(besancon):
    lure = await builders.school(kind="lycee", commune="Lure", lat=47.68, lon=6.49)
    await reserved(host=besancon)
    await reserved(host=lure)
    company, person = await who_asks("pauline@example.org")
    await ask_near_alert(AskNearAlert(km=80), company=await card_of(company), by=person, now=NOW)
    assert await tell_companies(now=FIVE) == 0
    news = await reserved(host=lure, starts_at=paris("2027-03-26 09:00"))
    await tell_companies(now=NEXT_DAY)
    assert await first("SELECT km, slots FROM near_alerts") == (80, [news])


async def test_where_it_comes_already_or_where_no_place_is_left_is_no_news(besancon):
    company, _ = await who_asks("pauline@example.org")
    coming = await reserved(host=besancon)
    await builders.attendance(slot=coming, company=company)
    full = await reserved(host=besancon, company_places=2, starts_at=paris("2027-03-26 09:00"))
    await builders.attendance(slot=full, company=await builders.company(), people=2)
    await reserved(host=besancon, starts_at=NOW - timedelta(days=3))
    assert await tell_companies(now=FIVE) == 0


async def test_the_mail_says_when_where_how_far_and_how_many_and_no_group(besancon):
    company, _ = await who_asks("pauline@example.org")
    slot = await reserved(host=besancon)
    gone = await reserved(host=besancon, starts_at=paris("2027-03-26 09:00"))
    await tell_companies(now=FIVE)
    await builders.attendance(slot=gone, company=company)
    alert = int(await value("SELECT id FROM near_alerts"))
    mail = await told("classes_near", alert)
    assert str(mail.message["Subject"]) == "1 séance réservée près de vous"
    text = text_of(mail)
    assert "À moins de 20 km, une classe vient de réserver une séance où une entreprise est attendue." in text
    assert "jeudi 25 mars 2027, de 9 h 00 à 12 h 00" in text
    assert "Découpe laser, Lycée Jules Haag, Besançon · 0 km · 23 élèves attendus" in text
    assert f"http://127.0.0.1:8000/creneaux/{slot}/venue" in text
    assert ("4e Secrète" in text, "26 mars" in text) == (False, False)
    stop = f"http://127.0.0.1:8000/seances/alerte/arret/{stop_token(ALERT, alert, SECRET)}"
    assert stop in " ".join(mail.message.get_body(("plain",)).get_content().split())


async def test_a_distance_from_the_middle_of_a_departement_is_called_estimated(besancon):
    await who_asks("pauline@example.org", km=100, commune="Trépot", department="39")
    await reserved(host=besancon)
    await tell_companies(now=FIVE)
    text = text_of(await told("classes_near", int(await value("SELECT id FROM near_alerts"))))
    assert "Découpe laser, Lycée Jules Haag, Besançon · 43 km (estimé) · 23 élèves attendus" in text


async def test_a_mail_that_has_nothing_to_say_any_more_does_not_leave(besancon):
    company, person = await who_asks("pauline@example.org")
    slot = await reserved(host=besancon)
    await tell_companies(now=FIVE)
    alert = int(await value("SELECT id FROM near_alerts"))
    await builders.attendance(slot=slot, company=company)
    assert await told("classes_near", alert) is None
    await value("UPDATE attendances SET state = 'withdrawn'")
    await stop_near_alert(alert, by=person, now=FIVE)
    assert await told("classes_near", alert) is None


async def test_once_stopped_it_is_told_no_more_and_the_others_are(besancon):
    company, person = await who_asks("pauline@example.org")
    await who_asks("autre@example.org")
    alert = int(await value("SELECT id FROM near_alerts WHERE company = $1", company))
    await stop_near_alert(alert, by=person, now=NOW)
    with pytest.raises(NotFound):
        await stop_near_alert(alert, by=None, now=NOW)
    await reserved(host=besancon)
    await tell_companies(now=FIVE)
    assert await near_mails() == [("classes_near", "autre@example.org")]
    acts = await first("SELECT array_agg(act ORDER BY id) FROM events WHERE about = $1 AND act LIKE 'near%'", alert)
    assert acts == (["near_alert_asked", "near_alert_stopped"],)


async def test_a_colleague_reads_it_once_who_asked_has_left_and_nobody_does_once_the_company_has_nobody(besancon):
    company, pauline = await who_asks("pauline@example.org")
    ines = await builders.person("company", "ines@example.org", company=company)
    await builders.person("coordinator", "yves@example.org")
    await value("UPDATE accounts SET disabled_at = $2 WHERE id = $1", pauline, NOW)
    await reserved(host=besancon)
    await tell_companies(now=FIVE)
    assert await near_mails() == [("classes_near", "ines@example.org")]
    await forget_mails()
    await value("UPDATE accounts SET disabled_at = $2 WHERE id = $1", ines, NOW)
    await reserved(host=besancon, starts_at=paris("2027-03-26 09:00"))
    assert await tell_companies(now=NEXT_DAY) == 0
    assert await near_mails() == []


async def test_a_company_that_nobody_can_place_is_told_how_to_be(db):
    company = await builders.company(commune="", department="")
    with pytest.raises(PlaceUnknown):
        await ask_near_alert(AskNearAlert(km=20), company=await card_of(company), by=1, now=NOW)


def test_a_link_stops_the_alert_that_it_was_written_for_alone():
    assert stopped_by(ALERT, stop_token(ALERT, 12, SECRET), SECRET) == 12
    proof = stop_token(ALERT, 12, SECRET).partition("-")[2]
    others = (stop_token(ALERT, 12, "another secret"), stop_token("daily mail", 12, SECRET))
    wrong = ("", "12", f"13-{proof}", f"1２-{proof}", "é-é", *others)
    assert [stopped_by(ALERT, token, SECRET) for token in wrong] == [None] * 7
