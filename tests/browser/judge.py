"""What every page must hold to: axe finds nothing, nothing scrolls sideways, a target is large enough."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from playwright.async_api import Page, ViewportSize

from booking.presentation.assets import BUILT

LIBRARIES = Path(__file__).parents[2] / "node_modules"
AXE = LIBRARIES / "axe-core" / "axe.min.js"
BOOTSTRAP = LIBRARIES / "bootstrap" / "dist" / "css" / "bootstrap.css"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Broken rules alone: all that a page does well takes longer to hand over than to find. Nothing where axe is not.
FINDINGS = """asked => window.axe?.run({runOnly: asked, resultTypes: ['violations']}).then(
  found => found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))"""
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(one => !one.closest('.table-frame, pre, .visually-hidden, .skip, svg'))
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(one => one.outerHTML.slice(0, 120))"""
LOST = """told => { const lost = new Set(told.split(' '));
  return [...new Set([...document.querySelectorAll('[class]')].flatMap(one => [...one.classList]))]
    .filter(one => lost.has(one)); }"""
TOO_SMALL = """() => [...document.querySelectorAll('button, .btn, nav a, summary, select, input:not([type=hidden])')]
  .filter(one => one.offsetParent !== null && !one.closest('.visually-hidden, .skip, .form-check'))
  .filter(one => one.getBoundingClientRect().height < 43.5)
  .map(one => one.outerHTML.slice(0, 120))"""


# A name with a hyphen that a narrow page would break there.
BROKEN = """() => { const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) for (const one of texts.currentNode.data.matchAll(/P-\u2060?TECH/g)) {
    const range = document.createRange();
    range.setStart(texts.currentNode, one.index); range.setEnd(texts.currentNode, one.index + one[0].length);
    if (new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1)
      found.push(texts.currentNode.parentElement.outerHTML.slice(0, 120));
  } return found; }"""


@cache
def lost_classes() -> str:
    """What Bootstrap has rules for and our sheets have not: set-up left it out, for no template names it."""
    known, kept = (set(re.findall(r"\.([a-zA-Z][\w-]*)", css)) for css in (BOOTSTRAP.read_text(), _ours()))
    return " ".join(sorted(known - kept))


def _ours() -> str:
    return "".join(file.read_text() for file in BUILT.glob("*.css"))


async def without_its_rules(page: Page) -> list[str]:
    """The classes of the page that set-up did not see in its templates, and left without their rules."""
    return await page.evaluate(LOST, lost_classes())


async def take_axe_along(page: Page) -> None:
    """Axe is there on every page that is opened from now on: handed over once, as it weighs more than any page."""
    await page.add_init_script(path=AXE)


async def axe_findings(page: Page, *, contrast_alone: bool = False) -> list[str]:
    """The rules that the page breaks, with the first element of each.

    A second colour scheme changes contrasts and nothing else: `contrast_alone` looks at them only.
    """
    asked = {"type": "rule", "values": ["color-contrast"]} if contrast_alone else {"type": "tag", "values": RULES}
    found = await page.evaluate(FINDINGS, asked)
    if found is None:
        # By the protocol, as a tester's tool does: the page's own policy rightly refuses a script added to it.
        await page.evaluate(AXE.read_text())
        found = await page.evaluate(FINDINGS, asked)
    return found


async def too_wide(page: Page) -> list[str]:
    """The elements that stand out of the window."""
    return await page.evaluate(TOO_WIDE)


async def broken(page: Page) -> list[str]:
    """The elements where "P-TECH" begins on a line and ends on the next one."""
    return await page.evaluate(BROKEN)


async def too_small(page: Page) -> list[str]:
    """The controls that a finger would miss: under 44 px."""
    return await page.evaluate(TOO_SMALL)


async def everything_wrong(page: Page) -> list[str]:
    """What is wrong with the page that is open, at both widths and in both schemes; left at 320 or at 1280 pixels.

    Wide in light, narrow in dark: no colour of ours depends on the width. What was left narrow is looked at from there
    on: a window made smaller and larger again is drawn once more for nothing.
    """
    # A click comes back once its page begins to come.
    await page.wait_for_load_state("domcontentloaded")
    wrong = [f"no rules: {one}" for one in await without_its_rules(page)]
    widths = (1280, 390, 320)
    for width in reversed(widths) if page.viewport_size == _size(320) else widths:
        await page.set_viewport_size(_size(width))
        wrong += [f"{width} broken: {one}" for one in await broken(page)]
        if width == 320:
            wrong += [f"wide: {one}" for one in await too_wide(page)]
            continue
        scheme = "light" if width == 1280 else "dark"
        await page.emulate_media(color_scheme=scheme)
        wrong += [f"{width} {scheme}: {one}" for one in await axe_findings(page)]
        wrong += [f"small: {one}" for one in await too_small(page)] if width == 390 else []
    return wrong


def _size(width: int) -> ViewportSize:
    return {"width": width, "height": 900}


async def look_at(page: Page, state: str) -> None:
    """Judge a state that a page came to, in both schemes; DESK_PICTURES names a folder where its pictures go."""
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        assert (state, scheme, await axe_findings(page, contrast_alone=scheme == "dark")) == (state, scheme, [])
        if "DESK_PICTURES" in os.environ:
            await page.screenshot(path=Path(os.environ["DESK_PICTURES"]) / f"{state}-{scheme}.png", full_page=True)
    assert (state, await too_wide(page), await too_small(page)) == (state, [], [])
