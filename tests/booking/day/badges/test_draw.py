from __future__ import annotations

from io import BytesIO
from itertools import groupby

import pypdfium2
import pytest
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from booking.day.badges.draw import draw_band
from booking.day.badges.presets import PRESETS, layout_of

SCALE = 20
ROOM = 0.4


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_the_word_of_a_spare_badge_touches_its_dashed_frame_nowhere(preset):
    pdf = BytesIO()
    canvas = Canvas(pdf, pagesize=(preset.width * mm, preset.height * mm))
    draw_band(canvas, layout_of(preset).number, preset.height, "spare")
    canvas.save()
    band = pypdfium2.PdfDocument(pdf.getvalue())[0].render(scale=SCALE * 25.4 / 72).to_pil().convert("L")
    ink = band.point(lambda light: 255 if light < 200 else 0)
    left, top, right, bottom = ink.getbbox()
    # Between the frame's sides: its upper line, white, the accent and the word, white, its lower line.
    inside = ink.crop((left + SCALE, top, right - SCALE, bottom))
    rows = [inside.crop((0, y, inside.width, y + 1)).getbbox() is not None for y in range(inside.height)]
    runs = [(inked, len(list(run))) for inked, run in groupby(rows)]
    assert [inked for inked, _ in (runs[1], runs[-2])] == [False, False]
    assert min(runs[1][1], runs[-2][1]) >= ROOM * SCALE
