"""What a group needs to be received, as a teacher ticks it in a form."""

from __future__ import annotations

from typing import Any

from booking.door.forms.read import Form
from booking.visits.reservations.rules import NEEDS_MOST
from booking.words.needs import COUNT_MOST, COUNTED, NEEDS, boxes_of


def needs_typed(form: Form) -> dict[str, Any]:
    """The `needs` line and the boxes `needed`; a number without its tick counts as ticked, a tick alone as one."""
    ticked = {}
    for box, words in NEEDS.items():
        ticked[box] = int(form.ticked(f"need-{box}"))
        if box in COUNTED:
            ticked[box] = form.whole(f"need-{box}-count", 1, COUNT_MOST, label=words, default=ticked[box])
    line = form.text("needs", label="Besoins d'accueil", most=NEEDS_MOST, required=False)
    return {"needs": line, "needed": boxes_of(ticked)}
