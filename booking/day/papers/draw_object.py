"""An object of the class's sheet: its drawing or its picture, what it is, its figures in large."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Path, Rect
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Image, Spacer, Table

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT
from booking.day.papers.draw_block import written
from booking.day.papers.rules import Built
from booking.presentation.drawings import FRAME, Shape, shapes_of

PICTURE = 57.0  # Millimetres.
NAME = ParagraphStyle("object", fontName=BOLD, fontSize=17, leading=21, textColor=INK, spaceAfter=4)
BODY = ParagraphStyle("object-body", fontName=PLAIN, fontSize=11, leading=15.5, textColor=INK, spaceAfter=5)
LARGE = ParagraphStyle("object-large", BODY, fontSize=12.5, leading=18)
COUNT = ParagraphStyle("count", fontName=BOLD, fontSize=20, leading=23, textColor=HexColor("#7a530a"))
UNIT = ParagraphStyle("unit", fontName=PLAIN, fontSize=8.5, leading=11, textColor=SOFT)
FLAT = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def card(built: Built, wide: float, high: float, photo: bytes | None) -> list[Any]:
    """The drawing on the left, the words and the figures beside it; below it when they would fill more than a page."""
    room = (wide - PICTURE - 8) * mm
    words: list[Any] = [written(built.name, NAME)]
    words += [written(text, BODY) for text in (built.summary, built.note) if text]
    beside = Table(
        [[_seen(built, PICTURE * mm, photo), "", [*words, _figures(built, room)]]],
        colWidths=[PICTURE * mm, 8 * mm, room],
        style=FLAT,
    )
    return [beside] if beside.wrap(wide * mm, high * mm)[1] < high * mm else portrait(built, wide, photo)


def portrait(built: Built, wide: float, photo: bytes | None, *, picture_wide: float | None = None) -> list[Any]:
    """The only object of a sheet, its picture as wide as the page where it is not told."""
    image = _seen(built, (picture_wide or wide) * mm, photo)
    image.hAlign = "CENTER"
    words = [written(text, LARGE) for text in (built.summary, built.note) if text]
    return [image, Spacer(1, 7 * mm), written(built.name, NAME), *words, Spacer(1, 2 * mm), _figures(built, wide * mm)]


def _figures(built: Built, room: float) -> Table:
    """The counts in a row; a duration takes twice the place of a number."""
    shares = [1.7 if " " in count else 1.0 for count, _ in built.figures]
    return Table(
        [
            [written(count, COUNT) for count, _ in built.figures],
            [written(unit, UNIT) for _, unit in built.figures],
        ],
        colWidths=[room * share / sum(shares) for share in shares],
        hAlign="LEFT",
        style=FLAT,
    )


def _seen(built: Built, wide: float, photo: bytes | None) -> Any:
    """The photo in the place of the drawing, as large as it fits there."""
    if photo is None:
        return picture(built.drawing, wide)
    across, down = FRAME
    return Image(BytesIO(photo), width=wide, height=wide * down / across, kind="proportional")


def picture(drawing: str, wide: float) -> Drawing:
    """A drawing at this width, in points, on its pale card."""
    across, down = FRAME
    scale = wide / across
    frame = Drawing(wide, down * scale)
    frame.add(
        Rect(0, 0, wide, down * scale, rx=6, ry=6, fillColor=HexColor("#fbfaf7"), strokeColor=HexColor("#dcd8cf"))
    )
    for shape in shapes_of(drawing):
        frame.add(_drawn(shape, scale, down))
    return frame


def _drawn(shape: Shape, scale: float, down: float) -> Any:
    look = {
        "fillColor": None if shape.fill == "none" else HexColor(shape.fill),
        "strokeColor": None if shape.line == "none" else HexColor(shape.line),
        "strokeWidth": shape.width * scale,
        "strokeLineCap": 1,
        "strokeLineJoin": 1,
    }
    points = [point * scale for point in shape.points]
    down *= scale
    if shape.kind == "circle":
        x, y, radius = points
        return Circle(x, down - y, radius, **look)
    if shape.kind == "rect":
        x, y, width, height, corner = points
        return Rect(x, down - y - height, width, height, rx=corner, ry=corner, **look)
    path = Path(**look)
    path.moveTo(points[0], down - points[1])
    for x, y in zip(points[2::2], points[3::2], strict=True):
        path.lineTo(x, down - y)
    if shape.kind == "polygon":
        path.closePath()
    return path
