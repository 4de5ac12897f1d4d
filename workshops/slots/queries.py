"""One slot in full, and what a lycée has offered."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workshops.catalogue.rules import SafetySheet
from workshops.database.row_types import columns_of, row_as, rows_as
from workshops.openings.queries import DRAWS_AT, OPENING_OF, OPENS_AT
from workshops.refusals import NotFound
from workshops.school_calendar.queries import SCHOOL_DAY
from workshops.schools.rules import Arrival
from workshops.slots.rules import SETTLES_DAYS, Deadlines, SlotStanding, state_shown
from workshops.slots.seats import SlotConditions, SlotPlaces

HOST_CLOSED = """EXISTS (SELECT FROM closures shut WHERE shut.school = {slot}.school
    AND ({slot}.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN shut.first_on AND shut.last_on)"""
"""Whether the lycée of a row `slot` receives nobody on its day."""
ONE = f"""
SELECT s.id, s.state, s.starts_at, s.ends_at, s.booking_closes_at, s.settles_at, s.list_locks_at, s.eve_at,
       s.levels, {columns_of(SlotConditions, "s")}, s.reason, s.version, s.example, s.created_at, s.changed_at,
       s.closed_at, s.frozen, {HOST_CLOSED.format(slot="s")} AS host_closed,
       opening.id AS opening, {OPENS_AT} AS opens_at, {DRAWS_AT},
       s.workshop, w.title, w.summary, w.access, {columns_of(SafetySheet, "w")},
       w.offers, w.bring,
       s.school, h.uai, h.name AS school_name, h.address, h.postcode, h.commune, h.department, h.phone, h.lat, h.lon,
       {columns_of(Arrival, "h")},
       s.room, coalesce(r.name, '') AS room_name,
       ARRAY(SELECT o.id FROM workshop_objects link JOIN tech_objects o ON o.id = link.tech_object
             WHERE link.workshop = s.workshop AND (s.only_objects IS NULL OR o.id = ANY (s.only_objects))
             ORDER BY o.name) AS object_ids,
       ARRAY(SELECT o.name FROM workshop_objects link JOIN tech_objects o ON o.id = link.tech_object
             WHERE link.workshop = s.workshop AND (s.only_objects IS NULL OR o.id = ANY (s.only_objects))
             ORDER BY o.name) AS object_names
FROM slots s JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school LEFT JOIN rooms r ON r.id = s.room
{OPENING_OF.format(slot="s")}
WHERE s.id = $1
"""  # noqa: S608 - constants only
_OF_SCHOOL = f"""
SELECT s.id, w.title AS workshop, coalesce(r.name, '') AS room, s.state, s.starts_at, s.ends_at, s.booking_closes_at,
       {HOST_CLOSED.format(slot="s")} AS host_closed, {columns_of(SlotPlaces, "s")}
FROM slots s JOIN workshops w ON w.id = s.workshop LEFT JOIN rooms r ON r.id = s.room
"""  # noqa: S608 - constants only
TO_COME = _OF_SCHOOL + "WHERE s.school = $1 AND s.ends_at >= $2 ORDER BY s.starts_at, s.id LIMIT $3"
PAST = _OF_SCHOOL + "WHERE s.school = $1 AND s.ends_at < $2 ORDER BY s.starts_at DESC, s.id DESC LIMIT $3"
BETWEEN = (
    _OF_SCHOOL
    + """WHERE s.school = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND s.state <> 'called_off'
ORDER BY s.starts_at, s.id"""
)
# $4 is the slot that asks, which is in nobody's way.
IN_ROOM = """
SELECT s.id, w.title, s.starts_at, s.ends_at FROM slots s JOIN workshops w ON w.id = s.workshop
WHERE s.room = $1 AND s.state <> 'called_off' AND s.id IS DISTINCT FROM $4
  AND tstzrange(s.starts_at, s.ends_at) && tstzrange($2, $3) ORDER BY s.starts_at LIMIT 1
"""
TURNOUTS = """
SELECT t.group_ref, t.group_label, t.level, t.announced, t.scanned, t.counted, t.adults, t.note, h.name AS school_name
FROM turnouts t JOIN schools h ON h.id = t.school WHERE t.slot = $1 ORDER BY t.group_ref
"""

BEFORE = """
SELECT b.reopened_at, b.group_ref, b.siret, b.counted, b.adults, b.girls, b.note FROM turnouts_before b
WHERE b.slot = $1 ORDER BY b.reopened_at DESC, b.group_ref, b.siret
"""
SEATS_FREE = "CASE WHEN s.groups_taken < s.groups_max THEN s.seats - s.seats_taken ELSE 0 END"
"""`seats_free` of a slot `s`, for a statement."""
RESERVED_STILL = "s.state = 'open' AND s.booking_closes_at > {now}"
"""Whether a slot `s` may be reserved at this instant, where its lycée receives that day; its opening aside."""
BUILT = """ARRAY(SELECT made.tech_object FROM workshop_objects made WHERE made.workshop = s.workshop
    AND (s.only_objects IS NULL OR made.tech_object = ANY (s.only_objects)))"""
"""The objects that a slot `s` lets a group build, for a statement."""
DEADLINES = """sl.settles_at AS free_cancellation, sl.settles_at AS headcount, sl.list_locks_at AS list,
  sl.eve_at AS eve, sl.starts_at AS start"""
"""The `Deadlines` of a slot `sl`, for a statement that reads more."""


def seats_to_reserve(now: str) -> str:
    """SQL: the seats of a slot `s` that can still be reserved: none once its reservations are closed, or on a day on
    which its lycée receives nobody."""
    return f"""CASE WHEN {RESERVED_STILL.format(now=now)} AND s.groups_taken < s.groups_max
    AND NOT {HOST_CLOSED.format(slot="s")} THEN s.seats - s.seats_taken ELSE 0 END"""


ZONE_OF_HOST = "(SELECT host_of.zone FROM schools host_of WHERE host_of.id = {slot}.school)"


def settles_for(slot: str, zone: str, *, host: str = "") -> str:
    """SQL: until when a collège of this `zone` changes its head count in a slot, on a day of its own lessons; the slot
    knows it for those of its lycée's zone, which is that of the row `host` where it is known."""
    there = f"{host}.zone" if host else ZONE_OF_HOST.format(slot=slot)
    wall = f"({slot}.starts_at AT TIME ZONE 'Europe/Paris')"
    day = SCHOOL_DAY.format(day=f"({wall}::date::timestamp - interval '{SETTLES_DAYS} days')", zone=zone)
    return f"""CASE WHEN {zone} IN ('', {there}) THEN {slot}.settles_at
    ELSE coalesce(({day} + {wall}::time) AT TIME ZONE 'Europe/Paris', {slot}.settles_at) END"""


def deadlines_for(slot: str, zone: str, *, host: str = "") -> str:
    """The same for a collège of this `zone`."""
    settles = settles_for(slot, zone, host=host)
    return f"""{settles} AS free_cancellation, {settles} AS headcount, {slot}.list_locks_at AS list,
  {slot}.eve_at AS eve, {slot}.starts_at AS start"""


DEADLINES_AT = f"""SELECT {deadlines_for("sl", "c.zone")} FROM slots sl JOIN schools c ON c.id = $2
WHERE sl.id = $1"""  # noqa: S608 - constants only


class SlotCard(SlotConditions, frozen=True):
    """All that a page says of one slot. `state` is the stored one; `state_at` is what people see at a moment.

    `opens_at` is from when on it may be reserved, where its period has an opening; `draws_at`, when the demands of its
    first hour are drawn, until they are. `host_closed`: its lycée receives nobody that day.
    """

    id: int
    state: str
    starts_at: datetime
    ends_at: datetime
    booking_closes_at: datetime
    settles_at: datetime
    list_locks_at: datetime
    eve_at: datetime
    created_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    frozen: bool
    host_closed: bool
    opening: int | None
    opens_at: datetime | None
    draws_at: datetime | None
    levels: list[str]
    reason: str
    version: int
    example: bool
    workshop: int
    title: str
    summary: str
    access: str
    sheet: SafetySheet
    offers: tuple[str, ...]
    bring: str
    object_ids: list[int]
    object_names: list[str]
    school: int
    uai: str
    school_name: str
    address: str
    postcode: str
    commune: str
    department: str
    phone: str
    lat: float | None
    lon: float | None
    arrival: Arrival
    room: int | None
    room_name: str

    @property
    def deadlines(self) -> Deadlines:
        """What its day decides for those who come."""
        return Deadlines(self.settles_at, self.settles_at, self.list_locks_at, self.eve_at, self.starts_at)

    def state_at(self, now: datetime) -> str:
        """The state that people see: closed as soon as reservations have ended, or on a day its lycée has closed."""
        return state_shown(self.state, self.booking_closes_at, now, host_closed=self.host_closed)


class HostSlot(SlotPlaces, frozen=True):
    """A slot in its lycée's own list; `host_closed`: it receives nobody that day."""

    id: int
    workshop: str
    room: str
    state: str
    starts_at: datetime
    ends_at: datetime
    booking_closes_at: datetime
    host_closed: bool


class TurnoutLine(Struct, frozen=True):
    """A group at a closed slot, as it was frozen."""

    group_ref: int
    school_name: str
    group_label: str
    level: str
    announced: int
    scanned: int
    counted: int
    adults: int
    note: str


class CountedBefore(Struct, frozen=True):
    """What a closing had counted before the visit was reopened: of a group, or of a company by its SIRET."""

    reopened_at: datetime
    group_ref: int | None
    siret: str
    counted: int
    adults: int
    girls: int | None
    note: str


async def slot_card(slot: int) -> SlotCard | None:
    """One slot with its workshop, objects, lycée and room, in one statement."""
    return await row_as(SlotCard, ONE, slot)


async def own_slot(slot: int, *, school: int) -> SlotCard:
    """The same, of this lycée. Raises NotFound."""
    card = await slot_card(slot)
    if card is None or card.school != school:
        raise NotFound
    return card


async def deadlines_at(slot: SlotCard, *, college: int) -> Deadlines:
    """What a slot's day decides for one collège."""
    return await row_as(Deadlines, DEADLINES_AT, slot.id, college) or slot.deadlines


async def standing_in(
    room: int | None, starts_at: datetime, ends_at: datetime, *, but: int | None = None
) -> SlotStanding | None:
    """Which slot is in a room at some moment of these hours, `but` the one that asks; None when it is free."""
    return await row_as(SlotStanding, IN_ROOM, room, starts_at, ends_at, but)


async def slots_to_come(school: int, *, now: datetime, limit: int = 100) -> list[HostSlot]:
    """What a lycée will host, the visit under way included, soonest first."""
    return await rows_as(HostSlot, TO_COME, school, now, limit)


async def slots_between(school: int, *, since: datetime, until: datetime) -> list[HostSlot]:
    """The slots of a lycée that begin between two instants, the second one apart, but those that are called off."""
    return await rows_as(HostSlot, BETWEEN, school, since, until)


async def slots_past(school: int, *, now: datetime, limit: int = 50) -> list[HostSlot]:
    """What a lycée has hosted, latest first; those not done still wait for their head count."""
    return await rows_as(HostSlot, PAST, school, now, limit)


async def turnouts_of(slot: int) -> list[TurnoutLine]:
    """Who came to a closed slot, group by group."""
    return await rows_as(TurnoutLine, TURNOUTS, slot)


async def counted_before(slot: int) -> list[CountedBefore]:
    """What each closing of a slot that was reopened had counted, the last one first."""
    return await rows_as(CountedBefore, BEFORE, slot)
