"""The photo of an object: who sends it, who sees it, and that it is gone when it is removed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, NOON, Day
from tests.booking.day.checkin.test_encode_photo import a_photo
from tests.booking.web.desk.test_desk import host_of
from tests.browsing import Browser
from workshops.database import value


async def a_build(day: Day) -> int:
    return await builders.build(slot=day.slot, group_ref=day.groups[0], tech_object=day.clock, made=3)


def kept(app) -> list[Path]:
    return sorted((app.state.settings.data_dir / "objets").glob("*"))


async def test_a_photo_is_kept_replaced_and_removed_with_its_file(app, day):
    build = await a_build(day)
    browser = await host_of(app, day, at=NOON)
    path = f"/accueil/{day.slot}/fabrications/{build}/photo"
    before = kept(app)
    for _ in range(2):
        sent = await browser.post(path, files={"photo": ("../../horloge.exe", a_photo(), "text/html")})
        shown = f"/accueil/{day.slot}?fait=photo-gardee#fabrication-{build}"
        assert (sent.status_code, sent.headers["location"]) == (303, shown)
    (file,) = [one for one in kept(app) if one not in before]
    assert await value("SELECT photo FROM builds") == file.name
    desk = await browser.get(f"/accueil/{day.slot}")
    assert f'<img class="built-photo" src="/fabrications/{build}/photo"' in desk.text
    assert "jamais une personne" in desk.text
    removed = await browser.post(f"{path}/retrait")
    assert removed.headers["location"] == f"/accueil/{day.slot}?fait=photo-retiree#fabrication-{build}"
    assert (kept(app), await value("SELECT photo FROM builds")) == (before, "")
    assert (await browser.get(f"/fabrications/{build}/photo")).status_code == 404


async def test_the_two_schools_and_the_coordination_see_it_and_nobody_else(app, day):
    build = await a_build(day)
    host = await host_of(app, day, at=NINE_FOUR)
    await host.post(f"/accueil/{day.slot}/fabrications/{build}/photo", files={"photo": ("a", a_photo(), "image/png")})
    college = int(await value("SELECT school FROM reservations WHERE id = $1", day.groups[0]))
    seen = {}
    for name, role, school in (
        ("teacher", "teacher", college),
        ("coordinator", "coordinator", None),
        ("stranger", "teacher", await builders.school()),
        ("other host", "host", await builders.school(kind="lycee")),
    ):
        account = await builders.person(role, f"{name.replace(' ', '.')}@example.org", school=school)
        browser = await Browser(app, now=NINE_FOUR).sign_in(account)
        seen[name] = (await browser.get(f"/fabrications/{build}/photo")).status_code
    assert seen == {"teacher": 200, "coordinator": 200, "stranger": 404, "other host": 404}
    shown = await host.get(f"/fabrications/{build}/photo")
    assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == ("image/jpeg", "nosniff")
    with Image.open(BytesIO(shown.content)) as photo:
        assert photo.format == "JPEG"


async def test_a_phones_own_photo_of_several_megabytes_is_taken(app, day):
    build = await a_build(day)
    browser = await host_of(app, day)
    path = f"/accueil/{day.slot}/fabrications/{build}/photo"
    large = a_photo(size=(400, 300)) + bytes(7_000_000)
    assert (await browser.post(path, files={"photo": ("a.jpg", large, "image/jpeg")})).status_code == 303
    heavier = await browser.post(path, files={"photo": ("a.jpg", large + bytes(1_500_000), "image/jpeg")})
    assert (heavier.status_code, "Cette photo pèse plus de 8 Mo" in heavier.text) == (422, True)


async def test_what_is_no_photo_is_refused_in_words_beside_its_object(app, day):
    build = await a_build(day)
    browser = await host_of(app, day)
    path = f"/accueil/{day.slot}/fabrications/{build}/photo"
    refused = await browser.post(path, files={"photo": ("photo.jpg", b"<svg/>", "image/jpeg")})
    assert (refused.status_code, "Ce fichier ne se lit pas comme une photo" in refused.text) == (422, True)
    nothing = await browser.post(path)
    assert (nothing.status_code, "Choisissez d&#39;abord une photo." in nothing.text) == (422, True)
    elsewhere = await browser.post(
        f"/accueil/{day.slot}/fabrications/{build + 1}/photo", files={"photo": ("a", a_photo(), "image/jpeg")}
    )
    assert elsewhere.status_code == 404
    assert await value("SELECT photo FROM builds") == ""
