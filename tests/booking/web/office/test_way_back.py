"""A visit opened from a list leads back to that list as it was filtered, never out of the site."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest

from booking.day.checkin.acts import GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from tests import builders
from tests.booking.day.checkin.day import NOON, a_day
from workshops.database import value


async def a_closed_visit() -> int:
    await builders.target()
    day = await a_day()
    counts = [GroupHeadcount(reservation=group, pupils=20, adults=2, note="Badges oubliés") for group in day.groups]
    await close_slot(day.slot, headcounts=counts, companies=day.came, account=day.host, school=day.school, now=NOON)
    return day.slot


def crumb_of(page: str) -> tuple[str, str]:
    found = re.search(r'<a class="crumb" href="([^"]+)">([^<]+)</a>', page)
    return html.unescape(found[1]), html.unescape(found[2])


async def the_way(office, listed: str, slot: int) -> str:
    """The address under which a list opens the visit."""
    answer = await office.get(listed)
    found = re.search(rf'href="(/gestion/creneaux/{slot}[^"]*)"', answer.text)
    return html.unescape(found[1])


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ("/gestion/creneaux?mois=2027-03&niveau=4e&prioritaire=hors", "Retour aux visites comptées"),
        ("/gestion/creneaux", "Retour aux visites comptées"),
        ("/gestion/journal?sujet=slot", "Retour au journal"),
    ],
)
async def test_a_visit_leads_back_to_the_list_that_opened_it(office, listed, words):
    slot = await a_closed_visit()
    way = await the_way(office, listed, slot)
    assert crumb_of((await office.get(way)).text) == (listed, words)


async def test_the_way_back_outlives_a_refusal_and_the_reopening(office):
    slot = await a_closed_visit()
    listed = "/gestion/creneaux?annee=tout&niveau=4e"
    await office.get(await the_way(office, listed, slot))
    refused = await office.post(f"/gestion/creneaux/{slot}/reouverture", {"reason": " ", "retour": listed})
    assert crumb_of(refused.text)[0] == listed
    done = await office.post(f"/gestion/creneaux/{slot}/reouverture", {"reason": "Inversés", "retour": listed})
    assert done.headers["location"] == f"/gestion/creneaux/{slot}?retour={quote(listed, safe='')}&fait=visite-rouverte"
    assert crumb_of((await office.get(done.headers["location"])).text)[0] == listed
    assert await value("SELECT state FROM slots WHERE id = $1", slot) == "closed"


@pytest.mark.parametrize("away", ["//example.org", "https://example.org", "/\\example.org", "javascript:alert(1)", ""])
async def test_it_never_leads_out_of_the_site(office, away):
    slot = await a_closed_visit()
    page = (await office.get(f"/gestion/creneaux/{slot}", params={"retour": away})).text
    assert crumb_of(page) == ("/gestion/creneaux", "Retour aux visites comptées")


async def test_the_list_leads_back_to_the_board_of_its_year(office):
    await a_closed_visit()
    assert crumb_of((await office.get("/gestion/creneaux?annee=2026-2027")).text) == (
        "/gestion?annee=2026-2027",
        "Bilan",
    )
    assert crumb_of((await office.get("/gestion/creneaux")).text) == ("/gestion", "Bilan")
