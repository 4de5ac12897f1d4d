"""What is printed says when: pages, papers and badges."""

from __future__ import annotations

import io

import pypdfium2

from booking.day.badges.presets import PRESETS
from booking.day.badges.print_sheet import day_sheet_of
from tests import builders
from tests.booking.day.papers.paper_visit import pages_of, visit
from tests.browsing import Browser
from tests.builders import NOW, paris
from workshops.database import value

DATED = "Imprimé le lundi 11 janvier 2027"


async def claire(app) -> tuple[Browser, int]:
    """The teacher's browser and her visit."""
    app.state.clock = lambda: NOW
    booked = await visit()
    account = await value("SELECT booked_by FROM reservations")
    await builders.membership(account, "teacher", school=await value("SELECT school FROM reservations"))
    await builders.badges(booked)
    return await Browser(app, now=NOW).sign_in(account), booked


async def test_each_page_bears_the_day_for_paper_alone(app):
    app.state.clock = lambda: NOW
    browser = Browser(app, now=NOW)
    for path in ("/", "/creneaux", "/programme", "/nulle-part"):
        page = (await browser.get(path)).text
        assert '<body data-printed="lundi 11 janvier 2027">' in page


async def test_each_page_of_the_papers_bears_it(app):
    browser, booked = await claire(app)
    pdf = (await browser.get(f"/mes-visites/{booked}/papiers.pdf")).content
    printed = pages_of(pdf)
    assert [DATED in one for one in printed] == [True] * len(printed)


async def test_each_sheet_of_badges_bears_it_outside_the_labels(app):
    browser, booked = await claire(app)
    for preset in PRESETS.values():
        pdf = (await browser.get(f"/reservations/{booked}/badges.pdf?preset={preset.name}")).content
        for page in pypdfium2.PdfDocument(io.BytesIO(pdf)):
            text = page.get_textpage()
            found = text.search(DATED)
            at = found.get_next()
            boxes = [text.get_charbox(at[0] + place) for place in range(at[1])]
            highest_mm = max(box[3] for box in boxes) * 25.4 / 72
            lowest_label_mm = 297 - preset.corner(preset.cells - 1)[1] - preset.height
            assert 4 < min(box[1] for box in boxes) * 25.4 / 72 < highest_mm < lowest_label_mm - 0.5


async def test_so_does_the_pile_of_a_whole_day(app):
    await claire(app)
    lycee = await value("SELECT id FROM schools WHERE kind = 'lycee'")
    day = paris("2027-03-25 09:00").date()
    pdf = await day_sheet_of(
        lycee, on=day, secret_key="a secret of the tests, long enough to be one", printed_on=NOW.date()
    )
    printed = pages_of(pdf)
    assert [DATED in one for one in printed] == [True] * len(printed)
