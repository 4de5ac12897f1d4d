"""Reading reservations: for the booking's decision, for a page, for lists."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from booking.people.accounts.rules import hash_of
from booking.visits.reservation_states import SIGNED_SQL, Standing
from booking.visits.reservations.in_line import IN_LINE, IN_RESERVE
from booking.visits.reservations.mailed_links import offer_salt_of
from booking.visits.reservations.rules import Pair, asked_whether_it_comes_from, passed_over
from booking.visits.reservations.states import (
    APPROVAL_LASTS,
    OFFER_LASTS,
    Asks,
    allowed_acts,
    hold_until,
    offer_expires_at,
)
from booking.visits.reservations.tables import Approval
from booking.visits.reservations.whom_to_ask import AWAITS_VISA
from booking.words.wording import PARIS
from workshops.catalogue.rules import SafetySheet
from workshops.database import row, value
from workshops.database.row_types import columns_of, row_as, rows_as
from workshops.school_calendar.queries import days_off_before
from workshops.school_calendar.rules import LOOKS_BACK, paris_day
from workshops.schools.queries import KILOMETRES
from workshops.schools.rules import Arrival
from workshops.scope import EVERYTHING, Scope, among, within, within_author
from workshops.slots.queries import deadlines_for
from workshops.slots.rules import Deadlines

# The reservation of the other half of a class, as it is today.
TWIN = """(SELECT twin_half.id FROM reservations twin_half WHERE twin_half.demand = {one}.demand
  AND twin_half.line = {one}.line AND twin_half.half <> {one}.half AND twin_half.replaces IS NULL
  AND {one}.replaces IS NULL ORDER BY twin_half.id DESC LIMIT 1)"""
MARKS = "SELECT r.mark AS worn, sl.groups_ever AS coming FROM reservations r, slots sl WHERE r.id = $1 AND sl.id = $2"


async def marks_passed(twin: int | None, slot: int) -> int:
    """How many signs of a slot, whose row is locked, a half of a class leaves out to be told apart from its twin."""
    seen = None if twin is None else await row(MARKS, twin, slot)
    return 0 if seen is None else passed_over(seen["worn"], seen["coming"])


# A visa was noted for a visit, for both halves of a class, for the lines of a demand: as they stand now.
ON_PAPER = f"""SELECT r.id FROM reservations noted JOIN reservations r
  ON r.id = noted.id OR r.demand = noted.demand
WHERE noted.id = $1 AND r.visa_paper_on IS NOT NULL AND r.replaces IS NULL AND r.starts_at > $2
  AND r.state IN {SIGNED_SQL} ORDER BY r.line, r.half, r.id"""  # noqa: S608 - constants only


class Visit(Standing, frozen=True):
    """A reservation with everything that its page and its papers tell.

    `rank` is its place in the waiting list, 0 outside of it; `beyond`: it waits behind the others because its collège
    has as many groups as classes; `kept` says that it is in reserve until another line
    of its `demand` has its answer; `hold_until` ends an unanswered offer or a missing visa;
    `change` is the reservation that would take its place once it is signed, and `replaces` it; more adults than were
    signed for are `adults_asked`; `visa_note` says who signed on paper, `visa_paper_on` when;
    `demand` is shared by the lines of what was asked, which are `ranked` where there are several, `line` by the two
    halves of a class, `offer_salt` makes the link that answers an offered place; `draw_number` is its opaque number in
    the `draw` of an opening, held at `draws_at` while the demand is in it; `kilometres` are as the crow flies;
    `confirmed_at` is when it became sure, `comes_on` the date of which its collège said that it comes;
    `seats` are all those of its slot;
    `awaits_college`: its teacher signed up by herself, and her collège has not confirmed her.
    """

    id: int
    uid: str
    sequence: int
    pupils: int
    adults: int
    needs: str
    needed: tuple[str, ...]
    mark_number: int
    late: bool
    reason: str
    hold_until: datetime | None
    offer_salt: UUID | None
    replaces: int | None
    adults_asked: int | None
    signed_on: date | None
    change: int | None
    demand: int | None
    line: int
    ranked: bool
    half: int | None
    visa_note: str
    visa_paper_on: date | None
    comes_on: date | None
    confirmed_at: datetime | None
    created_at: datetime
    changed_at: datetime
    needs_approval: bool
    booking_closes_at: datetime
    kept: bool
    rank: int
    beyond: bool
    draw_number: str | None
    draw: int | None
    draws_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    slot: int
    slot_state: str
    seats: int
    workshop: str
    summary: str
    access: str
    sheet: SafetySheet
    offers: tuple[str, ...]
    bring: str
    room: str
    objects: tuple[str, ...]
    group: int
    group_name: str
    level: str
    school: int
    school_name: str
    school_phone: str
    host: int
    host_name: str
    host_address: str
    host_postcode: str
    host_commune: str
    host_phone: str
    host_lat: float | None
    host_lon: float | None
    kilometres: float | None
    arrival: Arrival
    deadlines: Deadlines
    teacher: str
    teacher_email: str
    awaits_college: bool

    @property
    def pair(self) -> Pair | None:
        """What both halves of a class have in common; None for a group that comes whole."""
        return None if self.half is None or self.demand is None else (self.demand, self.line)

    def acts(self, *, role: str, now: datetime) -> tuple[str, ...]:
        """What this role may do now."""
        return allowed_acts(
            self.state, role=role, deadlines=self.deadlines, hold_until=self.hold_until, asks=self.asks, now=now
        )

    @property
    def on(self) -> date:
        """Its day in Paris."""
        return self.starts_at.astimezone(PARIS).date()

    @property
    def comes(self) -> bool:
        """Whether its collège said that it comes on its date."""
        return self.sure and self.comes_on == self.on

    def asked_whether_it_comes(self, now: datetime) -> bool:
        """Whether its date is near enough to say that the group comes, and nobody has said so."""
        asked_from = asked_whether_it_comes_from(self.confirmed_at or self.created_at, self.starts_at)
        return self.sure and not self.comes and asked_from <= now < self.starts_at

    @property
    def asks(self) -> Asks:
        """What is asked of the principal about it."""
        return Asks(
            *(self.adults_asked is not None, self.change is not None, self.replaces is not None),
            paper=self.visa_paper_on is not None,
            beyond=self.beyond,
        )


VISIT = f"""
SELECT r.id, r.uid, r.sequence, r.state, r.pupils, r.adults, r.needs, r.needed, r.mark AS mark_number, r.late,
  r.reason, r.hold_until, r.offer_salt, r.replaces, r.adults_asked, r.signed_on, r.demand, r.line,
  coalesce(d.lines > 1 AND r.line <= d.lines, false) AS ranked, r.half,
  r.visa_note, r.visa_paper_on, r.comes_on, r.confirmed_at, r.created_at, r.changed_at,
  c.needs_approval,
  (SELECT n.id FROM reservations n WHERE n.replaces = r.id AND n.state = 'requested') AS change,
  sl.booking_closes_at, r.state = 'waiting' AND {IN_RESERVE} AS kept,
  {IN_LINE},
  r.starts_at, r.ends_at, r.slot, sl.state AS slot_state, sl.seats,
  w.title AS workshop, w.summary, w.access, {columns_of(SafetySheet, "w")},
  w.offers, w.bring, coalesce(ro.name, '') AS room,
  ARRAY(SELECT o.name FROM workshop_objects wo JOIN tech_objects o ON o.id = wo.tech_object
        WHERE wo.workshop = w.id AND (sl.only_objects IS NULL OR o.id = ANY (sl.only_objects))
        ORDER BY o.name)::text[] AS objects,
  g.id AS "group", g.name AS group_name, g.level, c.id AS school, c.name AS school_name,
  c.phone AS school_phone, h.id AS host, h.name AS host_name, h.address AS host_address, h.postcode AS host_postcode,
  h.commune AS host_commune, h.phone AS host_phone, h.lat AS host_lat, h.lon AS host_lon,
  {columns_of(Arrival, "h")}, coalesce(a.name, '') AS teacher, coalesce(a.email, '') AS teacher_email,
  {KILOMETRES.format(school="h", lat="c.lat", lon="c.lon")} AS kilometres, {deadlines_for("sl", "c.zone", host="h")},
  EXISTS (SELECT FROM memberships m WHERE m.account = r.booked_by AND m.school = r.school AND m.awaiting)
    AS awaits_college
FROM reservations r
JOIN slots sl ON sl.id = r.slot JOIN workshops w ON w.id = sl.workshop JOIN schools h ON h.id = sl.school
JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
LEFT JOIN rooms ro ON ro.id = sl.room LEFT JOIN accounts a ON a.id = r.booked_by
LEFT JOIN demands d ON d.id = r.demand
"""  # noqa: S608 - constants only
# A lycée reads how many are in a draw, not who.
RECEIVES = "(sl.school = ANY ($2) AND r.state <> 'in_draw')"
_HERS = within_author("r.booked_by", 3)
VISIT_FOR = f"{VISIT} WHERE r.id = $1 AND ({within('r.school', 2)} OR {RECEIVES}) AND {_HERS}"
VISIT_TO_APPROVE = f"{VISIT} WHERE r.id = $1 AND {AWAITS_VISA.format(one='r')}"
# One link is for both halves of a class: where the half that it was sent for is given up, it asks for the other.
OF_LINK = """SELECT r.id FROM approvals ap JOIN reservations sent ON sent.id = ap.reservation
JOIN reservations r ON r.id = sent.id
  OR (r.demand = sent.demand AND r.line = sent.line AND r.half <> sent.half AND r.state = 'requested'
    AND r.replaces IS NULL AND sent.replaces IS NULL)
WHERE ap.token_hash = $1 AND ap.used_at IS NULL AND NOT ap.takes_back
ORDER BY r.state <> 'requested', r.id <> sent.id LIMIT 1"""
VISIT_OFFERED = f"""{VISIT} WHERE r.offer_salt = $1 AND r.state = 'offered' AND r.hold_until > $2
  AND a.id IS NOT NULL AND a.disabled_at IS NULL"""
VISITS_OF_SCHOOL = f"""{VISIT} WHERE {among("r.school", 1)}
  AND (CASE WHEN $2 THEN r.starts_at >= $4 ELSE r.starts_at < $4 END) AND {_HERS}
  ORDER BY CASE WHEN $2 THEN r.starts_at END, r.starts_at DESC, r.id LIMIT $5"""
VISITS_OF_SLOT = VISIT + " WHERE r.slot = $1 AND sl.school = $2 ORDER BY r.id"


async def visit(reservation: int, *, scope: Scope) -> Visit | None:
    """One visit, for the collège that goes or the lycée that receives, where the scope reaches one of them."""
    return await row_as(Visit, VISIT_FOR, reservation, scope.schools, scope.author)


async def visit_to_approve(token: str) -> Visit | None:
    """What a principal's link asks for; None when it is unknown, used, replaced or already answered."""
    asked = await asked_by_link(token)
    return None if asked is None else await row_as(Visit, VISIT_TO_APPROVE, asked)


async def asked_by_link(token: str) -> int | None:
    """The reservation that a principal's link asks for; None once it is used or replaced."""
    found: int | None = await value(OF_LINK, hash_of(token))
    return found


async def visit_offered(token: str, *, secret_key: str, now: datetime) -> Visit | None:
    """What the link of an offered place asks; None when it is unknown, answered or too late, or its teacher is gone."""
    salt = offer_salt_of(token, secret_key)
    return None if salt is None else await row_as(Visit, VISIT_OFFERED, salt, now)


async def visits_of_school(scope: Scope, *, coming: bool, now: datetime, limit: int = 100) -> list[Visit]:
    """The visits of a scope's collèges, the coming ones from today's midnight on (nearest first) or the past ones
    (latest first)."""
    today = now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    return await rows_as(Visit, VISITS_OF_SCHOOL, scope.schools, coming, scope.author, today, limit)


async def visits_of_slot(slot: int, *, school: int) -> list[Visit]:
    """Who comes to a lycée's slot, the cancelled ones too."""
    return await rows_as(Visit, VISITS_OF_SLOT, slot, school)


async def held_until(deadlines: Deadlines, *, college: int, now: datetime) -> datetime:
    """Until when seats are held for the visa of a collège's principal."""
    off = await days_off_before(college, paris_day(now + APPROVAL_LASTS + LOOKS_BACK))
    return hold_until(deadlines, off, now=now)


async def offered_until(deadlines: Deadlines, *, college: int, now: datetime) -> datetime | None:
    """Until when a place offered to a collège is held; None when it is too late to offer one."""
    off = await days_off_before(college, paris_day(now + OFFER_LASTS + LOOKS_BACK))
    return offer_expires_at(deadlines, off, now=now)


async def paper_link(token: str) -> tuple[int, datetime | None] | None:
    """The visit whose paper visa a link takes back, and when it did; None for a link never sent."""
    asked = Approval.select(Approval.reservation, Approval.used_at)
    found = await asked.where(Approval.token_hash == hash_of(token), Approval.takes_back.eq(True)).first()
    return None if found is None else (found["reservation"], found["used_at"])


async def taken_back_by(token: str, *, now: datetime) -> tuple[Visit, bool] | None:
    """The visit whose paper visa a link takes back, and whether it still can; None for a link never sent."""
    link = await paper_link(token)
    if link is None:
        return None
    reservation, used_at = link
    first = await row(ON_PAPER, reservation, now)
    seen = await visit(reservation if first is None else first["id"], scope=EVERYTHING)
    return None if seen is None else (seen, first is not None and used_at is None)
