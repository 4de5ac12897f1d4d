"""The links of a search say what was asked again, and nothing else that an address held."""

from __future__ import annotations

import pytest

from tests import builders
from tests.browsing import Browser
from tests.builders import NOW, paris


@pytest.mark.parametrize("page", ["/creneaux", "/creneaux?vue=mois", "/objets", "/lycees/{uai}", "/creneaux/carte"])
async def test_what_is_no_answer_of_a_search_is_in_no_link(app, page):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee", uai="0250001R")
    for day in range(10, 25):
        await builders.slot(host=lycee, starts_at=paris(f"2027-03-{day} 09:00"))
    browser = Browser(app)
    address = page.format(uai="0250001R")
    more = "&" if "?" in address else "?"
    plain = await browser.get(f"{address}{more}niveau=4e")
    names = "&".join(f"nimporte{n}={'x' * 40}" for n in range(120))
    asked = await browser.get(f"{address}{more}niveau=4e&{names}")
    assert asked.status_code == plain.status_code
    assert "nimporte" not in asked.text
    assert len(asked.text) <= len(plain.text) + 200
    long = await browser.get(f"{address}{more}niveau=4e&departement={'d' * 5000}&lycee={'l' * 5000}")
    assert len(long.text) < len(plain.text) * 1.5 + 20_000
