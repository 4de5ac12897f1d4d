"""The slots of a lycée with those who come to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from booking.visits.attendance.queries import comings_asked_at
from booking.visits.hosting.expected import CompanyExpected, GroupExpected, companies_expected, groups_at
from booking.visits.hosting.rules import HostedSlot, HostToDo, WorkshopSeen, left_to_do, whole_days
from booking.visits.phones.queries import reached_of_groups, shown
from booking.visits.questions.queries import count_unanswered
from booking.visits.reservation_states import SEATED, SURE_SQL
from booking.visits.reservations.states import SILENT_AFTER
from booking.words.wording import PARIS, paris
from workshops.catalogue.queries import rooms_of, workshops_of
from workshops.catalogue.rules import missing_from_sheet
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.school_calendar.rules import paris_instant
from workshops.september_hands.queries import asks_now
from workshops.slots.queries import HostSlot, slots_between, slots_past, slots_to_come
from workshops.slots.rules import OVER, TO_COME, TO_COME_SQL, state_shown

COMING_MOST = 200
PAST_MOST = 40
SHOWN = sorted(SEATED | {"waiting"})

# The guests of another visit are counted where they were received.
COUNTED_AT = "SELECT slot, sum(counted)::int AS counted FROM turnouts WHERE slot = ANY ($1::int[]) GROUP BY slot"
# Both halves of a class that come on one day were asked together, of the first.
SILENT = f"""
SELECT r.id, r.slot, w.title AS workshop, r.starts_at, r.ends_at, r.state, g.name AS group_name, r.pupils, h.id AS host,
  h.name AS host_name, c.id AS college, c.name AS college_name, c.commune AS college_commune, c.phone AS college_phone,
  count(*) OVER () AS in_all
FROM events e JOIN reservations r ON r.id = e.about
JOIN slots sl ON sl.id = r.slot JOIN workshops w ON w.id = sl.workshop
JOIN schools h ON h.id = sl.school JOIN schools c ON c.id = r.school JOIN groups g ON g.id = r."group"
WHERE e.act = 'visit_asked_again' AND e.at <= $2
  AND e.also >= to_char($1::timestamptz AT TIME ZONE 'Europe/Paris', 'YYYYMMDD')::int
  AND e.also = to_char(r.starts_at AT TIME ZONE 'Europe/Paris', 'YYYYMMDD')::int
  AND r.state IN {SURE_SQL} AND r.starts_at > $1 AND ($3::int IS NULL OR sl.school = $3)
  AND r.comes_on IS DISTINCT FROM (r.starts_at AT TIME ZONE 'Europe/Paris')::date
ORDER BY r.starts_at, r.id LIMIT $4"""  # noqa: S608 - constants only
# A group of another lycée is told by its refusal alone.
REFUSED_GROUPS = f"""
SELECT v.id AS slot, w.title, v.starts_at, count(DISTINCT s.badge)::int AS badges,
  CASE WHEN h.school = v.school THEN g.name ELSE 'Un autre lycée' END AS "group",
  bool_and(s.result = 'cancelled') AS cancelled
FROM slots v JOIN workshops w ON w.id = v.workshop JOIN scans s ON s.slot = v.id JOIN badges b ON b.id = s.badge
JOIN reservations r ON r.id = b.reservation JOIN groups g ON g.id = r."group" JOIN slots h ON h.id = r.slot
WHERE v.school = $1 AND v.state IN {TO_COME_SQL} AND s.result IN ('wrong_slot', 'cancelled')
  AND NOT EXISTS (SELECT FROM presences p WHERE p.badge = s.badge)
  AND NOT EXISTS (SELECT FROM scans u WHERE u.undoes = s.id)
GROUP BY v.id, w.title, r.id, g.name, h.school ORDER BY v.starts_at, min(s.received_at), r.id
"""  # noqa: S608 - constants only


class SilentVisit(Struct, frozen=True):
    """A visit whose collège has not said that it comes; `in_all` is how many there are, those left out included."""

    id: int
    slot: int
    workshop: str
    starts_at: datetime
    ends_at: datetime
    state: str
    group_name: str
    pupils: int
    host: int
    host_name: str
    college: int
    college_name: str
    college_commune: str
    college_phone: str
    in_all: int


class Reception(Struct, frozen=True):
    """A slot of a lycée with its groups and companies. `state` is what people see now, `over` whether it has ended.

    `waiting` is how many groups wait for a place, `counted` the pupils that the host counted once it is closed, with
    those of a group that was expected at another visit.
    """

    slot: HostSlot
    state: str
    over: bool
    groups: tuple[GroupExpected, ...]
    waiting: int
    companies: tuple[CompanyExpected, ...]
    counted: int

    @property
    def on(self) -> date:
        """The day on which it takes place."""
        return paris(self.slot.starts_at).date()

    @property
    def ended(self) -> bool:
        """Whether it is closed, or called off."""
        return self.state in OVER

    @property
    def to_close(self) -> bool:
        """Whether its head count is still to be validated."""
        return self.over and bool(self.groups) and self.state in TO_COME

    @property
    def pupils(self) -> int:
        """The pupils announced."""
        return sum(group.pupils for group in self.groups)


class PastPage(Struct, frozen=True):
    """Past visits, latest first; `before` is the day up to which the next page goes, None at the end."""

    items: list[Reception]
    before: date | None


async def receptions_to_come(school: int, *, now: datetime) -> list[Reception]:
    """What a lycée will host, from this morning on, soonest first: three statements, whatever the number."""
    morning = paris(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return await _receptions(await slots_to_come(school, now=morning, limit=COMING_MOST), now)


async def receptions_between(school: int, *, first_on: date, last_on: date, now: datetime) -> list[Reception]:
    """What a lycée hosts between two days, both included, soonest first, but what is called off."""
    since, until = paris_instant(first_on, time()), paris_instant(last_on + timedelta(days=1), time())
    return await _receptions(await slots_between(school, since=since, until=until), now)


async def receptions_past(school: int, *, before: date, now: datetime) -> PastPage:
    """What a lycée has hosted before a day, by whole days."""
    midnight = datetime.combine(before, time(), PARIS)
    found = await slots_past(school, now=midnight, limit=PAST_MOST + 1)
    kept = whole_days([slot.starts_at for slot in found], most=PAST_MOST)
    items = await _receptions(found[:kept], now)
    return PastPage(items=items, before=items[-1].on if kept < len(found) else None)


async def _receptions(slots: Sequence[HostSlot], now: datetime) -> list[Reception]:
    numbers = [slot.id for slot in slots]
    groups, companies = await groups_at(numbers, SHOWN), await companies_expected(numbers)
    counted = {one["slot"]: one["counted"] for one in await rows(COUNTED_AT, numbers)}
    return [
        Reception(
            slot=slot,
            state=state_shown(slot.state, slot.booking_closes_at, now, host_closed=slot.host_closed),
            over=slot.ends_at < now,
            groups=tuple(one for one in groups.get(slot.id, ()) if one.state in SEATED),
            waiting=sum(one.state == "waiting" for one in groups.get(slot.id, ())),
            companies=tuple(companies.get(slot.id, ())),
            counted=counted.get(slot.id, 0),
        )
        for slot in slots
    ]


async def to_do_at(school: int, *, declined: Sequence[HostToDo], now: datetime) -> list[HostToDo]:
    """What this lycée has left to do before the next groups come, and who waits for its word.

    `declined`: whom it has to ask because their agendas said no.
    """
    found = left_to_do(
        refused=await _refused(school),
        unanswered=[*await _silent(school, now), *await _questions(school), *await _asking(school, now), *declined],
        past=_seen(await slots_past(school, now=now, limit=100)),
        coming=_seen(await slots_to_come(school, now=now, limit=COMING_MOST)),
        workshops=[
            WorkshopSeen(
                one.id, one.title, one.state, tuple(missing_from_sheet(one.sheet)), objects=bool(one.object_ids)
            )
            for one in await workshops_of(school)
        ],
        rooms=len(await rooms_of(school)),
        now=now,
    )
    return [*found, HostToDo(kind="count_hands")] if await asks_now(school, now=now) else found


async def _refused(school: int) -> list[HostToDo]:
    return [
        HostToDo(
            kind="refused_at_desk",
            about=one["slot"],
            title=one["title"],
            at=one["starts_at"],
            who=(one["group"],),
            count=one["badges"],
            reason="cancelled" if one["cancelled"] else "",
        )
        for one in await rows(REFUSED_GROUPS, school)
    ]


async def silent_visits(*, lycee: int | None = None, most: int, now: datetime) -> list[SilentVisit]:
    """The visits to come, of a lycée or of all, whose collège was asked twice and has not answered: the soonest
    first, at most `most`."""
    return await rows_as(SilentVisit, SILENT, now, now - SILENT_AFTER, lycee, most)


async def _silent(school: int, now: datetime) -> list[HostToDo]:
    silent = await silent_visits(lycee=school, most=COMING_MOST, now=now)
    near = [one.id for one in silent if shown(one.state, starts_at=one.starts_at, ends_at=one.ends_at, now=now)]
    reached = await reached_of_groups(near)
    return [
        HostToDo(
            kind="call_college",
            about=one.slot,
            reservation=one.id,
            title=one.workshop,
            at=one.starts_at,
            who=(one.group_name, one.college_name),
            phone=reached[one.id].phone if one.id in reached else one.college_phone,
        )
        for one in silent
    ]


async def _questions(school: int) -> list[HostToDo]:
    unanswered = await count_unanswered(school)
    return [HostToDo(kind="answer_question", count=unanswered)] if unanswered else []


async def _asking(school: int, now: datetime) -> list[HostToDo]:
    return [
        HostToDo(
            kind="answer_company",
            about=one.slot,
            attendance=one.id,
            title=one.workshop,
            at=one.starts_at,
            who=(one.company_name,),
            count=one.people,
            reason=one.role,
        )
        for one in await comings_asked_at(school, now=now)
    ]


def _seen(slots: Sequence[HostSlot]) -> list[HostedSlot]:
    return [HostedSlot(slot.id, slot.workshop, slot.state, slot.starts_at, slot.groups_taken) for slot in slots]
