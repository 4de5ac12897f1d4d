"""Three answers after a visit: counted once, in sums that name nobody, read by the lycée and the coordination."""

from __future__ import annotations

import asyncio
import re

import pytest

from booking.visits.reservations.give_opinion import OpinionGiven, OpinionTooEarly, give_opinion
from tests import builders
from tests.booking.web.school.test_after import closed
from tests.booking.web.school.test_visits import claire
from tests.browsing import Browser, said
from tests.builders import NOW, paris
from tests.seen import lycee_of, seen
from workshops.catalogue.count_opinion import GiveOpinion
from workshops.catalogue.queries import OpinionCount, said_in_all, said_of_workshop
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound

GOOD_FORM = {"built": "yes", "level": "partly", "again": "yes"}
GOOD = GiveOpinion(**GOOD_FORM)
BAD_FORM = {"built": "no", "level": "partly", "again": "no"}
BAD = GiveOpinion(**BAD_FORM)
STORED = "SELECT question, answer, visits FROM opinions ORDER BY question, answer"


async def came(*, workshop: int, college: int, on: str = "2027-01-07 09:00", state: str = "attended") -> int:
    slot = await builders.slot(workshop=workshop, starts_at=paris(on))
    return await builders.reservation(slot=slot, group=await builders.group(school=college), state=state)


async def test_the_answers_of_a_year_are_sums_of_their_workshop(db):
    laser, college = await builders.workshop(), await builders.school()
    wood = await builders.workshop()
    for workshop, on, answers in (
        (laser, "2026-11-05 09:00", GOOD),
        (laser, "2027-01-07 09:00", BAD),
        (laser, "2025-11-06 09:00", GOOD),
        (wood, "2027-01-14 09:00", GOOD),
    ):
        for hour in range(5):
            day = f"{on[:8]}{int(on[8:10]) + hour:02}{on[10:]}"
            visit = await came(workshop=workshop, college=college, on=day)
            await give_opinion(visit, answers, school=college, now=NOW)
    assert await said_of_workshop(laser) == [
        OpinionCount(2026, "again", 5, 0, 5),
        OpinionCount(2026, "built", 5, 0, 5),
        OpinionCount(2026, "level", 0, 10, 0),
        OpinionCount(2025, "again", 5, 0, 0),
        OpinionCount(2025, "built", 5, 0, 0),
        OpinionCount(2025, "level", 0, 5, 0),
    ]
    assert await said_in_all(2026) == [
        OpinionCount(2026, "again", 10, 0, 5),
        OpinionCount(2026, "built", 10, 0, 5),
        OpinionCount(2026, "level", 0, 15, 0),
    ]


async def test_a_visit_answers_once_even_at_the_same_instant(db):
    college = await builders.school()
    visit = await came(workshop=await builders.workshop(), college=college)
    tries = [give_opinion(visit, GOOD, school=college, now=NOW) for _ in range(8)]
    ends = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(one) for one in ends if one is not None] == [OpinionGiven] * 7
    assert await seen(STORED) == [("again", "yes", 1), ("built", "yes", 1), ("level", "partly", 1)]


async def test_twenty_visits_at_once_are_all_counted(db):
    workshop, college = await builders.workshop(), await builders.school()
    visits = [await came(workshop=workshop, college=college, on=f"2027-01-{n + 4:02} 09:00") for n in range(20)]
    answers = [GOOD if n % 2 else BAD for n in range(20)]
    await asyncio.gather(
        *(give_opinion(visit, said, school=college, now=NOW) for visit, said in zip(visits, answers, strict=True))
    )
    assert await said_of_workshop(workshop) == [
        OpinionCount(2026, "again", 10, 0, 10),
        OpinionCount(2026, "built", 10, 0, 10),
        OpinionCount(2026, "level", 0, 20, 0),
    ]


@pytest.mark.parametrize("state", ["confirmed", "locked", "no_show", "cancelled_by_teacher"])
async def test_nothing_is_asked_where_nobody_came(db, state):
    college = await builders.school()
    visit = await came(workshop=await builders.workshop(), college=college, state=state)
    with pytest.raises(OpinionTooEarly):
        await give_opinion(visit, GOOD, school=college, now=NOW)


async def test_another_school_s_visit_does_not_exist_and_an_unknown_answer_counts_nothing(db):
    college = await builders.school()
    visit = await came(workshop=await builders.workshop(), college=college)
    with pytest.raises(NotFound):
        await give_opinion(visit, GOOD, school=await builders.school(), now=NOW)
    with pytest.raises(Invalid):
        GiveOpinion(built="yes", level="rude", again="yes")
    assert await rows(STORED) == []
    assert await value("SELECT opinion_given FROM reservations WHERE id = $1", visit) is False


async def test_neither_the_sums_nor_the_event_lead_to_the_visit_or_to_whoever_answered(app):
    browser, visit, slot = await closed(app)
    await browser.post(f"/reservations/{visit}/avis", GOOD_FORM)
    workshop = await value("SELECT workshop FROM slots WHERE id = $1", slot)
    told = "SELECT by, about_kind, about, also, detail FROM events WHERE act = 'opinion_counted'"
    assert await seen(told) == [(None, "workshop", workshop, None, "")]
    columns = await rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'opinions' ORDER BY 1")
    assert [one["column_name"] for one in columns] == ["answer", "id", "question", "school_year", "visits", "workshop"]


async def test_the_questions_stand_on_the_page_until_they_are_answered(app):
    browser, visit, _ = await closed(app)
    page = (await browser.get(f"/reservations/{visit}")).text
    assert re.findall(r"<legend>(.*?)</legend>", page) == [
        "Les élèves ont-ils fabriqué ce qui était annoncé ?",
        "Le niveau convenait-il à la classe ?",
        "Reviendriez-vous avec une autre classe ?",
    ]
    assert "Si votre visite est la seule de l'année, le lycée saura que ce sont les vôtres." in page
    answer = await browser.post(f"/reservations/{visit}/avis", GOOD_FORM)
    assert answer.headers["location"] == f"/reservations/{visit}?fait=avis-compte"
    assert "<legend>" not in (await browser.get(f"/reservations/{visit}")).text
    again = await browser.post(f"/reservations/{visit}/avis", GOOD_FORM)
    assert (again.status_code, "Réponses déjà comptées" in again.text) == (409, True)


async def test_a_question_left_out_is_asked_again_with_the_others_kept(app):
    browser, visit, _ = await closed(app)
    answer = await browser.post(f"/reservations/{visit}/avis", {"built": "yes", "again": "no"})
    assert answer.status_code == 422
    assert 'href="#level"' in answer.text
    assert re.findall(r'id="(\S+)" name="\w+" value="\w+" checked', answer.text) == ["built-1", "again-3"]
    assert await rows(STORED) == []


async def test_the_lycee_reads_the_sums_on_the_workshop_s_page(app):
    browser, visit, slot = await closed(app)
    await browser.post(f"/reservations/{visit}/avis", BAD_FORM)
    known = await value("SELECT workshop FROM slots WHERE id = $1", slot)
    host = await builders.person("host", "jules@example.org", school=await lycee_of(slot))
    college = await builders.school()
    for _ in range(4):
        await give_opinion(await came(workshop=known, college=college), BAD, school=college, now=NOW)
    page = (await (await Browser(app, now=NOW).sign_in(host)).get(f"/lycee/ateliers/{known}")).text
    (section,) = re.findall(r'<h2 id="avis">.*?</table>', page, re.S)
    assert said(section).endswith(
        "5 visites ont répondu Question Oui En partie, peut-être Non"
        " Les élèves ont-ils fabriqué ce qui était annoncé ? 0 0 5"
        " Le niveau convenait-il à la classe ? 0 5 0"
        " Reviendriez-vous avec une autre classe ? 0 0 5"
    )


async def test_a_visit_that_is_not_closed_asks_nothing(app):
    browser, visit, _ = await claire(app)
    assert "/avis" not in (await browser.get(f"/reservations/{visit}")).text
    assert (await browser.post(f"/reservations/{visit}/avis", GOOD_FORM)).status_code == 409
