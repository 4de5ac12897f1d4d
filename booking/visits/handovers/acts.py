"""What a teacher asks when she hands one visit to a colleague."""

from __future__ import annotations

from typing import Annotated

import msgspec

from workshops.acts import Act, typed


class HandVisitOn(Act, frozen=True, kw_only=True):
    """The colleague to whom a teacher proposes one of her visits."""

    colleague: Annotated[
        str, typed("Collègue", "The address of another teacher of the same collège.", least=3, most=254)
    ] = msgspec.field(name="colleague_email")
