"""A line drawing as a PNG, for those who show a link that was shared: few of them read SVG."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from booking.presentation.drawings import COLOURS, FRAME, Shape, shapes_of

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

# What those who unfold a link show whole (https://ogp.me asks no size): 1.91 to 1.
WIDE, HIGH = 1200, 630
PAPER = "#fbfaf7"
# Drawn larger, then made smaller: Pillow draws edges in steps.
TIMES = 2


@cache
def drawing_png(drawing: str) -> bytes:
    """The drawing in the middle of its paper, 1 200 points by 630. Raises KeyError for a name that is none."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - heavy, for those who share a link alone

    shapes = shapes_of(drawing)
    image = Image.new("RGB", (WIDE * TIMES, HIGH * TIMES), PAPER)
    pen = ImageDraw.Draw(image)
    for shape in shapes:
        _draw(shape, pen)
    file = BytesIO()
    small = image.resize((WIDE, HIGH), Image.Resampling.LANCZOS)
    small.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


SCALE = TIMES * HIGH * 0.86 / FRAME[1]
LEFT, TOP = (TIMES * WIDE - FRAME[0] * SCALE) / 2, (TIMES * HIGH - FRAME[1] * SCALE) / 2


def _draw(shape: Shape, pen: ImageDraw) -> None:
    fill = None if shape.fill == COLOURS["-"] else shape.fill
    line = None if shape.line == COLOURS["-"] else shape.line
    width = round(shape.width * SCALE)
    match shape.kind, shape.points:
        case "circle", (x, y, radius):
            # Pillow draws a line inside its edge, SVG half on each side of it.
            reach = radius + (shape.width / 2 if line else 0)
            pen.ellipse((*_at(x - reach, y - reach), *_at(x + reach, y + reach)), fill, line, width)
        case "rect", (x, y, wide, high, corner):
            out = shape.width / 2 if line else 0
            box = (*_at(x - out, y - out), *_at(x + wide + out, y + high + out))
            pen.rounded_rectangle(box, (corner + out) * SCALE, fill, line, width)
        case kind, points:
            corners = [_at(x, y) for x, y in zip(points[::2], points[1::2], strict=True)]
            if fill and kind == "polygon":
                pen.polygon(corners, fill)
            if line:
                _stroke([*corners, corners[0]] if kind == "polygon" else corners, line, width, pen)


def _stroke(corners: list[tuple[float, float]], line: str, width: int, pen: ImageDraw) -> None:
    """A line with round ends and corners."""
    pen.line(corners, line, width, joint="curve")
    for x, y in corners:
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), line)


def _at(x: float, y: float) -> tuple[float, float]:
    return LEFT + x * SCALE, TOP + y * SCALE
