"""How long before a visit a lycée closes its reservations: its hosts say so, its slots and the home page follow."""

from __future__ import annotations

import re

from tests import builders
from tests.booking.web.host.lycee import a_lycee
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows, value


def _next(html: str) -> list[str]:
    return re.findall(r"Prochaine place libre : ([^<]+)</span>", html.replace("\u00a0", " "))


async def test_a_host_says_the_number_and_its_open_slots_follow(lycee):
    slot = await builders.slot(host=lycee.school, starts_at=paris("2027-03-25 09:00"))
    await rows("UPDATE slots SET booking_closes_at = $1", paris("2027-03-18 18:00"))
    assert 'name="booking_days" value="5"' in (await lycee.browser.get("/lycee/venir")).text
    answer = await lycee.browser.post("/lycee/venir/delai", {"booking_days": "2"})
    assert answer.headers["location"] == "/lycee/venir?fait=delai-dit"
    assert await value("SELECT booking_closes_at FROM slots WHERE id = $1", slot) == paris("2027-03-23 18:00")
    assert 'name="booking_days" value="2"' in (await lycee.browser.get("/lycee/venir")).text
    wrong = await lycee.browser.post("/lycee/venir/delai", {"booking_days": "30"})
    assert (wrong.status_code, "écrivez un nombre de 1 à 20" in read(wrong)) == (422, True)
    assert await value("SELECT booking_days FROM schools WHERE id = $1", lycee.school) == 2


async def test_another_lycee_keeps_its_own_number(db):
    lycee, other = await a_lycee(), await builders.school(kind="lycee")
    await lycee.browser.post("/lycee/venir/delai", {"booking_days": "1"})
    assert await value("SELECT booking_days FROM schools WHERE id = $1", other) == 5


async def test_the_home_page_shows_what_can_still_be_prepared(app):
    app.state.clock = lambda: paris("2027-03-14 16:00")
    soon = await builders.slot(starts_at=paris("2027-03-15 09:00"), booking_closes_at=paris("2027-03-08 18:00"))
    await builders.slot(starts_at=paris("2027-03-22 09:00"), booking_closes_at=paris("2027-03-15 18:00"))
    await builders.slot(starts_at=paris("2027-03-19 09:00"), booking_closes_at=paris("2027-03-15 18:00"))
    await builders.opening(
        opens_at=paris("2027-03-16 10:00"),
        first_on=paris("2027-03-19 09:00").date(),
        last_on=paris("2027-03-19 09:00").date(),
    )
    shown = (await Browser(app, now=NOW).get("/")).text
    assert _next(shown) == ["lundi 22 mars 2027"]
    assert f"/creneaux/{soon}" not in shown
