"""A slot as it stands for a group that asks for it, for the decision."""

from __future__ import annotations

from uuid import UUID

from booking.visits.reservations.rules import SlotSeen
from workshops.openings.queries import DRAWS_AT, OPENING_OF
from workshops.shapes import row_as
from workshops.slots.queries import DEADLINES


def seats_seen(
    *,
    slot: str,
    group: str,
    school: str,
    by: str,
    key: str,
    moving: str = "0",
    halves: str = "NULL::uuid",
    half: str = "NULL",
) -> str:
    """A slot as it stands for a group of a collège, for whoever asks under a key.

    `moving` is a reservation of the group that does not count, being the one that moves; `halves` and `half` the half
    of the class that comes: the other one of the same act may be elsewhere at that hour.
    """
    # The group is found by its number: no index reads IS NOT DISTINCT, as it might all of a collège's.
    return f"""
SELECT sl.state, sl.booking_closes_at, sl.levels, sl.seats, sl.seats_taken, sl.groups_max, sl.groups_taken,
  sl.school AS host, {DEADLINES}, g.level AS group_level, s.needs_approval AS approval, opening.opens_at,
  opening.id AS opening, {DRAWS_AT},
  EXISTS (SELECT 1 FROM reservations r WHERE r."group" = g.id
          AND r.state IN ('requested', 'confirmed', 'locked', 'offered')
          AND r.starts_at < sl.ends_at AND r.ends_at > sl.starts_at
          AND r.id <> {moving} AND r.replaces IS DISTINCT FROM {moving}
          AND (r.halves = {halves} AND r.half <> {half}::smallint) IS NOT TRUE) AS group_busy,
  EXISTS (SELECT FROM reservations k WHERE k.booked_by = {by} AND k.idempotency_key = {key}) AS repeats,
  EXISTS (SELECT 1 FROM closures c WHERE c.school = sl.school
          AND (sl.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN c.first_on AND c.last_on) AS host_closed
FROM slots sl CROSS JOIN groups g JOIN schools s ON s.id = g.school {OPENING_OF.format(slot="sl")}
WHERE sl.id = {slot} AND g.id = {group} AND g.school IS NOT DISTINCT FROM {school} AND g.archived_at IS NULL
  AND sl.state <> 'draft'
"""  # noqa: S608 - the acts' own words


SEATS_OF = seats_seen(slot="$1", group="$2", school="$3", moving="$4", halves="$5", half="$6", by="$7", key="$8")


async def seats_of(
    slot: int,
    group: int,
    *,
    school: int,
    moving: int = 0,
    halves: UUID | None = None,
    half: int | None = None,
    by: int | None = None,
    key: str | None = None,
) -> SlotSeen | None:
    """The slot as it stands for this group; None when either is not this collège's to see.

    `moving` is the group's own reservation that would come here, which does not make it busy; nor does the other half
    of a class of which this `half` comes. `by` may have asked under this `key` before.
    """
    return await row_as(SlotSeen, SEATS_OF, slot, group, school, moving, halves, half, by, key)
