"""Companies at slots: for the decision, for their own page, for the host's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from booking.visits.attendance.rules import LIVE_COMINGS_SQL, PlacesSeen
from booking.visits.attendance.tables import Attendance
from workshops.companies.queries import TRADE_KEY
from workshops.companies.rules import CompanyPlace
from workshops.database import rows
from workshops.database.row_types import row_as, rows_as
from workshops.schools.queries import KILOMETRES
from workshops.scope import Scope, within
from workshops.slots.queries import HOST_CLOSED
from workshops.slots.rules import TO_COME, TO_COME_SQL, state_shown

_LIVE_HERE = f"a.slot = sl.id AND a.state IN {LIVE_COMINGS_SQL}"
# What a company meets at a slot: its own coming, and another one of its trade where the lycée takes one only.
_ANNOUNCED_BY = f"EXISTS (SELECT 1 FROM attendances a WHERE {_LIVE_HERE} AND a.company = {{company}})"  # noqa: S608 - above
_TRADE_TAKEN_OF = f"""(sl.one_per_trade AND EXISTS (SELECT 1 FROM attendances a JOIN companies me ON me.id = {{company}}
  WHERE {_LIVE_HERE} AND a.company <> {{company}} AND a.trade_key <> ''
    AND a.trade_key = {TRADE_KEY.replace("{trade}", "me.trade")}))"""  # noqa: S608 - constants only
_ANNOUNCED, _TRADE_TAKEN = _ANNOUNCED_BY.format(company="$1"), _TRADE_TAKEN_OF.format(company="$1")
PLACES_OF = f"""SELECT sl.state, sl.starts_at, sl.company_places, sl.company_places_taken,
  {_ANNOUNCED} AS announced, {_TRADE_TAKEN} AS trade_taken
FROM slots sl WHERE sl.id = $2 AND sl.state <> 'draft'"""  # noqa: S608 - constants only

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
ALSO_THEN = f"""{ATTENDANCE} WHERE a.company = $1 AND a.slot <> $2 AND a.state IN {LIVE_COMINGS_SQL}
  AND sl.state IN {TO_COME_SQL} AND sl.starts_at < $4 AND sl.ends_at > $3 ORDER BY sl.starts_at, a.id LIMIT 1"""

_KM_FROM = f"round(({KILOMETRES.replace('{school}', 'h')})::numeric)::int"
_SESSION = """SELECT sl.id, sl.state, w.title, w.summary, w.access, h.name AS host_name, h.address AS host_address,
  h.postcode AS host_postcode, h.commune AS host_commune, sl.starts_at, sl.ends_at, sl.seats, sl.seats_taken AS pupils,
  sl.company_places AS places, sl.company_places - sl.company_places_taken AS places_free,
  ARRAY(SELECT o.name FROM workshop_objects wo JOIN tech_objects o ON o.id = wo.tech_object
        WHERE wo.workshop = w.id AND (sl.only_objects IS NULL OR o.id = ANY (sl.only_objects))
        ORDER BY o.name)::text[] AS objects, sl.one_per_trade, sl.on_agreement,
  sl.booking_closes_at, {announced} AS announced, {trade_taken} AS trade_taken, {km} AS km
FROM slots sl JOIN workshops w ON w.id = sl.workshop JOIN schools h ON h.id = sl.school"""
_ITS_OWN = _SESSION.format(announced=_ANNOUNCED, trade_taken=_TRADE_TAKEN, km="NULL::int")
SESSION = f"{_ITS_OWN} WHERE sl.id = $2 AND sl.state <> 'draft'"
COMING_TO = """SELECT slot, count(*) AS companies FROM attendances
WHERE slot = ANY ($1::int[]) AND state = 'announced' GROUP BY slot"""


def looks_for(company: str, *, since: str, people: str) -> str:
    """SQL: the slot `sl` begins after a moment and has places for so many people of this company, which is not
    announced there and may come."""
    return f"""sl.state IN {TO_COME_SQL} AND sl.starts_at > {since}
    AND sl.company_places_taken < sl.company_places AND sl.company_places - sl.company_places_taken >= {people}
    AND NOT {_ANNOUNCED_BY.format(company=company)} AND NOT {_TRADE_TAKEN_OF.format(company=company)}"""


_LOOKING = looks_for("$1", since="$2", people="$3")
# Lycée after lycée, the nearest first, so that the first page reads the slots of a few alone.
_NEAREST = f"""(
  SELECT near.km, sl.id, sl.starts_at, sl.groups_taken = 0 AS empty
  FROM (SELECT id, km FROM near ORDER BY km) near CROSS JOIN LATERAL (
    SELECT * FROM slots sl WHERE sl.school = near.id AND {_LOOKING} AND {{groups}}
      AND ($4::timestamptz IS NULL OR sl.starts_at < $4) ORDER BY sl.starts_at, sl.id) sl
  ORDER BY near.km, sl.starts_at, sl.id LIMIT $5::int + $6::int
)"""  # noqa: S608 - constants only
_WITH_PUPILS = _NEAREST.format(groups="sl.groups_taken > 0")
_FOR_NOBODY_YET = _NEAREST.format(
    groups=f"""sl.groups_taken = 0 AND sl.state = 'open' AND sl.booking_closes_at > $7
      AND NOT {HOST_CLOSED.format(slot="sl")}"""
)
SESSIONS = f"""
WITH near AS MATERIALIZED (
  SELECT h.id, {_KM_FROM.format(lat="$9::float8", lon="$10::float8")} AS km
  FROM schools h WHERE h.kind = 'lycee' AND ($8 = '' OR h.department = $8)
), page AS (
  {_WITH_PUPILS} UNION ALL {_FOR_NOBODY_YET} ORDER BY empty, km, starts_at, id LIMIT $5 OFFSET $6
)
{_SESSION.format(announced="FALSE", trade_taken="FALSE", km="page.km")} JOIN page ON page.id = sl.id
ORDER BY page.empty, page.km, page.starts_at, page.id"""  # noqa: S608 - constants only
# Those of these slots that classes have reserved and that still look for the company, the nearest first.
BOOKED = f"""{_SESSION.format(announced="FALSE", trade_taken="FALSE", km=_KM_FROM.format(lat="$4", lon="$5"))}
WHERE sl.id = ANY ($3::int[]) AND sl.groups_taken > 0 AND {looks_for("$1", since="$2", people="1")}
ORDER BY km, sl.starts_at, sl.id"""

VISITORS = f"""SELECT a.slot, c.name AS company, string_to_array(a.visitors, E'\\n') AS names
FROM attendances a JOIN slots s ON s.id = a.slot JOIN companies c ON c.id = a.company
WHERE a.slot = ANY ($1::int[]) AND s.school = $2 AND a.state IN {LIVE_COMINGS_SQL} AND a.visitors <> ''
ORDER BY a.slot, c.name, a.id"""  # noqa: S608 - constants only
WITHDRAWN = """SELECT a.withdrawn_why AS why, count(*) AS comings FROM attendances a JOIN slots s ON s.id = a.slot
WHERE a.state = 'withdrawn' AND s.starts_at >= $1 GROUP BY a.withdrawn_why"""


class SlotForCompany(Struct, frozen=True):
    """A slot as a company reads it before it announces itself. `pupils` is a count, `announced` says it already did;
    `km` as the crow flies, None where its list does not say them."""

    id: int
    state: str
    title: str
    summary: str
    access: str
    host_name: str
    host_address: str
    host_postcode: str
    host_commune: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    pupils: int
    places: int
    places_free: int
    objects: tuple[str, ...]
    one_per_trade: bool
    on_agreement: bool
    booking_closes_at: datetime
    announced: bool
    trade_taken: bool
    km: int | None

    def nobody_comes(self, now: datetime) -> bool:
        """Whether no group comes, and none may reserve any more."""
        return not self.pupils and state_shown(self.state, self.booking_closes_at, now) != "open"

    def as_places(self) -> PlacesSeen:
        """The same slot, as the rule that decides on a coming reads it."""
        return PlacesSeen(
            self.state, self.starts_at, self.places, self.places - self.places_free, self.announced, self.trade_taken
        )


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


async def places_of(slot: int, *, company: int) -> PlacesSeen | None:
    """The company places of a slot, and whether this company has some."""
    return await row_as(PlacesSeen, PLACES_OF, company, slot)


async def coming(attendance: int, *, scope: Scope) -> Coming | None:
    """One coming, for its company and for the lycée that receives it, where the scope reaches one of them."""
    return await row_as(Coming, COMING, attendance, scope.companies, scope.schools)


async def also_then(company: int, session: SlotForCompany) -> Coming | None:
    """Where else the company is announced, or asks to come, while this session lasts."""
    return await row_as(Coming, ALSO_THEN, company, session.id, session.starts_at, session.ends_at)


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


async def session(slot: int, *, company: int) -> SlotForCompany | None:
    """One slot, for the company that thinks of coming to it."""
    return await row_as(SlotForCompany, SESSION, company, slot)


UNKNOWN = 0
"""The number of no company: one that is not registered yet."""


async def sessions_for(
    company: int,
    *,
    near: CompanyPlace | None,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    department: str = "",
    people: int = 1,
    skip: int = 0,
    limit: int = 50,
) -> list[SlotForCompany]:
    """The slots to come that still look for companies and to which this one is not announced: first those where pupils
    are expected, then the nearest, then the soonest.

    Left out: one whose places do not suffice for `people`, one where another company of its trade comes and the lycée
    takes one only. A slot that no group comes to, and that none may reserve any more, is left out. `skip` are shown
    on the pages before.
    """
    place = (None, None) if near is None else (near.lat, near.lon)
    return await rows_as(
        SlotForCompany, SESSIONS, company, since or now, people, until, limit, skip, now, department, *place
    )


async def sessions_booked(
    slots: Collection[int], *, company: int, near: CompanyPlace | None, now: datetime
) -> list[SlotForCompany]:
    """Those of these slots that classes have reserved and to which a company may still come, the nearest first."""
    place = (None, None) if near is None else (near.lat, near.lon)
    return await rows_as(SlotForCompany, BOOKED, company, now, list(slots), *place)


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
