"""The facts of one mail, ready for its templates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from booking.calendar.invites.invite import Invitation
from booking.outbox.notices.rules import Claimed
from booking.settings import Settings


@dataclass(frozen=True)
class Draft:
    """`words` are what the sentences name, `lines` the facts shown one under the other, `link` the one next step.

    `only_if_invited`: the end of a visit means nothing to somebody whom its invitation has not reached yet.
    """

    words: Mapping[str, object]
    link: str
    lines: tuple[tuple[str, str], ...] = ()
    invitation: Invitation | None = None
    only_if_invited: bool = False


# Reads the facts of a notice as they are now; None when the mail has become pointless or false.
Drafts = Callable[[Claimed, Settings, datetime], Awaitable[Draft | None]]
