"""What a host reads before an act has an address of its own: reloaded, left and gone back to, it is still there."""

from __future__ import annotations

import re

import pytest

from tests import builders
from tests.booking.web.host.test_all_series import a_series
from tests.booking.web.host.test_series import filled
from tests.browsing import read

MOVED = {"on": "2027-04-01", "starts": "14:00", "ends": "17:00", "room": "", "version": "0"}
SERIES_MOVED = {"since": "2027-03-12", "days": "1", "starts": "14:00", "ends": "17:00", "room": "garder"}


async def looked_at(lycee, what: str) -> tuple[str, dict[str, object], str, str]:
    """Where it is asked, what is typed, where it is shown, and words of it."""
    workshop = await builders.workshop(host=lycee.school, title="Lampe à balancier")
    if what == "dates":
        asked = "/lycee/creneaux/serie"
        return f"{asked}/dates", filled(workshop), asked, "« Lampe à balancier », de 9 h 00 à 12 h 00"
    if what == "move":
        at = f"/lycee/creneaux/{await builders.slot(workshop=workshop)}"
        return f"{at}/deplacement/apercu", MOVED, f"{at}/modification", "Après jeudi 1er avril 2027, de 14 h 00"
    if what == "series":
        at = f"/lycee/creneaux/series/{(await a_series(lycee))[0]}"
        return f"{at}/deplacement/apercu", SERIES_MOVED, f"{at}/modification", "→ vendredi 26 mars 2027"
    at = "/lycee/ateliers"
    return at, {"apercu": "oui", "title": "Lampe à poser"}, f"{at}/nouveau", "Lampe à poser"


@pytest.mark.parametrize("what", ["dates", "move", "series", "workshop"])
async def test_what_is_read_before_an_act_can_be_reloaded_and_gone_back_to(lycee, what):
    path, typed, page, words = await looked_at(lycee, what)
    owner = re.search(r'name="_owner" value="([^"]+)"', (await lycee.browser.get(page)).text)[1]
    navigates = {
        "Sec-Fetch-Site": "same-origin",
        "Sec-Fetch-Mode": "navigate",
        "Referer": f"http://127.0.0.1:8000{page}",
    }
    data = {"_csrf": lycee.browser.csrf, "_owner": owner, **typed}
    answer = await lycee.browser.client.post(path, data=data, headers=navigates)
    assert (answer.status_code, answer.headers.get("location")) == (303, f"{page}?reprise=1")
    for _ in range(2):
        shown = await lycee.browser.get(answer.headers["location"])
        assert (shown.status_code, words in read(shown)) == (200, True)
