"""What a screen reader is told by ten pages, kept as text: a label that goes, a heading that moves is seen at once.

After a change that is meant, `KEEP_TREES=1 make t T=tests/browser/test_trees.py` writes them again; read their
difference as you read that of the code.
"""

from __future__ import annotations

import os
from difflib import unified_diff
from pathlib import Path

import pytest
from playwright.async_api import Page, Route

from tests.application import application
from tests.browser.world import a_whole_world
from tests.browsing import Browser
from tests.builders import NOW

KEPT = Path(__file__).parent / "trees"
# Every request of a page is answered here, by the clock that stands still: nothing listens there.
SITE = "http://127.0.0.1:8000"
PAGES = {
    "accueil": ("", "/"),
    "creneaux": ("", "/creneaux"),
    "creneau": ("", "/creneaux/{slot}"),
    "reserver": ("teacher", "/creneaux/{beside}/reserver"),
    "visite": ("teacher", "/reservations/{reservation}"),
    "pupitre": ("host", "/accueil/{under_way}"),
    "cloture": ("host", "/accueil/{under_way}/cloture"),
    "seances": ("company", "/seances"),
    "tableau": ("coordinator", "/gestion"),
    "a-faire": ("coordinator", "/gestion/a-faire"),
}


@pytest.fixture
async def world(db):
    return await a_whole_world(NOW)


@pytest.fixture
async def opened(shell, world):
    """Opens one of the pages as whoever it is for, on a phone."""
    contexts = []

    async def open_page(name: str) -> Page:
        role, path = PAGES[name]
        person = Browser(application(now=lambda: NOW), now=NOW)
        if role:
            await person.sign_in(world[role])

        async def answer(route: Route) -> None:
            given = await person.get(route.request.url.removeprefix(SITE))
            headers = {
                name: value
                for name, value in given.headers.items()
                if name not in {"content-encoding", "content-length"}
            }
            await route.fulfill(status=given.status_code, headers=headers, body=given.content)

        context = await shell.new_context(
            viewport={"width": 390, "height": 844},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            service_workers="block",
        )
        contexts.append(context)
        await context.route("**/*", answer)
        page = await context.new_page()
        await page.clock.set_fixed_time(NOW)
        shown = await page.goto(SITE + path.format(**world), wait_until="networkidle")
        assert shown is not None
        assert shown.status == 200
        return page

    yield open_page
    for context in contexts:
        await context.close()


async def tree_of(page: Page) -> str:
    """What the page says to who does not see it."""
    return (await page.locator("body").aria_snapshot()).rstrip() + "\n"


def difference(name: str, tree: str) -> str:
    """What a tree has lost and won since it was kept, line by line."""
    kept = (KEPT / f"{name}.yml").read_text()
    return "\n".join(unified_diff(kept.splitlines(), tree.splitlines(), "kept", "now", lineterm="", n=1))


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_says_what_it_said_to_who_does_not_see_it(opened, name):
    tree = await tree_of(await opened(name))
    if os.environ.get("KEEP_TREES"):
        (KEPT / f"{name}.yml").write_text(tree)
    assert difference(name, tree) == ""


async def test_a_label_that_goes_is_seen(opened):
    page = await opened("reserver")
    label = page.locator("label").first
    words = await label.inner_text()
    await label.evaluate("label => label.remove()")
    lost = [line for line in difference("reserver", await tree_of(page)).splitlines() if line.startswith("-")]
    assert [line for line in lost if words in line] != []
