"""First names on a group's badges: the teacher's choice, and taking it back."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.journal.write import write
from workshops.database import row, rows, transaction
from workshops.refusals import NotFound

CHOOSE = "UPDATE groups SET first_names = $3 WHERE id = $1 AND school = $2 RETURNING id"
ERASE = """UPDATE badges b SET first_name = '' FROM reservations r
WHERE r.id = b.reservation AND r."group" = $1 AND b.first_name <> ''"""


async def choose_first_names(group: int, *, school: int, by: int, now: datetime) -> None:
    """The badges of this group may carry first names, until 30 days after each visit; raises NotFound."""
    async with transaction():
        if await row(CHOOSE, group, school, True) is None:
            raise NotFound()
        await write("first_names_chosen", account=by, about_kind="group", about=group, now=now)


async def give_up_first_names(group: int, *, school: int, by: int, now: datetime) -> None:
    """Numbers alone again: every first name of this group is erased at once; raises NotFound."""
    async with transaction():
        if await row(CHOOSE, group, school, False) is None:
            raise NotFound()
        await rows(ERASE, group)
        await write("first_names_given_up", account=by, about_kind="group", about=group, now=now)
