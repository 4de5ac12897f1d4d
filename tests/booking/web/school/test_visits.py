"""A teacher's visits: what may be done now is offered, and done; another school's visit does not exist."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel as decline
from tests import builders
from tests.booking.visits.reservations.test_signed import Visited
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.seen import first, lycee_of, seats, state
from tests.telling import tell
from workshops.database import row, rows, value


async def claire(app, *, state: str = "confirmed", days: int = 30, **more) -> tuple[Browser, int, int]:
    """Claire's browser, her visit in a state, and its slot."""
    app.state.clock = lambda: NOW
    college = await builders.school(**more)
    account = await builders.person("teacher", "claire@example.org", school=college)
    slot = await builders.slot(starts_at=NOW + timedelta(days=days), seats=30, groups_max=3)
    group = await builders.group(school=college, name="4e B")
    held = {"hold_until": NOW + timedelta(hours=5)} if state in {"offered", "requested"} else {}
    visit = await builders.reservation(slot=slot, group=group, by=account, state=state, **held)
    return await Browser(app, now=NOW).sign_in(account), visit, slot


async def receiving(app, slot: int) -> Browser:
    """Somebody of the lycée that receives her."""
    return await Browser(app, now=NOW).sign_in(await builders.person("host", school=await lycee_of(slot)))


ACTS = {
    "confirmed": {"annulation", "effectif", "autre-date"},
    "requested": {"annulation", "effectif", "autre-date", "visa-papier", "visa-relance"},
    "offered": {"acceptation", "annulation"},
    "waiting": {"annulation", "effectif"},
    "attended": set(),
    "cancelled_by_teacher": set(),
}


@pytest.mark.parametrize("state", ACTS)
async def test_the_page_offers_the_acts_of_the_table_and_no_other(app, state):
    browser, visit, _ = await claire(app, state=state)
    page = (await browser.get(f"/reservations/{visit}")).text
    every = ("acceptation", "annulation", "autre-date", "effectif", "visa-papier", "visa-relance")
    assert {act for act in every if f"/reservations/{visit}/{act}" in page} == ACTS[state]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/badges"),
        ("GET", "/badges.pdf"),
        ("GET", "/invitation.ics"),
        ("GET", "/autre-date"),
        ("POST", "/annulation"),
        ("POST", "/effectif"),
        ("POST", "/autre-date"),
        ("POST", "/acceptation"),
        ("POST", "/visa-papier"),
        ("POST", "/visa-relance"),
    ],
)
async def test_another_schools_visit_does_not_exist(app, method, path):
    browser, mine, slot = await claire(app)
    others = await builders.reservation(slot=slot, group=await builders.group(), pupils=2)
    fields = {"reason": "x", "pupils": 1, "adults": 1, "to_slot": slot, "note": "x"}
    where = f"/reservations/{others}{path}"
    answer = await (browser.get(where) if method == "GET" else browser.post(where, fields))
    assert answer.status_code == 404
    assert await state(others) == "confirmed"
    assert mine != others


async def test_a_visit_is_cancelled_from_its_page(app):
    browser, visit, slot = await claire(app)
    answer = await browser.post(f"/reservations/{visit}/annulation", {"reason": ""})
    assert answer.headers["location"] == f"/reservations/{visit}?fait=annulee"
    assert await state(visit) == "cancelled_by_teacher"
    assert await seats(slot) == (0, 0)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("waiting", "Votre groupe a quitté cette liste d'attente."),
        ("offered", "C'est noté : vous laissez ce qui vous était proposé. Un autre groupe peut le prendre."),
        ("requested", "La demande est annulée, les places sont rendues."),
        ("confirmed", "La visite est annulée, les places sont rendues. Le lycée est prévenu."),
    ],
)
async def test_giving_up_says_what_is_given_up_and_that_the_lycee_is_told_only_where_it_is(app, state, said):
    browser, visit, _ = await claire(app, state=state)
    answer = await browser.post(f"/reservations/{visit}/annulation", {"reason": ""})
    page = read(await browser.get(answer.headers["location"]))
    assert said in page
    assert ("Le lycée est prévenu" in page) is (state == "confirmed")


@pytest.mark.parametrize(
    ("state", "waited_for", "sign"),
    [("confirmed", True, True), ("waiting", True, False), ("cancelled_by_teacher", False, True)],
)
async def test_nobody_waits_for_a_visit_that_ended_and_who_has_no_place_has_no_sign(app, state, waited_for, sign):
    browser, visit, _ = await claire(app, state=state)
    await rows("UPDATE workshops SET access = 'On vous attend dans le hall.', bring = 'Une gourde'")
    page = read(await browser.get(f"/reservations/{visit}"))
    told = ("On vous attend dans le hall." in page, "Une gourde" in page, "Sur place" in page)
    assert told == (waited_for, waited_for, waited_for)
    assert ("1 rue Labbé, 25000 Besançon" in page, "Signe du groupe" in page) == (True, sign)
    assert ("cercle bleu" in read(await browser.get("/mes-visites"))) is sign


@pytest.mark.parametrize(("state", "promise"), [("confirmed", ", le lycée sera prévenu par mail."), ("requested", ".")])
async def test_the_lycee_is_promised_a_mail_only_for_a_visit_that_it_expects(app, state, promise):
    browser, visit, _ = await claire(app, state=state)
    page = read(await browser.get(f"/reservations/{visit}"))
    assert f"Les places seront rendues à d'autres collèges{promise} Raison" in page


@pytest.mark.parametrize(
    ("since", "ahead", "asked"),
    [(0, 10, False), (8, 10, True), (0, 5, True), (8, 15, False)],
)
async def test_who_was_confirmed_a_few_days_ago_is_not_asked_yet_whether_she_comes(app, since, ahead, asked):
    browser, visit, slot = await claire(app, days=ahead)
    await rows("UPDATE reservations SET confirmed_at = $1", NOW - timedelta(days=since))
    lycee = await receiving(app, slot)
    assert (f'action="/reservations/{visit}/venue"' in (await browser.get(f"/reservations/{visit}")).text) is asked
    assert ("n'a pas encore dit s'il vient" in read(await lycee.get(f"/reservations/{visit}"))) is asked


@pytest.mark.parametrize(("state", "leads"), [("lapsed", True), ("cancelled_by_teacher", True), ("confirmed", False)])
async def test_a_visit_that_is_no_more_leads_to_another_slot_for_the_same_group(app, state, leads):
    browser, visit, _ = await claire(app, state=state)
    group = await value('SELECT "group" FROM reservations')
    way = f'href="/creneaux?groupe={group}&amp;niveau=4e&amp;eleves=24">Trouver un autre créneau pour 4e B</a>'
    assert (way in (await browser.get(f"/reservations/{visit}")).text) is leads


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("waiting", "Votre rang : 1"),
        ("offered", "Cette place vous est proposée"),
        ("requested", "Et maintenant 1 Visa aujourd'hui"),
    ],
)
async def test_what_a_teacher_waits_for_or_must_answer_stands_above_all_that_the_page_tells(app, state, said):
    browser, visit, _ = await claire(app, state=state)
    page = read(await browser.get(f"/reservations/{visit}"))
    assert page.index(said) < page.index("Le groupe et ses besoins")


async def test_a_lycee_reads_the_rank_as_the_groups_and_not_as_its_own(app):
    browser, visit, slot = await claire(app, state="waiting")
    lycee = await receiving(app, slot)
    where = f"/reservations/{visit}"
    assert "Rang du groupe : 1" in read(await lycee.get(where))
    assert "Votre rang : 1" in read(await browser.get(where))


async def test_a_late_cancellation_without_a_reason_is_asked_for_one(app):
    browser, visit, _ = await claire(app, days=3)
    answer = await browser.post(f"/reservations/{visit}/annulation", {"reason": " "})
    assert answer.status_code == 422
    assert "Dites pourquoi en quelques mots : l'autre établissement le lira." in read(answer)
    assert await state(visit) == "confirmed"


async def test_a_late_cancellation_is_told_to_both_schools(app):
    browser, visit, slot = await claire(app, days=3)
    await browser.post(f"/reservations/{visit}/annulation", {"reason": "Grève des cars."})
    assert read(await browser.get(f"/reservations/{visit}")).count("Annulation tardive") == 1
    lycee = await receiving(app, slot)
    shown = read(await lycee.get(f"/lycee/creneaux/{slot}"))
    assert shown.count("1 réservation qui n'a plus cours, dont 1 annulée tardivement") == 1


async def test_the_head_count_is_changed_or_refused_in_words(app):
    browser, visit, _ = await claire(app)
    assert (await browser.post(f"/reservations/{visit}/effectif", {"pupils": 20, "adults": 3})).status_code == 303
    assert await first("SELECT pupils, adults FROM reservations") == (20, 3)
    answer = await browser.post(f"/reservations/{visit}/effectif", {"pupils": 31, "adults": 3})
    assert answer.status_code == 409
    assert "venez à 30 au plus" in read(answer)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            {"pupils": 24, "adults": 5},
            "Votre chef d'établissement est prié de signer pour ce nombre d'adultes. La demande d'avant ne sert plus.",
        ),
        (
            {"pupils": 24, "adults": 2},
            "C'est noté. La demande de visa pour plus d'adultes ne sert plus.",
        ),
        (
            {"pupils": 22, "adults": 2},
            "C'est noté, le lycée est prévenu de l'effectif. La demande de visa pour plus d'adultes ne sert plus.",
        ),
    ],
)
async def test_a_later_head_count_says_that_the_visa_asked_for_more_adults_is_void(app, typed, said):
    visited = await Visited.signed()
    claire = await Browser(app, now=NOW).sign_in(visited.claire)
    await claire.post(f"/reservations/{visited.id}/effectif", {"pupils": 24, "adults": 4})
    answer = await claire.post(f"/reservations/{visited.id}/effectif", typed)
    assert said in read(await claire.get(answer.headers["location"]))


async def test_another_date_says_before_and_after_that_the_visa_asked_for_more_adults_is_void(app):
    visited = await Visited.signed()
    claire = await Browser(app, now=NOW).sign_in(visited.claire)
    away = f"/reservations/{visited.id}/autre-date"
    void = "celle qui est partie avant ne sert plus"
    assert void not in read(await claire.get(f"{away}/{visited.elsewhere}"))
    await claire.post(f"/reservations/{visited.id}/effectif", {"pupils": 24, "adults": 4})
    assert f"La demande reprend les 4 adultes : {void}." in read(await claire.get(f"{away}/{visited.elsewhere}"))
    answer = await claire.post(away, {"to_slot": visited.elsewhere})
    assert "Cette demande reprend les adultes en plus : celle d'avant ne sert plus." in read(
        await claire.get(answer.headers["location"])
    )


async def test_another_date_is_proposed_and_taken(app):
    browser, visit, slot = await claire(app)
    other = await builders.slot(starts_at=NOW + timedelta(days=40))
    page = (await browser.get(f"/reservations/{visit}/autre-date")).text
    assert f"/reservations/{visit}/autre-date/{other}" in page
    assert f"/reservations/{visit}/autre-date/{slot}" not in page
    asked = (await browser.get(f"/reservations/{visit}/autre-date/{other}")).text
    assert f'name="to_slot" value="{other}"' in asked
    answer = await browser.post(f"/reservations/{visit}/autre-date", {"to_slot": other})
    assert answer.headers["location"] == f"/reservations/{visit}?fait=visite-deplacee"
    assert await value("SELECT slot FROM reservations WHERE id = $1", visit) == other


async def test_an_offered_place_is_taken_with_fewer_pupils(app):
    browser, visit, slot = await claire(app, state="offered")
    answer = await browser.post(f"/reservations/{visit}/acceptation", {"pupils": 20})
    assert answer.headers["location"] == f"/reservations/{visit}?fait=place-acceptee"
    assert await state(visit) == "confirmed"
    assert await seats(slot) == (20, 1)


async def test_a_paper_visa_confirms_and_a_lost_link_is_sent_again(app):
    browser, visit, _ = await claire(
        app, state="requested", needs_approval=True, principal_mail="principal@example.org"
    )
    await browser.post(f"/reservations/{visit}/visa-relance")
    await tell()
    assert await value("SELECT to_email FROM notices WHERE kind = 'approval_asked'") == "principal@example.org"
    answer = await browser.post(
        f"/reservations/{visit}/visa-papier", {"signed_by": "Mme Perrin", "signed_on": "2027-01-11"}
    )
    assert answer.headers["location"] == f"/reservations/{visit}?fait=visa-note"
    assert await state(visit) == "confirmed"
    page = read(await browser.get(f"/reservations/{visit}"))
    assert "Visa signé : fait sur papier, Mme Perrin, lundi 11 janvier 2027" in page
    programme = read(await browser.get(f"/mes-visites/{visit}/papiers/programme"))
    assert "Visa sur papier Mme Perrin, lundi 11 janvier 2027" in programme


async def test_a_wrong_offset_keeps_the_form_with_what_was_typed_and_why_beside_it(app):
    browser, visit, _ = await claire(app)
    await builders.badges(visit)
    answer = await browser.get(f"/reservations/{visit}/badges.pdf?preset=avery-l7160&start=22&dx_mm=12,5&dy_mm=un+peu")
    page = read(answer)
    assert (answer.status_code, "3 réponses à corriger" in page, "Liste des badges" in page) == (422, True, True)
    assert [f'<p class="field-error" id="{name}-erreur">' in answer.text for name in ("start", "dx_mm", "dy_mm")] == [
        True
    ] * 3
    assert "Première étiquette libre : écrivez un nombre de 1 à 21." in page
    assert "Décalage vers la droite : écrivez un nombre de -10 à 10." in page
    assert ('value="12,5"' in answer.text, 'value="un peu"' in answer.text) == (True, True)
    assert '<option value="avery-l7160" selected>' in answer.text
    good = await browser.get(f"/reservations/{visit}/badges.pdf?preset=avery-l7160&start=3&dx_mm=0,5&dy_mm=")
    assert good.content[:5] == b"%PDF-"


async def test_so_does_the_page_that_tries_the_offset_and_leads_back(app):
    browser, visit, _ = await claire(app)
    answer = await browser.get(f"/badges/essai.pdf?dx_mm=50&retour=/reservations/{visit}/badges")
    assert answer.status_code == 422
    assert "Décalage vers la droite : écrivez un nombre de -10 à 10." in read(answer)
    assert f'<a class="crumb" href="/reservations/{visit}/badges">' in answer.text
    away = await browser.get("/badges/essai.pdf?dx_mm=50&retour=//example.org/x")
    assert 'class="crumb"' not in away.text


async def test_badges_are_printed_on_the_labels_asked_for_or_refused_in_words(app):
    browser, visit, _ = await claire(app)
    await builders.badges(visit)
    good = await browser.get(f"/reservations/{visit}/badges.pdf?preset=avery-l7163&start=3")
    assert (good.status_code, good.content[:5]) == (200, b"%PDF-")
    assert good.headers["content-disposition"] == f'attachment; filename="badges-{visit}.pdf"'
    for wrong in ("preset=none", "start=99", "dx_mm=500"):
        assert (await browser.get(f"/reservations/{visit}/badges.pdf?{wrong}")).status_code == 422
    assert (await browser.get("/badges/essai.pdf")).content[:5] == b"%PDF-"


async def test_without_a_visit_the_page_says_what_to_do(app):
    account = await builders.person("teacher", school=await builders.school())
    page = read(await (await Browser(app).sign_in(account)).get("/mes-visites"))
    assert "Aucune visite à venir" in page
    assert "Trouver une visite" in page


async def test_the_dates_in_force_are_shown_and_move_with_the_slot(app):
    browser, visit, slot = await claire(app)
    shown = read(await browser.get(f"/reservations/{visit}"))
    assert "Effectif définitif avant mercredi 3 février 24 élèves, 2 adultes" in shown
    assert "Liste des élèves close lundi 8 février" in shown
    assert "Changer de date jusqu'au lundi 8 février" in shown
    assert "Annulation libre jusqu'au mercredi 3 février." in shown
    for table in ("slots", "reservations"):
        await rows(f"UPDATE {table} SET starts_at = starts_at - interval '26 days'")
    for column in ("settles_at", "list_locks_at"):
        await rows(f"UPDATE slots SET {column} = {column} - interval '26 days'")
    moved = read(await browser.get(f"/reservations/{visit}"))
    assert "Effectif définitif : fait 24 élèves, 2 adultes" in moved
    assert "Changer de date jusqu'au mercredi 13 janvier" in moved
    public = read(await browser.get(f"/creneaux/{slot}"))
    assert "Changement de date Jusqu'au mercredi 13 janvier 2027, 9 h 00" in public


async def declines(visit: int, account: int) -> None:
    sent = (
        "INSERT INTO replies (reservation, account, answer, sequence, answered_at) VALUES ($1, $2, 'DECLINED', 0, $3)"
    )
    await rows(sent, visit, account, NOW)


async def test_an_agenda_that_says_no_is_told_with_what_to_do_and_frees_nothing(app):
    browser, visit, _ = await claire(app)
    account = await value("SELECT booked_by FROM reservations")
    await declines(visit, account)
    shown = read(await browser.get(f"/reservations/{visit}"))
    assert (
        "L'agenda de Claire Renaud a répondu « non » à l'invitation. Rien n'est annulé : les places du groupe restent"
        " tenues. Si la visite n'a plus lieu, annulez-la sur cette page. Sinon, répondez « oui » dans l'agenda."
    ) in shown
    assert await value("SELECT seats_taken FROM slots") == 24


async def test_a_colleague_of_the_lycee_who_is_away_is_no_concern_of_the_colleges(app):
    browser, visit, slot = await claire(app)
    host = await builders.person("host", name="Jules Marchand", school=await lycee_of(slot))
    await declines(visit, host)
    assert "répondu « non »" not in read(await browser.get(f"/reservations/{visit}"))
    at_lycee = await Browser(app, now=NOW).sign_in(host)
    for page in (f"/reservations/{visit}", f"/lycee/creneaux/{slot}"):
        assert "Jules Marchand, du lycée" in read(await at_lycee.get(page))


async def test_the_page_tells_what_happened_to_the_visit_and_as_what_whoever_did_it_acted(app):
    browser, visit, slot = await claire(app)
    haag = await lycee_of(slot)
    jules = await builders.person("host", "jules@example.org", school=haag)
    await browser.post(f"/reservations/{visit}/effectif", {"pupils": "20", "adults": "2"})
    await decline(visit, CancelVisit(reason="Machine en panne"), role="host", school=haag, by=jules, now=NOW)
    shown = read(await browser.get(f"/reservations/{visit}"))
    assert "Effectif changé, par vous" in shown
    assert "Groupe refusé par le lycée, par le lycée" not in shown
    assert "Groupe refusé, par le lycée" in shown
    assert "jules@" not in shown


async def test_who_reserved_stands_on_the_visit_for_a_colleague_and_for_the_lycee_alone(app):
    _, visit, slot = await claire(app)
    seen = await row("SELECT r.school, sl.school AS host FROM reservations r JOIN slots sl ON sl.id = r.slot")
    people = {"teacher": seen["school"], "host": seen["host"], "coordinator": None}
    told = {}
    for role, school in people.items():
        person = await builders.person(role, name="Paul Morel", school=school)
        page = await (await Browser(app, now=NOW).sign_in(person)).get(f"/reservations/{visit}")
        told[role] = "Réservé par Claire Renaud" in read(page)
    assert told == {"teacher": True, "host": True, "coordinator": False}
    assert "Claire Renaud" not in (await Browser(app, now=NOW).get(f"/creneaux/{slot}")).text


async def test_a_move_is_read_before_it_is_done(app):
    browser, visit, slot = await claire(app)
    there = await lycee_of(slot)
    same = await builders.slot(host=there, starts_at=NOW + timedelta(days=40), seats=30)
    away = await builders.slot(starts_at=NOW + timedelta(days=41), seats=20)
    assert f"/reservations/{visit}/autre-date/{same}" in (await browser.get(f"/reservations/{visit}/autre-date")).text
    page = await browser.get(f"/reservations/{visit}/autre-date/{same}")
    assert re.findall(r"\d+ h \d\d", page.text) == [], "an hour would be cut at the end of a line"
    told = read(page)
    assert "Votre collège n'en demande pas." in told
    assert "À vous et au lycée : l'invitation se met à jour dans les agendas." in told
    assert "Déplacer la visite" in told
    told = read(await browser.get(f"/reservations/{visit}/autre-date/{away}"))
    assert "À vous, au lycée que vous quittez et à celui qui vous reçoit." in told
    assert "Ce créneau n'a plus 24 places : choisissez une autre date." in told
    assert (await browser.get(f"/reservations/{visit}/autre-date/{slot}")).status_code == 404


async def test_a_move_that_goes_beyond_its_visa_says_so_before(app):
    browser, visit, _ = await claire(app, needs_approval=True, principal_mail="p@example.org")
    other = await builders.slot(starts_at=NOW + timedelta(days=40), seats=30)
    told = read(await browser.get(f"/reservations/{visit}/autre-date/{other}"))
    assert "Demandé de nouveau. D'ici là vous gardez votre visite, et la nouvelle place est tenue." in told
    assert "Demander ce changement" in told


def cards(html: str) -> list[str]:
    """The workshops of a list of slots, in order."""
    return re.findall(r'<h2 class="h3"><a href="/creneaux/\d+[^"]*">([^<]+)<', html)


async def test_other_dates_are_searched_by_the_same_sentence_the_same_workshop_first(app):
    browser, visit, slot = await claire(app, lat=47.24, lon=6.02)
    haag = await lycee_of(slot)
    taught = await value("SELECT workshop FROM slots WHERE id = $1", slot)
    near = await builders.workshop(host=await builders.school(kind="lycee", lat=47.25, lon=6.0), title="Robot")
    far = await builders.workshop(host=await builders.school(kind="lycee", lat=47.64, lon=6.86), title="Éolienne")
    for days, workshop in ((40, far), (50, near), (60, taught)):
        await builders.slot(workshop=workshop, starts_at=NOW + timedelta(days=days), seats=30)
    small = await builders.slot(workshop=near, starts_at=NOW + timedelta(days=70), seats=20)
    where = f"/reservations/{visit}/autre-date"
    page = (await browser.get(where)).text
    assert cards(page) == ["Découpe laser", "Robot", "Éolienne"]
    (said,) = re.findall(r"<h1[^>]*>(.+?)</h1>", page)
    assert unescape(said).replace("\u00a0", " ") == (
        "Changer de date : Une autre date pour 4e B, 24 élèves, à toute distance, hors vacances."
    )
    assert cards((await browser.get(f"{where}?tri=date")).text) == ["Découpe laser", "Éolienne", "Robot"]
    assert cards((await browser.get(f"{where}?km=40")).text) == ["Découpe laser", "Robot"]
    until = (NOW + timedelta(days=45)).date()
    assert cards((await browser.get(f"{where}?au={until}")).text) == ["Éolienne"]
    uai = await value("SELECT uai FROM schools WHERE id = $1", haag)
    (same,) = re.findall(r'href="([^"]+)">le même lycée', page)
    assert f"lycee={uai}" in same
    assert cards((await browser.get(unescape(same))).text) == ["Découpe laser"]
    fewer = (await browser.get(f"{where}?eleves=20")).text
    assert cards(fewer) == ["Découpe laser", "Éolienne", "Robot", "Robot"]
    assert f"{where}/{small}" not in fewer
    assert "Changer d'abord l'effectif" in unescape(fewer)


async def test_the_sentence_goes_along_to_the_page_of_a_move_and_back(app):
    browser, visit, _ = await claire(app, lat=47.24, lon=6.02)
    other = await builders.slot(starts_at=NOW + timedelta(days=40), seats=30)
    where = f"/reservations/{visit}/autre-date"
    page = unescape((await browser.get(f"{where}?km=40&tri=date")).text)
    (there,) = re.findall(rf'href="({where}/{other}[^"]*)"', page)
    assert "km=40" in there
    back = unescape((await browser.get(there)).text)
    (crumb,) = re.findall(rf'class="crumb" href="{where}[?]([^"]*)"', back)
    assert sorted(crumb.split("&")) == sorted(there.partition("?")[2].split("&"))
