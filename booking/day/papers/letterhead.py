"""In whose name a paper is given."""

from __future__ import annotations

from msgspec import Struct

from workshops.academie.queries import academie, marks


class Letterhead(Struct, frozen=True):
    """A line that each page bears, and the PNG of each mark, on the first."""

    line: str = ""
    marks: tuple[bytes, ...] = ()


NOBODY = Letterhead()


async def letterhead() -> Letterhead:
    """As the académie has set it now."""
    return Letterhead((await academie()).who_speaks, tuple(mark.picture for mark in await marks()))
