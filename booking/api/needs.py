"""What a group needs to be received, for machines: told at the booking, told again, read at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from booking.words.needs import COUNT_MOST, boxes_of, ticked_in

People = Annotated[int, Meta(ge=0, le=COUNT_MOST)]


class Boxes(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the group needs to be received, told for the group and never for a pupil.

    `step_free` and `chairs` are for how many people, 0 for none.
    """

    step_free: People = 0
    chairs: People = 0
    loop: bool = False
    quiet: bool = False
    interpreter: bool = False
    meal: bool = False

    @property
    def kept(self) -> tuple[str, ...]:
        """As they are kept."""
        return boxes_of(msgspec.to_builtins(self))

    @classmethod
    def of(cls, needed: Sequence[str]) -> Boxes:
        """Out of what is kept."""
        return msgspec.convert({one: int(n) for one, n in ticked_in(needed).items()}, cls, strict=False)
