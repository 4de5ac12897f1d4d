"""The facts of one mail, ready for its templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from booking.invites.invite import Invitation


@dataclass(frozen=True)
class Draft:
    """`words` are what the sentences name, `lines` the facts shown one under the other, `link` the one next step."""

    words: Mapping[str, object]
    link: str
    lines: tuple[tuple[str, str], ...] = ()
    invitation: Invitation | None = None
