"""The picture of a workshop: two light files, nobody on it by accident, gone when it is taken away."""

from __future__ import annotations

import os
import re
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from booking.day.photos.scale import LARGE, LARGE_MOST, SMALL, SMALL_MOST, in_two_sizes
from booking.year.purge import purge
from tests import builders
from tests.application import application
from tests.booking.day.checkin.test_encode_photo import a_photo, located
from tests.browsing import Browser
from tests.builders import NOW
from workshops.database import rows, value

TOLD = {"alt": "Horloge en laiton sur son socle", "nobody": "oui"}
UAI = "0250011B"


@pytest.fixture
def app(db, tmp_path, monkeypatch):
    """Its files lie in tmp_path."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return application(now=lambda: NOW)


@pytest.fixture
async def host(app):
    """A host whose lycée has one workshop, with an open slot."""
    browser = Browser(app, now=NOW)
    account = await builders.account()
    lycee = await builders.school(kind="lycee", uai=UAI)
    await builders.membership(account, "host", school=lycee)
    await builders.slot(workshop=await builders.workshop(host=lycee), starts_at=builders.paris("2027-03-25 09:00"))
    return await browser.sign_in(account)


async def address() -> str:
    return f"/lycee/ateliers/{await value('SELECT id FROM workshops')}/image"


def a_busy_photo() -> bytes:
    """Noise, which no coding makes light."""
    made = BytesIO()
    Image.frombytes("RGB", (1600, 1200), os.urandom(1600 * 1200 * 3)).save(made, "JPEG", quality=80)
    return made.getvalue()


def kept(tmp_path: Path) -> list[str]:
    return sorted(file.name for file in (tmp_path / "objets").glob("*"))


async def shown(browser: Browser, path: str) -> list[tuple[str, str, str]]:
    page = unescape((await browser.get(path)).text)
    return re.findall(r'<img class="picture" src="(.+?)" alt="(.+?)"\s+width="(\d+)"[^>]* loading="lazy"', page)


async def test_a_picture_is_shown_to_everybody_until_it_is_taken_away(app, host, tmp_path):
    path, slot = await address(), await value("SELECT id FROM slots")
    for _ in range(2):
        sent = await host.post(path, TOLD, files={"image": ("../../a.exe", a_photo(), "text/html")})
        assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?fait=image-gardee")
    name = await value("SELECT name FROM workshop_pictures")
    assert kept(tmp_path) == [f"{name}-petite.webp", f"{name}.webp"]
    assert await shown(host, f"/creneaux/{slot}") == [
        (f"/images/{name}-petite.webp", TOLD["alt"], "480"),
        (f"/images/{name}.webp", TOLD["alt"], "960"),
    ]
    small = (f"/images/{name}-petite.webp", TOLD["alt"], "480")
    assert await shown(host, f"/lycees/{UAI}") == [small, small]
    assert await shown(host, "/creneaux") == [small]
    visitor = Browser(app, now=NOW)
    for file, size in ((f"{name}.webp", LARGE), (f"{name}-petite.webp", SMALL)):
        answer = await visitor.get(f"/images/{file}")
        assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("image/webp", "nosniff")
        with Image.open(BytesIO(answer.content)) as picture:
            assert (picture.format, picture.size) == ("WEBP", size)
    assert (await host.post(f"{path}/retrait", {})).headers["location"] == f"{path}?fait=image-retiree"
    assert (kept(tmp_path), await shown(host, f"/creneaux/{slot}")) == ([], [])
    assert (await visitor.get(f"/images/{name}.webp")).status_code == 404


async def test_a_photo_of_the_desk_is_public_only_once_the_lycee_chose_it_and_then_as_a_copy(host, tmp_path):
    slot, lamp = await value("SELECT id FROM slots"), await builders.tech_object(name="Lampe")
    (tmp_path / "objets").mkdir()
    (tmp_path / "objets" / "photo.jpg").write_bytes(a_photo())
    build = await builders.build(slot=slot, group_ref=1, tech_object=lamp, photo="photo.jpg")
    assert await shown(host, f"/creneaux/{slot}") == []
    await host.post(await address(), TOLD | {"build": str(build)})
    await rows("UPDATE builds SET photo = ''")
    await purge(data_dir=tmp_path, now=NOW)
    name = await value("SELECT name FROM workshop_pictures")
    assert (await host.get(f"/images/{name}.webp")).status_code == 200
    assert (await host.get("/images/photo.jpg")).status_code == 404


async def test_the_photo_of_another_workshop_cannot_be_chosen(host, tmp_path):
    elsewhere = await builders.slot()
    build = await builders.build(
        slot=elsewhere, group_ref=1, tech_object=await builders.tech_object(), photo="photo.jpg"
    )
    refused = await host.post(await address(), TOLD | {"build": str(build)})
    assert (refused.status_code, await value("SELECT count(*) FROM workshop_pictures")) == (422, 0)


@pytest.mark.parametrize(
    ("more", "content", "sentence"),
    [
        ({"nobody": ""}, a_photo(), "Cochez la case : une image publique ne montre personne que l'on reconnaisse."),
        ({"alt": " "}, a_photo(), "Ce que l'image montre : à remplir."),
        ({}, b"", "Image : choisissez un fichier, ou une photo de la liste."),
        ({}, b"%PDF-1.7", "Image : ce fichier ne se lit pas comme une photo : envoyez une image JPEG, PNG ou WebP."),
        ({}, a_photo(size=(300, 300)), "Image : cette image est trop petite : il faut 480 points sur 360 au moins."),
        (
            {},
            a_photo() + bytes(8_000_000),
            "Image : cette photo pèse plus de 8 Mo : prenez-la en plus petit, ou réduisez-la.",
        ),
    ],
)
async def test_what_cannot_be_shown_is_refused_in_words_and_nothing_typed_is_lost(host, more, content, sentence):
    files = {"image": ("a.jpg", content, "image/jpeg")} if content else None
    refused = await host.post(await address(), TOLD | more, files=files)
    page = unescape(refused.text).replace("\xa0", " ").replace("\u202f", " ")
    assert (refused.status_code, sentence in page) == (422, True)
    assert f'name="alt" value="{(TOLD | more)["alt"]}"' in page
    assert await value("SELECT count(*) FROM workshop_pictures") == 0


async def test_the_workshop_of_another_lycee_has_no_picture_to_choose(host):
    other = await builders.workshop()
    path = f"/lycee/ateliers/{other}/image"
    sent = await host.post(path, TOLD, files={"image": ("a.jpg", a_photo(), "image/jpeg")})
    assert [(await host.get(path)).status_code, sent.status_code] == [404, 404]
    assert (await host.post(f"{path}/retrait", {})).status_code == 404


@pytest.mark.parametrize("photo", [a_photo(), a_busy_photo()], ids=["plain", "busy"])
def test_a_picture_is_light_whatever_it_shows(photo):
    large, small = in_two_sizes(photo)
    assert (len(large) <= LARGE_MOST, len(small) <= SMALL_MOST) == (True, True)


async def test_neither_the_place_nor_the_phone_stays_in_a_picture(host):
    await host.post(await address(), TOLD, files={"image": ("a", a_photo(exif=located()), "image/jpeg")})
    name = await value("SELECT name FROM workshop_pictures")
    with Image.open(BytesIO((await host.get(f"/images/{name}.webp")).content)) as picture:
        assert (dict(picture.getexif()), set(picture.info) & {"exif", "xmp"}) == ({}, set())
