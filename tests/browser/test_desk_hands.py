"""What the desk asks of a phone: its sounds, its camera, its screen, and the hand scanner that is plugged into it."""

from __future__ import annotations

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests import builders
from tests.browser.film import FRAME, WALL, held_up, wall
from tests.browser.judge import look_at
from tests.browser.phone import settled, stored
from tests.browser.test_desk import a_badge_of_another_visit, a_day_under_way, open_desk, printed, title
from workshops.database import rows, value

pytestmark = pytest.mark.browser
# Micro QR M1 that says 12345.
MICRO = """\
#######.#.#
#.....#.##.
#.###.#.#..
#.###.#....
#.###.#.###
#.....#..##
#######.#..
.........##
##..###..##
.#.#...##..
####.....##
""".splitlines()
# Every note that the page plays: its frequency and its volume.
LISTEN = """
globalThis.notes = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  notes.push([this.type, this.frequency.value]);
  return start.apply(this, when);
};
globalThis.locks = [];
const request = WakeLock.prototype.request;
WakeLock.prototype.request = async function (...kind) {
  const lock = await request.apply(this, kind);
  locks.push(lock);
  return lock;
};
"""
# The shapes of what somebody who is here sounds like, and of a badge that nobody knows.
TUNES = ("square", "sawtooth")
# A scanner's keys, as a browser tells them: pressed wherever the focus is.
KEYS = """(keys) => {
  for (const key of keys) {
    const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(pressed);
  }
}"""


def sound_said(page: Page):
    return page.locator("[data-sound-said]")


async def the_desk(browse, day, **how) -> Page:
    page = await browse("about:blank", **{"width": 390, "height": 844, "signed_in": day.host, **how})
    await page.add_init_script(LISTEN)
    await page.goto(f"/accueil/{day.slot}")
    await settled(page)
    return page


async def type_code(page: Page, code: str) -> None:
    await page.get_by_label("Code écrit sur le badge").fill(code)
    await page.get_by_role("button", name="Pointer", exact=True).click()


async def test_the_desk_says_that_it_is_silent_until_it_is_touched(db, filmed):
    day = await a_day_under_way()
    # A browser of its own: one in which a site has often been heard lets it sound without a touch.
    page = await the_desk(await filmed(wall(), alone=True), day)
    await expect(sound_said(page)).to_have_text("Touchez l'écran pour entendre les sons.")
    await look_at(page, "silent")
    await page.locator("h1").click()
    await expect(sound_said(page)).to_have_text("")
    await type_code(page, await day.short_code(1))
    await expect(title(page)).to_have_text("Présent")
    await type_code(page, "222222")
    await expect(title(page)).to_have_text("Badge inconnu")
    # Where the network is slow, the phone's own word sounds first and the answer after it.
    present, unknown = [{hertz for shape, hertz in await page.evaluate("notes") if shape == of} for of in TUNES]
    assert (present, unknown) == ({1319, 1976}, {330, 262})


async def test_the_sounds_are_switched_off_on_this_phone_and_stay_so(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day)
    await page.get_by_text("Plus", exact=True).click()
    await page.get_by_role("button", name="Couper le son").click()
    await expect(sound_said(page)).to_have_text("Son coupé sur ce téléphone.")
    await type_code(page, await day.short_code(1))
    await expect(title(page)).to_have_text("Présent")
    await page.reload()
    await expect(sound_said(page)).to_have_text("Son coupé sur ce téléphone.")
    assert await page.evaluate("notes") == []
    await page.get_by_text("Plus", exact=True).click()
    await page.get_by_role("button", name="Remettre le son").click()
    await expect(sound_said(page)).to_have_text("")
    await page.wait_for_function("() => notes.length === 2")
    assert await page.evaluate("localStorage.getItem('technilab-desk-sound')") is None


async def test_a_hand_scanner_types_into_the_field(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day)
    field = page.get_by_label("Code écrit sur le badge")
    await field.focus()
    await page.keyboard.type(day.tokens[16])
    await page.keyboard.press("Enter")
    await expect(title(page)).to_have_text("Présent")
    await expect(page.locator("[data-told-number]")).to_have_text("17")
    await expect(field).to_have_value("")
    # Software that pastes a whole token in the field, without a key.
    await field.fill(day.tokens[17].lower())
    await field.press("Enter")
    await expect(page.locator("[data-told-number]")).to_have_text("18")
    await page.wait_for_timeout(500)
    assert await value("SELECT count(*) FROM scans") == 2


async def test_a_number_typed_as_a_code_is_said_and_the_next_code_replaces_it(db, browse):
    day = await a_day_under_way()
    await builders.badges(day.groups[0], kind="spare", numbers=1)
    page = await the_desk(browse, day)
    for number in ("1", "r1"):
        await type_code(page, number)
        await expect(title(page)).to_have_text("C'est le numéro")
        await expect(page.locator("[data-told-advice]")).to_have_text(
            f"{number.upper()} est le numéro : touchez-le plus bas."
        )
    for number in ("99", "R"):
        await type_code(page, number)
        await expect(title(page)).to_have_text("Code mal tapé")
    await page.keyboard.type(await day.short_code(1))
    await page.keyboard.press("Enter")
    await expect(title(page)).to_have_text("Présent")


async def test_a_hand_scanner_is_heard_wherever_the_focus_is(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day)
    number = page.locator("[data-told-number]")
    await page.keyboard.type(day.tokens[0])
    await page.keyboard.press("Enter")
    await expect(number).to_have_text("1")
    # On a button: Enter presses nothing.
    await page.get_by_role("button", name="Numéro 9, pas encore là : pointer").first.focus()
    await page.keyboard.type(day.tokens[1].lower())
    await page.keyboard.press("Enter")
    await expect(number).to_have_text("2")
    # In another field: what was written there stays, and its form is not sent.
    n = day.groups[0]
    await page.locator(f"#objets-{n} summary").click()
    note = page.locator(f"#note-{n}")
    await note.fill("Pignon refait ")
    await page.keyboard.type("avec soin ")
    await page.keyboard.type(day.tokens[2])
    await page.keyboard.press("Tab")
    await expect(number).to_have_text("3")
    await expect(note).to_have_value("Pignon refait avec soin ")
    await expect(note).to_be_focused()
    # Without Enter nor Tab, and while a question is open.
    await page.get_by_role("link", name="Numéro 1, présent depuis").click()
    await page.keyboard.type(day.tokens[3])
    await expect(number).to_have_text("4")
    await page.keyboard.press("Escape")
    await stored(4, "SELECT count(*) FROM presences")
    assert [one["number"] for one in await rows(PRESENT)] == [1, 2, 3, 4]
    assert await value("SELECT count(*) FROM builds") == 0


# A page that reads its camera, or draws, for so many milliseconds after the next key.
BUSY = """(long) => {
  const busy = () => setTimeout(() => { const until = performance.now() + long; while (performance.now() < until); });
  document.addEventListener("keydown", busy, { capture: true, once: true });
}"""


async def test_a_hand_scanner_is_heard_while_its_phone_is_busy_with_the_camera(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day)
    await page.get_by_role("button", name="Numéro 9, pas encore là : pointer").first.focus()
    await page.keyboard.type(day.tokens[0][:20])
    await page.evaluate(BUSY, 900)
    await page.keyboard.type(day.tokens[0][20:])
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-told-number]")).to_have_text("1")
    await stored(1, "SELECT count(*) FROM presences")
    await page.wait_for_timeout(500)
    assert [one["number"] for one in await rows(PRESENT)] == [1]


PRESENT = "SELECT b.number FROM presences p JOIN badges b ON b.id = p.badge ORDER BY b.number"
FRENCH = str.maketrans("AQWZM.1234567", "QAZW?:&é\"'(-è")


async def test_an_american_scanner_on_a_french_computer_is_understood(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day)
    shown = day.tokens[4].translate(FRENCH)
    await page.evaluate(KEYS, [*shown, "Enter"])
    await expect(page.locator("[data-told-number]")).to_have_text("5")
    await page.get_by_label("Code écrit sur le badge").fill(day.tokens[5].translate(FRENCH))
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(page.locator("[data-told-number]")).to_have_text("6")
    await stored(2, "SELECT count(*) FROM presences")


async def test_what_is_no_token_stays_where_it_is_typed(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day)
    n = day.groups[0]
    await page.locator(f"#objets-{n} summary").click()
    await page.locator(f"#note-{n}").focus()
    await page.keyboard.type("B1.ABCDEFGH, à reprendre")
    await page.keyboard.press("Tab")
    await expect(page.locator(f"#note-{n}")).to_have_value("B1.ABCDEFGH, à reprendre")
    await expect(page.locator(f"#note-{n}")).not_to_be_focused()
    assert await value("SELECT count(*) FROM scans") == 0


async def test_the_departures_page_takes_a_whole_token_too(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day)
    await page.keyboard.type(day.tokens[0])
    await expect(title(page)).to_have_text("Présent")
    await page.get_by_text("Plus", exact=True).click()
    await page.get_by_role("link", name="Noter un départ avant la fin").click()
    await page.get_by_label("Code écrit sur le badge").focus()
    await page.keyboard.type(day.tokens[0])
    await page.keyboard.press("Enter")
    await expect(page.locator(".note")).to_contain_text("numéro 1")
    await stored(1, "SELECT count(*) FROM presences WHERE left_at IS NOT NULL")


def micro_code() -> Image.Image:
    """A Micro QR code as large as a badge's, before a white card."""
    side, module = len(MICRO), 18
    code = Image.new("L", (side + 8, side + 8), 255)
    for row, line in enumerate(MICRO):
        for column, cell in enumerate(line):
            code.putpixel((column + 4, row + 4), 0 if cell == "#" else 255)
    code = code.resize((code.width * module, code.height * module), Image.Resampling.NEAREST)
    frame = Image.new("L", FRAME, WALL)
    frame.paste(code, ((FRAME[0] - code.width) // 2, (FRAME[1] - code.height) // 2))
    return frame


async def test_the_camera_reads_no_other_code_than_a_badge_s(db, filmed):
    day = await a_day_under_way()
    (seventeen,) = await printed(day, 17)
    browse = await filmed(micro_code())
    page = await open_desk(browse, day)
    await page.wait_for_timeout(2000)
    browse.sees(held_up(seventeen))
    await expect(title(page)).not_to_have_text("Présentez un badge")
    await expect(page.locator("[data-told-number]")).to_have_text("17")
    assert [one["result"] for one in await rows("SELECT result FROM scans")] == ["present"]


async def test_another_camera_is_chosen_and_remembered(db, filmed):
    day = await a_day_under_way()
    page = await open_desk(await filmed(wall(), cameras=2), day)
    choice = page.get_by_label("Appareil photo", exact=True)
    await expect(choice.locator("option")).to_have_count(2)
    first, second = await choice.locator("option").evaluate_all("(all) => all.map((one) => one.value)")
    await expect(choice).to_have_value(first)
    await choice.select_option(second)
    used = "document.querySelector('[data-cam-video]').srcObject.getVideoTracks()[0].getSettings().deviceId"
    await page.wait_for_function(f"() => {used} === '{second}'")
    await expect(choice).to_have_value(second)
    await look_at(page, "camera-choice")
    await page.reload()
    await expect(page.locator("[data-cam][data-reading]")).to_be_visible()
    await page.wait_for_function(f"() => {used} === '{second}'")
    await expect(page.get_by_label("Appareil photo", exact=True)).to_have_value(second)


# What a phone's camera offers beyond Chromium's pretended one: said to be there, and noted when it is asked for.
LENS = """
globalThis.asked = [];
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true, zoom: { min: 1, max: 4, step: 0.1 } });
MediaStreamTrack.prototype.applyConstraints = async ({ advanced: [one] }) => { asked.push(one); };
"""


async def test_lamp_and_zoom_are_there_where_the_camera_has_them_and_nowhere_else(db, filmed):
    day = await a_day_under_way()
    browse = await filmed(wall())
    plain = await open_desk(browse, day)
    await expect(plain.get_by_role("button", name="Lampe")).to_be_hidden()
    await expect(plain.get_by_label("Zoom")).to_be_hidden()
    await expect(plain.get_by_label("Appareil photo", exact=True)).to_be_hidden()
    page = await browse("about:blank", width=390, height=844, signed_in=day.host)
    await page.add_init_script(LENS)
    await page.goto(f"/accueil/{day.slot}")
    await expect(page.locator("[data-cam][data-reading]")).to_be_visible()
    lamp = page.get_by_role("button", name="Lampe")
    await lamp.click()
    await expect(lamp).to_have_attribute("aria-pressed", "true")
    await lamp.click()
    await expect(lamp).to_have_attribute("aria-pressed", "false")
    await page.get_by_label("Zoom").fill("2.5")
    assert await page.evaluate("asked") == [{"torch": True}, {"torch": False}, {"zoom": 2.5}]
    await look_at(page, "lens")


@pytest.mark.window
async def test_the_screen_stays_on_and_is_asked_to_again_when_the_page_comes_back(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day)
    come_back = "document.dispatchEvent(new Event('visibilitychange'))"
    await page.wait_for_function("() => locks.length === 1")
    await page.evaluate(come_back)
    await page.evaluate("locks[0].release()")
    await page.evaluate(come_back)
    await page.wait_for_function("() => locks.length === 2 && !locks[1].released")


WHOLE = """() => {
  const { top, bottom, left, right } = document.querySelector("[data-told]").getBoundingClientRect();
  return top >= -1 && left >= -1 && bottom <= innerHeight + 1 && right <= innerWidth + 1;
}"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (844, 390), (320, 568), (1280, 900)])
async def test_the_answer_is_whole_on_the_screen_wherever_one_stands(db, browse, width: int, height: int):
    day = await a_day_under_way()
    page = await the_desk(browse, day, width=width, height=height)
    other = await a_badge_of_another_visit(day)
    name = f"{width}x{height}"
    for what, badge, words in (
        ("present", day.tokens[16], "Présent"),
        ("unknown", "B1." + "A" * 26, "Badge inconnu"),
        ("wrong-slot", other, "Autre visite"),
    ):
        await page.evaluate("scrollTo(0, 0)")
        if badge.startswith("B1."):
            await page.keyboard.type(badge)
        else:
            await type_code(page, badge)
        await expect(title(page)).to_have_text(words)
        assert (what, await page.evaluate(WHOLE)) == (what, True)
        await look_at(page, f"{what}-{name}")
        await page.evaluate("scrollTo(0, document.querySelector('[data-presence]').offsetTop + 200)")
        assert (what, "further down", await page.evaluate(WHOLE)) == (what, "further down", True)
