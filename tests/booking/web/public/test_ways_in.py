"""The first page, where it leads a person who is signed in, and what the public pages offer to whom."""

from __future__ import annotations

import re
from html import unescape

import pytest

from booking.visits.groups.queries import GroupSeen
from booking.web.public.home import answers
from booking.web.public.search_class import SearchedClass
from booking.web.public.search_results import CardAct, act_for
from booking.web.public.slot import WayIn, WayToCome, way_in, way_to_come
from booking.web.public.visa import asked_for, to_refuse
from tests import builders
from tests.builders import NOW, paris
from workshops.academie.rules import Served
from workshops.database import rows
from workshops.offer.lengths import VisitLengths
from workshops.offer.queries import HostSchool, SlotOnOffer


async def test_the_home_page_shows_the_three_next_slots_that_have_seats(visitor):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    for day in (21, 22, 25, 26, 27):
        await builders.slot(host=lycee, starts_at=paris(f"2027-01-{day} 09:00"), seats=24)
    full = await builders.slot(host=lycee, starts_at=paris("2027-01-20 09:00"), seats=24)
    await builders.reservation(slot=full, group=await builders.group(), pupils=24)
    shown = (await visitor.get("/")).text
    assert re.findall(r'<p class="on-offer-when"><strong>(.+?), 9', shown) == [
        "Jeudi 21 janvier",
        "Vendredi 22 janvier",
        "Lundi 25 janvier",
    ]


async def test_the_home_page_opens_the_consortium_to_a_company_that_has_no_account(visitor):
    shown = (await visitor.get("/")).text
    (company,) = re.findall(r"<h2>Vous êtes une entreprise</h2>.*?</section>", shown, re.S)
    assert re.findall(r'<a href="(.+?)">', company) == ["/rejoindre", "/connexion"]


async def test_the_home_page_leads_a_college_to_its_inscription(visitor):
    shown = (await visitor.get("/")).text
    (college,) = re.findall(r"<h2>Vous êtes un collège</h2>.*?</section>", shown, re.S)
    assert re.findall(r'<a class="btn btn-primary" href="(.+?)">(.+?)</a>', college) == [("/inscription", "S'inscrire")]
    assert (await visitor.get("/inscription")).status_code == 200


def answered(html: str) -> list[tuple[str, str]]:
    pairs = re.findall(r"<div><dt>(.+?)</dt><dd>(.+?)</dd></div>", html)
    return [tuple(unescape(part).replace("\xa0", " ") for part in pair) for pair in pairs]


async def test_the_home_page_answers_what_a_teacher_asks_first_from_what_is_known(visitor):
    short = await builders.slot(starts_at=paris("2027-01-21 09:00"), ends_at=paris("2027-01-21 11:00"))
    await builders.slot(starts_at=paris("2027-01-22 09:00"), ends_at=paris("2027-01-22 11:30"))
    # Neither a visit that is over nor one that was called off says how long the next one is.
    await builders.slot(starts_at=paris("2026-12-01 09:00"), ends_at=paris("2026-12-01 17:00"), state="done")
    called_off = {"state": "called_off", "reason": "Grève"}
    await builders.slot(starts_at=paris("2027-01-23 09:00"), ends_at=paris("2027-01-23 17:00"), **called_off)
    await builders.academie(cost="Oui, la visite et l'objet", coach="Le Département")
    await built(short, Lampe=5, Horloge=9, Robot=4)
    assert answered((await visitor.get("/")).text) == [
        ("Combien de temps ?", "De 2 h à 2 h 30 dans les ateliers"),
        ("Que rapportent les élèves ?", "Horloge, Lampe"),
        ("Est-ce gratuit ?", "Oui, la visite et l'objet"),
        ("Qui paie le car ?", "Le Département"),
    ]


async def built(slot: int, **taken_home: int) -> None:
    """Objects by name, and how many of each left with the pupils of one group."""
    group = await builders.reservation(slot=slot, group=await builders.group(), pupils=1)
    for name, taken in taken_home.items():
        await rows(
            """INSERT INTO builds (slot, group_ref, tech_object, made, finished, working, taken_home, note)
            VALUES ($1, $2, $3, 20, 20, 20, $4, '')""",
            *(slot, group, await builders.tech_object(name=name), taken),
        )


async def test_what_nobody_knows_is_not_asked_on_the_home_page(visitor):
    await builders.academie()
    assert answered((await visitor.get("/")).text) == []
    slot = await builders.slot(starts_at=paris("2027-01-21 09:00"), ends_at=paris("2027-01-21 12:00"))
    # Fewer than five could be told apart.
    await built(slot, Lampe=4)
    assert answered((await visitor.get("/")).text) == [("Combien de temps ?", "3 h dans les ateliers")]


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        (["Lampe"], "Lampe"),
        (["Lampe", "Horloge"], "Lampe, Horloge"),
        (["Lampe", "Horloge", "Robot"], "Lampe, Horloge et 1 autre objet"),
        (["Lampe", "Horloge", "Robot", "Dé"], "Lampe, Horloge et 2 autres objets"),
    ],
)
def test_two_objects_are_named_and_the_others_counted(objects, words):
    assert [answer.words for answer in answers(VisitLengths(None, None), objects, Served())] == [words]


async def test_the_home_page_without_slots_says_what_to_do(visitor):
    shown = (await visitor.get("/")).text
    assert re.findall(r'<h3 class="h3">(.+?)</h3>', shown) == ["Aucun créneau ouvert aujourd&#39;hui"]


@pytest.mark.parametrize(
    ("role", "first_page"),
    [
        ("teacher", "/mes-visites"),
        ("principal", "/creneaux"),
        ("host", "/lycee"),
        ("company", "/entreprise"),
        ("coordinator", "/gestion"),
    ],
)
async def test_each_role_has_its_own_first_page(visitor, role, first_page):
    account = await builders.account()
    places = {
        "teacher": {"school": await builders.school()},
        "principal": {"school": await builders.school()},
        "host": {"school": await builders.school(kind="lycee")},
        "company": {"company": await builders.company()},
        "coordinator": {},
    }
    await builders.membership(account, role, **places[role])
    await visitor.sign_in(account)
    answer = await visitor.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, first_page)


async def test_a_sentence_tells_what_was_just_done(visitor):
    shown = (await visitor.get("/?fait=deconnecte")).text
    assert re.findall(r"<p>(Vous êtes déconnecté\.)</p>", shown) == ["Vous êtes déconnecté."]


async def test_an_unknown_word_in_the_address_says_nothing(visitor):
    shown = (await visitor.get("/?fait=%3Cscript%3E")).text
    assert re.findall(r'class="said"', shown) == []


@pytest.mark.parametrize(
    ("role", "pupils", "free", "way"),
    [
        (None, None, 24, WayIn.SIGN_IN),
        (None, 24, 0, WayIn.SIGN_IN),
        (None, 49, 48, WayIn.FEWER),
        ("teacher", None, 1, WayIn.RESERVE),
        ("teacher", 24, 24, WayIn.RESERVE),
        ("teacher", 24, 23, WayIn.WAIT),
        ("teacher", None, 0, WayIn.WAIT),
        ("teacher", 49, 48, WayIn.FEWER),
        ("host", 24, 48, None),
        ("company", 24, 48, None),
    ],
)
def test_a_teacher_reserves_waits_or_comes_with_fewer_and_a_visitor_signs_in_first(role, pupils, free, way):
    assert way_in(role, "open", pupils=pupils, seats=48, free=free) is way


def test_nobody_reserves_a_slot_that_is_not_open():
    found = {way_in("teacher", state, pupils=24, seats=48, free=48) for state in ("closed", "called_off", "done")}
    assert found == {None}


@pytest.mark.parametrize(
    ("role", "state", "announced", "free", "way"),
    [
        ("company", "open", False, 2, WayToCome.FREE),
        ("company", "closed", False, 2, WayToCome.FREE),
        ("company", "open", False, 0, WayToCome.FULL),
        ("company", "open", True, 0, WayToCome.ANNOUNCED),
        ("company", "done", False, 2, None),
        ("teacher", "open", False, 2, None),
        (None, "open", False, 2, None),
    ],
)
def test_a_company_says_that_it_comes_until_the_visit_is_over(role, state, announced, free, way):
    assert way_to_come(role, state, announced=announced, places_free=free) is way


FOUR_B = GroupSeen(7, "4e B", "4e", "", 22, 0, "2026-2027", 0, used=False, first_names=False, archived=False)


def offered(*, free: int, seats: int = 30) -> SlotOnOffer:
    host = HostSchool("0250011B", "Lycée Jules Haag", "Besançon", None, None)
    room = {"seats": seats, "seats_free": free, "groups_free": 1, "company_places_free": 0}
    when = dict.fromkeys(("starts_at", "ends_at", "booking_closes_at", "created_at", "changed_at"), NOW)
    named = {"id": 5, "workshop": "Pétrir", "workshop_id": 1, "objects": [], "school": host, "levels": ["4e"]}
    return SlotOnOffer(**named, **when, **room, state="open", distance_km=None)


@pytest.mark.parametrize(
    ("seats", "free", "companies", "waiting", "words", "told"),
    [
        (30, 30, 1, 0, "Réserver pour 4e B", "30 places, 1 entreprise vient"),
        (30, 22, 0, 0, "Réserver pour 4e B", "22 places"),
        (30, 2, 1, 0, "Attendre une place", "2 places pour 22 élèves"),
        (30, 0, 0, 1, "Attendre une place", "complet, 1 groupe attend"),
        (20, 20, 0, 0, "Voir le créneau", "20 places par créneau pour 22 élèves"),
    ],
)
def test_a_card_says_what_her_class_finds_there_and_reserves_for_it(seats, free, companies, waiting, words, told):
    searched = SearchedClass(FOUR_B, "4e", 22)
    slot = offered(seats=seats, free=free)
    act = act_for(
        slot, searched, "teacher", state="open", now=NOW, carried="?groupe=7", companies=companies, waiting=waiting
    )
    address = "/creneaux/5?groupe=7" if words == "Voir le créneau" else "/creneaux/5/reserver?groupe=7"
    assert act == CardAct(words, address, told, firm=words.startswith("Réserver"))


@pytest.mark.parametrize(
    ("role", "state", "words", "address"),
    [
        ("teacher", "open", "Réserver", "/creneaux/5/reserver?niveau=4e"),
        (None, "open", "Réserver", "/connexion?next=%2Fcreneaux%2F5%2Freserver%3Fniveau%3D4e"),
        ("host", "open", "Voir le créneau", "/creneaux/5?niveau=4e"),
        ("company", "open", "Voir le créneau", "/creneaux/5?niveau=4e"),
        ("teacher", "closed", "Voir le créneau", "/creneaux/5?niveau=4e"),
    ],
)
def test_teachers_and_visitors_are_invited_to_reserve_others_to_look(role, state, words, address):
    act = act_for(offered(free=30), SearchedClass(None, "4e", None), role, state=state, now=NOW, carried="?niveau=4e")
    assert (act.words, act.address) == (words, address)


@pytest.mark.parametrize(
    ("more", "replaces", "choices", "heading", "refusing"),
    [
        (None, False, 1, "Une visite demande votre visa", "Refuser la visite"),
        (None, False, 3, "Une visite demande votre visa", "Refuser toutes ces visites"),
        (None, True, 1, "Un changement de visite demande votre visa", "Refuser le changement"),
        (3, False, 1, "Un accompagnateur de plus demande votre visa", "Refuser le changement"),
        (5, False, 1, "Des accompagnateurs de plus demandent votre visa", "Refuser le changement"),
    ],
)
def test_a_principal_reads_first_what_her_visa_is_for(more, replaces, choices, heading, refusing):
    assert asked_for(2, more, replaces=replaces) == heading
    assert to_refuse(more, replaces=replaces, choices=choices) == refusing
