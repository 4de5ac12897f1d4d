"""Who makes a BTS+1 course and which BTS lead to it, and the journal says who noted it."""

from __future__ import annotations

from datetime import datetime

from workshops.bts1 import add_partner as partners
from workshops.database import transaction
from workshops.events.record import record


async def add_partner(
    course: int,
    *,
    kind: str,
    name: str = "",
    company: int | None = None,
    partner: int | None = None,
    school: int | None,
    by: int,
    now: datetime,
) -> int:
    """Someone makes the course with the lycée; returns the line's number. Raises Invalid, NotFound."""
    async with transaction():
        made = await partners.add_partner(course, kind=kind, name=name, company=company, partner=partner, school=school)
        await record("course_partner_added", by=by, about_kind="course", about=course, detail=name, now=now)
        return made


async def remove_partner(course: int, line: int, *, school: int | None, by: int, now: datetime) -> None:
    """A partner of the course was a mistake, or left. Raises NotFound."""
    async with transaction():
        await partners.remove_partner(course, line, school=school)
        await record("course_partner_removed", by=by, about_kind="course", about=course, now=now)


async def add_feeder(
    course: int, *, bts: str, taught_at: int | None = None, school: int | None, by: int, now: datetime
) -> int:
    """Graduates of a BTS may enter; returns the line's number. Raises Invalid, NotFound."""
    async with transaction():
        made = await partners.add_feeder(course, bts=bts, taught_at=taught_at, school=school)
        await record("course_feeder_added", by=by, about_kind="course", about=course, detail=bts, now=now)
        return made


async def remove_feeder(course: int, feeder: int, *, school: int | None, by: int, now: datetime) -> None:
    """A BTS does not lead to the course any more. Raises NotFound."""
    async with transaction():
        await partners.remove_feeder(course, feeder, school=school)
        await record("course_feeder_removed", by=by, about_kind="course", about=course, now=now)
