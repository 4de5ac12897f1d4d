"""`make bench`: how long after its opening the desk has read its first badge, in Chromium with a filmed badge."""

from __future__ import annotations

import statistics

from tests.browser.film import held_up
from tests.browser.phone import settled
from tests.browser.test_desk import a_day_under_way, printed

TIMES = 5
GOAL_MS = 1000
# The page's own clock, from the start of its navigation: a driver's round trips are not the phone's.
NOTE_THE_ANSWER = """
new MutationObserver(() => {
  const told = document.querySelector("[data-told-title]")?.textContent;
  const read = told === "Présent" || told?.startsWith("Déjà pointé");
  if (read && !window.readAfter) window.readAfter = performance.now();
}).observe(document, { childList: true, subtree: true, characterData: true });
"""

READ_AFTER = """async () => {
  while (!window.readAfter) await new Promise((soon) => setTimeout(soon, 20));
  return window.readAfter;
}"""


async def test_the_first_badge_is_read(db, filmed):
    day = await a_day_under_way()
    (seventeen,) = await printed(day, 17)
    browse = await filmed(held_up(seventeen), alone=True)
    opened, again = [], []
    for _ in range(TIMES):
        page = await browse("about:blank", width=390, height=844, signed_in=day.host)
        await page.add_init_script(NOTE_THE_ANSWER)
        for spent in (opened, again):
            await page.goto(f"/accueil/{day.slot}")
            spent.append(await page.evaluate(READ_AFTER))
            await settled(page)
        await page.context.close()
    for what, spent in (("first opening", opened), ("opened again", again)):
        print(f"\nfirst badge read, {what:20} {statistics.median(spent):6.0f} ms   goal {GOAL_MS} ms", end="")
