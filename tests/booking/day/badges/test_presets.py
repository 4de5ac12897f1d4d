from __future__ import annotations

from itertools import combinations

import pytest
from msgspec.structs import replace

from booking.day.badges.presets import (
    CODE_MODULES,
    DEFAULT,
    DIGIT_HEIGHT,
    PAGE,
    POINT,
    PRESETS,
    Preset,
    layout_of,
    module_of,
    preset_named,
)
from booking.day.badges.rules import ModuleTooSmall
from workshops.refusals import Invalid

every_preset = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


def test_the_sheets_are_those_that_schools_buy_and_plain_paper():
    assert {name: (sheet.cells, sheet.width, sheet.height) for name, sheet in PRESETS.items()} == {
        "a4": (10, 90, 54),
        "avery-l4784": (10, 80, 50),
        "avery-l4785": (10, 80, 50),
        "avery-l4786": (10, 80, 50),
        "avery-l7414": (10, 90, 52),
        "avery-c32011": (10, 85, 54),
        "avery-l7163": (14, 99.1, 38.1),
        "avery-l7160": (21, 64, 38.1),
    }


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("avery-l4784", (18, 13), (113, 233)),
        ("avery-l7163", (3.4, 15.2), (106.4, 243.8)),
        ("avery-l7160", (7.5, 15.5), (139.5, 244.1)),
        ("avery-l7414", (15, 18.5), (105, 226.5)),
        ("avery-c32011", (15, 13.5), (110, 229.5)),
    ],
)
def test_the_first_and_last_labels_lie_where_their_maker_says(name: str, first: tuple, last: tuple):
    sheet = PRESETS[name]
    assert sheet.corner(0) == first
    assert sheet.corner(sheet.cells - 1) == pytest.approx(last)


@every_preset
def test_labels_lie_on_the_page_and_never_overlap(preset: Preset):
    corners = [preset.corner(cell) for cell in range(preset.cells)]
    assert min(min(corner) for corner in corners) >= 0
    assert max(left for left, _ in corners) + preset.width <= PAGE[0]
    assert max(top for _, top in corners) + preset.height <= PAGE[1]
    assert [
        pair
        for pair in combinations(corners, 2)
        if abs(pair[0][0] - pair[1][0]) < preset.width - 1e-9 and abs(pair[0][1] - pair[1][1]) < preset.height - 1e-9
    ] == []


@every_preset
def test_a_module_measures_a_millimetre_at_least_and_the_quiet_zone_is_on_the_label(preset: Preset):
    layout = layout_of(preset)
    zone = 4 * layout.module
    assert layout.module >= 1.0
    assert min(layout.code_x, layout.code_y) >= zone
    assert layout.code_x + 25 * layout.module + zone <= preset.width
    assert layout.code_y + 25 * layout.module + zone <= preset.height


def test_a_module_measures_1_2_mm_on_a_badge_of_80_by_50():
    assert module_of(PRESETS["avery-l4784"]) == 1.2


@every_preset
def test_the_number_is_read_at_two_metres(preset: Preset):
    tall = layout_of(preset).number.size * POINT * DIGIT_HEIGHT
    assert tall >= (20 if preset.height >= 50 else 13)


@pytest.mark.parametrize(("width", "height"), [(52.5, 29.7), (200, 34.7), (54.7, 60)])
def test_labels_too_small_for_a_phone_are_refused(width: float, height: float):
    small = replace(PRESETS["a4"], label="Petites étiquettes", width=width, height=height)
    with pytest.raises(ModuleTooSmall) as refused:
        layout_of(small)
    assert refused.value.sentence.endswith(
        "le code y serait trop petit pour un téléphone. Choisissez des étiquettes plus grandes."
    )


def test_a_label_with_exactly_the_room_is_accepted():
    assert module_of(replace(PRESETS["a4"], height=CODE_MODULES + 1.8)) == 1.0


def test_a_sheet_is_found_by_its_name_or_by_what_its_box_says():
    assert {preset_named(name).name for name in ("avery-l7160", "L7160", " l7160 ")} == {"avery-l7160"}
    assert preset_named(DEFAULT).title == "A4 ordinaire à découper, 10 badges de 90 × 54 mm"


def test_an_unknown_sheet_is_refused():
    with pytest.raises(Invalid) as refused:
        preset_named("avery-l0000")
    assert refused.value.errors == {"preset": "Cette planche n'existe pas. Choisissez-en une dans la liste."}
