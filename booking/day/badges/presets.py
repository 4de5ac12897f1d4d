"""Sheets of labels are data: where each label lies on A4, in millimetres from the top left."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from booking.day.badges.rules import ModuleTooSmall
from workshops.refusals import Invalid

PAGE = (210.0, 297.0)
CODE_MODULES = 25 + 2 * 4  # QR version 2 and its quiet zone.
SMALLEST_MODULE = 1.0  # Millimetres; below, a blurred or tilted code is lost.
WANTED_MODULE = 1.2
EDGE = 0.9  # Left free round the code, for a printer that feeds a little askew.
NUMBER_WIDTH = 20.0  # What two digits that are read at 2 m need beside the code.


@dataclass(frozen=True)
class Preset:
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


def preset_named(name: str) -> Preset:
    """The sheet of this name, « avery-l7160 » or « L7160 »; raises Invalid for a name that is none."""
    asked = name.strip().lower()
    found = PRESETS.get(asked) or PRESETS.get(f"avery-{asked}")
    if found is None:
        raise Invalid({"preset": "Cette planche n'existe pas. Choisissez-en une dans la liste."})
    return found


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
