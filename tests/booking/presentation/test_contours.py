"""A place lies where it is on the map: each school of the académie on its département."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest

import booking.demo
from booking.presentation.contours import WIDTH, frame_around, frame_within, outlines
from workshops.schools.rules import department_of, kilometres

SCHOOLS = Path(booking.demo.__file__).parent / "files" / "etablissements.csv"
BESANCON, BELFORT = (47.2378, 6.0241), (47.6397, 6.8638)
EVERYWHERE = outlines(["25", "39", "70", "90"])


def schools() -> list[tuple[str, str, float, float]]:
    with SCHOOLS.open(encoding="utf-8-sig", newline="") as told:
        rows = [one for one in csv.DictReader(told, delimiter=";") if one["latitude"]]
    return [
        (one["Nom_commune"], department_of(one["Code_departement"]), float(one["latitude"]), float(one["longitude"]))
        for one in rows
    ]


def ring_of(path: str) -> list[tuple[float, float]]:
    x = y = 0.0
    edge = []
    for across, down in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path):
        x, y = x + float(across), y + float(down)
        edge.append((x, y))
    return edge


def holds(edge: list[tuple[float, float]], x: float, y: float) -> bool:
    crossed = [
        (top > y) != (bottom > y) and x < (right - left) * (y - top) / (bottom - top) + left
        for (left, top), (right, bottom) in pairwise([*edge, edge[0]])
    ]
    return sum(crossed) % 2 == 1


def test_each_school_of_the_academie_lies_on_its_departement():
    frame = frame_around(EVERYWHERE, [])
    rings = {one.code: ring_of(one.path) for one in EVERYWHERE}
    astray = []
    for commune, department, lat, lon in schools():
        x, y = frame.spot(lat, lon)
        in_the_file = x / frame.scale + frame.left, y / frame.scale + frame.top
        found = [code for code, edge in rings.items() if holds(edge, *in_the_file)]
        if found != [department]:
            astray.append((commune, department, found))
    assert (astray, len(schools()) > 200) == ([], True)


def test_a_frame_holds_what_it_was_made_around():
    frame = frame_around(EVERYWHERE, [BESANCON])
    for one in EVERYWHERE:
        left, right = ((x - frame.left) * frame.scale for x in (one.left, one.right))
        top, bottom = ((y - frame.top) * frame.scale for y in (one.top, one.bottom))
        assert left >= 0
        assert right <= WIDTH
        assert top >= 0
        assert bottom <= frame.height


def test_the_circle_of_a_distance_passes_through_what_is_that_far():
    apart = kilometres(*BESANCON, *BELFORT)
    frame = frame_within(*BESANCON, apart)
    (x, y), (to_x, to_y) = frame.spot(*BESANCON), frame.spot(*BELFORT)
    drawn = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
    assert frame.radius(BESANCON[0], apart) == pytest.approx(drawn, rel=0.02)
    assert (x, y) == pytest.approx((WIDTH / 2, frame.height / 2), abs=0.2)


def test_a_departement_without_a_contour_leaves_the_places():
    assert outlines(["971", "25"]) == outlines(["25"])
    alone = frame_around([], [(16.24, -61.53)])
    assert alone.spot(16.24, -61.53) == pytest.approx((WIDTH / 2, alone.height / 2), abs=0.2)


def test_each_ring_of_a_departement_with_islands_is_in_its_box():
    (finistere,) = outlines(["29"])
    assert finistere.left < 1
    assert finistere.right - finistere.left < 80
