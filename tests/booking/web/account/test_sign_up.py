"""Signing up at the pages: the same answer for everybody, the way on to the class, and what a newcomer sees."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from booking.visits.reservations.book import book
from tests import builders
from tests.booking.visits.reservations.demands import a_demand
from tests.browsing import SECRET, Browser, read
from tests.builders import paris
from workshops.database import rows, value

CLAIRE = "claire.renaud@ac-besancon.fr"
MAILBOX = "ce.0250010a@ac-besancon.fr"


@pytest.fixture
async def college(app) -> int:
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    app.state.clock = lambda: builders.NOW
    return await builders.school(name="Collège Stendhal", commune="Besançon", mail=MAILBOX)


async def fill_in(visitor: Browser, college: str = "Stendhal", *, email: str = CLAIRE, next_path: str = "/", **more):
    asked = {"name": "Claire Renaud", "email": email, "college": college, "next": next_path}
    return await visitor.post("/inscription", asked | more)


async def secret(kind: str = "sign_up") -> str:
    return str(await value("SELECT secret FROM notices WHERE kind = $1 ORDER BY id DESC LIMIT 1", kind))


async def signed_up(app, next_path: str = "/") -> Browser:
    """Claire's browser, after her mailed link."""
    claire = Browser(app, now=builders.NOW)
    await fill_in(claire, next_path=next_path)
    entered = await claire.post(f"/inscription/{await secret()}")
    assert entered.status_code == 303
    from booking.people.accounts.rules import csrf_of  # noqa: PLC0415 - the token of the session just opened

    claire.csrf = csrf_of(claire.client.cookies["technilab"], SECRET)
    claire.landed = entered.headers["location"]
    return claire


@pytest.mark.parametrize(
    ("next_path", "way_on"),
    [
        ("/", '<a class="btn btn-outline-primary" href="/creneaux">Voir les créneaux</a>'),
        (
            "/creneaux?niveau=4e&eleves=24",
            '<a class="btn btn-outline-primary" href="/creneaux?niveau=4e&amp;eleves=24">Voir les créneaux</a>',
        ),
        (
            "/creneaux/7/reserver?niveau=4e",
            '<a class="btn btn-outline-primary" href="/creneaux/7?niveau=4e">Revoir le créneau</a>',
        ),
        ("/mes-visites", '<a class="btn btn-outline-primary" href="/creneaux">Voir les créneaux</a>'),
    ],
)
async def test_who_waits_for_the_word_of_her_college_goes_on_with_her_search(app, college, next_path, way_on):
    claire = Browser(app, now=builders.NOW)
    await fill_in(claire, email="claire@orange.example", next_path=next_path)
    assert way_on in (await claire.post(f"/inscription/{await secret()}")).text


async def test_who_tapped_a_day_reads_at_the_door_that_she_will_be_back_at_it(app, college):
    told = "Pour réserver, connectez-vous, ou inscrivez-vous : vous revenez aussitôt au créneau choisi."
    for path, said in (
        ("/creneaux/7/reserver?niveau=4e", True),
        ("/creneaux/7/moities/9", True),
        ("/creneaux/7/venue", False),
        ("/mes-visites", False),
    ):
        assert (told in read(await Browser(app).get(f"/connexion?next={quote(path, safe='')}"))) is said, path


async def test_known_unknown_and_closed_addresses_read_the_same_answer(app, college):
    await builders.membership(await builders.account("known@ac-besancon.fr"), "teacher", school=college)
    await builders.account("closed@ac-besancon.fr", disabled_at=builders.NOW)
    said = set()
    for who in ("known", "closed", "unknown", "other"):
        email = f"{who}@{'orange.example' if who == 'other' else 'ac-besancon.fr'}"
        answer = await fill_in(Browser(app), email=email)
        said.add((answer.status_code, re.sub(r'name="csrf" content="[^"]*"', "", answer.text).replace(email, "X")))
    assert len(said) == 1


async def test_words_that_fit_several_colleges_are_asked_about_without_any_script(app, college):
    pasteur = [await builders.school(name="Collège Pasteur", commune=commune) for commune in ("Dole", "Gray")]
    answer = await fill_in(Browser(app), "pasteur")
    assert answer.status_code == 422
    assert "2 conviennent, choisissez le vôtre ci-dessous." in read(answer)
    chosen = re.findall(r'name="college_uai" value="(\w+)"', answer.text)
    assert len(chosen) == 2
    assert (await fill_in(Browser(app), "pasteur", college_uai=chosen[1])).status_code == 200
    assert await value("SELECT school FROM sign_ups") == pasteur[1]


@pytest.mark.parametrize("typed", ["Stendhal", "besançon stendhal", "UAI", "Collège Stendhal, Besançon (UAI)"])
async def test_a_college_is_found_by_its_name_its_commune_or_its_uai(app, college, typed):
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    assert (await fill_in(Browser(app), typed.replace("UAI", uai))).status_code == 200
    assert await value("SELECT school FROM sign_ups") == college


async def test_a_college_that_is_misspelt_is_proposed_and_never_taken_by_itself(app, college):
    await builders.school(name="Collège Victor Hugo", commune="Besançon")
    closed = await builders.school(name="Collège Victor Hugo", commune="Dole", closed=True)
    hugo = await value("SELECT uai FROM schools WHERE name LIKE '%Hugo' AND id <> $1", closed)
    answer = await fill_in(Browser(app), "vicor hugo besancon")
    assert answer.status_code == 422
    assert "Votre collège : est-ce celui-ci ? Choisissez-le ci-dessous, ou corrigez." in read(answer)
    assert re.findall(r'name="college_uai" value="(\w+)"', answer.text) == [hugo]
    assert (await fill_in(Browser(app), "vicor hugo besancon", college_uai=hugo)).status_code == 200
    assert await value("SELECT s.uai FROM sign_ups u JOIN schools s ON s.id = u.school") == hugo


async def test_what_a_field_proposes_as_one_types_is_taken_by_its_form(app, college):
    await builders.school(name="Collège Victor Hugo", commune="Besançon")
    await builders.school(name="Lycée Victor Hugo", commune="Besançon", kind="lycee")
    await builders.school(name="Collège Victor Hugo", commune="Dole", closed=True)
    visitor = Browser(app)
    assert 'data-proposes="/etablissements/proposes?sorte=college"' in (await visitor.get("/inscription")).text
    proposed = {}
    for asked in ("sorte=college", "sorte=lycee", ""):
        answer = await visitor.get(f"/etablissements/proposes?{asked}&mots=vicor%20hugo%20besancon")
        proposed[asked] = [one.rpartition(" (")[0] for one in answer.json()]
    both = ["Collège Victor Hugo, Besançon", "Lycée Victor Hugo, Besançon"]
    assert proposed == {"sorte=college": both[:1], "sorte=lycee": both[1:], "": both}
    for nothing in ("", "%20", "Poudlard"):
        assert (await visitor.get(f"/etablissements/proposes?sorte=college&mots={nothing}")).json() == []
    (words,) = (await visitor.get("/etablissements/proposes?sorte=college&mots=stendal")).json()
    known = re.findall(r'<option value="([^"]+)">', (await visitor.get("/inscription")).text)
    for typed in (words, *known):
        assert (typed, (await fill_in(Browser(app), typed, email=f"a{len(typed)}@orange.example")).status_code) == (
            typed,
            200,
        )


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"college": "Poudlard"}, "Votre collège : aucun ne porte ce nom."),
        ({"college": "0250999Z"}, "Votre collège : cet UAI n'est celui d'aucun collège que nous connaissons."),
        ({"college": ""}, "Votre collège : à remplir."),
        ({"email": "claire"}, "Écrivez une adresse de messagerie complète"),
        ({"name": "http://x.example"}, "Prénom et nom : écrivez-les seuls"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field_and_stays_typed(app, college, asked, why):
    answer = await Browser(app).post(
        "/inscription",
        {"name": "Claire Renaud", "email": CLAIRE, "college": "Stendhal", "next": "/mes-visites"} | asked,
    )
    assert (answer.status_code, why in read(answer)) == (422, True)
    assert 'name="next" value="/mes-visites"' in answer.text
    assert await rows("SELECT 1 FROM notices") == []


async def test_all_that_is_wrong_with_a_sign_up_is_said_at_once(app, college):
    answer = read(await fill_in(Browser(app), "zzz", name="123", email="abc"))
    for why in (
        "3 réponses",
        "écrivez-les seuls",
        "Écrivez une adresse de messagerie complète",
        "Votre collège : aucun",
    ):
        assert why in answer


async def test_the_door_of_the_mail_is_a_button_and_says_where_she_signs_up(app, college):
    visitor = Browser(app)
    await fill_in(visitor)
    page = await visitor.get(f"/inscription/{await secret()}")
    assert "Collège Stendhal, Besançon" in read(page)
    assert await value("SELECT count(*) FROM accounts") == 0
    assert (await visitor.get("/inscription/unknown")).status_code == 410


@pytest.mark.parametrize(
    ("email", "button", "title"),
    [
        (CLAIRE, "Entrer", "Voir les créneaux"),
        ("claire@orange.example", "Confirmer mon adresse", "Votre inscription attend une réponse"),
    ],
)
async def test_the_button_of_the_mail_says_what_it_does_and_its_link_once_used_leads_to_sign_in(
    app, college, email, button, title
):
    visitor = Browser(app, now=builders.NOW)
    await fill_in(visitor, email=email)
    link = f"/inscription/{await secret()}"
    assert re.findall(r'btn-primary">([^<]+)</button>', (await visitor.get(link)).text) == [button]
    answer = await visitor.post(link)
    assert (title in answer.text) == (answer.status_code == 200)
    again = await Browser(app, now=builders.NOW).get(link)
    ways = re.findall(r'<a class="btn[^"]*" href="([^"]+)">([^<]+)</a>', again.text.split("<main")[1])
    assert (again.status_code, ways) == (
        *(410, [("/connexion", "Se connecter"), ("/inscription", "Recommencer l'inscription")]),
    )


async def test_what_is_promised_to_whoever_signs_up_is_what_comes(app, college):
    form = read(await Browser(app).get("/inscription"))
    assert "vous demandez une visite tout de suite." in form
    assert "effacé" not in form


async def test_on_her_way_to_a_slot_she_lands_on_her_class_already_filled_in_then_on_its_form(app, college):
    slot = await builders.slot()
    claire = await signed_up(app, f"/creneaux/{slot}/reserver?niveau=5e&eleves=22")
    page = await claire.get(claire.landed)
    assert "Votre inscription est faite." in read(page)
    assert 'value="22"' in page.text
    assert re.search(r'<option value="5e" selected>', page.text)
    back = re.search(r'name="next" value="([^"]+)"', page.text)
    group = {"name": "5e B", "level": "5e", "pupils": "22", "section": "", "next": unescape(back[1])}
    added = await claire.post("/mes-groupes", group)
    form = await claire.get(added.headers["location"])
    assert "Réserver pour 5e B" in read(form)
    assert "5e B, 5e, 22 élèves" in read(form)


async def test_the_sign_in_page_leads_on_with_the_slot_and_the_class(app, college):
    page = await Browser(app).get("/connexion?next=/creneaux/7/reserver%3Fniveau%3D4e%26eleves%3D22")
    there = re.search(r'href="(/inscription\?next=[^"]+)"', page.text)
    form = await Browser(app).get(unescape(there[1]))
    assert 'name="next" value="/creneaux/7/reserver?niveau=4e&amp;eleves=22"' in form.text


async def test_a_newcomer_sees_her_own_groups_and_visits_and_no_colleagues(app, college):
    colleague = await builders.person("teacher", "marc@ac-besancon.fr", name="Marc Petit", school=college)
    theirs = await builders.group(school=college, teacher=colleague, name="3e Marc")
    slot = await builders.slot()
    visit = await builders.reservation(slot=slot, group=theirs, by=colleague)
    claire = await signed_up(app)
    account = await value("SELECT id FROM accounts WHERE email = $1", CLAIRE)
    await builders.group(school=college, teacher=account, name="4e Claire")
    for path in ("/mes-groupes", "/creneaux", f"/creneaux/{slot}/reserver"):
        shown = read(await claire.get(path))
        assert (path, "4e Claire" in shown, "3e Marc" in shown) == (path, True, False)
    assert "Aucune visite à venir" in read(await claire.get("/mes-visites"))
    for path in (f"/reservations/{visit}", f"/mes-groupes/{theirs}"):
        assert (path, (await claire.get(path)).status_code) == (path, 404)
    assert (await claire.post(f"/reservations/{visit}/annulation", {"reason": "Non"})).status_code == 404
    for act in ("archive", "reprise"):
        assert (await claire.post(f"/mes-groupes/{theirs}/{act}")).status_code == 404
    refused = await claire.get("/mon-college")
    assert (refused.status_code, "Votre collège n'a pas encore confirmé" in read(refused)) == (403, True)


async def test_another_address_is_written_without_saying_again_who_she_is_and_where_she_teaches(app, college):
    visitor = Browser(app, now=builders.NOW)
    sent = (await fill_in(visitor, email="claire.renaud@ac-besancon.com", next_path="/objets")).text
    kept = dict(re.findall(r'<input type="hidden" name="(name|college|next)" value="([^"]*)">', sent))
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    written = f"Collège Stendhal, Besançon ({uai})"
    assert kept == {"name": "Claire Renaud", "college": written, "next": "/objets"}
    await visitor.post("/inscription", kept | {"email": CLAIRE})
    asked = await rows("SELECT email, name, school, next_path FROM sign_ups ORDER BY id")
    assert tuple(asked[-1]) == (CLAIRE, "Claire Renaud", college, "/objets")


async def test_what_she_reserves_says_that_it_waits_for_her_college_and_offers_only_to_give_up(app, college):
    claire = await signed_up(app)
    account = await value("SELECT id FROM accounts WHERE email = $1", CLAIRE)
    group = await builders.group(school=college, teacher=account, pupils=22)
    slot = await builders.slot(starts_at=paris("2027-03-25 09:00"))
    asked = {"slot": slot, "group": group, "pupils": "22", "adults": "2", "needs": "", "key": "k", "pour": ""}
    booked = await claire.post("/reservations", asked)
    page = read(await claire.get(booked.headers["location"]))
    assert "Les places sont tenues. La visite sera confirmée quand votre collège aura répondu." in page
    assert "En attente du collège" in page
    assert ("Visa papier reçu" in page, "Changer l'effectif" in page, "Annuler la visite" in page) == (
        False,
        False,
        True,
    )


async def test_the_mailbox_answers_by_a_button_once(app, college):
    await signed_up(app)
    mailbox, link = Browser(app), f"/inscription/college/{await secret('newcomer')}"
    page = read(await mailbox.get(link))
    assert ("Claire Renaud" in page, CLAIRE in page) == (True, True)
    unbroken = "Cette personne enseigne\u2011t\u2011elle chez vous ?"
    assert unbroken in page
    assert await value("SELECT count(*) FROM sign_ups") == 1
    assert (await mailbox.post(link, {})).status_code == 422
    assert "L'inscription est confirmée" in read(await mailbox.post(link, {"answer": "oui"}))
    again = await mailbox.post(link, {"answer": "non"})
    assert (again.status_code, "a déjà sa réponse" in read(again)) == (410, True)
    assert await value("SELECT awaiting FROM memberships") is False


async def test_the_mailbox_reads_until_when_the_places_she_asked_for_are_held(app, college):
    await signed_up(app)
    account = await value("SELECT id FROM accounts WHERE email = $1", CLAIRE)
    group = await builders.group(school=college, teacher=account)
    demand = a_demand(await builders.slot(), group, school=college, by=account)
    await book(replace(demand, awaiting=True), now=builders.NOW)
    page = read(await Browser(app).get(f"/inscription/college/{await secret('newcomer')}"))
    assert "Demandé 1 visite en attente de votre réponse Places tenues jusqu'au jeudi 21 janvier 2027, 9 h 00" in page


async def test_a_colleague_and_the_coordinator_answer_in_place(app, college):
    marc = await builders.person("teacher", "marc@ac-besancon.fr", name="Marc Petit", school=college)
    nadia = await builders.person("coordinator", "nadia@example.org")
    await signed_up(app)
    number = await value("SELECT id FROM sign_ups")
    office = await Browser(app, now=builders.NOW).sign_in(nadia)
    assert "Claire Renaud · Collège Stendhal, Besançon" in read(await office.get("/gestion/inscriptions"))
    colleague = await Browser(app, now=builders.NOW).sign_in(marc)
    assert "Claire Renaud" in read(await colleague.get("/mon-college/collegues"))
    done = await colleague.post(f"/mon-college/collegues/{number}/confirmation")
    assert "fait=inscription-confirmee" in done.headers["location"]
    assert "Aucune inscription n'attend" in read(await office.get("/gestion/inscriptions"))
    late = await office.post(f"/gestion/inscriptions/{number}/refus")
    assert (late.status_code, "a déjà sa réponse" in read(late)) == (410, True)
    by = await value("SELECT by FROM events WHERE act = 'sign_up_confirmed'")
    assert by == marc


async def test_a_coordinator_who_invites_her_confirms_her(app, college):
    nadia = await builders.person("coordinator", "nadia@example.org")
    await signed_up(app)
    office = await Browser(app, now=builders.NOW).sign_in(nadia)
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    asked = {"name": "Claire Renaud", "email": CLAIRE, "role": "teacher", "school": uai}
    assert "inscription-confirmee" in (await office.post("/gestion/comptes", asked)).headers["location"]
    assert await value("SELECT awaiting FROM memberships WHERE role = 'teacher'") is False
