"""Badges for the tests of their sheets, and what a phone's camera makes of a printed one."""

from __future__ import annotations

from math import cos, radians, sin
from uuid import UUID

import pypdfium2
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from booking.day.badges.presets import Preset, layout_of
from booking.day.badges.rules import PrintedBadge, PrintedGroup, face_of
from booking.visits.badge_codes.rules import short_code_of, token_of
from booking.words.wording import mark

SALT = UUID("5c0ffee0-0000-4000-8000-000000000001")
GROUP = PrintedGroup("4e B", mark(1), "Lycée polyvalent Jules Haag", "jeudi 25 mars 2027")
READS_ALWAYS = 3.2  # Pixels per module in a frame of 1280 x 720.
FINER = 2
Box = tuple[float, float, float, float]


def group_of(count: int, *, group: PrintedGroup = GROUP, no_photo: bool = False) -> list[PrintedBadge]:
    tokens = [token_of("a secret of the tests", SALT, "pupil", number) for number in range(1, count + 1)]
    return [
        PrintedBadge(face_of("pupil", number), token, short_code_of(token), group, no_photo)
        for number, token in enumerate(tokens, 1)
    ]


def pages(pdf: bytes, pixels_per_mm: float) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=pixels_per_mm * 25.4 / 72).to_pil().convert("L") for page in document]


def label(page: Image.Image, preset: Preset, cell: int, pixels_per_mm: float) -> Image.Image:
    left, top = preset.corner(cell)
    return page.crop(_pixels((left, top, left + preset.width, top + preset.height), pixels_per_mm))


def as_filmed(badge: Image.Image, *, turned: float, tilted: float, smaller: float, blur: float) -> Image.Image:
    """The badge turned by `turned` degrees, held askew (its sides seen 1 + and 1 - `tilted` times), out of focus."""
    width, height = badge.size
    side = 3 * width // 2
    middle = side / 2
    frame = Image.new("L", (side, side), 150)
    frame.paste(badge, ((side - width) // 2, (side - height) // 2))
    right, down, lean = cos(radians(turned)), sin(radians(turned)), tilted / width
    level = 1 - lean * middle
    across = (right, lean * middle - down, middle * (level - right + down))
    along = (down, lean * middle + right, middle * (level - right - down))
    plane = tuple(part / level for part in (*across, *along, 0, lean))
    seen = frame.transform(frame.size, Image.Transform.PERSPECTIVE, plane, Image.Resampling.BILINEAR, fillcolor=150)
    side = round(side / smaller)
    return seen.resize((side, side), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(blur))


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def fine(preset: Preset) -> float:
    """Pixels per millimetre at which a module has FINER times the pixels that always read."""
    return FINER * READS_ALWAYS / layout_of(preset).module


def grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def ink_between(badge: Image.Image, inner: Box, outer: Box, pixels_per_mm: float) -> Box | None:
    """Where something is printed outside `inner` and inside `outer`, in pixels; None when all is white."""
    inverted = ImageChops.invert(badge)
    inverted.paste(0, _pixels(inner, pixels_per_mm))
    return inverted.crop(_pixels(outer, pixels_per_mm)).getbbox()


def _pixels(box: Box, pixels_per_mm: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * pixels_per_mm) for edge in box)
    return left, top, right, bottom
