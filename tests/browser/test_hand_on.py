"""A visit that a teacher hands on: its panels on the visit's page and the page behind the link of the letter."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from booking.process.settings import read_settings
from booking.visits.handovers.acts import HandVisitOn
from booking.visits.handovers.hand_on import hand_on
from booking.visits.handovers.proposals import proposal_link, proposal_of
from tests import builders
from tests.browser.judge import everything_wrong
from tests.browser.world import a_whole_world
from workshops.database import row

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1280])
async def test_each_side_s_panels_and_the_page_that_answers(db, browse, width):
    world = await a_whole_world()
    visit, now = world["reservation"], datetime.now(UTC)
    stands = await row("SELECT booked_by, school FROM reservations WHERE id = $1", visit)
    paul = await builders.person("teacher", "paul@example.org", name="Paul Petit", school=stands["school"])
    here = f"/reservations/{visit}"

    page = await browse(here, width=width, signed_in=stands["booked_by"])
    await page.locator("summary", has_text="Confier la visite à un collègue").click()
    assert await page.get_by_label("Collègue").locator("option", has_text="Paul Petit").count() == 1
    assert await everything_wrong(page) == []

    asked = {"school": stands["school"], "by": stands["booked_by"], "salt": uuid4(), "now": now}
    await hand_on(visit, HandVisitOn(colleague="paul@example.org"), **asked)
    for account, heading in ((stands["booked_by"], "Proposée à Paul Petit"), (paul, "vous confie cette visite")):
        page = await browse(here, width=width, signed_in=account)
        assert await page.locator("h2", has_text=heading).count() == 1
        assert await page.locator("main .btn-primary:visible").count() == 1
        assert await everything_wrong(page) == []
    listed = await browse("/mes-visites", width=width, signed_in=paul)
    assert await everything_wrong(listed) == []

    proposal = await proposal_of(visit, now=now)
    page = await browse(await proposal_link(proposal, secret_key=read_settings().secret_key), width=width)
    assert await page.locator("main h1").inner_text() == "Claire Renaud vous confie une visite"
    assert await everything_wrong(page) == []
    await page.get_by_role("button", name="Je la reprends").click()
    await page.locator("h1", has_text="Merci, la visite est à vous").wait_for()
    assert await everything_wrong(page) == []
