"""On paper, each sheet of a page says the day it was printed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from booking.words.wording import day
from tests import builders
from tests.booking.day.papers.paper_visit import pages_of

pytestmark = pytest.mark.browser


async def test_each_sheet_of_a_long_page_says_its_day_once(db, browse):
    for number in range(90):
        await builders.slot(starts_at=builders.paris("2027-03-25 09:00"), seats=24 + number % 3)
    nadia = await builders.person("coordinator", name="Nadia Perrin")
    for path in ("/creneaux", "/confidentialite", "/gestion"):
        page = await browse(path, signed_in=nadia)
        sheets = pages_of(await page.pdf(format="A4", prefer_css_page_size=True))
        told = f"Imprimé le {day(datetime.now(UTC))}"
        assert [sheet.count(told) for sheet in sheets] == [1] * len(sheets)
        assert len(sheets) > 1 or path == "/gestion"


async def test_the_first_of_a_month_is_said_as_one_says_it(db, browse):
    page = await browse("/confidentialite")
    first_on = builders.paris("2027-03-01 00:30")
    await page.clock.set_fixed_time(first_on)
    sheets = pages_of(await page.pdf(format="A4", prefer_css_page_size=True))
    assert [sheet.count("Imprimé le lundi 1er mars 2027") for sheet in sheets] == [1] * len(sheets)


async def test_a_visit_is_one_page_on_paper(db, browse):
    college = await builders.school()
    claire = await builders.person("teacher", name="Claire Renaud", school=college)
    lamp = await builders.tech_object(name="Lampe à balancier", summary="Un bras, un ressort, une LED.")
    workshop = await builders.workshop(objects=(lamp,), bring="Chaussures fermées.", offers=["loop"])
    group = await builders.group(school=college, name="4e B", teacher=claire)
    visit = await builders.reservation(
        slot=await builders.slot(workshop=workshop),
        group=group,
        by=claire,
        needs="Un fauteuil roulant",
        needed=["step_free:1", "chairs:2"],
    )
    page = await browse(f"/reservations/{visit}", signed_in=claire)
    drawn = await page.pdf(format="A4", prefer_css_page_size=True)
    (sheet,) = pages_of(drawn)
    told = ("4e B", "Découpe laser", "Chaussures fermées.", "Accès de plain-pied", "Annuler", "Changer de date")
    assert [words in sheet for words in told] == [True, True, True, True, False, False]


async def test_a_closed_visit_is_one_page_on_paper_without_what_is_asked_on_screen(db, browse):
    college = await builders.school()
    claire = await builders.person("teacher", name="Claire Renaud", school=college)
    lamps = [await builders.tech_object(name=f"Lampe à balancier {n}") for n in range(4)]
    slot = await builders.slot(state="done", closed_at=builders.paris("2027-03-25 12:30"))
    group = await builders.group(school=college, name="4e B", teacher=claire)
    visit = await builders.reservation(slot=slot, group=group, by=claire, state="attended")
    await builders.turnout(slot=slot, school=college, group_ref=visit, declared=3, adults=2)
    for lamp in lamps:
        await builders.build(slot=slot, tech_object=lamp, group_ref=visit)
    page = await browse(f"/reservations/{visit}", signed_in=claire)
    (sheet,) = pages_of(await page.pdf(format="A4", prefer_css_page_size=True))
    told = ("Présents", "Déclarés présents", "Lampe à balancier 3", "À imprimer", "Trois questions", "Et ensuite")
    assert [words in sheet for words in told] == [True, True, True, True, False, False]
