"""Giving on at once what a group gives back: late, to whoever may still come; in time, to those who wait there.

A place is given back late once the reservations of its slot have closed: the lycée expects a class, and time is short.
It is offered on a short clock, one group after the other, the nearest first.
"""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import ExclusionViolationError, UniqueViolationError
from msgspec import Struct

from booking.process.settings import new_uid
from booking.visits.demands.keep import LOOKS, locked_alone
from booking.visits.demands.rules import LATE_LINE
from booking.visits.reservation_states import HOLDS_SEATS_SQL, SEATED_SQL
from booking.visits.reservations.beyond import HELD_BACK
from booking.visits.reservations.promote import OFFER, promote
from booking.visits.reservations.short_clock import late_offer_expires_at
from workshops.database import row, savepoint, value
from workshops.database.row_types import row_as
from workshops.events.record import recorded_of
from workshops.offer.narrow import LATER, STILL_OPEN, suits_late, takes_whole
from workshops.offer.rules import MINE
from workshops.school_calendar.queries import days_off_before
from workshops.school_calendar.rules import paris_day
from workshops.schools.queries import KILOMETRES
from workshops.slots.seats import seats_kept

LATE_KM = 40
"""How far a class goes for what it did not name, where its demand says nothing else."""

IS_LATE = "SELECT booking_closes_at <= $2 AND starts_at > $2 FROM slots WHERE id = $1"
# What a demand waits with: its line at this slot, else its best one. Halves come together or not at all.
_WAITS = f"""LEFT JOIN LATERAL (
    SELECT r.pupils, r.adults, r.needs, r.needed, r.booked_by, CASE WHEN r.slot = {{slot}} THEN r.id END AS own
    FROM reservations r WHERE r.demand = d.id AND r.state = 'waiting' AND r.half IS NULL AND r.starts_at > {{now}}
      AND NOT {HELD_BACK.format(one="r")}
    ORDER BY r.slot <> {{slot}}, r.line, r.id LIMIT 1) waits ON true"""  # noqa: S608 - constants only
# One of its lines is signed for this lycée and this day.
_VISA = """(SELECT signed.id FROM reservations signed WHERE signed.demand = {demand} AND signed.state = 'waiting'
    AND signed.signed_host = s.school AND signed.signed_on = (s.starts_at AT TIME ZONE 'Europe/Paris')::date
    AND signed.signed_adults >= {adults} AND ({own}::int IS NULL OR signed.id = {own}) ORDER BY signed.line LIMIT 1)"""
_KM = KILOMETRES.format(school="h", lat="c.lat", lon="c.lon")
# Who ticked it, waits and has nothing; fits in entirely, is free then, finds what it needs, and asks nobody for a visa.
# Whoever waits at this very slot comes from wherever it is.
NEAREST = f"""
SELECT a.id, a.school, a.own, s.starts_at FROM (
  SELECT d.id, d.school, d."group", d.beyond, d.asked_at, d.opening, d.sentence, d.from_on, d.to_on, d.department,
    d.lycee, d.tech_object, d.companies, g.level, waits.own, coalesce(waits.pupils, d.pupils) AS pupils,
    coalesce(waits.adults, d.adults) AS adults, coalesce(waits.needed, d.needed) AS needed,
    CASE WHEN d.sentence IS NULL THEN {LATE_KM} ELSE d.km END AS km,
    CASE WHEN d.sentence IS NULL THEN '{MINE}' ELSE d.away END AS away
  FROM demands d JOIN groups g ON g.id = d."group" {_WAITS.format(slot="$2::int", now="$1::timestamptz")}
  WHERE d.last_minute AND d.ended_at IS NULL AND g.archived_at IS NULL AND d.id <> ALL ($3::int[])
    AND (waits.pupils IS NOT NULL OR {LOOKS.format(demand="d", now="$1::timestamptz")})
) a JOIN schools c ON c.id = a.school JOIN slots s ON s.id = $2
JOIN schools h ON h.id = s.school JOIN workshops w ON w.id = s.workshop LEFT JOIN openings o ON o.id = a.opening
WHERE {STILL_OPEN} AND {takes_whole("a")} AND NOT {LATER.format(now="$1")}
  AND (a.own IS NOT NULL OR {suits_late("a", "c")}
    AND (a.sentence IS NULL OR o.id IS NULL
      OR (s.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN o.first_on AND o.last_on)
    AND ARRAY(SELECT split_part(box, ':', 1) FROM unnest(a.needed) box) <@ w.offers::text[])
  AND (NOT c.needs_approval OR {_VISA.format(demand="a.id", adults="a.adults", own="a.own")} IS NOT NULL)
  AND NOT EXISTS (SELECT FROM reservations had WHERE had.demand = a.id AND had.state IN {SEATED_SQL})
  AND NOT EXISTS (SELECT FROM reservations there WHERE there."group" = a."group" AND there.slot = s.id
    AND there.id IS DISTINCT FROM a.own)
  AND NOT EXISTS (SELECT FROM reservations busy WHERE busy."group" = a."group" AND busy.state IN {HOLDS_SEATS_SQL}
    AND busy.starts_at < s.ends_at AND busy.ends_at > s.starts_at)
ORDER BY a.beyond, round(({_KM})::numeric, 1), a.asked_at, a.id LIMIT 1"""  # noqa: S608 - constants only
STILL_WAITS = f"""SELECT EXISTS (SELECT FROM demands d WHERE d.id = $1 AND d.ended_at IS NULL
  AND NOT EXISTS (SELECT FROM reservations had WHERE had.demand = d.id AND had.state IN {SEATED_SQL}))"""  # noqa: S608
# A visa that holds there is its own too.
OFFER_ELSEWHERE = f"""
WITH offered AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs, needed, mark,
    starts_at, ends_at, badge_salt, created_at, changed_at, hold_until, offer_salt, offered_as, demand, line,
    signed_host, signed_on, signed_adults, visa_note, visa_paper_on, link_host, link_on, link_adults)
  SELECT $5::varchar, 0, s.id, d."group", d.school, coalesce(waits.booked_by, d.asked_by), 'offered',
    coalesce(waits.pupils, d.pupils), coalesce(waits.adults, d.adults), coalesce(waits.needs, d.needs),
    coalesce(waits.needed, d.needed), s.groups_ever % 36, s.starts_at, s.ends_at, gen_random_uuid(), $2, $2, $3,
    drawn.salt, drawn.salt, d.id, {LATE_LINE}, v.signed_host, v.signed_on, v.signed_adults, coalesce(v.visa_note, ''),
    v.visa_paper_on, v.link_host, v.link_on, v.link_adults
  FROM demands d JOIN slots s ON s.id = $4 {_WAITS.format(slot="$4::int", now="$2::timestamptz")}
  LEFT JOIN reservations v
    ON v.id = {_VISA.format(demand="d.id", adults="coalesce(waits.adults, d.adults)", own="NULL")}
  CROSS JOIN (SELECT gen_random_uuid() AS salt) drawn
  WHERE d.id = $1 RETURNING id, slot, pupils, sequence
), seated AS (
  {seats_kept("offered")}
), {recorded_of("reservation", "offered", at="$2", act="'reservation_offer'", was="'waiting'", state="'offered'")}
SELECT id FROM offered
"""  # noqa: S608 - constants only


class Nearest(Struct, frozen=True):
    """The nearest demand that may still come: `own` is its line at this very slot."""

    id: int
    school: int
    own: int | None
    starts_at: datetime


async def give_back(slot: int, *, now: datetime) -> list[int]:
    """Offer seats that an act has just freed, in a slot whose row the caller has locked; returns the reservations that
    were offered.

    Given back late, they go to the nearest that ticked « aussi à la dernière minute »; what none of these takes, and
    what is given back in time, to who waits for that very slot, until its list locks.
    """
    offered = await _offer_late(slot, now=now) if await value(IS_LATE, slot, now) else []
    return [*offered, *await promote(slot, now=now)]


async def _offer_late(slot: int, *, now: datetime) -> list[int]:
    offered: list[int] = []
    passed: list[int] = []
    while (nearest := await row_as(Nearest, NEAREST, now, slot, passed)) is not None:
        passed.append(nearest.id)
        off = await days_off_before(nearest.school, paris_day(nearest.starts_at))
        expires_at = late_offer_expires_at(nearest.starts_at, off, now=now)
        if expires_at is None:
            continue
        made = await _offer_to(nearest, slot, expires_at, now=now)
        if made is not None:
            offered.append(made)
    return offered


async def _offer_to(nearest: Nearest, slot: int, expires_at: datetime, *, now: datetime) -> int | None:
    """The reservation that was offered; None for a group that gets another place at this very moment."""
    if not await locked_alone(nearest.id) or not await value(STILL_WAITS, nearest.id):
        return None
    try:
        async with savepoint():
            made = await (
                row(OFFER_ELSEWHERE, nearest.id, now, expires_at, slot, new_uid())
                if nearest.own is None
                else row(OFFER, nearest.own, now, expires_at)
            )
    except (ExclusionViolationError, UniqueViolationError):
        return None
    return None if made is None else int(made["id"])
