"""What a group needs to be received, as a teacher ticks it in a form."""

from __future__ import annotations

from typing import Any

from booking.door.forms.read import Form
from booking.words.needs import COUNT_MOST, COUNTED, NEEDS, Boxes


def boxes_typed(form: Form) -> Boxes:
    """The boxes; a number without its tick counts as ticked, a tick alone as one."""
    ticked: dict[str, Any] = {}
    for box, words in NEEDS.items():
        ticked[box] = form.ticked(f"need-{box}")
        if box in COUNTED:
            ticked[box] = form.whole(f"need-{box}-count", 1, COUNT_MOST, label=words, default=int(ticked[box]))
    return Boxes(**ticked)


def needs_typed(form: Form) -> str:
    """The line beside them; a form without it erases it."""
    return form.typed.get("needs", "")
