"""What a phone loads before it shows a public page: few requests, little weight, nothing of another site."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from booking.day.photos.keep_photo import FOLDER
from booking.day.photos.keep_picture import files_of
from booking.day.photos.scale import SMALL_MOST, in_two_sizes
from booking.presentation.assets import asset
from tests import builders
from tests.browser.world import a_whole_world
from workshops.database import rows

pytestmark = [pytest.mark.browser, pytest.mark.window]
MOST_REQUESTS = 6
MOST_BYTES = 60_000


async def loaded(page, path: str) -> dict[str, tuple[str, int]]:
    """What the first view of a page asks for: each address with its kind and its bytes on the wire."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Network.enable")
    await devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, tuple[str, str]] = {}
    weights: dict[str, int] = {}

    def note(told) -> None:
        if not told["request"]["url"].startswith("data:"):
            kinds[told["requestId"]] = (told["request"]["url"].split("127.0.0.1:")[1], told["type"])

    devtools.on("Network.requestWillBeSent", note)
    devtools.on("Network.loadingFinished", lambda told: weights.update({told["requestId"]: told["encodedDataLength"]}))
    await page.goto(path, wait_until="networkidle")
    await devtools.detach()
    return {address.partition("/")[2]: (kind, weights[one]) for one, (address, kind) in kinds.items()}


@pytest.mark.parametrize("path", ["/", "/creneaux", "/programme", "/connexion"])
async def test_a_public_page_opens_with_six_requests_and_60_kb_at_most(db, browse, path):
    await a_whole_world()
    taught = await builders.workshop()
    for n in range(60):
        await builders.slot(workshop=taught, starts_at=datetime.now(UTC) + timedelta(days=20 + n))
    page = await browse("about:blank", width=390, height=844)
    asked = await loaded(page, path)
    weight = sum(bytes_sent for _, bytes_sent in asked.values())
    print(f"\n{path}: {len(asked)} requests, {weight} bytes")
    assert (len(asked) <= MOST_REQUESTS, weight <= MOST_BYTES) == (True, True), asked
    ours = {kind: address for address, (kind, _) in asked.items() if kind in {"Stylesheet", "Script"}}
    assert {kind: f"/{address}" for kind, address in ours.items()} == {
        "Stylesheet": asset("site.css"),
        "Script": asset("site.js"),
    }


async def test_the_next_page_asks_for_nothing_but_itself(db, browse):
    await a_whole_world()
    page = await browse("/creneaux", width=390, height=844)
    # The browser asks for the icon when all else is drawn: leaving sooner leaves it to the next page.
    await page.wait_for_function(
        f"() => performance.getEntriesByName(location.origin + '{asset('favicon.svg')}').length"
    )
    await page.goto("/connexion", wait_until="networkidle")
    asked = await page.evaluate(
        "() => performance.getEntriesByType('resource').map(one => [new URL(one.name).pathname, one.transferSize])"
    )
    kept = {asset("site.css"), asset("site.js"), asset("favicon.svg")}
    assert dict(asked) == dict.fromkeys(kept, 0)


async def pictured(data_dir: Path) -> None:
    """Twenty slots, each of a workshop of its own for which its lycée chose a busy picture."""
    made = BytesIO()
    Image.frombytes("RGB", (960, 720), os.urandom(960 * 720 * 3)).save(made, "JPEG", quality=80)
    sizes, folder = in_two_sizes(made.getvalue()), data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(20):
        taught, name = await builders.workshop(title=f"Atelier {n}"), f"{n:032x}"
        await rows("INSERT INTO workshop_pictures (workshop, name, alt) VALUES ($1, $2, 'Un objet')", taught, name)
        for file, content in zip(files_of(name), sizes, strict=True):
            (folder / file).write_bytes(content)
        await builders.slot(workshop=taught, starts_at=datetime.now(UTC) + timedelta(days=20 + n))


async def test_pictures_that_lycees_chose_stand_on_wide_screens_and_cost_a_phone_s_list_nothing(db, browse, site):
    await pictured(site.data_dir)
    phone = await browse("about:blank", width=390, height=844)
    asked = await loaded(phone, "/creneaux")
    weight = sum(bytes_sent for _, bytes_sent in asked.values())
    assert (len(asked) <= MOST_REQUESTS, weight <= MOST_BYTES) == (True, True), asked
    assert [one for one in asked if one.startswith("images/")] == []
    await phone.mouse.wheel(0, 4000)
    assert await phone.locator(".on-offer .drawing:visible").count() == 5
    wide = await browse("about:blank", width=1280, height=900)
    fetched = await loaded(wide, "/creneaux?tri=date")
    photos = {one: told for one, told in fetched.items() if one.startswith("images/")}
    assert await wide.locator(".on-offer .picture:visible").count() == 20
    sized = "all => all.map(one => [one.loading, one.getAttribute('width'), one.getAttribute('height')])"
    assert await wide.locator(".on-offer .picture").evaluate_all(sized) == [["lazy", "480", "360"]] * 20
    assert 0 < len(photos) < 20
    headers = 1_000
    assert [one for one, (_, bytes_sent) in photos.items() if bytes_sent > SMALL_MOST + headers] == []
