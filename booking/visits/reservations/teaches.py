"""Whether an address is that of somebody who teaches at a collège: no teacher gives herself a visa."""

from __future__ import annotations

from booking.visits.reservations.rules import same_mailbox
from workshops.database import rows

TEACHERS = """SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account
WHERE m.school = $1 AND m.role = 'teacher' AND a.disabled_at IS NULL
  AND lower(split_part(a.email, '@', 2)) = lower(split_part($2, '@', 2))"""


async def teaches_in(school: int, mail: str) -> bool:
    """Whether one of the collège's teachers reads this mailbox, under whatever spelling."""
    return any(same_mailbox(one["email"], mail) for one in await rows(TEACHERS, school, mail))
