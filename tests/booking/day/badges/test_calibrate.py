from __future__ import annotations

import pypdfium2
import pytest

from booking.day.badges.presets import PRESETS, Preset
from booking.day.badges.sheet import RULER, calibration_page
from tests.booking.day.badges.printing import label, pages
from workshops.refusals import Invalid

PIXELS = 10
RULED = "0 10 20 30 40 50 60 70 80 90 100 mm"


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_the_test_page_is_one_page_that_names_its_labels_and_its_ruler(preset: Preset):
    document = pypdfium2.PdfDocument(calibration_page(preset))
    lines = document[0].get_textpage().get_text_bounded().splitlines()
    assert len(document) == 1
    assert [lines.count(line) for line in ("Page de réglage", preset.title, RULED)] == [1, 1, 1]


def test_the_ruler_measures_100_mm():
    preset = PRESETS["avery-l7414"]
    page = pages(calibration_page(preset), PIXELS)[0]
    middle = preset.corner(4)[1] + preset.height / 2
    row = page.crop((0, round((middle - 0.3) * PIXELS), page.width, round((middle + 0.3) * PIXELS)))
    inked = [x for x in range(300, 1800) if row.getpixel((x, 3)) < 100]
    assert abs((max(inked) - min(inked)) / PIXELS - RULER) <= 0.2


def test_the_outlines_are_the_labels():
    preset = PRESETS["avery-l4784"]
    page = pages(calibration_page(preset), PIXELS)[0]
    last = label(page, preset, preset.cells - 1, PIXELS)
    middle = last.height // 2
    assert min(last.getpixel((x, middle)) for x in range(3)) < 200
    assert min(last.getpixel((x, middle)) for x in range(10, last.width - 10)) == 255


def test_an_offset_moves_the_test_page_and_is_written_on_it():
    preset = PRESETS["avery-l4784"]
    plain, moved = calibration_page(preset), calibration_page(preset, dx_mm=1.5, dy_mm=-2)
    lines = pypdfium2.PdfDocument(moved)[0].get_textpage().get_text_bounded().splitlines()
    assert lines.count("Décalage : 1,5 mm à droite, -2 mm vers le bas") == 1
    fresh = label(pages(plain, PIXELS)[0], preset, 9, PIXELS)
    assert fresh.getpixel((400, 0)) < 200
    shifted = pages(moved, PIXELS)[0]
    left, top = (round(edge * PIXELS) for edge in preset.corner(9))
    assert min(shifted.getpixel((left + 400, top + y - 20)) for y in (-1, 0, 1)) < 200
    assert min(shifted.getpixel((left + x + 15, top + 200)) for x in (-1, 0, 1)) < 200


def test_an_offset_that_is_no_printer_s_is_refused():
    with pytest.raises(Invalid):
        calibration_page(PRESETS["a4"], dx_mm=11)
