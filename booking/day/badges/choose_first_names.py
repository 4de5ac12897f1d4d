"""First names on a group's badges: the teacher's choice, and taking it back."""

from __future__ import annotations

from datetime import datetime

from booking.visits.badge_codes.issue import FORGET_NAMES_OF_GROUP
from booking.visits.groups.register import CHOOSE_NAMES
from workshops.database import row, rows, transaction
from workshops.events.record import record
from workshops.refusals import NotFound


async def choose_first_names(group: int, *, school: int, by: int, now: datetime) -> None:
    """The badges of this group may carry first names, until 30 days after each visit; raises NotFound."""
    async with transaction():
        if await row(CHOOSE_NAMES, group, school, True) is None:
            raise NotFound()
        await record("first_names_chosen", by=by, about_kind="group", about=group, now=now)


async def give_up_first_names(group: int, *, school: int, by: int, now: datetime) -> None:
    """Numbers alone again: every first name of this group is erased at once; raises NotFound."""
    async with transaction():
        if await row(CHOOSE_NAMES, group, school, False) is None:
            raise NotFound()
        await rows(FORGET_NAMES_OF_GROUP, group)
        await record("first_names_given_up", by=by, about_kind="group", about=group, now=now)
