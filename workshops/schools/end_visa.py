"""A collège no longer asks for its principal's visa, or goes on asking for it."""

from __future__ import annotations

from workshops.database import value

_END = "UPDATE schools SET needs_approval = false, visa_end_link = NULL WHERE {which} AND needs_approval RETURNING id"
END_BY_LINK, END_BY_NUMBER = _END.format(which="visa_end_link = $1"), _END.format(which="id = $1")
KEEP = "UPDATE schools SET visa_end_link = NULL WHERE visa_end_link = $1 RETURNING id"


async def end_visa_by_link(link_hash: bytes) -> int | None:
    """Whoever was asked says yes; returns the collège, None for a link that is answered or void."""
    found: int | None = await value(END_BY_LINK, link_hash)
    return found


async def end_visa_of(school: int) -> bool:
    """The coordinator says so; whether a visa was asked for."""
    return await value(END_BY_NUMBER, school) is not None


async def keep_visa(link_hash: bytes) -> int | None:
    """Whoever was asked says no; returns the collège as above."""
    found: int | None = await value(KEEP, link_hash)
    return found
