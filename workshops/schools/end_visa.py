"""A collège no longer asks for its principal's visa, or goes on asking for it."""

from __future__ import annotations

from piccolo.columns.combination import Where

from workshops.schools.tables import School


async def end_visa_by_link(link_hash: bytes) -> int | None:
    """Whoever was asked says yes; returns the collège, None for a link that is answered or void."""
    return await _end(School.visa_end_link == link_hash)


async def end_visa_of(school: int) -> bool:
    """The coordinator says so; whether a visa was asked for."""
    return await _end(School.id == school) is not None


async def keep_visa(link_hash: bytes) -> int | None:
    """Whoever was asked says no; returns the collège as above."""
    kept = School.update({School.visa_end_link: None}).where(School.visa_end_link == link_hash)
    return next((one["id"] for one in await kept.returning(School.id)), None)


async def _end(which: Where) -> int | None:
    ended = School.update({School.needs_approval: False, School.visa_end_link: None})
    ended = ended.where(which, School.needs_approval.eq(True))
    return next((one["id"] for one in await ended.returning(School.id)), None)
