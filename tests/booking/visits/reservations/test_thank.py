"""The line that a teacher writes after a visit: for the lycée and the companies that came, without a name, for a
while."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from booking.mails.evening import ask_for_thanks
from booking.visits.reservations.acts import WriteThanks
from booking.visits.reservations.states import NotNow
from booking.visits.reservations.thank import thank
from booking.year.purge import purge
from tests import builders
from tests.booking.mails.story import posted
from tests.booking.web.school.test_after import closed
from tests.booking.web.school.test_visits import receiving
from tests.browsing import Browser, said
from tests.builders import NOW, paris
from tests.seen import lycee_of, seen
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound

WORDS = "Toute la classe vous remercie, l'horloge trône au CDI."
UNTIL = paris("2027-01-12 18:00")


async def attended(*, closed_at=NOW, state: str = "attended") -> tuple[int, int]:
    """A visit and its collège."""
    college = await builders.school()
    slot = await builders.slot(starts_at=NOW - timedelta(days=1), closed_at=closed_at)
    return await builders.reservation(slot=slot, group=await builders.group(school=college), state=state), college


async def write(visit: int, college: int, words: str = WORDS, *, now=NOW) -> None:
    await thank(visit, WriteThanks(thanks=words), school=college, by=1, now=now)


async def kept(visit: int) -> str:
    return str(await value("SELECT thanks FROM reservations WHERE id = $1", visit))


async def test_it_may_be_written_and_rewritten_until_the_evening_of_the_next_school_day(db):
    visit, college = await attended()
    await write(visit, college)
    await write(visit, college, "Merci.", now=UNTIL - timedelta(minutes=1))
    assert await kept(visit) == "Merci."
    with pytest.raises(NotNow):
        await write(visit, college, now=UNTIL)
    await write(visit, college, "", now=UNTIL)
    assert await kept(visit) == ""
    acts = "SELECT act, about_kind, about FROM events ORDER BY id"
    told = ["reservation_thanks", "reservation_thanks", "reservation_thanks_erased"]
    assert await seen(acts) == [(act, "reservation", visit) for act in told]


async def test_a_visit_closed_before_a_holiday_has_until_the_day_of_return(db):
    visit, college = await attended(closed_at=paris("2027-02-05 17:00"))
    await builders.holidays(paris("2027-02-06 08:00").date(), paris("2027-02-21 08:00").date())
    await write(visit, college, now=paris("2027-02-22 17:59"))
    with pytest.raises(NotNow):
        await write(visit, college, "Merci.", now=paris("2027-02-22 18:00"))


@pytest.mark.parametrize(("state", "closed_at"), [("locked", None), ("no_show", NOW), ("called_off", None)])
async def test_nobody_thanks_for_a_visit_that_is_not_closed_or_to_which_nobody_came(db, state, closed_at):
    visit, college = await attended(state=state, closed_at=closed_at)
    with pytest.raises(NotNow):
        await write(visit, college)


async def test_another_college_s_visit_does_not_exist(db):
    visit, _ = await attended()
    with pytest.raises(NotFound):
        await write(visit, await builders.school())


@pytest.mark.parametrize("words", ["Merci, Emma Durand était ravie.", "Merci pour notre élève asthmatique."])
async def test_a_pupil_s_name_and_a_child_s_health_are_refused(db, words):
    visit, college = await attended()
    with pytest.raises(Invalid):
        await write(visit, college, words)
    assert await kept(visit) == ""


def line_of(page: str) -> list[str]:
    return re.findall(rf"« ({re.escape(WORDS)}) »", said(page).replace("&#39;", "'"))


async def test_she_writes_it_on_the_class_s_page_and_its_lycee_reads_it_on_the_slot_s_page_alone(app):
    browser, visit, slot = await closed(app)
    await builders.reservation(slot=slot, group=await builders.group(), state="attended", pupils=5, thanks="Un mot.")
    other = await builders.person("host", school=await builders.school(kind="lycee"))
    form = (await browser.get(f"/reservations/{visit}")).text
    assert "Jusqu'au mardi 12 janvier 2027, 18 h 00." in said(form)
    refused = await browser.post(f"/reservations/{visit}/mot", {"thanks": "Merci à Emma Durand."})
    assert refused.status_code == 422
    assert "Emma Durand" in refused.text
    done = await browser.post(f"/reservations/{visit}/mot", {"thanks": WORDS})
    assert (done.status_code, done.headers["location"]) == (303, f"/reservations/{visit}?fait=mot-envoye")
    assert "opinion_counted" not in str(await seen("SELECT act FROM events"))
    host = await receiving(app, slot)
    assert line_of((await host.get(f"/lycee/creneaux/{slot}")).text) == [WORDS]
    elsewhere = await Browser(app, now=NOW).sign_in(other)
    assert (await elsewhere.get(f"/lycee/creneaux/{slot}")).status_code == 404


async def test_after_its_time_it_stands_on_her_page_and_has_no_form(app):
    _, visit, _ = await closed(app)
    await rows("UPDATE reservations SET thanks = $2 WHERE id = $1", visit, WORDS)
    app.state.clock = lambda: UNTIL
    claire = await value("SELECT booked_by FROM reservations WHERE id = $1", visit)
    browser = await Browser(app, now=UNTIL).sign_in(claire)
    page = (await browser.get(f"/reservations/{visit}")).text
    assert f'action="/reservations/{visit}/mot"' not in page
    assert line_of(page) == [WORDS]


async def test_one_written_after_the_mail_left_is_read_on_the_pages_and_sent_to_nobody(app):
    browser, visit, slot = await closed(app)
    company = await builders.company()
    pauline = await builders.person("company", company=company)
    attendance = await builders.attendance(slot=slot, company=company)
    await builders.company_turnout(slot=slot, company=company)
    await builders.person("host", school=await lycee_of(slot))
    evening = paris("2027-01-11 18:00")
    assert await ask_for_thanks(now=evening) == 2
    thanked = "SELECT count(*) FROM notices WHERE kind = 'visit_thanks'"
    await posted(now=evening)
    assert await value(thanked) == 2
    await browser.post(f"/reservations/{visit}/mot", {"thanks": WORDS})
    await ask_for_thanks(now=paris("2027-01-12 18:00"))
    assert [mail.message["Subject"] for mail in await posted(now=paris("2027-01-12 18:00"))] == []
    page = (await (await Browser(app, now=NOW).sign_in(pauline)).get(f"/venues/{attendance}")).text
    assert line_of(page) == [WORDS]
    assert line_of((await (await receiving(app, slot)).get(f"/lycee/creneaux/{slot}")).text) == [WORDS]


async def test_it_is_erased_with_the_other_words_of_its_year(db, tmp_path):
    visit, college = await attended()
    await write(visit, college)
    await purge(data_dir=tmp_path, now=paris("2027-07-31 23:00"))
    assert await kept(visit) == WORDS
    await purge(data_dir=tmp_path, now=paris("2027-08-01 03:17"))
    assert await kept(visit) == ""
