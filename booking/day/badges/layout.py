"""Where things lie on a badge, in millimetres from the label's top left; three arrangements by the label's shape."""

from __future__ import annotations

from dataclasses import dataclass

from booking.day.badges.presets import EDGE, Preset, module_of
from booking.day.badges.qr import QUIET, SIDE

DIGIT_HEIGHT = 0.71  # Of Helvetica-Bold, as shares of its size.
DIGIT_WIDTH = 0.556
TALLEST_NUMBER = 24.0
POINT = 25.4 / 72


@dataclass(frozen=True)
class Line:
    """A line of text: left end of its baseline, room to its right, and its size, in points."""

    x: float
    baseline: float
    width: float
    size: float


@dataclass(frozen=True)
class Spot:
    """A drawing: its centre and its diameter."""

    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Layout:
    """One badge. `code_x` and `code_y` are the top left of the first module, inside the quiet zone."""

    module: float
    code_x: float
    code_y: float
    number: Line
    mark: Spot
    label: Line
    short_code: Line
    place: Line
    day: Line
    no_photo: Spot


def layout_of(preset: Preset) -> Layout:
    """The badge on this sheet's labels; raises ModuleTooSmall."""
    module = module_of(preset)
    zone = (SIDE + 2 * QUIET) * module
    room = preset.width - EDGE - zone  # From the label's left edge to the quiet zone.
    if preset.height - zone >= 8:
        return _tall(preset, module, room)
    return _wide(preset, module, room) if room >= 50 else _low(preset, module, room)


def _tall(preset: Preset, module: float, room: float) -> Layout:
    """Number and mark on the left, the code on the right with its short code below."""
    spare = (preset.height - 50) / 4
    left, top, foot = 5.0, 5.8 + spare, preset.height - 5.2 - spare
    code = room + QUIET * module
    number = _number(left, top, room - left, foot - top - 18)
    mark = Spot(left + 4.1, (number.baseline + foot - 4.6) / 2, 8.2)
    return Layout(
        module=module,
        code_x=code,
        code_y=top,
        number=number,
        mark=mark,
        label=Line(left + 10.6, mark.y + 1.9, room - left - 10.6, 15),
        short_code=Line(code, foot, 24, 12.5),
        place=Line(left, foot - 2.9, room - left, 6.5),
        day=Line(left, foot, room - left, 6.5),
        no_photo=Spot(code + SIDE * module - 2.7, foot - 1.5, 5.2),
    )


def _wide(preset: Preset, module: float, room: float) -> Layout:
    """A low label with room: number, then mark and label beside it, the code at its full height."""
    left, top = 5.0, (preset.height - SIDE * module) / 2
    foot = top + SIDE * module
    number = _number(left, top, 33, foot - top - 7.6)
    second = left + 36
    aside = room - second
    return Layout(
        module=module,
        code_x=room + QUIET * module,
        code_y=top,
        number=number,
        mark=Spot(second + 5.5, top + 5.5, 11),
        label=Line(second, number.baseline, aside, 15),
        short_code=Line(second, foot, aside, 12),
        place=Line(left, foot - 2.7, second - left - 2, 6.5),
        day=Line(left, foot, second - left - 2, 6.5),
        no_photo=Spot(room - 3.5, top + 5.5, 7),
    )


def _low(preset: Preset, module: float, room: float) -> Layout:
    """A small label: everything in one column, the code at its full height."""
    left, top, foot = 3.5, 4.0, preset.height - 3.0
    number = _number(left, top, room - left, foot - top - 17.4)
    mark = Spot(left + 2.9, (number.baseline + foot - 7.9) / 2, 5.8)
    return Layout(
        module=module,
        code_x=room + QUIET * module,
        code_y=(preset.height - SIDE * module) / 2,
        number=number,
        mark=mark,
        label=Line(left + 7.2, mark.y + 1.4, room - left - 7.2, 11),
        short_code=Line(left, foot - 5.4, 17, 10),
        place=Line(left, foot - 2.2, room - left, 5.5),
        day=Line(left, foot, room - left, 5.5),
        no_photo=Spot(room - 2.4, foot - 6.7, 4.4),
    )


def _number(left: float, top: float, width: float, height: float) -> Line:
    """Two digits as large as the room allows; the white that a digit carries on its left hangs out of the column."""
    size = min(width / (2 * DIGIT_WIDTH), min(height, TALLEST_NUMBER) / DIGIT_HEIGHT)
    return Line(left - 0.03 * size, top + DIGIT_HEIGHT * size, width, size / POINT)
