"""What Chromium's fake camera sees: printed badges held in front of it, a little blurred, a little askew."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFilter

from booking.day.badges.presets import Preset

PIXELS_PER_MM = 12
FRAME = (1280, 720)
WALL = 96
FORMAT = b"YUV4MPEG2 W%d H%d F5:1 Ip A1:1 C420\nFRAME\n" % FRAME


def cut_out(sheet: bytes, preset: Preset, place: int) -> Image.Image:
    """One label of a printed sheet, the first being 0."""
    page = pypdfium2.PdfDocument(sheet)[place // preset.cells].render(scale=PIXELS_PER_MM * 25.4 / 72).to_pil()
    left, top = preset.corner(place % preset.cells)
    edges = (left, top, left + preset.width, top + preset.height)
    return page.crop(tuple(round(edge * PIXELS_PER_MM) for edge in edges))


def held_up(badge: Image.Image, *, turned: float = 4, blur: float = 1.2) -> Image.Image:
    """One frame: the badge before a grey wall, as tall as two thirds of the picture."""
    frame = Image.new("L", FRAME, WALL)
    height = FRAME[1] * 2 // 3
    shown = badge.convert("L").resize((badge.width * height // badge.height, height))
    shown = shown.rotate(turned, expand=True, fillcolor=WALL, resample=Image.Resampling.BICUBIC)
    frame.paste(shown, ((FRAME[0] - shown.width) // 2, (FRAME[1] - shown.height) // 2))
    return frame.filter(ImageFilter.GaussianBlur(blur))


def wall() -> Image.Image:
    """Nobody in front of the camera."""
    return Image.new("L", FRAME, WALL)


class Camera:
    """A film of one picture, which Chromium plays over and over: it reads the file again for each frame."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.write_bytes(FORMAT + _frame(wall()))

    def sees(self, picture: Image.Image) -> None:
        """From now on, until it sees another."""
        with self.file.open("r+b") as film:
            film.seek(len(FORMAT))
            film.write(_frame(picture))


def _frame(picture: Image.Image) -> bytes:
    """Its greys, as a camera's own coding leaves them, without colours."""
    coded = io.BytesIO()
    picture.convert("RGB").save(coded, "JPEG", quality=80)
    return Image.open(coded).convert("L").tobytes() + bytes([128]) * (FRAME[0] * FRAME[1] // 2)
