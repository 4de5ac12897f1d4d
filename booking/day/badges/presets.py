"""The sheets of labels that are sold, and where each thing stands on one of their labels."""

from __future__ import annotations

from math import floor
from typing import Annotated, Any

from msgspec import Meta, Struct

from booking.day.badges.qr import QUIET, SIDE
from booking.day.badges.rules import LARGEST_SHIFT, ModuleTooSmall
from workshops.acts import Act, a_number, labelled
from workshops.refusals import Invalid

PAGE = (210.0, 297.0)
CODE_MODULES = 25 + 2 * 4  # QR version 2 and its quiet zone.
SMALLEST_MODULE = 1.0  # Millimetres; below, a blurred or tilted code is lost.
WANTED_MODULE = 1.2
EDGE = 0.9  # Left free round the code, for a printer that feeds a little askew.
NUMBER_WIDTH = 20.0  # What two digits that are read at 2 m need beside the code.
DIGIT_HEIGHT = 0.71  # Of Helvetica-Bold, as shares of its size.
DIGIT_WIDTH = 0.556
TALLEST_NUMBER = 24.0
POINT = 25.4 / 72


class Preset(Struct, frozen=True):
    """One kind of sheet. `left` and `top` place its first label, `pitch_x` and `pitch_y` the next ones."""

    name: str
    label: str
    width: float
    height: float
    columns: int
    rows: int
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    cut_marks: bool = False

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    @property
    def title(self) -> str:
        """« Avery L4784, 10 badges de 80 × 50 mm »"""
        size = f"{self.width:g} × {self.height:g} mm".replace(".", ",")
        return f"{self.label}, {self.cells} badges de {size}"

    def corner(self, cell: int) -> tuple[float, float]:
        """The top left corner of a label, counted from 0, line by line."""
        row, column = divmod(cell, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y


PRESETS = {
    preset.name: preset
    for preset in (
        Preset("a4", "A4 ordinaire à découper", 90, 54, 2, 5, 15, 13.5, 90, 54, cut_marks=True),
        Preset("avery-l4784", "Avery L4784", 80, 50, 2, 5, 18, 13, 95, 55),
        Preset("avery-l4785", "Avery L4785", 80, 50, 2, 5, 18, 13, 95, 55),
        Preset("avery-l4786", "Avery L4786", 80, 50, 2, 5, 18, 13, 95, 55),
        Preset("avery-l7414", "Avery L7414", 90, 52, 2, 5, 15, 18.5, 90, 52),
        Preset("avery-c32011", "Avery C32011", 85, 54, 2, 5, 15, 13.5, 95, 54),
        Preset("avery-l7163", "Avery L7163", 99.1, 38.1, 2, 7, 3.4, 15.2, 103, 38.1),
        Preset("avery-l7160", "Avery L7160", 64, 38.1, 3, 7, 7.5, 15.5, 66, 38.1),
    )
}
DEFAULT = "a4"
NO_PRESET = "Cette planche n'existe pas. Choisissez-en une dans la liste."
PAPERS = {preset.name: preset.title for preset in PRESETS.values()}
Shift = Annotated[float, Meta(ge=-LARGEST_SHIFT, le=LARGEST_SHIFT)]


class PlaceBadges(Act, frozen=True, kw_only=True):
    """On which sheet of labels badges are printed: from label number `start`, counted line by line, all of it moved by
    some millimetres for a printer that feeds askew."""

    preset: Annotated[
        str,
        Meta(
            max_length=20,
            pattern=f"(?i)^({'|'.join({*PRESETS, *(name.removeprefix('avery-') for name in PRESETS)})})$",
            description="The labels, for example a4 or L7160.",
            extra={"label": "Papier", "words": PAPERS, "sentence": NO_PRESET},
        ),
    ] = DEFAULT
    start: Annotated[
        int,
        a_number(
            "Première étiquette libre",
            "The first label of the sheet to use.",
            1,
            max(preset.cells for preset in PRESETS.values()),
        ),
    ] = 1
    dx_mm: Annotated[Shift, labelled("Décalage vers la droite", "Moves the print to the right, in millimetres.")] = 0.0
    dy_mm: Annotated[Shift, labelled("Décalage vers le bas", "Moves the print down, in millimetres.")] = 0.0

    @property
    def labels(self) -> Preset:
        """The sheet itself."""
        return preset_named(self.preset)

    @property
    def drawn(self) -> dict[str, Any]:
        """As a sheet is drawn."""
        return {"preset": self.labels, "start": self.start, "dx_mm": self.dx_mm, "dy_mm": self.dy_mm}


def preset_named(name: str) -> Preset:
    """The sheet of this name, « avery-l7160 » or « L7160 »; raises Invalid for a name that is none."""
    asked = name.strip().lower()
    found = PRESETS.get(asked) or PRESETS.get(f"avery-{asked}")
    if found is None:
        raise Invalid({"preset": NO_PRESET})
    return found


AS_IT_IS = PlaceBadges()
"""On plain paper, from its first label on."""


def module_of(preset: Preset) -> float:
    """The side of a QR module on this sheet, in millimetres; raises ModuleTooSmall under 1.0 mm.

    The code takes the label's whole height when it has to, its quiet zone included, and leaves its number the room
    to be read at 2 m.
    """
    room = min(preset.height - 2 * EDGE, preset.width - 2 * EDGE - NUMBER_WIDTH)
    module = min(WANTED_MODULE, floor(room / CODE_MODULES * 20 + 1e-6) / 20)
    if module < SMALLEST_MODULE:
        raise ModuleTooSmall(preset.title)
    return module


class LabelLine(Struct, frozen=True):
    """A line of text: left end of its baseline, room to its right, and its size, in points."""

    x: float
    baseline: float
    width: float
    size: float


class LabelSpot(Struct, frozen=True):
    """A drawing: its centre and its diameter."""

    x: float
    y: float
    size: float


class Layout(Struct, frozen=True):
    """One badge. `code_x` and `code_y` are the top left of the first module, inside the quiet zone."""

    module: float
    code_x: float
    code_y: float
    number: LabelLine
    mark: LabelSpot
    label: LabelLine
    short_code: LabelLine
    place: LabelLine
    day: LabelLine
    no_photo: LabelSpot


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
    mark = LabelSpot(left + 4.1, (number.baseline + foot - 4.6) / 2, 8.2)
    return Layout(
        module=module,
        code_x=code,
        code_y=top,
        number=number,
        mark=mark,
        label=LabelLine(left + 10.6, mark.y + 1.9, room - left - 10.6, 15),
        short_code=LabelLine(code, foot, 24, 12.5),
        place=LabelLine(left, foot - 2.9, room - left, 6.5),
        day=LabelLine(left, foot, room - left, 6.5),
        no_photo=LabelSpot(code + SIDE * module - 2.7, foot - 1.5, 5.2),
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
        mark=LabelSpot(second + 5.5, top + 5.5, 11),
        label=LabelLine(second, number.baseline, aside, 15),
        short_code=LabelLine(second, foot, aside, 12),
        place=LabelLine(left, foot - 2.7, second - left - 2, 6.5),
        day=LabelLine(left, foot, second - left - 2, 6.5),
        no_photo=LabelSpot(room - 3.5, top + 5.5, 7),
    )


def _low(preset: Preset, module: float, room: float) -> Layout:
    """A small label: everything in one column, the code at its full height."""
    left, top, foot = 3.5, 4.0, preset.height - 3.0
    number = _number(left, top, room - left, foot - top - 17.4)
    mark = LabelSpot(left + 2.9, (number.baseline + foot - 7.9) / 2, 5.8)
    return Layout(
        module=module,
        code_x=room + QUIET * module,
        code_y=(preset.height - SIDE * module) / 2,
        number=number,
        mark=mark,
        label=LabelLine(left + 7.2, mark.y + 1.4, room - left - 7.2, 11),
        short_code=LabelLine(left, foot - 5.4, 17, 10),
        place=LabelLine(left, foot - 2.2, room - left, 5.5),
        day=LabelLine(left, foot, room - left, 5.5),
        no_photo=LabelSpot(room - 2.4, foot - 6.7, 4.4),
    )


def _number(left: float, top: float, width: float, height: float) -> LabelLine:
    """Two digits as large as the room allows; the white that a digit carries on its left hangs out of the column."""
    size = min(width / (2 * DIGIT_WIDTH), min(height, TALLEST_NUMBER) / DIGIT_HEIGHT)
    return LabelLine(left - 0.03 * size, top + DIGIT_HEIGHT * size, width, size / POINT)
