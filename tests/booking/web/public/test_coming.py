"""The page that asks whether a group comes: reading it answers nothing, a tap answers once, nobody signs in."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from booking.mails.digest.to_do import to_do
from booking.visits.reservations.mailed_links import VisitAsked, coming_token
from booking.visits.reservations.remind import remind
from booking.visits.reservations.whether_it_comes import coming_link
from tests import builders
from tests.booking.mails.story import CLAIRE, JULES, SETTINGS, Story, posted, reserved, text_of
from tests.booking.visits.reservations.test_wait import College
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import first, lycee_of, seats, seen, state
from workshops.database import rows, transaction, value

TWO_WEEKS, THREE_DAYS, EVENING = paris("2027-03-11 08:00"), paris("2027-03-22 08:00"), paris("2027-03-22 18:00")
ON = date(2027, 3, 25)


async def link_in_the_mail(*, to: str = CLAIRE, at=TWO_WEEKS) -> str:
    await remind(now=at)
    mails = [one for one in await posted(now=at) if one.message["To"].addresses[0].addr_spec == to]
    assert len(mails) == 1
    return text_of(mails[0]).split("\n")[-2].removeprefix("http://127.0.0.1:8000")


async def signed_in(app, mail: str, *, at) -> Browser:
    app.state.clock = lambda: at
    return await Browser(app, now=at).sign_in(await value("SELECT id FROM accounts WHERE email = $1", mail))


async def asked(app, *, at=TWO_WEEKS) -> tuple[Story, str, Browser]:
    """Claire's visit, of which she was just asked; another collège's at the same lycée, of which nobody was."""
    app.state.clock = lambda: at
    story = await reserved()
    far = await builders.slot(host=story.host, starts_at=paris("2027-05-20 09:00"))
    await builders.reservation(slot=far, group=await builders.group())
    return story, await link_in_the_mail(at=at), Browser(app)


async def test_the_letter_asks_in_a_few_words_and_leads_to_a_page_without_sign_in(app):
    story = await reserved()
    await remind(now=TWO_WEEKS)
    [mail] = await posted(now=TWO_WEEKS)
    assert str(mail.message["Subject"]) == "Venez-vous toujours ? Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    link = await coming_link(story.reservation, ON, secret_key=SETTINGS.secret_key)
    assert text_of(mail).split("\n")[2] == (
        "Votre visite a lieu le jeudi 25 mars 2027, de 9 h 00 à 12 h 00, pour le groupe 4e B (24 élèves). Venez-vous"
        " toujours ?"
    )
    assert text_of(mail).split("\n")[-2] == f"http://127.0.0.1:8000{link}"


async def test_opening_the_link_shows_the_visit_and_answers_nothing(app):
    story, link, anyone = await asked(app)
    for _ in range(3):
        page = read(await anyone.get(link))
    assert [words in page for words in ("Venez-vous toujours ?", "Nous venons", "Nous ne pouvons pas")] == [True] * 3
    assert "La visite est annulée et le lycée est prévenu. Si une classe attend, la place lui est proposée" in page
    assert await first("SELECT state, comes_on FROM reservations WHERE id = $1", story.reservation) == (
        "confirmed",
        None,
    )


async def test_one_tap_says_that_the_group_comes_and_the_link_is_spent(app):
    story, link, anyone = await asked(app)
    before = await value("SELECT sequence FROM reservations WHERE id = $1", story.reservation)
    assert "Merci, vous êtes attendus" in read(await anyone.post(link, {"answer": "oui"}))
    assert await first("SELECT comes_on, sequence FROM reservations WHERE id = $1", story.reservation) == (ON, before)
    for answer in ("oui", "non"):
        assert (await anyone.post(link, {"answer": answer, "reason": "Grève"})).status_code == 410
    again = await anyone.get(link)
    assert again.status_code == 410
    assert "Vous avez dit que vous venez Le jeudi 11 mars 2027, 8 h 00." in read(again)
    assert await seen("SELECT act, by, about FROM events WHERE act = 'reservation_comes'") == [
        ("reservation_comes", story.teacher, story.reservation)
    ]
    await remind(now=THREE_DAYS)
    assert await value("SELECT count(*) FROM events WHERE act = 'visit_asked_again'") == 0
    for mail, words in ((CLAIRE, "Vous venez : fait par vous, jeudi 11 mars"), (JULES, "Le collège l'a dit.")):
        person = await signed_in(app, mail, at=TWO_WEEKS)
        page = read(await person.get(f"/reservations/{story.reservation}"))
        assert (words in page, "Le collège vient, il l'a dit" in page) == (True, True)


async def test_who_cannot_come_says_it_in_one_tap_and_the_place_is_offered_at_once(app):
    app.state.clock = lambda: TWO_WEEKS
    slot = await builders.slot(seats=24, groups_max=3)
    await builders.membership(await builders.account(JULES), "host", school=await lycee_of(slot))
    holder, college, other = await College.new("claire@example.org"), await College.new(), await College.new()
    held, waits = await holder.ask(slot), await college.ask(slot)
    elsewhere = await other.ask(await builders.slot(seats=24))
    await posted()
    link = await coming_link(held.id, ON, secret_key=SETTINGS.secret_key)
    page = read(await Browser(app).post(link, {"answer": "non", "reason": ""}))
    assert "C'est noté, merci de l'avoir dit" in page
    assert [await state(one.id) for one in (held, waits, elsewhere)] == [
        "cancelled_by_teacher",
        "offered",
        "confirmed",
    ]
    assert await seats(slot) == (24, 1)
    assert await value("SELECT late FROM reservations WHERE id = $1", held.id) is False
    told = await posted(now=TWO_WEEKS)
    assert JULES in {one.message["To"].addresses[0].addr_spec for one in told}
    assert "Cette visite est annulée" in read(await Browser(app).get(link))


async def test_late_the_reason_is_asked_for(app):
    story, link, anyone = await asked(app, at=THREE_DAYS)
    refused = await anyone.post(link, {"answer": "non", "reason": ""})
    assert refused.status_code == 422
    assert "Dites pourquoi en quelques mots" in read(refused)
    assert await state(story.reservation) == "confirmed"
    assert (await anyone.post(link, {"answer": "non", "reason": "Car en panne"})).status_code == 200
    assert await first("SELECT state, late, reason FROM reservations WHERE id = $1", story.reservation) == (
        "cancelled_by_teacher",
        True,
        "Car en panne",
    )


async def test_an_answer_that_is_neither_changes_nothing(app):
    story, link, anyone = await asked(app)
    assert (await anyone.post(link, {"answer": "peut-être"})).status_code == 422
    assert await state(story.reservation) == "confirmed"


async def test_a_link_of_the_former_date_says_that_the_visit_has_moved(app):
    story, link, anyone = await asked(app)
    later = await builders.slot(host=story.host, starts_at=paris("2027-04-22 09:00"))
    moved = """UPDATE reservations SET slot = $2, starts_at = s.starts_at, ends_at = s.ends_at FROM slots s
      WHERE reservations.id = $1 AND s.id = $2"""
    await rows(moved, story.reservation, later)
    assert (await anyone.post(link, {"answer": "non", "reason": "Grève"})).status_code == 410
    assert "La visite a changé de date" in read(await anyone.get(link))
    assert await state(story.reservation) == "confirmed"


async def test_a_link_that_this_site_never_wrote_opens_nothing(app):
    story, link, anyone = await asked(app)
    salt = await value("SELECT badge_salt FROM reservations WHERE id = $1", story.reservation)
    forged = coming_token(VisitAsked(story.reservation, ON), salt, "another secret key, long enough to be one")
    other_day = coming_token(VisitAsked(story.reservation, date(2027, 3, 26)), uuid4(), SETTINGS.secret_key)
    for token in ("q" * 32, "é", "", forged, other_day, link.rsplit("/", 1)[1][:-4] + "AAAA"):
        assert (await anyone.post(f"/venez-vous/{token}", {"answer": "oui"})).status_code in {404, 405, 410}
    assert await value("SELECT comes_on FROM reservations WHERE id = $1", story.reservation) is None


@pytest.mark.parametrize(("answer", "states"), [("oui", ["confirmed"] * 2), ("non", ["cancelled_by_teacher"] * 2)])
async def test_one_answer_is_for_both_halves_of_a_day(app, answer, states):
    app.state.clock = lambda: TWO_WEEKS
    haag = await builders.school(kind="lycee")
    college = await College.new(CLAIRE)
    group, both = await college.group(), []
    above = await builders.demand(group, lines=1)
    async with transaction():
        for half, starts in ((1, "2027-03-25 09:00"), (2, "2027-03-25 14:00")):
            slot = await builders.slot(host=haag, starts_at=paris(starts))
            more = {"by": college.teacher, "demand": above, "half": half, "pupils": 14}
            both.append(await builders.reservation(slot=slot, group=group, **more))
    link = await link_in_the_mail()
    assert "les deux visites" in read(await Browser(app).get(link))
    await Browser(app).post(link, {"answer": answer, "reason": ""})
    assert [await state(one) for one in both] == states
    comes = [ON, ON] if answer == "oui" else [None, None]
    assert [one for (one,) in await seen("SELECT comes_on FROM reservations ORDER BY half")] == comes


async def test_silence_is_a_call_for_its_lycee_and_the_coordination_until_somebody_has_said_it(app):
    story = await reserved()
    await rows("UPDATE schools SET phone = '03 81 35 58 70' WHERE id = $1", story.college)
    elsewhere = await builders.school(kind="lycee")
    await builders.person("host", "lise@example.org", school=elsewhere)
    await builders.person("coordinator", "nadia@example.org")
    await remind(now=TWO_WEEKS)
    await remind(now=THREE_DAYS)

    async def calls(at) -> list[bool]:
        pages = []
        for mail in (JULES, "lise@example.org"):
            host = await signed_in(app, mail, at=at)
            pages.append("n'a pas dit s'il vient" in read(await host.get("/lycee")))
        return [*pages, "coming" in {one.kind for one in await to_do(now=at)}]

    assert await calls(THREE_DAYS) == [False, False, False]
    assert await calls(EVENING) == [True, False, True]
    host = await signed_in(app, JULES, at=EVENING)
    page = await host.get("/lycee")
    assert "Appeler le 03 81 35 58 70" in read(page)
    stranger = await signed_in(app, "lise@example.org", at=EVENING)
    assert (await stranger.post(f"/reservations/{story.reservation}/venue", {})).status_code == 404
    assert (await host.post(f"/reservations/{story.reservation}/venue", {})).status_code == 303
    assert await calls(EVENING) == [False, False, False]
    assert await value("SELECT count(*) FROM events WHERE act = 'reservation_comes'") == 1


async def test_nobody_says_it_of_a_visit_that_is_not_sure(app):
    college = await College.new(CLAIRE)
    slot = await builders.slot(seats=24)
    await (await College.new()).ask(slot)
    waits = await college.ask(slot)
    teacher = await signed_in(app, CLAIRE, at=NOW)
    assert (await teacher.post(f"/reservations/{waits.id}/venue", {})).status_code == 409
    assert await value("SELECT comes_on FROM reservations WHERE id = $1", waits.id) is None
