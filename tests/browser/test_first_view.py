"""What a phone loads before it shows a public page: few requests, little weight, nothing of another site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from booking.built import asset
from tests import builders
from tests.browser.world import a_whole_world

pytestmark = pytest.mark.browser
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
