"""What happened to a visit, as its people read it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from booking.outbox.journal.queries import story
from booking.words.acts import ACTS, WHO


class StoryLine(Struct, frozen=True):
    """One thing that happened, and who did it: nobody is named."""

    at: datetime
    words: str
    who: str


async def story_of(about_kind: Literal["reservation", "slot"], about: int, *, reader: int | None) -> list[StoryLine]:
    """The story of a visit or of a slot, from its beginning; `reader` is the account that reads it."""
    return [
        StoryLine(one.at, ACTS[one.act], "vous" if reader is not None and one.by == reader else WHO[one.role])
        for one in await story(about_kind, about)
    ]
