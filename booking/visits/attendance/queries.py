"""The comings of companies: for their own page, for the lycée that receives them, for its register."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from booking.visits.attendance.rules import LIVE_COMINGS_SQL
from booking.visits.attendance.tables import Attendance
from workshops.database import rows
from workshops.database.row_types import row_as, rows_as
from workshops.scope import Scope, within
from workshops.slots.rules import TO_COME, TO_COME_SQL, state_shown

ATTENDANCE = """SELECT a.id, a.uid, a.sequence, a.state, a.people, a.role, a.message, a.reason, a.slot,
  cardinality(string_to_array(a.visitors, E'\\n')) AS named,
  sl.state AS slot_state, sl.starts_at, sl.ends_at, sl.booking_closes_at, sl.seats_taken AS pupils,
  sl.groups_taken = 0 AND sl.groups_ever > a.warned_of AS left_alone, w.title AS workshop,
  c.id AS company, c.name AS company_name,
  c.trade, h.id AS host, h.name AS host_name, h.address AS host_address, h.postcode AS host_postcode,
  h.commune AS host_commune, h.lat AS host_lat, h.lon AS host_lon, w.access,
  coalesce(p.name, '') AS contact, coalesce(p.email, '') AS contact_email
FROM attendances a JOIN slots sl ON sl.id = a.slot JOIN workshops w ON w.id = sl.workshop
JOIN schools h ON h.id = sl.school JOIN companies c ON c.id = a.company LEFT JOIN accounts p ON p.id = a.announced_by"""
COMING = f"{ATTENDANCE} WHERE a.id = $1 AND ({within('a.company', 2)} OR {within('sl.school', 3)})"

COMING_TO = """SELECT slot, count(*) AS companies FROM attendances
WHERE slot = ANY ($1::int[]) AND state = 'announced' GROUP BY slot"""
VISITORS = f"""SELECT a.slot, c.name AS company, string_to_array(a.visitors, E'\\n') AS names
FROM attendances a JOIN slots s ON s.id = a.slot JOIN companies c ON c.id = a.company
WHERE a.slot = ANY ($1::int[]) AND s.school = $2 AND a.state IN {LIVE_COMINGS_SQL} AND a.visitors <> ''
ORDER BY a.slot, c.name, a.id"""  # noqa: S608 - constants only
WITHDRAWN = """SELECT a.withdrawn_why AS why, count(*) AS comings FROM attendances a JOIN slots s ON s.id = a.slot
WHERE a.state = 'withdrawn' AND s.starts_at >= $1 GROUP BY a.withdrawn_why"""


class Coming(Struct, frozen=True):
    """A company's coming to a slot: counts and places, never a pupil. `named`: how many of its people the lycée's
    register has. `left_alone`: groups were to come when it signed up, or since, and none is now."""

    id: int
    uid: str
    sequence: int
    state: str
    people: int
    role: str
    message: str
    reason: str
    slot: int
    named: int
    slot_state: str
    starts_at: datetime
    ends_at: datetime
    booking_closes_at: datetime
    pupils: int
    left_alone: bool
    workshop: str
    company: int
    company_name: str
    trade: str
    host: int
    host_name: str
    host_address: str
    host_postcode: str
    host_commune: str
    host_lat: float | None
    host_lon: float | None
    access: str
    contact: str
    contact_email: str

    def is_to_answer(self, now: datetime) -> bool:
        """Whether its groups have left while others may still come: it is kept or taken back."""
        return self.left_alone and self._is_open(now)

    def meets_nobody(self, now: datetime) -> bool:
        """Whether no group comes, and none can any more."""
        return not (self.pupils or self._is_open(now)) and self.slot_state in TO_COME and self.starts_at > now

    def _is_open(self, now: datetime) -> bool:
        return state_shown(self.slot_state, self.booking_closes_at, now) == "open"


class Visitors(Struct, frozen=True):
    """Who comes of a company to a slot, by name, as the lycée's register wants it."""

    slot: int
    company: str
    names: tuple[str, ...]


async def coming(attendance: int, *, scope: Scope) -> Coming | None:
    """One coming, for its company and for the lycée that receives it, where the scope reaches one of them."""
    return await row_as(Coming, COMING, attendance, scope.companies, scope.schools)


async def comings_of(company: int, *, limit: int = 200) -> list[Coming]:
    """Everything a company announced, the latest session first."""
    return await rows_as(
        Coming, ATTENDANCE + " WHERE a.company = $1 ORDER BY sl.starts_at DESC, a.id LIMIT $2", company, limit
    )


async def comings_before(number: int, *, company: int, limit: int) -> list[Coming]:
    """Everything a company announced, the latest first: at most `limit` that come before this number."""
    return await rows_as(
        Coming, ATTENDANCE + " WHERE a.company = $1 AND a.id < $2 ORDER BY a.id DESC LIMIT $3", company, number, limit
    )


async def companies_at(slot: int) -> list[Coming]:
    """Who is announced at a slot, and who asks to come to it: the latter first, for the lycée to answer."""
    live = f" WHERE a.slot = $1 AND a.state IN {LIVE_COMINGS_SQL} ORDER BY a.state = 'announced', a.id"
    return await rows_as(Coming, ATTENDANCE + live, slot)


async def companies_coming(slots: Collection[int]) -> dict[int, int]:
    """How many companies are announced at each of these slots; one without any is left out."""
    return {one["slot"]: one["companies"] for one in await rows(COMING_TO, list(slots))}


async def comings_asked_at(school: int, *, now: datetime) -> list[Coming]:
    """The comings that wait for a lycée's agreement and can still be answered, the soonest session first."""
    asked = f" WHERE h.id = $1 AND a.state = 'asked' AND sl.state IN {TO_COME_SQL} AND sl.starts_at > $2"
    return await rows_as(Coming, ATTENDANCE + asked + " ORDER BY sl.starts_at, a.id", school, now)


async def named_by(company: int, *, attendance: int) -> str:
    """Whom a company has named for one of its own comings, one a line."""
    own = Attendance.select(Attendance.visitors).where(Attendance.id == attendance, Attendance.company == company)
    found = await own.first()
    return "" if found is None else str(found["visitors"])


async def visitors_expected(slots: Collection[int], *, school: int) -> list[Visitors]:
    """Whom the companies name at these slots of a lycée, for its register."""
    return await rows_as(Visitors, VISITORS, list(slots), school)


async def withdrawn_since(since: datetime) -> dict[str, int]:
    """How many comings to sessions from this moment on companies took back, by the reason that they gave."""
    return {one["why"]: one["comings"] for one in await rows(WITHDRAWN, since)}
