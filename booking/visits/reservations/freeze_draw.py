"""Freezing a draw when entries end: all that decides it goes into one file, of which nothing changes any more."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from booking.visits.demands.keep import FrozenDemand
from booking.visits.draws.drawing_file import (
    College,
    DaysOff,
    Demand,
    Hours,
    Line,
    Lycee,
    PairLine,
    SentenceLine,
    Slot,
    SlotLine,
    Snapshot,
    digest_of_demand,
)
from booking.visits.draws.rules import digest_of
from booking.visits.reservation_states import HOLDS_SEATS_SQL, REFUSED_SQL
from workshops.database.row_types import row_as, rows_as
from workshops.offer.rules import MINE
from workshops.refusals import or_not_found
from workshops.slots.queries import BUILT
from workshops.slots.rules import TO_COME_SQL

SALT_BYTES = 16
OPENING = "SELECT id, first_on, last_on, coalesce(seed, '') AS seed FROM openings WHERE id = $1"
# $2 is now. A slot that nobody may have, $1 being its opening, is closed to the draw.
SLOTS = f"""SELECT s.id, s.school AS lycee, s.starts_at, s.ends_at, s.seats, s.seats - s.seats_taken AS seats_left,
  s.groups_max - s.groups_taken AS groups_left, s.levels, {BUILT} AS objects, w.offers,
  s.company_places - s.company_places_taken AS company_places,
  s.state <> 'open' OR s.booking_closes_at <= $2 OR EXISTS (SELECT FROM closures off WHERE off.school = s.school
    AND (s.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN off.first_on AND off.last_on) AS closed
FROM openings o JOIN slots s ON (s.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN o.first_on AND o.last_on
JOIN workshops w ON w.id = s.workshop
WHERE o.id = $1 AND s.state IN {TO_COME_SQL} ORDER BY s.id"""  # noqa: S608 - constants only
SCHOOLS = "SELECT id, uai, lat, lon, department, zone FROM schools WHERE id = ANY ($1::int[]) ORDER BY id"
DEMANDS = """SELECT d.id, coalesce(d.number, '') AS number, d.weight, NOT d.beyond AS within, d.school AS college,
  g.level, g.id AS "group",
  coalesce(d.pupils, (SELECT sum(r.pupils) FROM reservations r WHERE r.demand = d.id AND r.state = 'in_draw'
    AND r.line = (SELECT min(line) FROM reservations f WHERE f.demand = d.id AND f.state = 'in_draw')))::int AS pupils,
  d.needed, d.two_objects, d.sentence, d.km, d.from_on, d.to_on, d.away, d.department, h.id AS lycee, d.tech_object,
  d.companies, c.needs_approval AS visa
FROM demands d JOIN groups g ON g.id = d."group" JOIN schools c ON c.id = d.school
LEFT JOIN schools h ON h.uai = d.lycee AND d.lycee <> ''
WHERE d.opening = $1 AND d.result = ''
  AND (d.sentence IS NOT NULL OR EXISTS (SELECT FROM reservations r WHERE r.demand = d.id AND r.state = 'in_draw'))
ORDER BY d.number"""
LINES = """SELECT d.id AS demand, r.line, array_agg(r.slot ORDER BY r.half) AS slots FROM reservations r
JOIN demands d ON d.id = r.demand WHERE d.opening = $1 AND d.result = '' AND r.state = 'in_draw'
GROUP BY d.id, r.line ORDER BY d.id, r.line"""
# What a group already has or was refused in those days.
HELD = f"""SELECT r."group", r.slot, r.starts_at, r.ends_at, r.state IN {REFUSED_SQL} AS refused
FROM reservations r JOIN openings o ON o.id = $1
WHERE r."group" = ANY ($2::int[]) AND r.replaces IS NULL AND (r.state IN {HOLDS_SEATS_SQL} OR r.state IN {REFUSED_SQL})
  AND (r.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN o.first_on AND o.last_on
ORDER BY r."group", r.starts_at, r.id"""  # noqa: S608 - constants only
OFF = """SELECT DISTINCT zone, school, first_on, last_on FROM closures
WHERE last_on >= $1 AND first_on <= $2 AND (school IS NULL OR school = ANY ($3::int[]))
ORDER BY first_on, last_on, zone, school"""


class _Opening(Struct, frozen=True):
    id: int
    first_on: date
    last_on: date
    seed: bytes


class _School(Struct, frozen=True):
    id: int
    uai: str
    lat: float | None
    lon: float | None
    department: str
    zone: str


class _Asked(Struct, frozen=True):
    id: int
    number: str
    weight: int
    within: bool
    college: int
    level: str
    group: int
    pupils: int
    needed: tuple[str, ...]
    two_objects: bool
    sentence: int | None
    km: int | None
    from_on: date | None
    to_on: date | None
    away: str
    department: str
    lycee: int | None
    tech_object: int | None
    companies: bool
    visa: bool

    @property
    def days_off(self) -> str:
        """The name in the file of the days off that its sentence leaves out."""
        return f"{MINE}:{self.college}" if self.away == MINE else self.away


class _LineAsked(Struct, frozen=True):
    demand: int
    line: int
    slots: tuple[int, ...]


class _Held(Struct, frozen=True):
    group: int
    slot: int
    starts_at: datetime
    ends_at: datetime
    refused: bool


class _Off(Struct, frozen=True):
    zone: str | None
    school: int | None
    first_on: date
    last_on: date


async def frozen(opening: int, *, now: datetime) -> tuple[Snapshot, list[FrozenDemand]]:
    """All that decides the draw of an opening whose entries have ended, without its seed; in the caller's transaction.

    Places of slots may change hands until the caller commits: the answers are checked against what is left then.
    """
    period = or_not_found(await row_as(_Opening, OPENING, opening))
    slots = await rows_as(Slot, SLOTS, opening, now)
    asked = await rows_as(_Asked, DEMANDS, opening)
    lines: dict[int, list[_LineAsked]] = defaultdict(list)
    for line in await rows_as(_LineAsked, LINES, opening):
        lines[line.demand].append(line)
    held: dict[int, list[_Held]] = defaultdict(list)
    for visit in await rows_as(_Held, HELD, opening, sorted({demand.group for demand in asked})):
        held[visit.group].append(visit)
    homes = await rows_as(_School, SCHOOLS, sorted({demand.college for demand in asked}))
    hosts = await rows_as(_School, SCHOOLS, sorted({slot.lycee for slot in slots}))
    salted = [(demand, secrets.token_hex(SALT_BYTES)) for demand in asked]
    drawn = [_demand(demand, lines[demand.id], held[demand.group], salt) for demand, salt in salted]
    snapshot = Snapshot(
        digest=digest_of(period.seed),
        lycees=tuple(Lycee(host.id, host.lat, host.lon, host.department) for host in hosts),
        colleges=tuple(College(home.id, home.lat, home.lon) for home in homes),
        slots=tuple(slots),
        demands=tuple(drawn),
        days_off=await _days_off(asked, homes, period),
    )
    digests = [
        FrozenDemand(demand.id, salt, bytes.fromhex(digest_of_demand(salt, said.lines, said.pupils, said.needs)))
        for (demand, salt), said in zip(salted, drawn, strict=True)
    ]
    return snapshot, digests


def _demand(asked: _Asked, lines: Sequence[_LineAsked], held: Iterable[_Held], salt: str) -> Demand:
    placed: dict[int, Line] = {line.line: _line(asked, line.slots) for line in lines}
    if asked.sentence is not None:
        placed[asked.sentence] = _sentence(asked)
    visits = list(held)
    return Demand(
        number=asked.number,
        weight=asked.weight,
        within=asked.within,
        college=asked.college,
        level=asked.level,
        pupils=asked.pupils,
        lines=tuple(placed[line] for line in sorted(placed)),
        needs=asked.needed,
        busy=tuple(Hours(visit.starts_at, visit.ends_at) for visit in visits if not visit.refused),
        refused_slots=tuple(visit.slot for visit in visits if visit.refused),
        visa=asked.visa,
        salt=salt,
    )


def _line(asked: _Asked, slots: tuple[int, ...]) -> Line:
    if len(slots) == 1:
        return SlotLine(slots[0])
    first, second = slots
    return PairLine((first, second), two_objects=asked.two_objects)


def _sentence(asked: _Asked) -> SentenceLine:
    return SentenceLine(
        km=None if asked.km is None else float(asked.km),
        from_on=asked.from_on,
        to_on=asked.to_on,
        away=asked.days_off,
        department=asked.department,
        lycee=asked.lycee,
        tech_object=asked.tech_object,
        company_places=int(asked.companies),
    )


async def _days_off(
    asked: Sequence[_Asked], homes: Sequence[_School], period: _Opening
) -> dict[str, tuple[DaysOff, ...]]:
    """The days off that sentences leave out, by their name in the file: of a zone, or of a collège with its own."""
    zones = {home.id: home.zone for home in homes}
    wanted: dict[str, tuple[str, int | None]] = {
        demand.days_off: (zones[demand.college], demand.college) if demand.away == MINE else (demand.away, None)
        for demand in asked
        if demand.away
    }
    known = await rows_as(_Off, OFF, period.first_on, period.last_on, list(zones)) if wanted else []
    return {
        name: tuple(DaysOff(off.first_on, off.last_on) for off in known if _is_of(off, zone, college))
        for name, (zone, college) in wanted.items()
    }


def _is_of(off: _Off, zone: str, college: int | None) -> bool:
    return off.school == college if off.school is not None else off.zone in {None, zone}
