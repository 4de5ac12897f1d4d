"""Phones whose clock is minutes or days off: what they date, what they show, what the server counts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from booking.day.checkin.acts import GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from booking.words.wording import hour
from tests.booking.day.checkin.day import Day, a_day
from tests.browser.conftest import Browse
from tests.browser.film import held_up
from tests.browser.phone import kept_on, settled, taken_off, taken_up
from tests.browser.test_desk import a_day_under_way, printed, title
from tests.browser.test_desk_counter import tap
from workshops.database import row, rows, value

pytestmark = pytest.mark.browser
SKEWS = [timedelta(minutes=3), timedelta(minutes=25), timedelta(minutes=-40), timedelta(days=2)]
# The page's own Date shows another hour; what the machine knows by itself (performance, cookies) does not.
CLOCK = """
globalThis.skewOfThisPhone = Number(localStorage.getItem("skew of the tests") ?? %d);
const right = Date;
globalThis.Date = class extends right {
  constructor(...told) { told.length ? super(...told) : super(right.now() + skewOfThisPhone); }
  static now() { return right.now() + skewOfThisPhone; }
};
"""
SET_RIGHT = "localStorage.setItem('skew of the tests', 0); globalThis.skewOfThisPhone = 0"


async def with_its_clock(browse: Browse, day: Day, skew: timedelta, *, wait: bool = True) -> Page:
    page = await browse("about:blank", width=390, height=844, signed_in=day.host)
    await page.add_init_script(CLOCK % (skew.total_seconds() * 1000))
    await page.goto(f"/accueil/{day.slot}")
    if wait:
        await settled(page)
    return page


async def closed_now(day: Day) -> None:
    counts = [GroupHeadcount(reservation=group, pupils=20, adults=2, note="Badges oubliés") for group in day.groups]
    await close_slot(
        day.slot, headcounts=counts, companies=day.came, account=day.host, school=day.school, now=datetime.now(UTC)
    )


async def test_scans_kept_through_the_closing_count_at_their_true_hours(db, browse):
    day = await a_day_under_way()
    # Each phone of the door scans three numbers of its own.
    phones = [(4 * n, skew, await with_its_clock(browse, day, skew)) for n, skew in enumerate(SKEWS)]
    before = {}
    for n, _, page in phones:
        await tap(page, n + 1)
        await expect(title(page)).to_have_text("Présent")
        await taken_off(page)
        before[n] = datetime.now(UTC)
        await tap(page, n + 2)
        await expect(page.locator("[data-told-who]")).to_contain_text(
            f"4e B · cercle bleu · {hour(datetime.now(UTC))}".replace(" h ", "\u00a0h\u00a0")
        )
    await asyncio.sleep(1.5)
    await closed_now(day)
    await asyncio.sleep(3)
    for n, skew, page in phones:
        await tap(page, n + 3)
        await expect(page.locator("[data-net]")).to_contain_text("2 pointages en attente")
        async with page.expect_response("**/api/v1/checkins"):
            await page.context.set_offline(False)
        await expect(page.get_by_text("collégiens sont figés. Le programme")).to_be_visible()
        told = await rows(
            "SELECT b.number, s.result, s.scanned_at, s.device_at FROM scans s JOIN badges b ON b.id = s.badge"
            " WHERE b.number IN ($1, $1 + 1) ORDER BY b.number",
            n + 2,
        )
        assert [(one["number"], one["result"]) for one in told] == [(n + 2, "present"), (n + 3, "closed")]
        assert abs(told[0]["scanned_at"] - before[n]) < timedelta(seconds=5)
        assert abs(told[0]["device_at"] - before[n] - skew) < timedelta(seconds=5)
    browse.complaints.clear()


async def test_a_clock_set_right_as_the_network_returns_moves_no_scan(db, browse):
    day = await a_day_under_way()
    page = await with_its_clock(browse, day, timedelta(minutes=25))
    await taken_off(page)
    before = datetime.now(UTC)
    await tap(page, 5)
    await expect(title(page)).to_have_text("Présent")
    await page.evaluate(SET_RIGHT)
    await page.context.set_offline(False)
    await expect(page.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible()
    scanned_at = await value("SELECT scanned_at FROM scans")
    assert abs(scanned_at - before) < timedelta(seconds=6)
    browse.complaints.clear()


@pytest.mark.parametrize("skew", [timedelta(minutes=25), timedelta(days=2), timedelta(days=-2)], ids=str)
async def test_the_shell_knows_how_far_its_phone_s_clock_is_off(db, filmed, skew):
    day = await a_day_under_way()
    (seventeen,) = await printed(day, 17)
    browse = await filmed(held_up(seventeen))
    page = await with_its_clock(browse, day, skew)
    await expect(title(page)).to_have_text("Présent")
    await taken_off(page)
    await page.reload()
    await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
    await expect(title(page)).not_to_have_text("Présentez un badge")
    before = datetime.now(UTC)
    await tap(page, 5)
    await expect(page.locator("[data-told-number]")).to_have_text("5")
    told = await page.locator("[data-told-who]").inner_text()
    assert told.split(" · ")[2].replace("\u00a0", " ") in {hour(before), hour(before + timedelta(seconds=5))}
    await page.context.set_offline(False)
    await taken_up(page)
    await expect(page.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible()
    (five,) = await rows("SELECT s.scanned_at FROM scans s JOIN badges b ON b.id = s.badge WHERE b.number = 5")
    assert abs(five["scanned_at"] - before) < timedelta(seconds=6)
    kept = await kept_on(page)
    assert [len(kept[f"technilab-desk/{store}"]) for store in ("visits", "lines")] == [
        1,
        await value("SELECT count(*) FROM badges"),
    ]


async def test_before_the_day_of_the_visit_the_desk_says_too_early_with_and_without_network(db, filmed):
    day = await a_day(starts_at=datetime.now(UTC).replace(microsecond=0) + timedelta(days=11))
    (seventeen,) = await printed(day, 17)
    browse = await filmed(held_up(seventeen))
    # By this phone's clock, the visit is under way.
    page = await with_its_clock(browse, day, timedelta(days=11))
    await expect(title(page)).to_have_text("Trop tôt")
    await expect(page.locator("[data-told-advice]")).to_contain_text("ne compte pas. Scannez le badge ce jour-là.")
    await expect(page.locator(".refusals")).to_contain_text("Trop tôt, numéro 17 de 4e B")
    await taken_off(page)
    await tap(page, 5)
    await expect(page.locator("[data-told-number]")).to_have_text("5")
    await expect(title(page)).to_have_text("Trop tôt")
    await page.reload()
    await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
    await expect(title(page)).to_have_text("Trop tôt")
    await expect(page.locator(".group-head p")).to_have_text("0 présent sur 24")
    await page.context.set_offline(False)
    await taken_up(page)
    await expect(page.locator(".refusals")).to_contain_text("Trop tôt, numéro 5 de 4e B")
    counted = await row("SELECT count(*) AS scans, count(*) FILTER (WHERE result = 'too_early') AS early FROM scans")
    assert counted is not None and counted["scans"] == counted["early"]
    assert await value("SELECT count(*) FROM presences") == 0
