"""Each object has a drawing, and each drawing is drawn inside its frame."""

from __future__ import annotations

import pytest

from booking.day.papers.drawings import FRAME, NEUTRAL, WORDS, drawing_for, shapes_of


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
        ("Dé à jouer usiné", "boite"),
        ("Support de téléphone plié", "engrenage"),
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
