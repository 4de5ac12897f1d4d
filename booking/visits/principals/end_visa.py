"""A collège stops asking for the visa: its principal, its mailbox or the coordinator says so, never a teacher alone."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.rules import hash_of
from booking.visits.principals.rules import EndAnswered
from workshops.database import transaction
from workshops.events.record import record
from workshops.refusals import NotFound
from workshops.schools.ask_visa import end_visa_by_link, end_visa_of, keep_visa


async def answer_end(token: str, *, ends: bool, now: datetime) -> None:
    """Whoever signs, or the collège's mailbox, answers once. Raises EndAnswered."""
    async with transaction():
        link = hash_of(token)
        school = await (end_visa_by_link(link) if ends else keep_visa(link))
        if school is None:
            raise EndAnswered()
        await record("visa_ended" if ends else "visa_kept", by=None, about_kind="school", about=school, now=now)


async def end_visa(school: int, *, by: int, now: datetime) -> None:
    """The coordinator says so. Raises NotFound where no visa is asked for."""
    async with transaction():
        if not await end_visa_of(school):
            raise NotFound()
        await record("visa_ended", by=by, about_kind="school", about=school, now=now)
