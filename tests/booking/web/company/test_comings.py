from __future__ import annotations

from datetime import timedelta

import pytest

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import row, value


async def a_company(app, name="Horlogerie du Doubs"):
    company = await builders.company(name=name)
    pauline = await builders.person("company", name="Pauline Girard", company=company)
    return company, await Browser(app, now=NOW).sign_in(pauline)


async def test_a_company_with_nothing_ahead_is_shown_the_next_sessions(app):
    _, browser = await a_company(app)
    for hour in ("09:00", "10:00", "11:00", "14:00"):
        await builders.slot(starts_at=paris(f"2027-03-25 {hour}"))
    shown = await browser.get("/entreprise")
    assert shown.status_code == 200
    assert "Horlogerie du Doubs n'est annoncée à aucune séance." in shown.text
    assert shown.text.count("Annoncer votre venue") == 3


async def test_a_company_that_no_session_looks_for_is_told_what_to_do(app):
    _, browser = await a_company(app)
    shown = await browser.get("/entreprise")
    assert "Aucune séance ne cherche d&#39;entreprise" in shown.text
    assert 'href="/creneaux">Voir tous les créneaux</a>' in shown.text


async def test_the_coming_sessions_stand_first_with_place_hour_and_a_count(app):
    company, browser = await a_company(app)
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    slot = await builders.slot(host=lycee)
    group = await builders.group(name="4e Secrète")
    await builders.reservation(slot=slot, group=group, pupils=23)
    await builders.attendance(slot=slot, company=company, people=2, role="demonstration")
    shown = (await browser.get("/entreprise")).text.replace("\u00a0", " ")
    assert "La prochaine : jeudi 25 mars 2027, 9 h 00, Lycée Jules Haag." in shown
    for told in ("1 rue Labbé, 25000 Besançon", "2 personnes, pour : démonstration", "23 collégiens attendus"):
        assert told in shown
    assert "4e Secrète" not in shown


OPEN_YET = "Aucun groupe n'est inscrit à cette séance pour l'instant. Vous pouvez vous annoncer : un mail vous dira,"
CLOSED_EMPTY = "Les réservations de cette séance sont closes et aucun groupe n'y est inscrit : vous n'y rencontreriez"


@pytest.mark.parametrize(
    ("closes_in", "groups", "said"),
    [(1, 0, [OPEN_YET]), (-1, 0, [CLOSED_EMPTY]), (1, 1, []), (-1, 1, [])],
)
async def test_who_thinks_of_coming_reads_whether_a_group_may_still_come(app, closes_in, groups, said):
    app.state.clock = lambda: NOW
    _, browser = await a_company(app)
    slot = await builders.slot(booking_closes_at=NOW + timedelta(days=closes_in))
    for _ in range(groups):
        await builders.reservation(slot=slot, group=await builders.group())
    shown = read(await browser.get(f"/creneaux/{slot}/venue"))
    assert [one for one in (OPEN_YET, CLOSED_EMPTY) if one in shown] == said


async def test_a_coming_whose_groups_have_left_asks_to_be_kept_or_taken_back(app):
    company, browser = await a_company(app)
    closes = {"booking_closes_at": paris("2027-03-18 18:00")}
    left = await builders.slot(groups_ever=1, **closes)
    known = await builders.slot(groups_ever=1, starts_at=paris("2027-03-25 10:00"), **closes)
    never = await builders.slot(starts_at=paris("2027-03-25 11:00"), **closes)
    came = await builders.slot(starts_at=paris("2027-03-25 14:00"), **closes)
    await builders.reservation(slot=came, group=await builders.group(), pupils=20)
    shut = await builders.slot(state="closed", starts_at=paris("2027-03-25 15:00"), **closes)
    for slot in (left, known, never, came, shut):
        await builders.attendance(slot=slot, company=company, warned_of=1 if slot == known else 0)
    shown = read(await browser.get("/entreprise"))
    told = dict(zip((left, known, never, came, shut), shown.split("Public ")[1:], strict=True))
    asked = (
        "Le groupe qui devait venir ne vient plus. Un autre peut encore réserver jusqu'au jeudi 18 mars 2027, 18 h 00 :"
        " gardez votre venue, ou retirez-la."
    )
    nobody = (
        "Les réservations sont closes et aucun groupe ne vient : ne vous déplacez pas. Retirez votre venue, et"
        " choisissez une séance où des élèves sont attendus."
    )
    assert {one: (asked in part, nobody in part) for one, part in told.items()} == {
        left: (True, False),
        known: (False, False),
        never: (False, False),
        came: (False, False),
        shut: (False, True),
    }


async def test_announcing_with_the_form_makes_the_coming_and_says_so(app):
    company, browser = await a_company(app)
    slot = await builders.slot()
    form = await browser.get(f"/creneaux/{slot}/venue")
    assert "Il reste 4 places d&#39;entreprise à cette séance." in form.text
    answer = await browser.post(
        f"/creneaux/{slot}/venues", {"people": "2", "role": "mentorat", "message": "Deux tables.\r\nUne prise."}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/entreprise?fait=presence-annoncee")
    kept = await row("SELECT company, people, role, message FROM attendances")
    assert tuple(kept) == (company, 2, "mentorat", "Deux tables.\nUne prise.")
    shown = await browser.get(answer.headers["location"])
    assert "Votre venue est annoncée." in shown.text


async def test_the_form_warns_of_a_session_to_which_no_group_comes_yet_alone(app):
    _, browser = await a_company(app)
    slot, other = await builders.slot(), await builders.slot(starts_at=paris("2027-03-25 14:00"))
    await builders.reservation(slot=other, group=await builders.group(), pupils=20)
    warned = (
        "Aucun groupe n'est inscrit à cette séance pour l'instant. Vous pouvez vous annoncer : un mail vous dira, à la"
        " fin des réservations, si personne ne vient."
    )
    shown = {one: read(await browser.get(f"/creneaux/{one}/venue")) for one in (slot, other)}
    assert {one: (warned in page, "Aucun groupe" in page) for one, page in shown.items()} == {
        slot: (True, True),
        other: (False, False),
    }
    refused = await browser.post(f"/creneaux/{slot}/venues", {"people": "0", "role": "mentorat"})
    assert (refused.status_code, warned in read(refused)) == (422, True)


@pytest.mark.parametrize("people", ["0", "500", "", "deux", "-1"])
async def test_a_number_of_people_that_cannot_be_is_said_and_the_rest_is_kept(app, people):
    _, browser = await a_company(app)
    slot = await builders.slot()
    answer = await browser.post(
        f"/creneaux/{slot}/venues", {"people": people, "role": "mentorat", "message": "Une <prise>"}
    )
    assert answer.status_code == 422
    assert '<a href="#people">Personnes : écrivez un nombre de 1 à 10.</a>' in answer.text
    assert "Une &lt;prise&gt;</textarea>" in answer.text
    assert 'value="mentorat" checked' in answer.text
    assert await value("SELECT count(*) FROM attendances") == 0


async def test_more_people_than_places_is_refused_in_words_on_the_form(app):
    _, browser = await a_company(app)
    slot = await builders.slot(company_places=2)
    answer = await browser.post(f"/creneaux/{slot}/venues", {"people": "5", "role": "temoignage"})
    assert answer.status_code == 409
    assert "Il reste 2 places d&#39;entreprise à cette séance. Venez à 2, ou un autre jour." in answer.text
    assert 'name="people" value="5"' in answer.text


async def test_a_second_click_says_that_the_company_is_already_announced(app):
    company, browser = await a_company(app)
    slot = await builders.slot()
    for _ in range(2):
        answer = await browser.post(f"/creneaux/{slot}/venues", {"people": "1", "role": "temoignage"})
    assert answer.status_code == 409
    assert "Vous êtes déjà annoncé à cette séance" in answer.text
    assert await value("SELECT count(*) FROM attendances WHERE company = $1", company) == 1


async def test_a_session_that_began_shows_no_form(app):
    _, browser = await a_company(app)
    slot = await builders.slot(starts_at=NOW)
    shown = await browser.get(f"/creneaux/{slot}/venue")
    assert "Cette séance a commencé ou n&#39;est plus ouverte." in shown.text
    assert "<textarea" not in shown.text


@pytest.mark.parametrize("path", ["/creneaux/999/venue", "/creneaux/abc/venue"])
async def test_a_slot_that_does_not_exist_is_not_found(app, path):
    _, browser = await a_company(app)
    assert (await browser.get(path)).status_code == 404


async def test_taking_a_coming_back_gives_its_places_back(app):
    company, browser = await a_company(app)
    slot = await builders.slot()
    attendance = await builders.attendance(slot=slot, company=company)
    answer = await browser.post(f"/venues/{attendance}/retrait", {f"why-{attendance}": "too_far"})
    assert answer.headers["location"] == "/entreprise?fait=presence-retiree"
    assert await value("SELECT company_places_taken FROM slots") == 0
    again = await browser.post(f"/venues/{attendance}/retrait", {f"why-{attendance}": "too_far"})
    assert again.status_code == 409
    assert "Cette séance a commencé, ou votre venue était déjà retirée." in again.text


async def test_taking_a_coming_back_asks_why_out_of_a_list(app):
    company, browser = await a_company(app)
    attendance = await builders.attendance(slot=await builders.slot(), company=company)
    assert "Empêchement de dernière minute" in (await browser.get("/entreprise")).text
    for why in ("", "parce que"):
        refused = await browser.post(f"/venues/{attendance}/retrait", {f"why-{attendance}": why})
        assert (refused.status_code, await value("SELECT state FROM attendances")) == (422, "announced")
        told = f'<a href="#why-{attendance}">Pourquoi ne venez-vous plus : choisissez dans la liste.</a>'
        assert told in refused.text
        assert refused.text.count('<details class="sure" open>') == 1
    await browser.post(f"/venues/{attendance}/retrait", {f"why-{attendance}": "last_minute"})
    assert await value("SELECT withdrawn_why FROM attendances") == "last_minute"


async def test_another_company_sees_and_touches_nothing_of_it(app):
    company, _ = await a_company(app)
    _, stranger = await a_company(app, "Lunetterie")
    attendance = await builders.attendance(slot=await builders.slot(), company=company)
    assert (await stranger.post(f"/venues/{attendance}/retrait", {f"why-{attendance}": "too_far"})).status_code == 404
    assert (await stranger.get(f"/venues/{attendance}/invitation.ics")).status_code == 404
    assert await value("SELECT state FROM attendances") == "announced"


async def test_the_invitation_is_downloaded_and_names_no_pupil(app):
    company, browser = await a_company(app)
    slot = await builders.slot()
    await builders.reservation(slot=slot, group=await builders.group(name="4e Secrète"))
    attendance = await builders.attendance(slot=slot, company=company)
    answer = await browser.get(f"/venues/{attendance}/invitation.ics")
    assert answer.headers["content-type"] == "text/calendar; method=REQUEST; component=VEVENT; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="invitation.ics"'
    assert b"SUMMARY:TECHNILAB : D" in answer.content
    assert "4e Secrète".encode() not in answer.content.replace(b"\r\n ", b"")
    again = await browser.get(f"/venues/{attendance}/invitation.ics", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_form_without_its_token_is_refused(app):
    _, browser = await a_company(app)
    slot = await builders.slot()
    answer = await browser.post(f"/creneaux/{slot}/venues", {"_csrf": "x", "people": "1", "role": "mentorat"})
    assert answer.status_code == 403
    assert await value("SELECT count(*) FROM attendances") == 0


async def test_a_teacher_finds_no_company_page(app):
    teacher = await builders.person("teacher", school=await builders.school())
    browser = await Browser(app, now=NOW).sign_in(teacher)
    for path in ("/entreprise", "/seances", "/creneaux/1/venue"):
        assert (await browser.get(path)).status_code == 404


async def test_a_company_whose_request_waits_is_not_told_to_choose_a_session(app):
    company, browser = await a_company(app)
    await builders.attendance(slot=await builders.slot(), company=company, state="asked")
    await builders.slot(starts_at=paris("2027-03-26 09:00"))
    shown = read(await browser.get("/entreprise"))
    assert ("attend l'accord du lycée pour 1 séance." in shown, "Choisissez-en une" in shown) == (True, False)


async def test_the_year_s_certificate_is_one_touch_from_the_top_of_the_page(app):
    company, browser = await a_company(app)
    to_it = '<a href="#attestations">Vos attestations</a>'
    assert to_it not in (await browser.get("/entreprise")).text
    slot = await builders.slot(starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.attendance(slot=slot, company=company)
    await builders.company_turnout(slot=slot, company=company, people=2)
    await builders.turnout(slot=slot)
    assert to_it in (await browser.get("/entreprise")).text


async def test_a_coming_that_is_over_says_how_long_it_lasted(app):
    company, browser = await a_company(app)
    slot = await builders.slot(starts_at=paris("2026-12-10 09:00"), ends_at=paris("2026-12-10 12:30"))
    await builders.attendance(slot=slot, company=company, people=2, role="demonstration")
    shown = (await browser.get("/entreprise")).text.replace("\u00a0", " ")
    assert '<td class="num" data-label="Durée">3 h 30</td>' in shown
