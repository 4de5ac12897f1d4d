"""A chart to keep is a picture of its own: its title, and under it what it was counted by."""

from __future__ import annotations

import io

import pytest
from msgspec.structs import replace
from PIL import Image

from booking.programme.charts.png import picture
from tests.booking.programme.charts.test_svg import BARS, CURVE


def seen(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


@pytest.mark.parametrize("chart", [CURVE, BARS])
def test_a_long_title_keeps_inside_its_picture(chart):
    title = "Lycéens en parcours P-TECH, du dimanche 1er septembre 2024 au vendredi 31 août 2029, unité officielle"
    drawn = seen(picture(replace(chart, title=title), foot="Extrait le lundi 11 janvier 2027.")).convert("L")
    right = drawn.crop((drawn.width - 3, 0, drawn.width, 60))
    assert right.getextrema() == (255, 255)


def test_a_picture_has_the_colours_of_the_page_and_room_for_its_foot():
    plain, told = (
        seen(picture(BARS)),
        seen(picture(BARS, foot="Compté à la clôture.\nExtrait le lundi 11 janvier 2027.")),
    )
    colours = {colour for _, colour in plain.getcolors(1 << 20)}
    assert {(0x9A, 0x6B, 0x12), (0xFF, 0xFF, 0xFF)} <= colours
    under = told.convert("L").crop((0, plain.height, told.width, told.height))
    assert (told.width, under.getextrema()[0] < 128) == (plain.width, True)
