"""The screens of /aide, taken of the trial: `python -m tests.browser.screens http://127.0.0.1:8000` while it runs.

Each picture that help.toml names is written into booking/static/img, light enough to be read on a phone.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import urllib.request
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from booking.web.public.help import TOLD

WIDTH, HEIGHT = 390, 520
IMAGES = Path(__file__).parents[2] / "booking" / "static" / "img"
MOST_BYTES = 40_000


def main(base: str) -> None:
    with urllib.request.urlopen(f"{base}/demo/comptes.json") as answer:
        people = {one["role"]: one["name"] for one in reversed(json.load(answer))}
    for name, picture in asyncio.run(_pictures(base, people)).items():
        (IMAGES / name).write_bytes(picture)
        print(f"{name}: {len(picture)} bytes")


async def _pictures(base: str, people: Mapping[str, str]) -> dict[str, bytes]:
    taken = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(args=["--no-sandbox"], executable_path=shutil.which("chromium"))
        for name, told in TOLD.items():
            for number, step in enumerate(told["steps"], 1):
                if "shows" in step:
                    who = None if step.get("as") == "visitor" else people.get(told["role"])
                    taken[f"aide-{name}-{number}.webp"] = await _picture(browser, base, who, step)
        await browser.close()
    return taken


async def _picture(browser: Browser, base: str, who: str | None, step: dict[str, Any]) -> bytes:
    size: Any = {"width": WIDTH, "height": HEIGHT}
    context = await browser.new_context(viewport=size, base_url=base, locale="fr-FR", color_scheme="light")
    page = await context.new_page()
    if who is not None:
        await page.goto("/connexion")
        await page.locator("button", has_text=who).first.click()
        await page.wait_for_load_state("networkidle")
    await page.goto(step["screen"], wait_until="networkidle")
    for link in step.get("follow", ()):
        await page.locator(link).first.click()
        await page.wait_for_load_state("networkidle")
    taken = await _from(page, step["at"])
    await context.close()
    for quality in range(80, 20, -10):
        written = BytesIO()
        Image.open(BytesIO(taken)).convert("RGB").save(written, "WEBP", quality=quality, method=6)
        if written.tell() <= MOST_BYTES:
            break
    return written.getvalue()


async def _from(page: Page, at: str) -> bytes:
    """As much as a phone shows, from this part of the page on."""
    await page.locator(at).first.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 16)")
    return await page.screenshot()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
