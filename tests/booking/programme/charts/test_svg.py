"""A drawing says what it shows, in words that stay words."""

from __future__ import annotations

import io
import re
from datetime import date
from itertools import pairwise
from math import ceil
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace
from PIL import Image

from booking.programme.charts.marks import TALL, reach
from booking.programme.charts.plot import whole_steps
from booking.programme.charts.png import picture
from booking.programme.charts.rules import Bars, Curve, gathered
from booking.programme.charts.svg import draw

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
        (CURVE, {"objectif : 6\u202f000", "prévu : 4\u202f300"}),
        (BARS, {"1\u202f200", "40", "Lycée Jules Haag", "Lycée & compagnie"}),
    ],
)
def test_a_drawing_has_its_title_its_sentence_and_its_figures_as_text(chart, words, narrow):
    drawn = ElementTree.fromstring(draw(chart, narrow=narrow))
    assert (drawn[0].tag, drawn[0].text) == (f"{SVG}title", chart.title)
    assert (drawn[1].tag, drawn[1].text) == (f"{SVG}desc", chart.words)
    assert words <= {one.text for one in drawn.iter(f"{SVG}text")}


def test_a_drawing_asks_nothing_of_the_network_and_names_no_tool():
    drawn = draw(CURVE).decode()
    body = drawn.split("<svg", 1)[1].replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert re.findall(r"https?://|<script|<image|@import|style", body) == []


def test_the_same_figures_are_the_same_drawing():
    assert draw(CURVE) is draw(replace(CURVE))


def test_beyond_fifteen_bars_the_smallest_are_one():
    bars = [(f"Lycée {n}", 100 - n) for n in range(20)]
    shown = gathered(bars)
    assert (len(shown), shown[-1][0]) == (15, "6 autres")
    assert sum(figure for _, figure in shown) == sum(figure for _, figure in bars)
    assert gathered(bars[:15]) == tuple(bars[:15])


def drawn_by(chart, *, narrow=False):
    return ElementTree.fromstring(draw(chart, narrow=narrow))


def places_of(line):
    return [tuple(float(n) for n in place.split(",")) for place in line.get("points").split()]


def test_a_curve_ends_where_its_figures_stand_between_nothing_and_the_target():
    pace, to_come, reached = [
        places_of(line)
        for line in drawn_by(CURVE).iter(f"{SVG}polyline")
        if line.get("stroke") in {"#16202e", "#9a6b12"}
    ]
    (zero_left, zero), (right, target) = pace
    height = zero - target
    assert reached[0] == (zero_left, zero)
    assert reached[-1] == to_come[0]
    assert zero - reached[-1][1] == pytest.approx(height * 30 / 6000, abs=0.1)
    assert to_come[-1] == (right, pytest.approx(zero - height * 4300 / 6000, abs=0.1))


ON_ITS_WAY = Curve(
    "Collégiens accueillis",
    "1 730 élèves sur 6 000.",
    "élèves",
    date(2024, 9, 1),
    date(2029, 8, 31),
    6000,
    ((date(2024, 9, 1), 0), (date(2025, 6, 30), 797), (date(2026, 12, 2), 1730)),
    4538,
)
ALMOST_OVER = replace(ON_ITS_WAY, points=(*ON_ITS_WAY.points, (date(2029, 5, 31), 5100)), ahead=5300)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("curve", [CURVE, ON_ITS_WAY, ALMOST_OVER])
def test_what_is_foreseen_is_said_beside_the_line_that_leads_there_never_across_it(curve, narrow):
    drawn = drawn_by(curve, narrow=narrow)
    said = next(one for one in drawn.iter(f"{SVG}text") if one.text.startswith("prévu"))
    right, baseline = float(said.get("x")), float(said.get("y"))
    left, top = right - reach(said.text), baseline - TALL
    to_come, reached = [places_of(one) for one in drawn.iter(f"{SVG}polyline") if one.get("stroke") == "#9a6b12"]
    above = {
        height + 1 < top
        for (x0, y0), (x1, y1) in pairwise([*reached, to_come[-1]])
        for height in (y0 + (y1 - y0) * (x - x0) / (x1 - x0) for x in range(ceil(x0), ceil(x1)) if left <= x <= right)
        if height + 1 < top or height < baseline + 1
    }
    assert above == {True}
    axis = max(float(one.get("y")) for one in drawn.iter(f"{SVG}text")) - 2 * TALL
    assert baseline < axis


AHEAD = replace(ON_ITS_WAY, points=((date(2024, 9, 1), 0), (date(2026, 12, 2), 4200)), ahead=7400)
JUST_BEGUN = replace(ON_ITS_WAY, points=((date(2024, 9, 1), 0), (date(2024, 12, 1), 20)), ahead=None)
COUNTED_IN_OCTOBER = replace(ON_ITS_WAY, stepped=True, before=((date(2022, 9, 1), 0), (date(2024, 8, 31), 400)))
OVER = replace(ON_ITS_WAY, points=(*ON_ITS_WAY.points, (date(2029, 8, 31), 5900)))


def room_of(words):
    """Left, top, right, bottom."""
    at, baseline, wide = float(words.get("x")), float(words.get("y")), reach(words.text)
    left = at - wide * {None: 0, "middle": 0.5, "end": 1}[words.get("text-anchor")]
    return left, baseline - TALL, left + wide, baseline


def is_crossed(room, line):
    left, top, right, bottom = room
    steps = [(x0 + (x1 - x0) * n / 200, y0 + (y1 - y0) * n / 200) for (x0, y0), (x1, y1) in line for n in range(201)]
    return any(left <= x <= right and top <= y <= bottom for x, y in steps)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(
    "curve",
    [CURVE, ON_ITS_WAY, ALMOST_OVER, AHEAD, JUST_BEGUN, COUNTED_IN_OCTOBER, OVER],
    ids=lambda one: str(one.points[-1]),
)
def test_what_is_reached_is_said_across_neither_the_target_s_line_nor_its_own_nor_other_words(curve, narrow):
    drawn = drawn_by(curve, narrow=narrow)
    words = [*drawn.iter(f"{SVG}text")]
    said = next(one for one in words if one.get("font-weight") == "bold")
    room = room_of(said)
    lines = {
        one.get("stroke"): pairwise(places_of(one))
        for one in drawn.iter(f"{SVG}polyline")
        if one.get("stroke") in {"#16202e", "#9a6b12"} and not one.get("stroke-dasharray")
    }
    assert {color: is_crossed(room, line) for color, line in lines.items()} == dict.fromkeys(lines, False)
    others = [room_of(one) for one in words if one is not said]
    assert [
        other
        for other in others
        if other[0] < room[2] and room[0] < other[2] and other[1] < room[3] and room[1] < other[3]
    ] == []
    assert (room[0] >= 0, room[2] <= float(drawn.get("viewBox").split()[2])) == (True, True)


def test_bars_are_as_long_as_their_figures_and_stand_beside_their_headings():
    _, first, second = drawn_by(BARS).iter(f"{SVG}rect")
    assert float(second.get("width")) == pytest.approx(float(first.get("width")) * 40 / 1200, abs=0.1)
    heading = next(one for one in drawn_by(BARS).iter(f"{SVG}text") if one.text == "Lycée & compagnie")
    assert (heading.get("text-anchor"), float(heading.get("x")) < float(second.get("x"))) == ("end", True)
    top, tall = float(second.get("y")), float(second.get("height"))
    assert top < float(heading.get("y")) < top + tall


@pytest.mark.parametrize("narrow", [False, True])
def test_a_long_run_of_months_names_some_of_them_and_the_highest_figure(narrow):
    months = tuple((f"mars {2000 + n}", n + 1) for n in range(30))
    drawn = drawn_by(Bars("Par mois", "Trente.", "élèves", months, upright=True), narrow=narrow)
    words = [one.text for one in drawn.iter(f"{SVG}text")]
    assert (len([*drawn.iter(f"{SVG}rect")]), words.count("mars")) == (31, 4 if narrow else 8)
    assert "30" in words


@pytest.mark.parametrize(
    ("most", "narrow", "steps"),
    [
        (6720, False, [0, 1000, 2000, 3000, 4000, 5000, 6000]),
        (6720, True, [0, 2000, 4000, 6000]),
        (126, False, [0, 20, 40, 60, 80, 100, 120]),
        (1.12, False, [0, 1]),
        (11.2, True, [0, 5, 10]),
    ],
)
def test_the_scale_is_of_round_whole_numbers(most, narrow, steps):
    assert list(whole_steps(most, narrow=narrow)) == steps


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
