"""Each object has a drawing, and each drawing is drawn inside its frame."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

import booking.demo
from booking.presentation.assets import asset, built_file
from booking.presentation.drawings import FRAME, NEUTRAL, WORDS, drawing_for, shapes_of, sprite

OBJECTS = Path(booking.demo.__file__).parent / "files" / "objets.toml"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("name", "drawing"),
    [
        ("Lampe à détection de mouvement", "lampe"),
        ("Mini-éolienne", "eolienne"),
        ("Station météo connectée", "meteo"),
        ("Enceinte Bluetooth en bois", "enceinte"),
        ("Porte-clés gravé au laser", "cle"),
        ("Robot suiveur de ligne", "robot"),
        ("Horloge à engrenages en laiton", "horloge"),
        ("Lunettes de lecture sur monture imprimée", "lunettes"),
        ("Lampe torche à dynamo", "torche"),
        ("Dé à jouer usiné", "de"),
        ("Boîte à musique", "boite"),
        ("Support de téléphone plié", "support"),
        ("Jeu d'adresse électronique", "jeu"),
        ("Étau de maquettiste", "engrenage"),
    ],
)
def test_an_object_is_drawn_by_the_words_of_its_name(name, drawing):
    assert drawing_for(name) == drawing


@pytest.mark.parametrize("drawing", sorted({drawing for _, drawing in WORDS} | {NEUTRAL}))
def test_a_drawing_stays_inside_its_frame(drawing):
    across, down = FRAME
    for shape in shapes_of(drawing):
        if shape.kind == "circle":
            x, y, radius = shape.points
            left, top, right, bottom = x - radius, y - radius, x + radius, y + radius
        elif shape.kind == "rect":
            left, top, width, height, _ = shape.points
            right, bottom = left + width, top + height
        else:
            left, right = min(shape.points[::2]), max(shape.points[::2])
            top, bottom = min(shape.points[1::2]), max(shape.points[1::2])
        assert left >= 0
        assert top >= 0
        assert right <= across
        assert bottom <= down


def test_a_polygon_is_closed_and_a_line_is_not():
    shade, _, arm = shapes_of("lampe")[:3]
    assert shade.path == "M 88 88 L 152 88 L 204 160 L 36 160 Z"
    assert arm.path == "M 120 158 L 120 132 L 74 104 L 112 54"


def test_each_object_of_the_examples_has_a_drawing_of_its_own():
    names = [one["nom"] for one in tomllib.loads(OBJECTS.read_text())["objets"]]
    drawn = {drawing_for(name) for name in names}
    assert (len(drawn), NEUTRAL in drawn) == (len(names), False)


def test_one_file_holds_every_drawing_in_the_colours_of_the_page():
    symbols = ElementTree.fromstring(sprite()).iter(f"{SVG}symbol")
    assert {one.get("id") for one in symbols} == {drawing for _, drawing in WORDS} | {NEUTRAL}
    assert not re.findall(r"#\w+", sprite())


def test_the_drawings_lie_under_an_address_that_names_their_content():
    address = asset("drawings.svg").removeprefix("/static/")
    sent = built_file(address)
    assert (sent.name, sent.media_type, sent.body.decode()) == (address, "image/svg+xml", sprite())
    assert built_file("drawings-0000000000.svg") == sent
