"""A link that is pasted somewhere unfolds: what it is, when, where, how many places are left, and a drawing."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from booking.presentation.drawings import drawing_names
from booking.web.public.statements import PAGES
from tests import builders
from tests.browsing import Browser
from tests.builders import NOW, paris

BASE = "http://127.0.0.1:8000"


@pytest.fixture
def visitor(app) -> Browser:
    app.state.clock = lambda: NOW
    return Browser(app, now=NOW)


async def a_slot(**more: object) -> int:
    lycee = await builders.school(
        kind="lycee", name="Lycée Jules Haag", uai="0250011B", commune="Besançon", lat=47.25, lon=6.02
    )
    clock = await builders.tech_object(name="Horloge en laiton")
    taught = await builders.workshop(
        host=lycee, title="L'horloge </script> & le laiton", summary="Monter une horloge.", objects=(clock,)
    )
    return await builders.slot(
        workshop=taught, starts_at=paris("2027-03-25 09:00"), seats=24, levels=["4e", "3e"], **more
    )


def told(page: str) -> dict[str, str]:
    """What a page's head says to who unfolds it."""
    head = page.partition("</head>")[0]
    unfolded = re.findall(r'<meta property="og:([^"]+)" content="([^"]*)">', head)
    canonical = re.search(r'<link rel="canonical" href="([^"]+)">', head)
    described = re.search(r'<meta name="description" content="([^"]*)">', head)
    assert described is not None
    found = {name: unescape(content) for name, content in unfolded}
    return found | {"canonical": canonical[1] if canonical else "", "described": unescape(described[1])}


def as_schema_org(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found is not None
    answer: dict[str, object] = json.loads(found[1])
    return answer


async def test_a_slot_unfolds_to_its_day_its_lycee_and_its_places(visitor):
    slot = await a_slot()
    page = (await visitor.get(f"/creneaux/{slot}?niveau=4e&eleves=24")).text
    sentence = "Jeudi 25 mars 2027, de 9 h 00 à 12 h 00, Lycée Jules Haag, Besançon. 4e et 3e, 24 places libres."
    unfolds = told(page)
    assert unfolds["canonical"] == unfolds["url"] == f"{BASE}/creneaux/{slot}"
    assert (unfolds["title"], unfolds["description"]) == ("L'horloge </script> & le laiton, jeu. 25 mars", sentence)
    assert (unfolds["described"], unfolds["image"]) == (sentence, f"{BASE}/dessins/horloge.png")
    event = as_schema_org(page)
    assert (event["@type"], event["name"]) == ("Event", "L'horloge </script> & le laiton")
    assert (event["startDate"], event["endDate"]) == ("2027-03-25T09:00:00+01:00", "2027-03-25T12:00:00+01:00")
    assert (event["eventStatus"], event["remainingAttendeeCapacity"]) == ("https://schema.org/EventScheduled", 24)
    assert event["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 47.25, "longitude": 6.02}
    assert event["location"]["address"]["addressLocality"] == "Besançon"


async def test_the_share_box_shows_what_the_link_unfolds_to(visitor):
    slot = await a_slot()
    answer = await visitor.get(f"/creneaux/{slot}")
    box = answer.text.partition('class="share-seen"')[2].partition("</section>")[0]
    shown = unescape(re.sub(r"<[^>]+>", "", box.replace("<br>", " "))).replace("\N{NO-BREAK SPACE}", " ")
    unfolds = told(answer.text)
    assert f"{unfolds['title']} {unfolds['description']}" in shown


@pytest.mark.parametrize(
    ("change", "room", "status"),
    [
        ({"state": "called_off", "reason": "Grève"}, "annulé", "EventCancelled"),
        ({"booking_closes_at": NOW}, "réservations closes", "EventScheduled"),
        ({"seats_taken": 24, "groups_taken": 1}, "complet", "EventScheduled"),
    ],
)
async def test_what_cannot_be_had_any_more_says_so_where_it_unfolds(visitor, change, room, status):
    slot = await a_slot(**change)
    page = (await visitor.get(f"/creneaux/{slot}")).text
    event = as_schema_org(page)
    assert told(page)["description"].endswith(f"4e et 3e, {room}.")
    assert (event["eventStatus"], event["remainingAttendeeCapacity"]) == (f"https://schema.org/{status}", 0)


async def test_a_lycee_unfolds_to_a_place(visitor):
    await a_slot()
    page = (await visitor.get("/lycees/0250011B")).text
    place = as_schema_org(page)
    assert (place["@type"], place["name"], place["url"]) == ("Place", "Lycée Jules Haag", f"{BASE}/lycees/0250011B")
    assert told(page)["canonical"] == f"{BASE}/lycees/0250011B"


async def test_each_public_page_has_a_description_of_its_own_and_one_address(visitor):
    await a_slot()
    paths = [
        path
        for path in PAGES
        if path not in {"/creneaux/carte", "/accessibilite", "/confidentialite", "/mentions", "/api"}
    ]
    unfolds = {path: told((await visitor.get(path)).text) for path in paths}
    assert {path: one["canonical"] for path, one in unfolds.items()} == {path: f"{BASE}{path}" for path in paths}
    assert len({one["described"] for one in unfolds.values()}) == len(paths)
    filtered = told((await visitor.get("/creneaux?niveau=4e&eleves=24")).text)
    assert filtered["canonical"] == f"{BASE}/creneaux"


@pytest.mark.parametrize("path", ["/connexion", "/visa/secret", "/creneaux/404"])
async def test_what_nobody_shares_unfolds_to_nothing(visitor, path):
    assert told((await visitor.get(path)).text)["canonical"] == ""


async def test_every_drawing_is_a_picture_of_the_size_that_is_shown_whole(visitor):
    for name in sorted(drawing_names()):
        answer = await visitor.get(f"/dessins/{name}.png")
        drawn = Image.open(BytesIO(answer.content))
        assert (answer.headers["content-type"], drawn.format, drawn.size) == ("image/png", "PNG", (1200, 630))
        assert len(answer.content) < 60_000
        assert len(drawn.convert("RGB").getcolors(70) or ()) > 4
    for wrong in ("rien.png", "horloge.svg", "horloge", "..%2Fhorloge.png"):
        assert (await visitor.get(f"/dessins/{wrong}")).status_code == 404
