"""How many taps a task takes on a phone, and how many words its page holds.

    python -m tests.journeys.taps 1b2265b8

prints them for this version and an older one, each filled with its own examples. A tap presses what is visible alone,
by what it says; what an older version said otherwise is named beside. Words are those that are seen, folds closed.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from msgspec import Struct
from playwright.async_api import Locator, Page, TimeoutError, ViewportSize, async_playwright

from tests.browser.conftest import _chromium
from tests.command_line import ROOT
from tests.load.before import as_it_was
from tests.load.bench import serving

PHONE: ViewportSize = {"width": 390, "height": 844}
CONTROLS = "main a, main button, main summary, header a, header summary"
SEEN = """() => {
  document.querySelectorAll('main .visually-hidden').forEach(hidden => { hidden.hidden = true; });
  return document.querySelector('main').innerText.split(/\\s+/).filter(word => /[\\p{L}\\p{N}]/u.test(word)).length;
}"""
# How long a page has to show what a tap leads to.
PATIENCE = 5_000


class NoSuchControl(AssertionError):
    """Nothing visible says so: the way ends here."""


class Phone:
    """A page of a phone, and how often it was tapped."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    async def tap(self, *names: str, where: str = CONTROLS) -> None:
        """Press the first visible control that one of these names fits, the first name that is there; follow it."""
        for name in names:
            found = await self._visible(name, where)
            if found is not None:
                self.taps += 1
                await found.click()
                with suppress(TimeoutError):
                    await self.page.wait_for_load_state("networkidle", timeout=PATIENCE)
                return
        told = [" ".join((await one.inner_text()).split()) for one in await self.page.locator(where).all()]
        raise NoSuchControl(f"{self.page.url}: none of {names} among {told}")

    async def _visible(self, name: str, where: str) -> Locator | None:
        for control in await self.page.locator(where).filter(has_text=re.compile(name)).all():
            if await control.is_visible():
                return control
        return None

    async def words(self) -> int:
        """How many words are seen on this page, its header and footer apart."""
        return int(await self.page.evaluate(SEEN))


async def book(phone: Phone) -> None:
    """A teacher books a whole class, from her first page."""
    await phone.tap("^Créneaux$")
    await phone.tap("Réserver pour")
    await phone.tap("^Réserver", where="main form button")


async def print_due_paper(phone: Phone) -> None:
    """From a visit's page, the paper that its families are due."""
    async with phone.page.expect_download():
        await phone.tap("^Imprimer les papiers", "famille", "^Imprimer les documents")


async def announce(phone: Phone) -> None:
    """A company takes the next session, from its first page."""
    await phone.tap("^Annoncer votre venue")


async def explain_late_target(phone: Phone) -> None:
    """The coordination reads what a late target is made of, from its board."""
    await phone.tap("^Collégiens accueillis")


class Task(Struct, frozen=True):
    """Who does it, from which page, and in how many taps at most."""

    role: str
    start: str
    walk: Callable[[Phone], Awaitable[None]]
    most: int


TASKS: Mapping[str, Task] = {
    "class booked": Task("teacher", "/", book, 3),
    "company's next session": Task("company", "/entreprise", announce, 1),
    "late target explained": Task("coordinator", "/gestion", explain_late_target, 1),
}
PAGES: Mapping[str, tuple[str, str, int]] = {
    "first list": ("teacher", "/creneaux", 400),
    "sessions of companies": ("company", "/seances", 600),
    "board": ("coordinator", "/gestion", 900),
    "what is to do": ("coordinator", "/gestion/a-faire", 900),
}


async def measured(base_url: str) -> dict[str, str]:
    """Each page with its words, then each task with its taps, in a trial; where a way ends, that it does."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])

        async def signed_in(role: str) -> Page:
            page = await (await browser.new_context(viewport=PHONE, base_url=base_url)).new_page()
            people = await (await page.request.get("/demo/comptes.json")).json()
            name = next(person["name"] for person in people if person["role"] == role)
            await page.goto("/connexion")
            await page.get_by_role("button", name=name).first.click()
            await page.wait_for_load_state()
            return page

        found = {}
        for name, (role, path, _) in PAGES.items():
            phone = Phone(await signed_in(role))
            await phone.page.goto(path)
            found[name] = f"{await phone.words()}"
        for name, task in TASKS.items():
            phone = Phone(await signed_in(task.role))
            await phone.page.goto(task.start)
            try:
                await task.walk(phone)
                found[name] = f"{phone.taps}"
            except NoSuchControl:
                found[name] = "no way by what is visible"
        await browser.close()
        return found


def main(commit: str) -> None:
    """Print both versions beside what is asked."""
    with as_it_was(commit) as tree, serving(tree) as before:
        earlier = asyncio.run(measured(f"http://127.0.0.1:{before.port}"))
    with serving(ROOT) as site:
        now = asyncio.run(measured(f"http://127.0.0.1:{site.port}"))
    asked = {name: f"{task.most} taps" for name, task in TASKS.items()}
    asked |= {name: f"{most} words" for name, (_, _, most) in PAGES.items()}
    print(f"| what | {commit} | now | at most |\n| --- | --- | --- | --- |")
    for name, most in asked.items():
        print(f"| {name} | {earlier[name]} | {now[name]} | {most} |")


if __name__ == "__main__":
    main(sys.argv[1])
