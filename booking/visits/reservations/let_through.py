"""Letting a group through that waits beyond its collège's classes: it waits, or is offered its place, as any other.

The coordination does it by one tap; the clock, once the collège has fewer groups than classes again, or where nobody
else has asked for the slot for ten school days. Of a demand that only looks for what suits, so is the demand: the clock
offers it what nobody else has asked for.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from booking.visits.demands.keep import pass_through
from booking.visits.reservations.beyond import HELD_BACK, SEARCH_HELD_ALONE, is_beyond
from booking.visits.reservations.offer_by_sentence import offer_what_nobody_asked
from booking.visits.reservations.promote import offer_what_suits, promote
from booking.visits.reservations.queries import TWIN
from booking.visits.reservations.rules import asked_in_vain_before
from booking.visits.reservations.states import NotNow
from booking.visits.reservations.transition import standing
from workshops.database import row, rows, transaction
from workshops.database.retry import ConcurrentUpdate, retried
from workshops.events.record import record, recorded_of
from workshops.refusals import NotFound, or_not_found
from workshops.school_calendar.queries import days_off_before
from workshops.school_calendar.rules import paris_day

LET = f"""
WITH through AS (
  UPDATE reservations r SET let_through = true, beyond = $4, changed_at = $2
  FROM reservations held WHERE held.id = $1 AND {HELD_BACK.format(one="held")}
    AND (r.id = held.id OR r.id = {TWIN.format(one="held")} AND r.state = 'waiting')
  RETURNING r.id, r.sequence
), {
    recorded_of(
        "reservation",
        "through",
        at="$2",
        by="$3",
        act="CASE WHEN through.id = $1 THEN 'reservation_let_through' ELSE 'reservation_let_through_also' END",
        was="'waiting'",
        state="'waiting'",
        detail="$5",
    )
}
SELECT id FROM through
"""  # noqa: S608 - constants only
# Who asked for the slot last, of those within; nobody of them waits there.
_QUIET = """SELECT greatest(r.created_at, max(other.created_at)) AS since,
    coalesce(bool_or(other.state = 'waiting'), false) AS busy
  FROM reservations other WHERE other.slot = r.slot AND other."group" <> r."group"
  AND NOT (other.beyond AND NOT other.let_through)"""
_HELD = f"""SELECT r.id, r.school, r.created_at, NOT {is_beyond('r."group"', now="$1")} AS within, asked.since,
    NOT asked.busy AND asked.since <= $1::timestamptz - $2::interval
    AND r.pupils <= sl.seats - sl.seats_taken AND sl.groups_taken < sl.groups_max AS quiet
  FROM reservations r JOIN slots sl ON sl.id = r.slot CROSS JOIN LATERAL ({_QUIET}) asked
  WHERE {HELD_BACK.format(one="r")} AND sl.state = 'open' AND sl.list_locks_at > $1"""  # noqa: S608 - constants only
MAYBE_DUE = f"SELECT * FROM ({_HELD}) held WHERE within OR quiet ORDER BY created_at, id LIMIT 200"  # noqa: S608
DUE = f"{_HELD} AND r.id = $3"
# Ten school days are never fewer days than these.
AT_LEAST = timedelta(days=11)
AGAIN_WITHIN = "le collège a de nouveau moins de groupes que de classes"
_SEARCH = f"""SELECT d.id, d.school, d.asked_at, {SEARCH_HELD_ALONE.format(demand="d", now="$1")} AS held,
  NOT {is_beyond('d."group"', now="$1")} AS within FROM demands d"""  # noqa: S608 - constants only
LOCK_SEARCH = f"{_SEARCH} WHERE d.id = $2 FOR NO KEY UPDATE OF d"
SEARCHES_HELD = f"""SELECT d.id FROM demands d JOIN groups g ON g.id = d."group" AND g.archived_at IS NULL
WHERE {SEARCH_HELD_ALONE.format(demand="d", now="$1")} ORDER BY d.asked_at, d.id LIMIT 200"""  # noqa: S608 - constants only


@retried
async def let_through(reservation: int, *, by: int, now: datetime) -> None:
    """The coordination lets the group through, both halves of a class at once: it is offered its place, or waits at its
    rank. Raises NotFound, NotNow for one that is not held back."""
    async with transaction():
        stands = await standing(reservation)
        stands.transition_for("let_through", role="coordinator", now=now)
        if await row(LET, reservation, now, by, True, "") is None:
            raise NotNow()
        await promote(stands.slot, now=now)


async def let_through_in_time(*, now: datetime) -> int:
    """The same by the clock, the oldest first; returns how many were let through."""
    through = 0
    for held in await rows(MAYBE_DUE, now, AT_LEAST):
        with suppress(ConcurrentUpdate, NotNow, NotFound):  # the next minute does it
            through += await _let_in_time(held["id"], now=now)
    for search in await rows(SEARCHES_HELD, now):
        with suppress(ConcurrentUpdate):
            through += await _let_search_in_time(search["id"], now=now)
    return through


@retried
async def _let_in_time(reservation: int, *, now: datetime) -> bool:
    async with transaction():
        stands = await standing(reservation)
        held = await row(DUE, now, AT_LEAST, reservation)
        if held is None:
            return False
        if held["within"]:
            why = AGAIN_WITHIN
        elif held["quiet"] and await _in_vain(held["school"], held["since"], now=now):
            why = "personne d'autre n'a demandé ce créneau depuis dix jours de classe"
        else:
            return False
        await row(LET, reservation, now, None, not held["within"], why)
        await promote(stands.slot, now=now)
        return True


async def _in_vain(college: int, since: datetime, *, now: datetime) -> bool:
    before = asked_in_vain_before(await days_off_before(college, paris_day(now)), now=now)
    return before is not None and since <= before


@retried
async def let_search_through(demand: int, *, by: int | None, now: datetime) -> None:
    """A demand of which the sentence alone is left comes after others no more: it is offered what suits today, or looks
    on. Raises NotFound, NotNow for one that is not held back."""
    async with transaction():
        if not or_not_found(await row(LOCK_SEARCH, now, demand))["held"]:
            raise NotNow()
        await _pass_search(demand, by=by, now=now)


async def _pass_search(demand: int, *, by: int | None, now: datetime, why: str = "") -> None:
    await pass_through(demand)
    await record("demand_let_through", by=by, about_kind="demand", about=demand, detail=why, now=now)
    await offer_what_suits(demand, now=now)


@retried
async def _let_search_in_time(demand: int, *, now: datetime) -> bool:
    async with transaction():
        held = await row(LOCK_SEARCH, now, demand)
        if held is None or not held["held"]:
            return False
        if held["within"]:
            await _pass_search(demand, by=None, now=now, why=AGAIN_WITHIN)
            return True
        if held["asked_at"] > now - AT_LEAST:
            return False
        before = asked_in_vain_before(await days_off_before(held["school"], paris_day(now)), now=now)
        return before is not None and bool(await offer_what_nobody_asked(demand, before=before, now=now))
