"""A desk is opened: whoever is expected there has badges from now on."""

from __future__ import annotations

from booking.day.badges.issue_due import issue_at
from booking.day.checkin.queries import roster
from booking.day.checkin.roster import Roster


async def open_desk(slot: int, *, school: int, secret_key: str) -> Roster:
    """All that the desk of a slot shows, once its groups have their badges. Raises NotFound elsewhere."""
    await issue_at(slot, school=school, secret_key=secret_key)
    return await roster(slot, school=school)
