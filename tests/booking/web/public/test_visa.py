"""The principal's page: reading it answers nothing, a button answers once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from booking.people.accounts.rules import hash_of
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.lapse import lapse
from tests import builders
from tests.booking.visits.asking.test_visa import Reserving
from tests.booking.visits.reservations.demands import SECRET, a_demand
from tests.browsing import Browser, read
from tests.browsing import said as read_part
from tests.builders import NOW
from tests.telling import tell
from workshops.database import row, rows, value

LINK = "/visa/" + "p" * 43
ASK_TO_CANCEL = "Revenir sur ce visa : demandez d'annuler la visite à Claire Renaud , ou au lycée"


async def asked(app) -> Browser:
    app.state.clock = lambda: NOW
    college = await builders.school(
        name="Collège Stendhal", needs_approval=True, principal_mail="principal@example.org"
    )
    teacher = await builders.account("claire@example.org", name="Claire Renaud")
    group = await builders.group(school=college, name="4e B")
    await book(a_demand(await builders.slot(), group, school=college, by=teacher), now=NOW)
    return Browser(app)


async def state() -> str:
    return await value("SELECT state FROM reservations")


async def test_opening_the_link_shows_the_visit_and_answers_nothing(app):
    principal = await asked(app)
    for _ in range(3):
        page = read(await principal.get(LINK))
    assert "Claire Renaud souhaite emmener 4e B du Collège Stendhal (24 élèves, 2 adultes)." in page
    assert "Les élèves Dessiner, poncer, assembler. Seulement montré La découpe laser. Protection" in page
    assert await state() == "requested"


async def test_one_button_gives_the_visa_and_the_link_is_spent(app):
    principal = await asked(app)
    page = read(await principal.post(LINK, {"answer": "oui"}))
    assert "Le visa est accordé" in page
    assert "Groupe 4e B, Collège Stendhal (24 élèves, 2 adultes) Quand jeudi 25 mars 2027, de 9 h 00" in page
    assert ASK_TO_CANCEL in page
    assert await state() == "confirmed"
    for again in (await principal.post(LINK, {"answer": "non", "reason": "x"}), await principal.get(LINK)):
        assert again.status_code == 410
        assert "Ce visa est accordé Le lundi 11 janvier 2027, 9 h 00. La visite est confirmée" in read(again)
        assert ASK_TO_CANCEL in read(again)
        assert ("expiré" in read(again), "/connexion?" in again.text) == (False, False)
    assert await state() == "confirmed"


async def test_a_spent_link_says_what_was_answered_even_after_the_visit_changed(app):
    principal = await asked(app)
    await principal.post(LINK, {"answer": "non", "reason": "Examens"})
    page = read(await principal.get(LINK))
    assert "Cette visite est refusée Le lundi 11 janvier 2027, 9 h 00." in page
    assert "Refusée par le collège" in page


async def test_a_link_whose_visa_came_on_paper_says_how_a_visa_that_is_not_hers_is_taken_back(app):
    principal = await asked(app)
    visit, college, by = await row("SELECT id, school, booked_by FROM reservations")
    await builders.membership(by, "teacher", school=college)
    await (await Browser(app, now=NOW).sign_in(by)).post(f"/reservations/{visit}/visa-papier", PAPER)
    page = read(await principal.get(LINK))
    assert "Ce visa est donné sur papier" in page
    assert "Ce visa n'est pas celui de la direction ? Le lien du mail « Visa papier noté » le retire." in page
    assert "rien d'autre à faire" not in page


async def test_a_link_that_was_replaced_leads_to_the_newer_one(app):
    principal = await asked(app)
    visit, college, by = await row("SELECT id, school, booked_by FROM reservations")
    app.state.clock = lambda: NOW + timedelta(days=1)
    await renew_approval(visit, school=college, by=by, token="a newer link", now=NOW + timedelta(days=1))
    page = read(await principal.get(LINK))
    assert "Un lien plus récent remplace celui-ci Le mardi 12 janvier 2027, 9 h 00." in page
    assert "Répondez par le dernier mail reçu" in page
    await principal.post("/visa/a newer link", {"answer": "oui"})
    assert "Ce visa est accordé" in read(await principal.get(LINK))


@pytest.mark.parametrize(
    ("end", "heading"), [("lapse", "Le délai pour répondre est passé"), ("cancel", "L'enseignant a retiré sa demande")]
)
async def test_a_demand_that_ended_without_answer_says_how(app, end, heading):
    principal = await asked(app)
    visit, college, by = await row("SELECT id, school, booked_by FROM reservations")
    if end == "lapse":
        await lapse(secret_key=SECRET, now=NOW + timedelta(days=10))
    else:
        await cancel(visit, CancelVisit(), role="teacher", school=college, by=by, now=NOW + timedelta(days=10))
    page = read(await principal.get(LINK))
    assert f"{heading} Le jeudi 21 janvier 2027, 9 h 00." in page


async def test_a_refusal_says_why(app):
    principal = await asked(app)
    assert (await principal.post(LINK, {"answer": "non", "reason": ""})).status_code == 422
    assert await state() == "requested"
    page = read(await principal.post(LINK, {"answer": "non", "reason": "Examens"}))
    assert "Revenir sur ce visa" not in page
    said = "La visite est refusée Un mail le dit à Claire Renaud, les places sont rendues à d'autres collèges."
    assert said in page
    assert await state() == "refused_by_principal"


async def test_a_link_that_never_was_opens_nothing(app):
    answer = await (await asked(app)).get("/visa/" + "q" * 43)
    assert (answer.status_code, "Ce lien n'est pas complet" in read(answer)) == (410, True)
    assert ("expiré" in read(answer), "Demander un nouveau lien" in read(answer)) == (False, False)


async def wished(app) -> tuple[Browser, list[int]]:
    """A group wishes for three slots, of which the first holds its seats until the visa."""
    app.state.clock = lambda: NOW
    reserving = await Reserving.wished()
    link = await value("SELECT secret FROM notices WHERE kind = 'approval_asked'")
    await rows("UPDATE approvals SET token_hash = $1", hash_of("p" * 43))
    assert link is not None
    return Browser(app), reserving.choices


async def test_the_page_lists_each_choice_of_a_wish_and_the_visa_holds_for_those_ticked(app):
    principal, choices = await wished(app)
    page = read(await principal.get(LINK))
    assert "Premier choix : jeudi 18 mars 2027, de 9 h 00 à 12 h 00, Lycée Jules Haag" in page.replace("\u00a0", " ")
    assert "(Besançon), 0 km, Découpe laser" in page.replace("\u00a0", " ")
    answer = await principal.post(LINK, {"answer": "oui", "choices": ["", str(choices[1])]})
    assert "Le visa est accordé pour les choix cochés" in read(answer)
    states = await rows("SELECT state FROM reservations ORDER BY id")
    assert [one["state"] for one in states] == ["refused_by_principal", "offered", "cancelled_by_teacher"]
    again = await principal.get(LINK)
    assert again.status_code == 410
    assert "Le visa est accordé pour les choix cochés Le lundi 11 janvier 2027, 9 h 00. Celui-ci" in read(again)
    assert "sans vous redemander" in read(again)


TURNING = {
    "title": "Usinage",
    "summary": "D'un barreau à une toupie.",
    "pupils_do": "Régler le tour.",
    "shown_only": "La fraiseuse.",
    "protective_equipment": "Lunettes et gants.",
    "responsible": "Mme Roy",
    "bring": "Cheveux attachés.",
}


async def test_each_workshop_among_the_choices_has_its_programme_and_its_safety_sheet_folded(app):
    principal, choices = await wished(app)
    lycee = await builders.school(kind="lycee", name="Lycée Edgar Faure")
    top = await builders.tech_object(name="Toupie")
    other = await builders.workshop(host=lycee, objects=(top,), **TURNING)
    of_second = "(SELECT slot FROM reservations WHERE id = $2)"
    await rows(f"UPDATE slots SET workshop = $1, school = $3 WHERE id = {of_second}", other, choices[1], lycee)
    page = await principal.get(LINK)
    folded = [read_part(part) for part in re.findall(r"<details.*?</details>", page.text, re.DOTALL)]
    where = """SELECT h.name FROM schools h JOIN slots s ON s.school = h.id JOIN reservations r ON r.slot = s.id
        WHERE r.id = $1"""
    first, last = await value(where, choices[0]), await value(where, choices[2])
    cut = (
        "Au programme Du plan à l'objet. Les élèves Dessiner, poncer, assembler. Seulement montré La découpe laser."
        " Protection Lunettes et blouse prêtées. Responsable Le directeur délégué"
    )
    turned = (
        "Au programme D'un barreau à une toupie. Objet fabriqué Toupie Tenue, affaires Cheveux attachés."
        " Les élèves Régler le tour. Seulement montré La fraiseuse. Protection Lunettes et gants. Responsable Mme Roy"
    )
    assert folded[:-1] == [
        f"Premier choix : Découpe laser, {first} {cut}",
        f"Deuxième choix : Usinage, Lycée Edgar Faure {turned}",
        f"Troisième choix : Découpe laser, {last} {cut}",
    ]
    assert "Régler le tour." not in read(page).partition("Le visa vaut pour les choix cochés")[0]


async def test_choices_of_one_workshop_have_one_safety_sheet_that_is_not_folded(app):
    principal, _ = await wished(app)
    one = await value("SELECT workshop FROM slots ORDER BY id LIMIT 1")
    await rows("UPDATE slots SET workshop = $1, school = (SELECT school FROM workshops WHERE id = $1)", one)
    page = await principal.get(LINK)
    assert page.text.count("<details") == 1
    said = read(page)
    assert (
        "Atelier Découpe laser, pour tous les choix Adultes 2 adultes quittent le collège avec la classe Au programme"
        in said
    )
    assert said.count("Dessiner, poncer, assembler.") == 1


@pytest.mark.parametrize("ticked", [{}, {"choices": ""}])
async def test_a_visa_for_no_choice_is_asked_again_in_words(app, ticked):
    principal, _ = await wished(app)
    answer = await principal.post(LINK, {"answer": "oui"} | ticked)
    assert answer.status_code == 422
    assert "Cochez au moins un choix, ou refusez la visite." in read(answer)


PAPER = {"signed_by": "Mme Perrin", "signed_on": "2027-01-08"}


async def a_visit_to_sign(who: str) -> tuple[int, int]:
    """A teacher's demand at a collège that asks for its principal's visa; also her account."""
    college = await builders.school(needs_approval=True, principal_mail=f"principal-{who}@example.org")
    teacher = await builders.account(f"{who}@example.org", name="Claire Renaud")
    await builders.membership(teacher, "teacher", school=college)
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    await builders.person("host", f"lycee-{who}@example.org", school=lycee)
    slot, group = await builders.slot(host=lycee), await builders.group(school=college, name="4e B", teacher=teacher)
    return await builders.reservation(
        slot=slot, group=group, by=teacher, state="requested", hold_until=NOW + timedelta(days=5)
    ), teacher


async def heard() -> list[tuple[str, str]]:
    await tell()
    found = await rows("SELECT kind, to_email FROM notices WHERE kind <> 'sign_in' ORDER BY kind, to_email")
    return [tuple(one) for one in found]


async def test_a_paper_visa_that_the_principal_does_not_know_is_taken_back_from_the_mail(app):
    app.state.clock = lambda: NOW
    visit, claire = await a_visit_to_sign("claire")
    other, _ = await a_visit_to_sign("denis")
    teacher = await Browser(app, now=NOW).sign_in(claire)
    await teacher.post(f"/reservations/{visit}/visa-papier", PAPER | {"note": "Mme Perrin, le 8 janvier"})
    assert await value("SELECT state FROM reservations WHERE id = $1", visit) == "confirmed"
    assert ("paper_visa_noted", "principal-claire@example.org") in await heard()
    token = await value("SELECT secret FROM notices WHERE kind = 'paper_visa_noted'")
    await rows("DELETE FROM notices")
    principal = Browser(app)
    for _ in range(2):
        page = read(await principal.get(f"/visa/papier/{token}"))
    assert "Visa papier Mme Perrin, vendredi 8 janvier 2027 Groupe 4e B" in page
    assert await value("SELECT state FROM reservations WHERE id = $1", visit) == "confirmed"
    page = read(await principal.post(f"/visa/papier/{token}"))
    assert "Le visa papier est retiré Un mail le dit à Claire Renaud et au lycée." in page
    assert "la direction a retiré le visa papier" in read(await teacher.get(f"/reservations/{visit}"))
    found = "SELECT r.state, s.seats_taken FROM reservations r JOIN slots s ON s.id = r.slot ORDER BY r.id"
    assert [tuple(one) for one in await rows(found)] == [("requested", 24), ("requested", 24)]
    assert await heard() == [
        ("approval_asked", "principal-claire@example.org"),
        ("visa_taken_back", "claire@example.org"),
        ("visa_taken_back", "lycee-claire@example.org"),
    ]
    again = await principal.post(f"/visa/papier/{token}")
    assert (again.status_code, "Ce visa papier n'est plus à retirer" in read(again)) == (410, True)
    assert await value("SELECT state FROM reservations WHERE id = $1", other) == "requested"


async def test_a_link_of_another_kind_takes_nothing_back(app):
    app.state.clock = lambda: NOW
    visit, claire = await a_visit_to_sign("claire")
    teacher = await Browser(app, now=NOW).sign_in(claire)
    await teacher.post(f"/reservations/{visit}/visa-relance")
    asked = await value("SELECT secret FROM notices WHERE kind = 'approval_asked'")
    assert (await Browser(app).get(f"/visa/papier/{asked}")).status_code == 410
    assert (await Browser(app).get(f"/visa/{asked}")).status_code == 200


async def test_what_to_do_names_the_colleges_whose_visas_are_all_on_paper(app):
    app.state.clock = lambda: NOW
    visit, claire = await a_visit_to_sign("claire")
    signed, _ = await a_visit_to_sign("denis")
    coordinator = await Browser(app, now=NOW).sign_in(await builders.person("coordinator", "coordination@example.org"))
    teacher = await Browser(app, now=NOW).sign_in(claire)

    async def lines() -> list[str]:
        page = (await coordinator.get("/gestion/a-faire")).text
        return re.findall(r"1 visa noté sur papier", page)

    assert await lines() == []
    await teacher.post(f"/reservations/{visit}/visa-papier", PAPER)
    await rows("UPDATE reservations SET state = 'confirmed', signed_host = 1 WHERE id = $1", signed)
    assert await lines() == ["1 visa noté sur papier"]
    # Another visit of the same collège that its principal signs by her link: no more so.
    await rows(
        "UPDATE reservations SET school = (SELECT school FROM reservations WHERE id = $1) WHERE id = $2",
        *(visit, signed),
    )
    assert await lines() == []


async def test_a_college_without_anybody_to_ask_reads_so_and_where_to_say_whom(app):
    app.state.clock = lambda: NOW
    visit, claire = await a_visit_to_sign("claire")
    college = await value("SELECT school FROM reservations WHERE id = $1", visit)
    await rows("UPDATE schools SET principal_mail = '', principal_confirmed_at = NULL WHERE id = $1", college)
    nadia = await builders.person("coordinator", "nadia@example.org")
    teacher = await Browser(app, now=NOW).sign_in(claire)
    await teacher.post(f"/reservations/{visit}/visa-papier", PAPER)
    assert ("paper_visa_noted", "nadia@example.org") in await heard()
    assert "demandé à personne" not in read(await teacher.get("/mes-visites"))
    token = await value("SELECT secret FROM notices WHERE kind = 'paper_visa_noted'")
    office = Browser(app)
    page = read(await office.get(f"/visa/papier/{token}"))
    assert "le visa sera demandé quand le collège aura donné l'adresse de sa direction" in page
    page = read(await office.post(f"/visa/papier/{token}"))
    assert "le visa n'est demandé à personne avant qu'un enseignant du collège donne l'adresse de la direction" in page
    for address in ("/mes-visites", f"/reservations/{visit}"):
        shown = await teacher.get(address)
        assert "n'a pu être demandé à personne : votre collège n'a pas d'adresse confirmée" in read(shown)
        assert 'href="/mon-college#visa"' in shown.text
    coordination = await Browser(app, now=NOW).sign_in(nadia)
    assert "1 visite attend un visa qui n'a pu être demandé à personne" in read(
        await coordination.get("/gestion/a-faire")
    )
    page = read(await coordination.get(f"/gestion/etablissements/{college}"))
    assert "Le visa ne peut être demandé à personne. Demandez l'adresse de la direction au collège" in page
