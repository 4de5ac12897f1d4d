"""Whom to call on the day of a visit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta

from msgspec import Struct

from booking.visits.attendance.rules import AttendanceState
from booking.visits.reservation_states import TAKES_PLACE
from workshops.database.row_types import rows_as
from workshops.school_calendar.rules import paris_day, paris_instant

_GIVEN = "a.phone <> '' AND a.disabled_at IS NULL"
AT_LYCEES = f"""SELECT h.id AS whom, a.name, a.phone
FROM schools h JOIN memberships m ON m.school = h.id JOIN accounts a ON a.id = m.account
WHERE h.id = ANY ($1::int[]) AND m.role = 'host' AND {_GIVEN} ORDER BY a.name, a.id"""  # noqa: S608 - constants only
OF_GROUPS = f"""SELECT r.id AS whom, a.name, a.phone FROM reservations r JOIN accounts a ON a.id = r.booked_by
WHERE r.id = ANY ($1::int[]) AND {_GIVEN} ORDER BY r.id"""  # noqa: S608 - as above
OF_COMINGS = f"""SELECT t.id AS whom, a.name, a.phone FROM attendances t JOIN accounts a ON a.id = t.announced_by
WHERE t.id = ANY ($1::int[]) AND {_GIVEN} ORDER BY t.id"""  # noqa: S608 - as above


class PersonToCall(Struct, frozen=True):
    """A person and her telephone; `whom` is the lycée that receives, the visit or the coming that she answers for."""

    whom: int
    name: str
    phone: str


SHOWN_BEFORE = timedelta(days=7)


async def reached_at(lycees: Collection[int]) -> list[PersonToCall]:
    """The hosts of these lycées who gave a number."""
    return await rows_as(PersonToCall, AT_LYCEES, list(lycees)) if lycees else []


async def reached_of_groups(reservations: Collection[int]) -> dict[int, PersonToCall]:
    """Who reserved each of these visits, where she gave a number."""
    people = await rows_as(PersonToCall, OF_GROUPS, list(reservations)) if reservations else []
    return {person.whom: person for person in people}


async def reached_of_comings(attendances: Collection[int]) -> dict[int, PersonToCall]:
    """Who announced each of these comings, where she gave a number."""
    people = await rows_as(PersonToCall, OF_COMINGS, list(attendances)) if attendances else []
    return {person.whom: person for person in people}


def shown(state: str, *, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """From a week before until midnight of its day, for a visit that takes place."""
    midnight = paris_instant(paris_day(ends_at) + timedelta(days=1), time())
    return state in {*TAKES_PLACE, AttendanceState.ANNOUNCED} and starts_at - SHOWN_BEFORE <= now < midnight
