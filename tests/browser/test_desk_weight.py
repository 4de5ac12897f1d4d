"""What a phone loads at the door, and how soon the first badge is read."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Response, expect

from booking.presentation.assets import asset
from tests.browser.film import held_up
from tests.browser.test_desk import a_day_under_way, printed, title

pytestmark = pytest.mark.browser
MOST = 150_000
OPENINGS = 3


async def test_the_scan_page_weighs_under_150_kb_before_the_reader_s_wasm(db, filmed):
    day = await a_day_under_way()
    (seventeen,) = await printed(day, 17)
    browse = await filmed(held_up(seventeen))
    page = await browse("about:blank", width=390, height=844, signed_in=day.host)
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    began = time.monotonic()
    await page.goto(f"/accueil/{day.slot}")
    await expect(title(page)).to_have_text("Présent")
    first = time.monotonic() - began

    weights: dict[str, int] = {}
    for answer in answers:
        kind = answer.request.resource_type
        ours = not answer.url.endswith(".wasm")
        if ours and kind in {"document", "stylesheet", "script"} and answer.url not in weights:
            weights[answer.url] = len(await answer.body())
    code = sum(weight for address, weight in weights.items() if not address.endswith(f"/accueil/{day.slot}"))
    whole = sum(weights.values())
    print(f"\nscan page: {code} bytes of scripts and sheets, {whole} with its page; first badge read in {first:.2f} s")
    asked = {urlsplit(address).path for address in weights} - {f"/accueil/{day.slot}"}
    assert asked == {asset(name) for name in ("desk.css", "desk.js", "reader.js")}
    assert code < MOST, sorted(weights.items(), key=lambda one: -one[1])[:12]

    times = []
    for _ in range(OPENINGS):
        began = time.monotonic()
        await page.reload()
        await page.locator("[data-told-number]:not(:empty)").wait_for()
        times.append(time.monotonic() - began)
    print(f"first badge after {', '.join(f'{one:.2f}' for one in sorted(times))} s when opened again")
