"""Write to a collège that has never come: one letter a school year, to its official address."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import queue
from booking.programme.outreach.queries import addressee, open_near
from booking.programme.outreach.rules import AlreadyInvited, WriteToCollege, refuse_to_invite
from booking.words.wording import school_year_began
from workshops.database import transaction, value
from workshops.events.record import record

# One of two coordinators who write at the same time.
KEEP = """
INSERT INTO college_invitations (school, school_year, words, invited_by, invited_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (school, school_year) DO NOTHING RETURNING id
"""


async def invite_college(school: int, asked: WriteToCollege, *, by: int, now: datetime) -> int:
    """The collège is told which lycées near it have free places, with the coordinator's own words if any.

    Raises NotFound, AlreadyInvited, AlreadyComing, NoAddress, NothingOpen.
    """
    async with transaction():
        college = await addressee(school, now=now)
        refuse_to_invite(college, await open_near(school, now=now))
        kept: int | None = await value(KEEP, school, school_year_began(now).year, asked.words, by, now)
        if kept is None:
            raise AlreadyInvited
        await queue(
            "college_invited",
            to_email=college.mail,
            to_name=college.name,
            about_kind="invitation",
            about=kept,
            once=f"college_invited:{kept}",
            now=now,
        )
        await record("college_invited", by=by, about_kind="school", about=school, now=now)
    return kept
