"""Ending a program's key: it opens nothing from that moment on."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.queries import Person
from booking.people.applications.queries import ANSWERED_FOR
from booking.people.applications.tables import ApplicationSecret
from workshops.database import transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound

END = f"""UPDATE applications p SET ended_at = $3
WHERE p.id = $2 AND p.ended_at IS NULL AND {ANSWERED_FOR} RETURNING p.id"""  # noqa: S608 - constants only


async def end_application(application: int, *, by: Person, now: datetime) -> None:
    """Its secrets and its tokens open nothing any more; what it did stays. Raises NotFound."""
    async with transaction():
        if await value(END, by.membership, application, now) is None:
            raise NotFound()
        its = ApplicationSecret.application == application, ApplicationSecret.ended_at.is_null()
        await ApplicationSecret.update({ApplicationSecret.ended_at: now}).where(*its)
        await record("application_ended", by=by.account, about_kind="application", about=application, now=now)
