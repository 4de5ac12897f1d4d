"""A film for Chromium's fake camera: printed badges held in front of it, a little blurred, a little askew."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFilter

from booking.day.badges.presets import Preset

PIXELS_PER_MM = 12
FRAME = (1280, 720)
PER_SECOND = 30
WALL = 96


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


def shoot(file: Path, shots: Sequence[tuple[Image.Image, float]]) -> Path:
    """Write the film: each picture for so many seconds; Chromium plays it over and over."""
    with file.open("wb") as film:
        for picture, seconds in shots:
            frame = io.BytesIO()
            picture.convert("RGB").save(frame, "JPEG", quality=80)
            film.write(frame.getvalue() * round(seconds * PER_SECOND))
    return file
