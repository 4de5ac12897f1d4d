"""The facts of one mail, ready for its template."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from booking.calendar.invites.invite import Invitation
from booking.outbox.notices.rules import Claimed, Enclosed
from booking.process.settings import Settings

# As what somebody reads a mail.
Reader = Literal["teacher", "host", "company", "principal"]
Lines = tuple[tuple[str, str], ...]


class Item(Struct, frozen=True):
    """A line that leads to a page of ours, and what is said under it."""

    text: str
    page: str
    note: str = ""


class Listing(Struct, frozen=True):
    """Lines of one kind under their title, and how many more there are."""

    title: str
    items: tuple[Item, ...]
    more: int = 0


class Draft(Struct, frozen=True):
    """`words` are what the sentences name, `lines` the facts shown one under the other, `link` the one next step.

    `typed` is what a person wrote for this reader, shown as it was written, `stop` the page where such mails are
    switched off, `answers` whose mailbox an answer reaches. `beside` are the entries of the other visits of which
    the same mail tells, `papers` are enclosed.

    `only_if_invited`: the end of a visit means nothing to somebody whom its invitation has not reached.
    """

    words: Mapping[str, object]
    link: str
    lines: Lines = ()
    lists: tuple[Listing, ...] = ()
    typed: str = ""
    stop: str = ""
    answers: str = ""
    invitation: Invitation | None = None
    beside: tuple[Invitation, ...] = ()
    papers: tuple[Enclosed, ...] = ()
    only_if_invited: bool = False


# Reads the facts of a notice as they are now; None when the mail has become pointless or false.
Drafts = Callable[[Claimed, Settings, datetime], Awaitable[Draft | None]]
