"""The names of a company's visitors: for the register of that lycée, that day, and nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from booking.year.purge import purge
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import row, rows, value


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
    assert '<a href="#people">Personnes : écrivez un nombre de 1 à 4.</a>' in answer.text
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


@pytest.mark.parametrize("why", ["too_far", "no_group"])
async def test_taking_a_coming_back_gives_its_places_back(app, why):
    company, browser = await a_company(app)
    slot = await builders.slot()
    attendance = await builders.attendance(slot=slot, company=company)
    answer = await browser.post(f"/venues/{attendance}/retrait", {f"why-{attendance}": why})
    assert answer.headers["location"] == "/entreprise?fait=presence-retiree"
    assert tuple(await row("SELECT company_places_taken, withdrawn_why FROM slots, attendances")) == (0, why)
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


async def test_the_one_of_several_comings_whose_withdrawal_was_refused_is_unfolded(app):
    company, browser = await a_company(app)
    slots = [await builders.slot(starts_at=paris(f"2027-03-{day} 09:00")) for day in (25, 26, 29)]
    _, second, _ = [await builders.attendance(slot=slot, company=company) for slot in slots]
    refused = await browser.post(f"/venues/{second}/retrait", {f"why-{second}": ""})
    unfolded = re.findall(r'<details class="panel" open>\s*<summary>(.*?)</summary>', refused.text)
    assert unfolded == ["Vendredi 26 mars, 9\xa0h\xa000\xa0: Découpe laser"]


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


async def test_the_next_coming_stands_open_and_the_others_are_folded_unless_they_need_her(app):
    company, browser = await a_company(app)
    dates = ("2027-03-23", "2027-03-24", "2027-03-25")
    slots = [await builders.slot(starts_at=paris(f"{day} 09:00"), groups_ever=day == dates[2]) for day in dates]
    for slot in slots:
        await builders.attendance(slot=slot, company=company)
    shown = (await browser.get("/entreprise")).text
    folded = re.findall(r'<details class="panel">\s*<summary>([^<]+)</summary>', shown)
    assert [one.replace("\u00a0", " ") for one in folded] == ["Mercredi 24 mars, 9 h 00 : Découpe laser"]


async def test_a_demand_is_told_apart_and_may_be_taken_back(app):
    company, browser = await a_company(app)
    slot = await builders.slot(on_agreement=True)
    assert "Le lycée choisit les entreprises" in (await browser.get(f"/creneaux/{slot}/venue")).text
    answer = await browser.post(f"/creneaux/{slot}/venues", {"people": "2", "role": "mentorat"})
    assert answer.headers["location"] == "/entreprise?fait=venue-demandee"
    shown = (await browser.get("/entreprise")).text
    assert ("En attente de l'accord du lycée" in shown, "invitation.ics" in shown) == (True, False)
    made = await value("SELECT id FROM attendances WHERE company = $1", company)
    assert (await browser.get(f"/venues/{made}/invitation.ics")).status_code == 409
    await browser.post(f"/venues/{made}/retrait", {f"why-{made}": "other"})
    assert await value("SELECT company_places_taken FROM slots") == 0


async def test_a_coming_that_a_lycee_ended_is_told_with_its_reason(app):
    company, browser = await a_company(app)
    for state, more in (("declined", {"reason": "Deux entreprises déjà."}), ("called_off", {}), ("withdrawn", {})):
        await builders.attendance(slot=await builders.slot(), company=company, state=state, **more)
    shown = read(await browser.get("/entreprise"))
    ended = shown.split("Votre année 2026-2027")[1]
    told = ("Découpe laser", "Déclinée par le lycée", "Deux entreprises déjà.", "Annulée")
    assert [ended.count(words) for words in told] == [3, 1, 1, 1]


async def test_the_form_comes_filled_and_changes_the_coming(app):
    company, browser = await a_company(app)
    made = await builders.attendance(
        slot=await builders.slot(), company=company, people=2, role="mentorat", message="Une <prise>"
    )
    form = (await browser.get(f"/venues/{made}")).text
    assert ('name="people" value="2"' in form, 'value="mentorat" checked' in form) == (True, True)
    assert "Une &lt;prise&gt;</textarea>" in form
    answer = await browser.post(f"/venues/{made}", {"people": "4", "role": "demonstration", "message": ""})
    assert answer.headers["location"] == "/entreprise?fait=venue-changee"
    assert tuple(await row("SELECT people, role, message FROM attendances")) == (4, "demonstration", "")


async def test_what_cannot_be_is_said_on_the_form(app):
    company, browser = await a_company(app)
    made = await builders.attendance(slot=await builders.slot(), company=company)
    answer = await browser.post(f"/venues/{made}", {"people": "9", "role": "mentorat"})
    assert (answer.status_code, "Venez à 4, ou un autre jour." in answer.text) == (409, True)
    answer = await browser.post(f"/venues/{made}", {"people": "90", "role": "mentorat"})
    assert (answer.status_code, "Personnes : écrivez un nombre de 1 à 4." in answer.text) == (422, True)


async def test_another_company_finds_nothing(app):
    company, _ = await a_company(app)
    _, stranger = await a_company(app, "Lunetterie")
    made = await builders.attendance(slot=await builders.slot(), company=company)
    assert (await stranger.get(f"/venues/{made}")).status_code == 404
    assert (await stranger.post(f"/venues/{made}", {"people": "1", "role": "mentorat"})).status_code == 404


async def test_sessions_are_narrowed_by_the_places_that_are_left(app):
    _, browser = await a_company(app)
    few = await builders.slot(company_places=2)
    roomy = await builders.slot(company_places=5)
    shown = (await browser.get("/seances?places=4")).text
    assert [f'href="/creneaux/{slot}"' in shown for slot in (few, roomy)] == [False, True]


COMING = {"people": "2", "role": "temoignage", "message": ""}
NAMES = COMING | {"visitors": "Pauline Girard\r\n\r\n  Inès   Caron \r\n"}


async def a_coming(app, **more):
    """A coming of two people, at its company's browser; the lycée and its slot."""
    company, browser = await a_company(app)
    lycee = await builders.school(kind="lycee")
    slot = await builders.slot(host=lycee)
    made = await builders.attendance(slot=slot, company=company, people=2, **more)
    return browser, lycee, slot, made


async def host_of(app, lycee: int) -> Browser:
    host = await builders.person("host", school=lycee)
    return await Browser(app, now=app.state.clock()).sign_in(host)


async def test_a_company_names_its_visitors_and_takes_them_back(app):
    browser, _, _, made = await a_coming(app)
    assert "Nommer vos visiteurs" in (await browser.get("/entreprise")).text
    kept = await browser.post(f"/venues/{made}", NAMES)
    assert kept.headers["location"] == "/entreprise?fait=venue-changee"
    assert "Nommer vos visiteurs" not in (await browser.get("/entreprise")).text
    assert await value("SELECT visitors FROM attendances") == "Pauline Girard\nInès Caron"
    assert "Pauline Girard\nInès Caron</textarea>" in (await browser.get(f"/venues/{made}")).text
    await browser.post(f"/venues/{made}", COMING | {"visitors": "Pauline Girard\nInès Caron"})
    said = await rows("SELECT act, detail FROM events WHERE about_kind = 'attendance'")
    assert [tuple(one) for one in said] == [("attendance_visitors", "")]
    await browser.post(f"/venues/{made}", COMING)
    assert await value("SELECT visitors FROM attendances") == ""


async def test_more_names_than_people_and_what_is_no_name_are_refused(app):
    browser, _, _, made = await a_coming(app)
    for typed, told in (
        ("Un\nDeux\nTrois", "Vous venez à 2 personnes : écrivez un nom par ligne, pas plus."),
        ("pauline@example.org", "écrivez-les seuls"),
    ):
        refused = await browser.post(f"/venues/{made}", COMING | {"visitors": typed})
        assert (refused.status_code, told in read(refused)) == (422, True)
    assert await value("SELECT visitors FROM attendances") == ""


async def test_the_hosts_of_that_slot_read_them_and_no_other_lycee_coordinator_or_program_does(app):
    browser, lycee, slot, made = await a_coming(app)
    await browser.post(f"/venues/{made}", NAMES)
    told = "Registre, Horlogerie du Doubs : Pauline Girard, Inès Caron"
    own = await host_of(app, lycee)
    assert told in read(await own.get(f"/lycee/creneaux/{slot}"))
    other = await host_of(app, await builders.school(kind="lycee"))
    assert (await other.get(f"/lycee/creneaux/{slot}")).status_code == 404
    boss = await builders.person("coordinator")
    office = await Browser(app, now=NOW).sign_in(boss)
    await rows("UPDATE sessions SET proved = true")
    seen = await office.get(f"/gestion/creneaux/{slot}")
    assert (seen.status_code, "Girard" in seen.text) == (200, False)


async def test_they_stand_on_the_day_s_sheet_and_go_the_night_after(app, tmp_path):
    browser, lycee, slot, made = await a_coming(app)
    await builders.reservation(slot=slot, group=await builders.group())
    await browser.post(f"/venues/{made}", NAMES)
    app.state.clock = lambda: paris("2027-03-25 08:00")
    own = await host_of(app, lycee)
    day = read(await own.get("/accueil/jour"))
    assert "Horlogerie du Doubs , 9 h 00 · Découpe laser Pauline Girard, Inès Caron" in day
    await purge(data_dir=tmp_path, now=paris("2027-03-25 23:59"))
    assert await value("SELECT visitors FROM attendances") == "Pauline Girard\nInès Caron"
    counts = await purge(data_dir=tmp_path, now=paris("2027-03-26 04:17"))
    assert (counts["visitors"], await value("SELECT visitors FROM attendances")) == (1, "")


async def test_a_coming_that_ends_keeps_none_and_one_that_has_begun_takes_none(app):
    browser, _, _, made = await a_coming(app)
    await browser.post(f"/venues/{made}", NAMES)
    await browser.post(f"/venues/{made}/retrait", {f"why-{made}": "mistake"})
    assert tuple(await row("SELECT state, visitors FROM attendances")) == ("withdrawn", "")
    late = await browser.post(f"/venues/{made}", NAMES)
    assert (late.status_code, "votre venue n'a plus cours" in read(late)) == (409, True)


async def test_whoever_is_announced_elsewhere_at_that_hour_reads_it_and_may_still_announce_itself(app):
    company, browser = await a_company(app)
    _, other = await a_company(app, "Lunetterie")
    vesoul = await builders.school(kind="lycee", name="Lycée Belin", commune="Vesoul")
    there = await builders.slot(host=vesoul, starts_at=paris("2027-03-25 08:30"), hours=2)
    await builders.attendance(slot=there, company=company)
    told = "Vous êtes déjà annoncé ce jour-là de 8 h 30 à 10 h 30 : Lycée Belin, Vesoul."
    for wall, warned in (("2027-03-25 09:00", True), ("2027-03-25 10:30", False), ("2027-03-26 09:00", False)):
        slot = await builders.slot(starts_at=paris(wall), hours=2)
        page = read(await browser.get(f"/creneaux/{slot}/venue"))
        assert (wall, told in page, "Que ferez-vous" in page) == (wall, warned, True)
        assert told not in read(await other.get(f"/creneaux/{slot}/venue"))


async def test_people_and_their_names_are_saved_together_and_a_name_too_many_changes_neither(app):
    browser, _, _, made = await a_coming(app)
    both = {"people": "1", "role": "mentorat", "message": "Une prise.", "visitors": "Inès Caron"}
    assert (await browser.get(f"/venues/{made}")).text.count(f'action="/venues/{made}"') == 1
    refused = await browser.post(f"/venues/{made}", both | {"visitors": "Inès Caron\nLuc Petit"})
    assert "Vous venez à une personne : écrivez un nom par ligne, pas plus." in read(refused)
    assert tuple(await row("SELECT people, visitors FROM attendances")) == (2, "")
    await browser.post(f"/venues/{made}", both)
    assert tuple(await row("SELECT people, role, message, visitors FROM attendances")) == (
        *(1, "mentorat", "Une prise.", "Inès Caron"),
    )


@pytest.mark.parametrize(
    ("state", "slot_state", "began", "why"),
    [
        ("announced", "open", True, "Elle sera comptée quand le lycée aura clos la séance."),
        ("announced", "done", True, "Elle n'est pas comptée : le lycée n'a vu venir personne de votre entreprise"),
        ("asked", "done", True, "Le lycée n'a pas répondu."),
        ("withdrawn", "open", False, "Vous l'avez retirée."),
        ("declined", "open", False, "Le lycée l'a déclinée. « Deux entreprises déjà. »"),
        ("announced", "called_off", False, "Le lycée a annulé cette séance."),
    ],
)
async def test_a_coming_that_changes_no_more_says_what_it_was_and_why(app, state, slot_state, began, why):
    company, browser = await a_company(app)
    starts_at = paris("2027-01-07 09:00" if began else "2027-03-25 09:00")
    slot = await builders.slot(starts_at=starts_at, state=slot_state, reason="Panne")
    reason = "Deux entreprises déjà." if state == "declined" else ""
    made = await builders.attendance(slot=slot, company=company, people=2, state=state, reason=reason)
    page = read(await browser.get(f"/venues/{made}"))
    assert ("Votre venue" in page, "2 personnes, pour : témoignage" in page, why in page) == (True, True, True)
    assert [words in page for words in ("Changer votre venue", "Aucun groupe", "Enregistrer")] == [False] * 3


async def test_another_company_names_nobody_there(app):
    _, _, _, made = await a_coming(app)
    _, stranger = await a_company(app, "Lunetterie")
    assert (await stranger.post(f"/venues/{made}", NAMES)).status_code == 404
    assert await value("SELECT visitors FROM attendances") == ""
