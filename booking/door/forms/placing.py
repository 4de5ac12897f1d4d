"""Print layout of badges, read from a form: the label sheet, its first free label, the printer's offset."""

from __future__ import annotations

from typing import Any

from booking.day.badges.presets import DEFAULT, PRESETS, preset_named
from booking.day.badges.rules import LARGEST_SHIFT
from booking.door.forms.read import Form
from workshops.refusals import Invalid

PAPERS = {preset.name: preset.title for preset in PRESETS.values()}


def placing_in(form: Form) -> dict[str, Any]:
    """`preset`, `start`, `dx_mm` and `dy_mm`. Raises Invalid with every sentence at once."""
    try:
        preset = preset_named(form.typed.get("preset", "") or DEFAULT)
    except Invalid as refusal:
        form.errors.update(refusal.errors)
        preset = PRESETS[DEFAULT]
    placing = {
        "preset": preset.name,
        "start": form.whole("start", 1, preset.cells, label="Première étiquette libre", default=1),
        "dx_mm": _shift(form, "dx_mm", "Décalage vers la droite"),
        "dy_mm": _shift(form, "dy_mm", "Décalage vers le bas"),
    }
    form.refuse_if_wrong()
    return placing


def _shift(form: Form, name: str, label: str) -> float:
    return form.decimal(name, -LARGEST_SHIFT, LARGEST_SHIFT, label=label, default=0.0)
