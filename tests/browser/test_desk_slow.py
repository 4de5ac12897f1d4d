"""The desk on a slow network and in large letters: nothing jumps, nothing is cut, a touch is seen at once."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.judge import too_wide
from tests.browser.test_desk import a_day_under_way, title

pytestmark = pytest.mark.browser
# What a phone at the bottom of a workshop has: 400 ms away, 200 kB a second down, 90 kB up.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
JUMPS = """() => {
  globalThis.jumps = [];
  const note = (list) => jumps.push(...list.getEntries().map((one) => one.value));
  new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
}"""


async def test_nothing_jumps_while_the_desk_loads_and_answers_on_a_slow_network(db, browse):
    day = await a_day_under_way()
    page = await browse("/lycee", width=390, height=844, signed_in=day.host)
    await page.add_init_script(f"({JUMPS})()")
    network = await page.context.new_cdp_session(page)
    await network.send("Network.enable")
    await network.send("Network.emulateNetworkConditions", SLOW)
    await page.goto(f"/accueil/{day.slot}")
    await expect(page.get_by_role("button", name="Ouvrir l'appareil photo")).to_be_visible()
    before = await page.locator("[data-hand]").bounding_box()
    await page.get_by_label("Code écrit sur le badge").fill(await day.short_code(17))
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(title(page)).to_have_text("Présent")
    assert await page.locator("[data-hand]").bounding_box() == before
    assert await page.evaluate("jumps.filter((one) => one > 0.02)") == []


async def test_a_number_that_was_touched_waits_visibly_until_its_own_answer(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    other = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await page.context.route("**/api/v1/checkins", lambda route: None)
    await page.get_by_role("button", name="Numéro 5, pas encore là : pointer").first.click()
    await other.get_by_role("button", name="Numéro 9, pas encore là : pointer").first.click()
    await expect(page.get_by_role("link", name="Numéro 9, présent depuis")).to_be_visible()
    assert await page.locator(".pending").all_inner_texts() == ["5"]
    browse.complaints.clear()


async def test_the_answer_can_be_read_with_letters_twice_as_large(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    await page.get_by_role("button", name="Numéro 6, pas encore là : pointer").first.click()
    await expect(title(page)).to_have_text("Présent")
    line = await title(page).evaluate("(one) => one.getClientRects().length === 1 && one.offsetHeight < 90")
    top = await page.locator(".desk-top").bounding_box()
    assert (line, await too_wide(page), top is not None and top["height"] <= 0.6 * 844 + 1) == (True, [], True)


async def test_without_javascript_no_camera_takes_room(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, javascript=False, signed_in=day.host)
    await expect(page.locator("[data-cam]")).to_be_hidden()
