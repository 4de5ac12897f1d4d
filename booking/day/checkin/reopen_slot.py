"""Reopen a visit whose figures were wrong; the host closes it again."""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import ExclusionViolationError

from booking.day.checkin.acts import ReopenVisit
from booking.day.checkin.rules import GroupElsewhere
from booking.visits.reservation_states import CAME, HOLDS_SEATS
from booking.visits.reservations.states import TRANSITIONS, Act
from booking.visits.reservations.transition import EXPECTED_AGAIN
from workshops.database import rows, savepoint, transaction
from workshops.events.record import record, recorded
from workshops.slots.close import reopen

EXPECT_AGAIN = f"""
WITH was AS (
  SELECT id, state FROM reservations WHERE slot = $1 AND state = ANY ($4::text[])
), expected AS (
  {EXPECTED_AGAIN}
), {
    recorded(
        "expected ORDER BY expected.id",
        at="$2",
        by="$5",
        act="'reservation_reopen'",
        about_kind="'reservation'",
        about="expected.id",
        sequence="expected.sequence",
        was="expected.was",
        state="expected.state",
    )
}
SELECT id FROM expected
"""  # noqa: S608 - constants only
ELSEWHERE = """
SELECT g.name FROM reservations r JOIN groups g ON g.id = r."group"
WHERE r.slot = $1 AND r.state = ANY ($2::text[]) AND EXISTS (
  SELECT FROM reservations b WHERE b."group" = r."group" AND b.id <> r.id AND b.state = ANY ($3::text[])
  AND b.starts_at < r.ends_at AND b.ends_at > r.starts_at)
ORDER BY g.name, r.id
"""


async def reopen_slot(slot: int, asked: ReopenVisit, *, account: int, now: datetime) -> None:
    """Take back the figures of a closed visit, for the coordinator, who says why without a name.

    Badges scanned and objects noted stay as they are; the programme no longer counts the visit until it is closed
    again, which its lycée is asked for, with what it had counted.

    Raises NotFound, NotDone, YearClosed, GroupElsewhere.
    """
    came = sorted(CAME)
    async with transaction():
        await reopen(slot, now=now)
        if elsewhere := await rows(ELSEWHERE, slot, came, sorted(HOLDS_SEATS)):
            raise GroupElsewhere([one["name"] for one in elsewhere])
        try:
            async with savepoint():
                await rows(EXPECT_AGAIN, slot, now, TRANSITIONS[came[0], Act.REOPEN].becomes, came, account)
        except ExclusionViolationError:
            # The other visit is being reserved at this very moment.
            raise GroupElsewhere([]) from None
        await record("slot_reopened", by=account, about_kind="slot", about=slot, words=asked.reason, now=now)
