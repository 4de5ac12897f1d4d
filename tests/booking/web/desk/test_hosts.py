"""After the closing: who of the lycée received the class, and the sheet that it prints for its lycéens."""

from __future__ import annotations

import re

import pytest
from pypdfium2 import PdfDocument

from booking.day.papers.lyceen import lyceen_pdf
from tests import builders
from tests.booking.day.checkin.day import NOON, Day
from tests.booking.web.desk.test_close_at_once import agreed
from tests.booking.web.host.lycee import words
from tests.browsing import Browser
from workshops.contributions.queries import hosts_of
from workshops.contributions.rules import Hosts, NobodyReceived
from workshops.database import value
from workshops.refusals import Invalid, NotFound
from workshops.schools.tables import School


async def a_closed_visit(app) -> tuple[Day, Browser]:
    """Closed by one tap, which asks for nothing."""
    day, browser, path = await agreed(app)
    await browser.post(path)
    return day, browser


def fields(page: str) -> list[str]:
    return [found[1] for name in ("lyceens", "staff") if (found := re.search(rf'name="{name}" value="([^"]*)"', page))]


async def test_the_one_tap_asks_nothing_and_the_page_after_it_asks_two_empty_numbers(app):
    day, browser = await a_closed_visit(app)
    page = (await browser.get(f"/accueil/{day.slot}")).text
    assert fields(page) == ["", ""]
    assert "Qui a reçu la classe ? Combien de lycéens ont reçu la classe ? (facultatif)" in words(page)
    assert await hosts_of(day.slot) == Hosts()


async def test_one_number_may_be_known_without_the_other_and_corrected_or_taken_back(app):
    day, browser = await a_closed_visit(app)
    path = f"/accueil/{day.slot}/recu"
    answer = await browser.post(path, {"lyceens": "12", "staff": ""})
    assert answer.headers["location"] == f"/accueil/{day.slot}?fait=recu-dit#contenu"
    page = (await browser.get(f"/accueil/{day.slot}")).text
    assert ("Lycéens : 12." in words(page), fields(page)) == (True, ["12", ""])
    slot_page = words((await browser.get(f"/lycee/creneaux/{day.slot}")).text)
    told = "Lycéens : 12. Corriger qui a reçu la classe Attestation de lycéen (PDF) En 12 exemplaires"
    assert told in slot_page
    await browser.post(path, {"lyceens": "0", "staff": "3"})
    assert await hosts_of(day.slot) == Hosts(0, 3)
    for page_of in ("accueil", "lycee/creneaux"):
        assert "attestation.pdf" not in (await browser.get(f"/{page_of}/{day.slot}")).text
    await browser.post(path, {"lyceens": "", "staff": ""})
    assert (await hosts_of(day.slot), await value("SELECT count(*) FROM slot_hosts")) == (Hosts(), 0)
    assert await value("SELECT count(*) FROM events WHERE act = 'hosts_told'") == 3


async def test_nothing_said_is_not_said_to_be_noted(app):
    day, browser = await a_closed_visit(app)
    answer = await browser.post(f"/accueil/{day.slot}/recu", {"lyceens": "", "staff": ""})
    assert answer.headers["location"] == f"/accueil/{day.slot}?fait=rien-change#contenu"
    assert "Rien n'a changé." in words((await browser.get(answer.headers["location"])).text)
    assert await value("SELECT count(*) FROM events WHERE act = 'hosts_told'") == 0


async def test_a_page_left_open_does_not_take_back_what_a_colleague_said_of_the_other_number(app):
    day, browser = await a_closed_visit(app)
    path = f"/accueil/{day.slot}/recu"
    await browser.post(path, {"lyceens": "12", "staff": "", "lyceens_seen": "", "staff_seen": ""})
    await browser.post(path, {"lyceens": "", "staff": "3", "lyceens_seen": "", "staff_seen": ""})
    assert await hosts_of(day.slot) == Hosts(12, 3)
    page = (await browser.get(f"/accueil/{day.slot}")).text
    assert all(f'name="{name}_seen" value="{told}"' in page for name, told in (("lyceens", 12), ("staff", 3)))
    await browser.post(path, {"lyceens": "", "staff": "3", "lyceens_seen": "12", "staff_seen": "3"})
    assert await hosts_of(day.slot) == Hosts(None, 3)


@pytest.mark.parametrize("wrong", ["-1", "61", "douze"])
async def test_a_wrong_number_is_said_and_nothing_is_half_kept(app, wrong):
    day, browser = await a_closed_visit(app)
    answer = await browser.post(f"/accueil/{day.slot}/recu", {"lyceens": wrong, "staff": "2"})
    told = "Lycéens : écrivez un nombre de 0 à 60, ou laissez vide si vous ne savez pas."
    assert (answer.status_code, told in words(answer.text)) == (422, True)
    assert (fields(answer.text), await hosts_of(day.slot)) == ([wrong, "2"], Hosts())


async def test_another_lycee_neither_tells_nor_prints(app):
    day, _ = await a_closed_visit(app)
    other = await builders.school(kind="lycee", name="Lycée Colomb")
    marc = await Browser(app, now=NOON).sign_in(await builders.person("host", "marc@example.org", school=other))
    told = await marc.post(f"/accueil/{day.slot}/recu", {"lyceens": "5"})
    printed = await marc.get(f"/accueil/{day.slot}/attestation.pdf")
    assert (told.status_code, printed.status_code, await hosts_of(day.slot)) == (404, 404, Hosts())


async def test_before_its_closing_nobody_is_asked_and_nothing_is_printed(app):
    day, browser, _ = await agreed(app)
    assert "Qui a reçu la classe" not in (await browser.get(f"/accueil/{day.slot}")).text
    answer = await browser.get(f"/accueil/{day.slot}/attestation.pdf")
    assert (answer.status_code, NobodyReceived.sentence in words(answer.text)) == (409, True)
    with pytest.raises(NobodyReceived):
        await lyceen_pdf(day.slot, school=day.school)


async def test_the_attestation_names_the_visit_and_leaves_the_lyceen_to_the_pen(app):
    day, browser = await a_closed_visit(app)
    await School.update({School.signatory: "la proviseure"}).where(School.id == day.school)
    answer = await browser.get(f"/accueil/{day.slot}/attestation.pdf")
    pages = [page.get_textpage().get_text_bounded() for page in PdfDocument(answer.content)]
    told = " ".join(pages[0].replace("\u202f", " ").replace("\xa0", " ").split())
    for part in (
        "Lycée Jules Haag",
        "le lycéen nommé ci-dessous",
        "« Horloge à engrenages en laiton »",
        "Nom et prénom",
        "jeudi 25 mars 2027, de 9 h 00 à 12 h 00",
        "3 h",
        "Horloge en laiton",
        "47",
        "Pour le lycée, la proviseure",
    ):
        assert part in told, part
    assert (len(pages), "Stendhal" in told, "page 1" in told) == (1, False, False)


async def test_as_many_sheets_are_printed_as_lyceens_are_told_and_never_more_than_sixty(app):
    day, browser = await a_closed_visit(app)
    await browser.post(f"/accueil/{day.slot}/recu", {"lyceens": "12"})
    link = f"/accueil/{day.slot}/attestation.pdf?exemplaires=12"
    assert f'href="{link}"' in (await browser.get(f"/accueil/{day.slot}")).text
    sheets = [page.get_textpage().get_text_bounded() for page in PdfDocument((await browser.get(link)).content)]
    assert (len(sheets), len({*sheets})) == (12, 1)
    with pytest.raises(Invalid):
        await lyceen_pdf(day.slot, school=day.school, copies=61)
    with pytest.raises(NotFound):
        await lyceen_pdf(day.slot + 1000, school=day.school)
