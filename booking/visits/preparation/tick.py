"""A collège notes that a step of its visit is done, or takes it back; its badges are noted when their sheet is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.visits.preparation.rules import CARDS_PRINTED, COUNTED, PRINTED, TICKED, StepKind, refuse_tick
from booking.visits.reservation_states import SURE_SQL
from workshops.database import rows, transaction
from workshops.events.record import recorded_of
from workshops.refusals import NotFound

# The visit, and the other half of its class where that comes on the same day: what is done is done for both.
OWN = f"""SELECT r.id, r.state, r.starts_at FROM reservations own JOIN reservations r ON r.id = own.id
  OR (r.demand = own.demand AND r.line = own.line AND r.half <> own.half
    AND r.replaces IS NULL AND own.replaces IS NULL AND r.state IN {SURE_SQL}
    AND (r.starts_at AT TIME ZONE 'Europe/Paris')::date = (own.starts_at AT TIME ZONE 'Europe/Paris')::date)
WHERE own.id = $1 AND own.school = $2 ORDER BY r.id FOR NO KEY UPDATE OF r"""  # noqa: S608 - constants only
# Said twice, it is said once. $1 the visits, $2 by whom, $3 when, $4 the act, $5 all that decide whether $6 stands.
SAY = f"""
WITH visit AS (
  SELECT r.id, r.minute, coalesce((SELECT e.act = $6 AND e.also = r.minute FROM events e
    WHERE e.about_kind = 'reservation' AND e.about = r.id AND e.act = ANY ($5::varchar[])
    ORDER BY e.id DESC LIMIT 1), false) AS stands
  FROM (SELECT id, (extract(epoch FROM starts_at) / 60)::int AS minute FROM reservations WHERE id = ANY ($1::int[])) r
), {
    recorded_of(
        "reservation",
        "visit WHERE visit.stands = ($4::varchar <> $6::varchar) ORDER BY visit.id",
        entry=False,
        at="$3",
        by="$2",
        act="$4::varchar",
        also="visit.minute",
    )
}
SELECT id FROM event
"""  # noqa: S608 - constants only


async def tick(reservation: int, step: StepKind, *, school: int, by: int, now: datetime) -> None:
    """The collège has done it: whoever of it opens the visit reads by whom, and when.

    It holds for the hour at which the visit is now. Raises NotFound, NotNow.
    """
    ready, undone = _acts_of(step)
    await _say(reservation, ready, (ready, undone), ready, school=school, by=by, now=now)


async def untick(reservation: int, step: StepKind, *, school: int, by: int, now: datetime) -> None:
    """It is to be done after all. Raises NotFound, NotNow."""
    ready, undone = _acts_of(step)
    await _say(reservation, undone, (ready, undone), ready, school=school, by=by, now=now)


async def note_printed(reservations: Sequence[int], *, by: int, now: datetime) -> None:
    """The sheet of these visits' badges was made for their teacher, for as many people as come now."""
    await rows(SAY, list(reservations), by, now, PRINTED, [PRINTED, *COUNTED], PRINTED)


async def note_cards_printed(reservation: int, *, by: int, now: datetime) -> None:
    """The cards of this visit's pupils were made for their teacher."""
    await rows(SAY, [reservation], by, now, CARDS_PRINTED, [CARDS_PRINTED], CARDS_PRINTED)


def _acts_of(step: StepKind) -> tuple[str, str]:
    if step not in TICKED:
        raise NotFound()
    return TICKED[step]


async def _say(
    reservation: int, act: str, deciding: Sequence[str], ready: str, *, school: int, by: int, now: datetime
) -> None:
    async with transaction():
        own = await rows(OWN, reservation, school)
        asked = next((one for one in own if one["id"] == reservation), None)
        if asked is None:
            raise NotFound()
        refuse_tick(asked["state"], asked["starts_at"], now=now)
        await rows(SAY, [one["id"] for one in own], by, now, act, list(deciding), ready)
