"""Send a lycée's school year to its direction."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import plain_email
from booking.programme.lycee_year.queries import so_far
from booking.programme.lycee_year.rules import SENT_A_DAY, NothingHeld, SentOftenToday, not_direction
from workshops.academie.queries import academie
from workshops.academie.rules import is_trusted
from workshops.acts import Act, typed
from workshops.database import rows, transaction
from workshops.events.record import record
from workshops.events.tables import Event
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import first_day_of, paris_day, paris_instant
from workshops.schools.queries import school

# One by one, so that the last one of a day is counted.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('year_sent:' || $1::int))"


class SendYear(Act, frozen=True, kw_only=True):
    """To whom of its direction a lycée's year is sent."""

    email: Annotated[
        str,
        typed("Adresse de la direction", "Its official mailbox, or one of a trusted domain.", most=254, least=1),
    ]


async def send_year(asked: SendYear, *, lycee: int, year: int, by: int, now: datetime) -> None:
    """The lycée's year leaves as a PDF, to its official mailbox or to an address of a domain that the coordination
    trusts, five times a day at most.

    Raises Invalid, SentOftenToday, NothingHeld.
    """
    email = plain_email(asked.email)
    async with transaction():
        await rows(ALONE, lycee)
        known, served = or_not_found(await school(lycee)), await academie()
        if email != known.mail.strip().lower() and not is_trusted(email, served.trusted_domains):
            raise not_direction(served.trusted_domains)
        if not (await so_far(lycee, paris_instant(first_day_of(year), time()), now=now)).visits:
            raise NothingHeld
        today = Event.at >= paris_instant(paris_day(now), time())
        its = (Event.act == "year_sent", Event.about_kind == "school", Event.about == lycee)
        if await Event.count().where(*its, today) >= SENT_A_DAY:
            raise SentOftenToday
        event = await record("year_sent", by=by, about_kind="school", about=lycee, also=year, words=email, now=now)
        await queue(
            "year_sent",
            to_email=email,
            to_name="",
            about_kind="event",
            about=event,
            once=f"year_sent:{event}",
            now=now,
        )
