"""Classes of the examples that wait to be told of a slot."""

from __future__ import annotations

from datetime import datetime

from booking.demo.settle import Cast
from booking.visits.alerts.ask import ask
from booking.words.wording import school_year_of
from workshops.database import rows
from workshops.offer.rules import Search

# The classes of this year without a visit, the first of each teacher.
UNSERVED = """
SELECT DISTINCT ON (m.id) m.id AS membership, g.id, g.level, g.pupils, g.teacher, g.school
FROM groups g JOIN memberships m ON m.account = g.teacher AND m.school = g.school AND m.role = 'teacher'
WHERE g.id = ANY ($1::int[]) AND NOT EXISTS (SELECT FROM reservations r WHERE r."group" = g.id) ORDER BY m.id, g.id
"""
KM = (20, 40, 60)


async def keep_searches(cast: Cast, *, now: datetime) -> None:
    """One class of each teacher whose classes are not all served, near, farther or far from her collège."""
    this_year = [group.id for group in cast.groups if group.school_year == school_year_of(now)]
    for number, group in enumerate(await rows(UNSERVED, this_year)):
        search = Search(
            level=group["level"], pupils=group["pupils"], km=float(KM[number % len(KM)]), college=group["school"]
        )
        await ask(search, group=group["id"], membership=group["membership"], by=group["teacher"], now=now)
