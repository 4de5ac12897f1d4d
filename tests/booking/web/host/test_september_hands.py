"""The September hand: a host reads how to ask, types two numbers a section, or says that the lycée has none."""

from __future__ import annotations

import re

import pytest

from booking.mails.digests import ask_for_digests
from booking.mails.pace import TOGETHER_WITHIN
from booking.year.close import close_year
from booking.year.rules import CloseYear, SchoolYear
from tests import builders
from tests.application import application
from tests.booking.mails.story import posted, text_of
from tests.booking.web.host.lycee import words
from tests.browsing import Browser
from tests.builders import paris
from tests.workshops.september_hands.world import Asked, asked_lycees, count
from workshops.database import rows, value

HERE = "/lycee/mains-levees"
# A Monday.
DAY = paris("2026-09-14 09:00")


@pytest.fixture
async def lycees(db) -> Asked:
    return await asked_lycees()


async def host_of(school: int, *, now=DAY, email: str = "marc@example.org") -> Browser:
    account = await builders.person("host", email, name="Marc Perrin", school=school)
    return await Browser(application(now=lambda: now), now=now).sign_in(account)


def typed(*lines: tuple[str, str, str]) -> dict[str, str]:
    return {
        f"{name}-{place}": text
        for place, line in enumerate(lines, 1)
        for name, text in zip(("section", "present", "hands"), line, strict=True)
    }


async def kept(lycee: int, year: int = 2026) -> list[tuple]:
    found = (
        "SELECT section, present, hands FROM september_hands WHERE school = $1 AND school_year = $2 ORDER BY section"
    )
    return [tuple(one.values()) for one in await rows(found, lycee, year)]


async def to_do(browser: Browser) -> str:
    page = (await browser.get("/lycee")).text
    found = re.search(r'<section class="part" aria-labelledby="a-faire">.*?</section>', page, re.DOTALL)
    return words(found[0], of="section") if found else ""


ASKS = "Combien de vos nouveaux élèves de 2de professionnelle étaient venus à un TECHNILAB ?"


async def test_a_host_is_asked_in_september_types_two_numbers_a_section_and_is_asked_no_more(lycees):
    browser = await host_of(lycees.offers)
    other = await host_of(lycees.received, email="lea@example.org")
    assert (ASKS in await to_do(browser), ASKS in await to_do(other)) == (True, True)
    assert f'<a href="{HERE}">Main levée</a>' in (await browser.get("/lycee")).text
    page = words((await browser.get(HERE)).text)
    assert (
        "Levez la main si, au collège, vous êtes venus dans un lycée fabriquer un objet pendant un TECHNILAB." in page
    )
    assert "ni liste, ni nom" in page
    answer = await browser.post(
        f"{HERE}?annee=2026-2027", typed(("2de MTNE", "24", "6"), ("", "", ""), (" 2de  MRC ", "30", "0"))
    )
    assert answer.headers["location"] == f"{HERE}?annee=2026-2027&fait=mains-notees"
    assert await kept(lycees.offers) == [("2de MRC", 30, 0), ("2de MTNE", 24, 6)]
    assert "6 des 54 nouveaux élèves présents disent être venus." in words((await browser.get(HERE)).text)
    assert (ASKS in await to_do(browser), ASKS in await to_do(other)) == (False, True)
    year = words((await browser.get(f"{HERE}?annee=2025-2026")).text)
    assert ("septembre 2025" in year, "nouveaux élèves présents disent" in year) == (True, False)


async def test_what_is_wrong_is_said_beside_its_number_and_nothing_is_half_kept(lycees):
    browser = await host_of(lycees.offers)
    answer = await browser.post(
        HERE,
        typed(("2de MTNE", "24", "25"), ("2de MRC", "30", "3"), ("", "12", "1"), ("2de AGORA", "douze", "1")),
    )
    said = words(answer.text)
    assert answer.status_code == 422
    for sentence in (
        "Mains levées : 25, pour 24 présents. Il ne peut pas y en avoir plus.",
        "Section : à remplir.",
        "Présents : écrivez un nombre de 0 à 200.",
    ):
        assert said.count(sentence) == 2, sentence
    for name, text in (("hands-1", "25"), ("section-2", "2de MRC"), ("present-4", "douze")):
        assert re.search(rf'id="{name}" name="{name}" value="{text}"', answer.text), name
    assert await kept(lycees.offers) == []
    twice = await browser.post(HERE, typed(("2de MTNE", "24", "2"), ("2de mtne", "20", "2")))
    assert (twice.status_code, "est écrite deux fois" in words(twice.text)) == (422, True)
    named = await browser.post(HERE, typed(("Emma Durand", "24", "2")))
    assert (named.status_code, await kept(lycees.offers)) == (422, [])


async def test_pas_de_2de_pro_ici_ends_it_with_one_tap_and_can_be_taken_back(lycees):
    browser = await host_of(lycees.received)
    assert "Pas de 2de pro ici" in await to_do(browser)
    answer = await browser.post(f"{HERE}/demande", {"asked": ""})
    assert answer.headers["location"] == f"{HERE}?fait=mains-sans-objet"
    assert "Pas de 2de professionnelle ici On ne vous le demande plus." in words((await browser.get(HERE)).text)
    assert ASKS not in await to_do(browser)
    await browser.post(f"{HERE}/demande", {"asked": "oui"})
    assert ASKS in await to_do(browser)


async def test_the_sections_come_back_the_year_after_and_one_whose_line_is_cleared_does_not(lycees):
    await count(lycees.offers, ("2de MTNE", 24, 6), ("2de MRC", 30, 1))
    browser = await host_of(lycees.offers, now=paris("2027-09-06 09:00"))
    page = (await browser.get(HERE)).text
    assert re.findall(r'id="section-\d" name="section-\d" value="([^"]*)"', page) == ["2de MRC", "2de MTNE", "", ""]
    assert re.findall(r'id="present-\d" name="present-\d" value="([^"]*)"', page) == ["", "", "", ""]
    await browser.post(HERE, typed(("", "", ""), ("2de MTNE", "20", "9")))
    assert (await kept(lycees.offers, 2027), len(await kept(lycees.offers))) == ([("2de MTNE", 20, 9)], 2)


async def test_clearing_every_line_says_that_last_year_s_sections_are_proposed_again(lycees):
    await count(lycees.offers, ("2de MTNE", 24, 6), year=2025)
    browser = await host_of(lycees.offers)
    await browser.post(HERE, typed(("2de MTNE", "20", "9")))
    answer = await browser.post(HERE, typed(("", "", "")))
    assert answer.headers["location"] == f"{HERE}?annee=2026-2027&fait=mains-effacees"
    shown = await browser.get(answer.headers["location"])
    assert "Plus aucune section : les dernières notées sont proposées." in words(shown.text)
    assert ('value="2de MTNE"' in shown.text, "reviendront" in words(shown.text)) == (True, False)


async def test_clearing_every_line_of_a_first_year_says_that_nothing_is_left(lycees):
    browser = await host_of(lycees.offers)
    await browser.post(HERE, typed(("2de MTNE", "20", "9")))
    answer = await browser.post(HERE, typed(("", "", "")))
    assert "Aucune section n'est notée." in words((await browser.get(answer.headers["location"])).text)


async def test_who_has_counted_reads_what_to_do_before_saying_that_there_is_none(lycees):
    browser = await host_of(lycees.offers)
    await browser.post(HERE, typed(("2de MTNE", "20", "9")))
    page = words((await browser.get(HERE)).text)
    assert ("Pas de 2de pro ici" in page, "Plus de 2de pro ici ? Effacez toutes les lignes" in page) == (False, True)


async def test_a_lycee_without_a_2de_pro_is_no_more_invited_from_its_workshops(lycees):
    browser, other = await host_of(lycees.received), await host_of(lycees.offers, email="lea@example.org")
    await browser.post(f"{HERE}/demande", {"asked": ""})
    pages = [(await one.get("/lycee/ateliers")).text for one in (browser, other)]
    assert [f'href="{HERE}">combien' in page for page in pages] == [False, True]


async def test_the_page_stands_below_le_lycee_that_leads_to_it(lycees):
    page = (await (await host_of(lycees.offers)).get(HERE)).text
    assert '<a class="crumb" href="/lycee/ateliers">Le lycée</a>' in page
    assert re.findall(r'<a[^>]*href="([^"]+)"[^>]*aria-current="true"', page) == ["/lycee/ateliers"]


async def test_a_name_that_is_too_long_is_said_not_cut(lycees):
    browser = await host_of(lycees.offers)
    assert not re.search(r'id="section-1"[^>]*maxlength', (await browser.get(HERE)).text)
    answer = await browser.post(HERE, typed(("2de " + "M" * 60, "20", "9")))
    assert answer.status_code == 422
    assert "Section : 60 caractères au plus, vous en avez 64." in words(answer.text)
    assert ("M" * 60 in answer.text, await kept(lycees.offers)) == (True, [])


async def test_votre_annee_says_it_before_any_visit_is_closed(lycees):
    await count(lycees.offers, ("2de MTNE", 24, 6))
    page = words((await (await host_of(lycees.offers)).get("/lycee/annee?annee=2026-2027")).text)
    assert ("Aucun élève reçu en 2026-2027" in page, "6 des 24 nouveaux élèves présents" in page) == (True, True)


async def test_before_september_and_after_15_october_nothing_is_asked_but_the_page_stays(lycees):
    for day in ("2026-08-31 09:00", "2026-10-16 09:00"):
        browser = await host_of(lycees.offers, now=paris(day), email=f"marc{day[5:7]}@example.org")
        assert ASKS not in await to_do(browser)
        assert (await browser.get(HERE)).status_code == 200
        assert HERE in (await browser.get("/lycee/ateliers")).text


async def test_a_closed_year_asks_why_before_its_numbers_change(lycees, tmp_path):
    await count(lycees.offers, ("2de MTNE", 24, 6))
    august = paris("2027-08-20 10:00")
    await close_year(SchoolYear(2026), CloseYear(), by=None, data_dir=tmp_path, now=august)
    browser = await host_of(lycees.offers, now=august)
    answer = await browser.post(f"{HERE}?annee=2026-2027", typed(("2de MTNE", "25", "6")))
    assert (answer.status_code, "2026-2027" in words(answer.text)) == (409, True)
    assert await kept(lycees.offers) == [("2de MTNE", 24, 6)]
    because = typed(("2de MTNE", "25", "6")) | {"_correction": "Une feuille retrouvée"}
    assert (await browser.post(f"{HERE}?annee=2026-2027", because)).status_code == 303
    assert await kept(lycees.offers) == [("2de MTNE", 25, 6)]
    assert await value("SELECT reason FROM year_corrections") == "Une feuille retrouvée"


async def test_votre_annee_says_it_in_one_line_and_another_lycee_does_not_read_it(lycees):
    await count(lycees.received, ("2de Bois", 40, 12), year=2025)
    for lycee, reads in ((lycees.received, True), (lycees.offers, False)):
        browser = await host_of(lycee, email=f"marc{lycee}@example.org")
        year = words((await browser.get("/lycee/annee?annee=2025-2026")).text)
        assert ("12 des 40 nouveaux élèves présents disent être venus." in year) == reads


async def test_the_monday_mail_of_a_host_reminds_of_it_until_it_is_answered(lycees):
    await host_of(lycees.offers)
    await host_of(lycees.general, email="lea@example.org")

    async def monday(now) -> list[str]:
        await ask_for_digests(now=now)
        return [text_of(mail) for mail in await posted(now=now + TOGETHER_WITHIN) if mail.to == ["marc@example.org"]]

    (mail,) = await monday(DAY)
    assert f"http://127.0.0.1:8000{HERE}" in mail
    await count(lycees.offers, ("2de MTNE", 24, 6))
    assert await monday(paris("2026-09-21 09:00")) == []
