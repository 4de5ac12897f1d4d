"""Nothing that was counted goes at one click: what would go is named, and asked about, without any script."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests import builders, builders_bts1
from workshops.database import value

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_line_of_a_course_and_a_mobility_go_at_the_second_click(db, browse, width):
    nadia = await builders.person("coordinator", name="Nadia Perrin")
    course = await builders_bts1.course()
    await value(
        "INSERT INTO bts1_mobilities (course, school_year, country, kind, people)"
        " VALUES ($1, 2026, 'Suisse', 'stage', 4) RETURNING id",
        course,
    )
    await value("INSERT INTO bts1_feeders (course, bts) VALUES ($1, 'BTS CIM') RETURNING id", course)
    page = await browse(f"/bts1/{course}", width=width, signed_in=nadia)
    for table, asked, sure in (
        ("bts1_mobilities", "Retirer Suisse, 2026-2027, Stage", "Oui, retirer Suisse, 2026-2027, Stage"),
        ("bts1_feeders", "Retirer BTS CIM", "Oui, retirer BTS CIM"),
    ):
        assert not await page.get_by_role("button", name=sure).is_visible()
        await page.locator("summary", has_text=asked).click()
        assert await value(f"SELECT count(*) FROM {table}") == 1
        await page.get_by_role("button", name=sure).click()
        await expect(page.locator("summary", has_text=asked)).to_have_count(0)
        assert await value(f"SELECT count(*) FROM {table}") == 0
