"""A lycée says how long before a visit its reservations close: its slots to come follow."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Struct

from workshops.acts import Act, a_number
from workshops.database import rows, transaction, value
from workshops.events.record import record
from workshops.refusals import or_not_found
from workshops.school_calendar.queries import days_off_before
from workshops.school_calendar.rules import paris_day
from workshops.schools.rules import BOOKING_DAYS_MOST
from workshops.schools.tell_arrival import SAY_NOTICE
from workshops.slots.rules import closing, closing_with

OPEN_OF = """SELECT id, starts_at, booking_closes_at, chosen_closes_at FROM slots
WHERE school = $1 AND state = 'open' AND starts_at > $2 ORDER BY id FOR NO KEY UPDATE"""
CLOSE_BY = """UPDATE slots SET booking_closes_at = told.closes_at, version = version + 1
FROM unnest($1::int[], $2::timestamptz[]) AS told (slot, closes_at) WHERE slots.id = told.slot RETURNING slots.id"""


class NoticeSaid(Struct, frozen=True):
    """How many of its open slots to come close at another moment."""

    slots: int


class SayNotice(Act, frozen=True, kw_only=True):
    """How long before a visit a lycée's reservations close."""

    booking_days: Annotated[
        int, a_number("Jours d'école avant la visite", "School days before the visit.", 1, BOOKING_DAYS_MOST)
    ]


async def say_notice(school: int, asked: SayNotice, *, by: int, now: datetime) -> NoticeSaid:
    """Reservations of this lycée close so many school days before a visit, from now on and for its open slots to come;
    a slot that it closes earlier by itself does so still. Who has a place keeps it. Raises NotFound.
    """
    days = asked.booking_days
    async with transaction():
        was = or_not_found(await value(SAY_NOTICE, school, days))
        stand = await rows(OPEN_OF, school, now)
        moved = {}
        if stand and was != days:
            off = await days_off_before(school, paris_day(max(one["starts_at"] for one in stand)), since=paris_day(now))
            for one in stand:
                closes_at = closing_with(closing(one["starts_at"], off, days=days), one["chosen_closes_at"])
                if closes_at != one["booking_closes_at"]:
                    moved[one["id"]] = closes_at
            await rows(CLOSE_BY, list(moved), list(moved.values()))
        await record("notice_setting", by=by, about_kind="school", about=school, detail=f"{was} -> {days}", now=now)
        return NoticeSaid(len(moved))
