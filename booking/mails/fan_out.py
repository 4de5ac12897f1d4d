"""From what was done to what tells it, mails and webhooks: each event once, all about one thing together, in order."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from booking.mails.pace import evening_after
from booking.mails.recipients import words_of
from booking.mails.tell import TELL
from booking.mails.webhooks.tell import tell_programs
from booking.visits.demands.alert import look_again
from booking.visits.reservations.promote import offer_to_sentences
from workshops.database import DatabaseAway, rows, transaction
from workshops.database.row_types import rows_as
from workshops.events.queries import COLUMNS, RecordedAct

logger = logging.getLogger(__name__)

THINGS = 50
PUT_OFF = timedelta(minutes=5)
# PostgreSQL would plan each long statement anew five times on each connection, which takes it longer than to run them.
PLAN_ONCE = "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"
# Whoever holds the first event of a thing has all of them; the others are no worker's until that one is told.
_FIRST = """WITH first AS (
  SELECT t.about_kind, t.about FROM events_to_tell t
  WHERE (t.due_at IS NULL OR t.due_at <= $1) AND NOT EXISTS (
    SELECT FROM events_to_tell b WHERE b.about_kind = t.about_kind AND b.about = t.about AND b.event < t.event)
  ORDER BY t.event LIMIT $2 FOR UPDATE SKIP LOCKED
)"""
TAKE = f"""{_FIRST}, taken AS (
  DELETE FROM events_to_tell t USING first WHERE t.about_kind = first.about_kind AND t.about = first.about
  RETURNING t.event
)
SELECT {COLUMNS} FROM events e JOIN taken ON taken.event = e.id ORDER BY e.id"""  # noqa: S608 - constants only
SET_ASIDE = f"""{_FIRST}
UPDATE events_to_tell t SET due_at = $3 FROM first WHERE t.about_kind = first.about_kind AND t.about = first.about
RETURNING t.event"""  # noqa: S608 - constants only


async def fan_out(*, now: datetime) -> int:
    """Write the mails of all that was done and not told yet; returns how many events were told.

    A crash between an act and this loses nothing: the row that says « not told yet » is the act's own. One between the
    mails and the next act doubles nothing: that row goes with the mails. What cannot be told is set aside for a while,
    and the rest goes on.
    """
    told, things = 0, THINGS
    while True:
        try:
            taken = await _tell(things, now=now)
        except DatabaseAway:
            raise
        except Exception:
            if things > 1:
                things = 1
                continue
            aside = await rows(SET_ASIDE, now, 1, now + PUT_OFF)
            number = uuid.uuid4().hex[:8]
            logger.exception("events %s are not told, error %s", [one["event"] for one in aside], number)
            continue
        if not taken:
            return told
        told += taken


async def _tell(things: int, *, now: datetime) -> int:
    async with transaction():
        events = await rows_as(RecordedAct, TAKE, now, things)
        if events:
            await rows(PLAN_ONCE)
        if (words := words_of(events)) is not None:
            await rows(TELL, *map(list, words), now, evening_after(now))
        await look_again(events, now=now)
        await offer_to_sentences(events, now=now)
        await tell_programs(events, now=now)
        return len(events)
