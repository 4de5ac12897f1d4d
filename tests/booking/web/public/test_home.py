"""The first page, and where it leads a person who is signed in."""

from __future__ import annotations

import re

import pytest

from tests import builders
from tests.builders import paris


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
    (company,) = re.findall(r"<h2>Vous êtes une entreprise</h2>.*?</section>", shown)
    assert re.findall(r'<a href="(.+?)">', company) == ["/rejoindre", "/connexion"]


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
