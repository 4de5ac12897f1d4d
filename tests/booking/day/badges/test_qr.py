from __future__ import annotations

from uuid import UUID

import zxingcpp
from PIL import Image
from qrcode.util import lost_point

from booking.day.badges import qr
from booking.visits.badge_codes.rules import token_of

TOKENS = [token_of("a secret of the tests", UUID(int=visit), "pupil", 1) for visit in range(400)]


def picture(token: str, pixels: int = 4) -> Image.Image:
    rows = qr.matrix(token)
    blank = bytes(qr.SIDE + 8)
    framed = [blank] * 4 + [bytes(4) + row + bytes(4) for row in rows] + [blank] * 4
    image = Image.frombytes("L", (33, 33), b"".join(framed).replace(b"\x00", b"\xff").replace(b"\x01", b"\x00"))
    return image.resize((33 * pixels, 33 * pixels), Image.Resampling.NEAREST)


def test_a_decoder_reads_the_fixed_mask_whatever_the_token():
    assert [zxingcpp.read_barcode(picture(token)).text for token in TOKENS] == TOKENS


def test_a_code_is_25_modules_wide():
    assert {(len(rows), *{len(row) for row in rows}) for rows in map(qr.matrix, TOKENS[:20])} == {(25, 25)}


def test_the_runs_cover_the_dark_modules_and_nothing_else():
    rows = qr.matrix(TOKENS[0])
    covered = [(x, top) for left, top, width in qr.runs(rows) for x in range(left, left + width)]
    dark = [(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module]
    assert sorted(covered) == sorted(dark)


def test_the_path_is_one_fill_of_whole_modules():
    path = qr.path(TOKENS[0])
    assert path.endswith(" 1 re f")
    assert path.count(" re") == len(qr.runs(qr.matrix(TOKENS[0])))
    assert path.startswith("0 0 7 1 re ")


def test_the_fixed_mask_is_as_calm_as_a_chosen_one():
    """The penalty of ISO/IEC 18004, 7.8.3: what a general encoder minimises mask by mask stays under 800."""
    assert max(lost_point(list(map(list, qr.matrix(token)))) for token in TOKENS[:100]) < 800
