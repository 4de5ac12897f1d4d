"""A drawing says what it shows, in words that stay words."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from PIL import Image

from booking.programme.charts.draw import draw
from booking.programme.charts.rules import Bars, Curve, gathered

SVG = "{http://www.w3.org/2000/svg}"
CURVE = Curve(
    "Collégiens <accueillis>",
    "30 élèves sur 6 000.",
    "élèves",
    date(2025, 9, 1),
    date(2030, 8, 31),
    6000,
    ((date(2025, 8, 31), 0), (date(2026, 9, 30), 30)),
    4300,
)
BARS = Bars("Par lycée", "Deux lignes.", "élèves", (("Lycée Jules Haag", 1200), ("Lycée & compagnie", 40)))


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(
    ("chart", "words"),
    [
        (CURVE, {"objectif : 6\u202f000", "à ce rythme : 4\u202f300"}),
        (BARS, {"1\u202f200", "40", "Lycée Jules Haag", "Lycée & compagnie"}),
    ],
)
async def test_a_drawing_has_its_title_its_sentence_and_its_figures_as_text(chart, words, narrow):
    drawn = ElementTree.fromstring(await draw(chart, narrow=narrow))
    assert (drawn[0].tag, drawn[0].text) == (f"{SVG}title", chart.title)
    assert (drawn[1].tag, drawn[1].text) == (f"{SVG}desc", chart.words)
    assert words <= {one.text for one in drawn.iter(f"{SVG}text")}


async def test_a_drawing_asks_nothing_of_the_network_and_names_no_tool():
    drawn = (await draw(CURVE)).decode()
    body = drawn.split("<svg", 1)[1].replace('xmlns="http://www.w3.org/2000/svg"', "")
    body = body.replace('xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    assert re.findall(r"https?://|<script|<image|@import|Matplotlib", body) == []


async def test_the_same_figures_are_the_same_drawing():
    assert await draw(CURVE) is await draw(CURVE)
    assert await draw(CURVE) == await draw(CURVE, foot="")


def test_beyond_fifteen_bars_the_smallest_are_one():
    bars = [(f"Lycée {n}", 100 - n) for n in range(20)]
    shown = gathered(bars)
    assert (len(shown), shown[-1][0]) == (15, "6 autres")
    assert sum(figure for _, figure in shown) == sum(figure for _, figure in bars)
    assert gathered(bars[:15]) == tuple(bars[:15])


@pytest.mark.parametrize("chart", [CURVE, BARS])
async def test_a_long_title_keeps_inside_its_picture(chart):
    title = "Lycéens en parcours P-TECH, du dimanche 1er septembre 2024 au vendredi 31 août 2029, unité officielle"
    drawn = await draw(replace(chart, title=title), form="png", foot="Extrait le lundi 11 janvier 2027.")
    picture = Image.open(io.BytesIO(drawn)).convert("L")
    right = picture.crop((picture.width - 3, 0, picture.width, 60))
    assert right.getextrema() == (255, 255)
