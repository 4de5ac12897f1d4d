"""The facts of a visit, as mails and agendas tell them, read again each time."""

from __future__ import annotations

from datetime import date, datetime

from booking.calendar.invites import rules
from booking.visits.reservations.beyond import HELD_BACK
from booking.visits.reservations.rules import Pair
from workshops.database.batching import Batcher
from workshops.database.row_types import columns_of, row_as, rows_as
from workshops.schools.rules import Arrival
from workshops.slots.queries import SEATS_FREE, settles_for

SLOT_FACTS = f"""
  s.id AS slot, s.state AS slot_state, s.seats, s.seats_taken, {SEATS_FREE} AS seats_free,
  s.starts_at, s.ends_at, s.settles_at, s.list_locks_at, s.eve_at,
  w.title AS workshop, w.access, coalesce(m.name, '') AS room,
  h.id AS host, h.name AS host_name, h.address, h.postcode, h.commune, h.lat, h.lon,
  {columns_of(Arrival, "h")}, w.bring
"""
ITS_PLACES = """
  JOIN workshops w ON w.id = s.workshop
  JOIN schools h ON h.id = s.school
  LEFT JOIN rooms m ON m.id = s.room
"""
_VISIT = f"""
SELECT told.id, told.uid, told.sequence, told.state, {HELD_BACK.format(one="told")} AS beyond,
  told.reason, told.pupils, told.adults, told.booked_by,
  (SELECT coalesce(sum(o.pupils), 0)::int FROM reservations o
   WHERE o.slot = s.id AND o.state = 'offered') AS seats_offered,
  told.demand, told.line, told.half,
  EXISTS (SELECT FROM demands wished WHERE wished.id = told.demand AND wished.lines > 1
    AND told.line <= wished.lines AND told.line IS DISTINCT FROM wished.sentence) AS ranked,
  told.confirmed_at, told.changed_at, told."group", g.name AS group_name, g.level,
  c.id AS college, c.name AS college_name, c.commune AS college_commune,
  {SLOT_FACTS.replace("s.settles_at", settles_for("s", "c.zone", host="h") + " AS settles_at")}
FROM reservations told
  JOIN groups g ON g.id = told."group"
  JOIN schools c ON c.id = told.school
  JOIN slots s ON s.id = {{slot}} {ITS_PLACES}
WHERE told.id = {{of}}
"""  # noqa: S608 - constants only
# OFFSET 0 hides the array's length from the planner: one plan, made once, is as good for one visit as for ten.
VISITS = f"""
SELECT visit.* FROM (SELECT $1::int[] AS numbers OFFSET 0) asked, unnest(asked.numbers) AS one (id) CROSS JOIN LATERAL (
{_VISIT.format(slot="told.slot", of="one.id")} OFFSET 0) visit
"""  # noqa: S608 - constants only
VISIT_LEFT = _VISIT.format(slot="$2", of="$1")
COMPANY_VISIT = f"""
SELECT told.id, told.uid, told.sequence, told.state, told.people, told.role, told.confirmed_at,
  coalesce(told.confirmed_at, told.created_at) AS changed_at, told.reason, told.withdrawn_why,
  told.warned_on,
  c.id AS company, c.name AS company_name, c.commune AS company_commune, {SLOT_FACTS}
FROM attendances told
  JOIN companies c ON c.id = told.company
  JOIN slots s ON s.id = told.slot {ITS_PLACES}
WHERE told.id = $1
"""  # noqa: S608 - constants only


class SlotPlace(rules.Placed, frozen=True, kw_only=True):
    """Where and when: the slot as whoever comes to it sees it."""

    slot: int
    slot_state: str
    seats: int
    seats_taken: int
    seats_free: int
    starts_at: datetime
    ends_at: datetime
    settles_at: datetime
    list_locks_at: datetime
    eve_at: datetime
    workshop: str
    access: str
    room: str
    host: int
    arrival: Arrival
    bring: str


class GroupVisit(SlotPlace, frozen=True, kw_only=True):
    """A group's reservation. `college` is the visitors' school, `host` the lycée, `booked_by` an account.

    `seats_offered` are those of its slot that wait for an answer; `ranked`: it is the `line` of several that its
    group asked for in one `demand`; `half`, 1 or 2, of a class that comes in two; `beyond`:
    it waits behind the others because its collège has as many groups as classes.
    `confirmed_at` is None for a demand that never reached the agendas; `changed_at` dates its last change.
    """

    id: int
    uid: str
    sequence: int
    state: str
    beyond: bool
    reason: str
    pupils: int
    adults: int
    booked_by: int | None
    seats_offered: int
    demand: int | None
    line: int
    half: int | None
    ranked: bool
    confirmed_at: datetime | None
    changed_at: datetime
    group: int
    group_name: str
    level: str
    college: int
    college_name: str
    college_commune: str

    @property
    def pair(self) -> Pair | None:
        """What both halves of a class have in common; None for a group that comes whole."""
        return None if self.half is None or self.demand is None else (self.demand, self.line)

    @property
    def invited(self) -> bool:
        """Whether agendas hold it, or did."""
        return self.confirmed_at is not None

    @property
    def title(self) -> str:
        """The entry's title."""
        return rules.group_title(
            workshop=self.workshop, group=self.group_name, college=self.college_name, pupils=self.pupils
        )

    @property
    def who(self) -> str:
        """Who comes."""
        return rules.group_people(
            group=self.group_name, college=self.college_name, pupils=self.pupils, adults=self.adults
        )


class CompanyVisit(SlotPlace, frozen=True, kw_only=True):
    """A company's attendance, announced or asked for; `reason` is why the lycée declined it, `withdrawn_why`
    why the company took it back; `warned_on` is set where it read, as it signed up, that no group would come."""

    id: int
    uid: str
    sequence: int
    state: str
    people: int
    role: str
    confirmed_at: datetime | None
    changed_at: datetime
    reason: str
    withdrawn_why: str
    warned_on: date | None
    company: int
    company_name: str
    company_commune: str

    @property
    def invited(self) -> bool:
        """Whether agendas hold it, or did: not while the lycée has not agreed."""
        return self.confirmed_at is not None

    @property
    def title(self) -> str:
        """The entry's title."""
        return rules.company_title(workshop=self.workshop, company=self.company_name, people=self.people)

    @property
    def who(self) -> str:
        """Who comes."""
        return rules.company_people(company=self.company_name, people=self.people, role=self.role)


async def visit(reservation: int) -> GroupVisit | None:
    """A reservation's visit, whatever its state, read with those that others ask for meanwhile."""
    return await _together.submit(reservation)


async def _visits(numbers: list[int]) -> dict[int, GroupVisit | None]:
    found = {one.id: one for one in await rows_as(GroupVisit, VISITS, numbers)}
    return {number: found.get(number) for number in numbers}


_together: Batcher[int, GroupVisit | None] = Batcher(_visits)


async def visit_left(reservation: int, slot: int) -> GroupVisit | None:
    """A reservation as it was at a slot that it has left."""
    return await row_as(GroupVisit, VISIT_LEFT, reservation, slot)


async def company_visit(attendance: int) -> CompanyVisit | None:
    """A company's attendance, whatever its state."""
    return await row_as(CompanyVisit, COMPANY_VISIT, attendance)
