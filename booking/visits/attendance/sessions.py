"""The slots that look for companies, as one of them reads them before it announces itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from booking.visits.attendance.rules import LIVE_COMINGS_SQL, PlacesSeen
from workshops.companies.queries import TRADE_KEY
from workshops.companies.rules import CompanyPlace
from workshops.database.row_types import row_as, rows_as
from workshops.schools.queries import KILOMETRES
from workshops.slots.queries import HOST_CLOSED
from workshops.slots.rules import TO_COME_SQL, state_shown

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

_KM_FROM = f"round(({KILOMETRES.replace('{school}', 'h')})::numeric)::int"
_SESSION = f"""SELECT sl.id, sl.state, w.title, w.summary, w.access, h.name AS host_name, h.address AS host_address,
  h.postcode AS host_postcode, h.commune AS host_commune, sl.starts_at, sl.ends_at, sl.seats, sl.seats_taken AS pupils,
  sl.company_places AS places, sl.company_places - sl.company_places_taken AS places_free,
  ARRAY(SELECT o.name FROM workshop_objects wo JOIN tech_objects o ON o.id = wo.tech_object
        WHERE wo.workshop = w.id AND (sl.only_objects IS NULL OR o.id = ANY (sl.only_objects))
        ORDER BY o.name)::text[] AS objects, sl.one_per_trade, sl.on_agreement,
  sl.booking_closes_at, {{announced}} AS announced, {{trade_taken}} AS trade_taken,
  elsewhere.starts_at AS elsewhere_from, elsewhere.ends_at AS elsewhere_until,
  coalesce(elsewhere.lycee, '') AS elsewhere, {{km}} AS km
FROM slots sl JOIN workshops w ON w.id = sl.workshop JOIN schools h ON h.id = sl.school
LEFT JOIN LATERAL (
  SELECT meanwhile.starts_at, meanwhile.ends_at, there.name || ', ' || there.commune AS lycee
  FROM attendances own JOIN slots meanwhile ON meanwhile.id = own.slot JOIN schools there ON there.id = meanwhile.school
  WHERE own.company = $1 AND own.slot <> sl.id AND own.state IN {LIVE_COMINGS_SQL}
    AND meanwhile.state IN {TO_COME_SQL} AND meanwhile.starts_at < sl.ends_at AND meanwhile.ends_at > sl.starts_at
  ORDER BY meanwhile.starts_at, own.id LIMIT 1) elsewhere ON true"""  # noqa: S608 - constants only
_ITS_OWN = _SESSION.format(announced=_ANNOUNCED, trade_taken=_TRADE_TAKEN, km="NULL::int")
_LISTED = _SESSION.format(announced="FALSE", trade_taken="FALSE", km="{km}")
SESSION = f"{_ITS_OWN} WHERE sl.id = $2 AND sl.state <> 'draft'"


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
{_LISTED.format(km="page.km")} JOIN page ON page.id = sl.id
ORDER BY page.empty, page.km, page.starts_at, page.id"""  # noqa: S608 - constants only
# Those of these slots that classes have reserved and that still look for the company, the nearest first.
BOOKED = f"""{_LISTED.format(km=_KM_FROM.format(lat="$4", lon="$5"))}
WHERE sl.id = ANY ($3::int[]) AND sl.groups_taken > 0 AND {looks_for("$1", since="$2", people="1")}
ORDER BY km, sl.starts_at, sl.id"""


class SlotForCompany(Struct, frozen=True):
    """A slot as a company reads it before it announces itself. `pupils` is a count, `announced` says it already did;
    `elsewhere` is the lycée at which it is announced meanwhile, to which it may well send somebody else: empty without
    one; `km` as the crow flies, None where its list does not say it."""

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
    elsewhere_from: datetime | None
    elsewhere_until: datetime | None
    elsewhere: str
    km: int | None

    def nobody_comes(self, now: datetime) -> bool:
        """Whether no group comes, and none may reserve any more."""
        return not self.pupils and state_shown(self.state, self.booking_closes_at, now) != "open"

    def as_places(self) -> PlacesSeen:
        """The same slot, as the rule that decides on a coming reads it."""
        return PlacesSeen(
            self.state, self.starts_at, self.places, self.places - self.places_free, self.announced, self.trade_taken
        )


async def places_of(slot: int, *, company: int) -> PlacesSeen | None:
    """The company places of a slot, and whether this company has some."""
    return await row_as(PlacesSeen, PLACES_OF, company, slot)


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
