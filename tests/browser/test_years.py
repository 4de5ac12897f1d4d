"""A year that is over, ready to be closed, looked at by axe; then closed by its button."""

from __future__ import annotations

import pytest

from tests import builders
from tests.browser.judge import everything_wrong
from tests.builders import paris
from workshops.database import value

pytestmark = pytest.mark.browser


async def test_a_year_is_closed_from_its_page(db, browse):
    boss = await builders.person("coordinator", example=True)
    slot = await builders.slot(starts_at=paris("2024-10-10 09:00"))
    await builders.reservation(slot=slot, group=await builders.group(name="4e B"))
    page = await browse("/gestion/annees/2024-2025", width=390, signed_in=boss)
    assert await everything_wrong(page) == []
    await page.get_by_label("compter 0").check()
    await page.get_by_label("Je veux clore").check()
    await page.get_by_role("button", name="Clore l'année").click()
    await page.get_by_role("link", name="Télécharger le rapport").wait_for()
    assert await everything_wrong(page) == []
    assert await value("SELECT frozen FROM slots WHERE id = $1", slot) is True
