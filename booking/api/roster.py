"""Who is expected and here at a slot, its closure, and the figures taken back, for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.needs import Boxes
from booking.api.shapes import Count, Instant, Line, Whole, made, told_as
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.queries import roster
from booking.day.checkin.reopen_slot import reopen_slot
from booking.day.checkin.roster import ExpectedGroup, Roster
from booking.day.checkin.rules import CompanyCount, Headcount
from booking.door.desk_link import Receiver, roster_seen_by
from booking.door.guards import COORDINATOR, HOST, RECEIVERS
from booking.people.accounts.queries import Coordinator, Host
from booking.visits.attendance.rules import CompanyRole
from booking.visits.badge_codes.rules import BadgeKind
from booking.visits.reservations.states import State
from booking.wording import mark
from workshops.builds.queries import BuildLine
from workshops.refusals import Invalid
from workshops.schools.rules import Level
from workshops.slots.rules import SlotState


class CountedGroup(msgspec.Struct, forbid_unknown_fields=True):
    """The host's own head count of a group; where it differs from the scans, `note` says why, without a name.

    `girls`, some of `pupils`, may be left out. An expected group of 0 becomes a no-show: `absent` true confirms that it
    did not come, without it the answer is 422 `/problems/absence-unconfirmed` and nothing is closed.
    """

    reservation_id: Whole
    pupils: Count
    adults: Count
    note: Line = ""
    girls: Count | None = None
    absent: bool = False


class CountedCompany(msgspec.Struct, forbid_unknown_fields=True):
    """With how many people a company came, 0 if it did not."""

    company_id: Whole
    people: Count


class Closure(msgspec.Struct, forbid_unknown_fields=True):
    """One head count per expected group and per company announced: nothing announced is taken for what was seen."""

    headcounts: list[CountedGroup]
    companies: list[CountedCompany] = []


class BadgeHere(msgspec.Struct):
    """A badge of a group; `scan_id` counted it, `departure_id` let it go before the end."""

    kind: BadgeKind
    number: int
    present: bool
    elsewhere: bool
    by_declaration: bool
    late: bool
    scan_id: UUID | None
    first_scanned_at: Instant | None
    departure_id: UUID | None
    left_at: Instant | None


class BuiltHere(msgspec.Struct):
    """What a group made of an object."""

    id: int
    object_id: int
    object: str
    made: int
    finished: int
    working: int
    taken_home: int
    minutes: int | None
    note: str


class GroupHere(msgspec.Struct):
    """A group at the desk; `counted` and what follows are null until the closure. A desk link reads numbers alone."""

    reservation_id: int
    group: str
    level: Annotated[str, told_as("", *Level)]
    school: str
    commune: str
    mark: str
    badge_mark: str
    phone: str
    state: State
    pupils: int
    adults: int
    needs: str
    boxes: Boxes
    present: int
    came: int
    declared_present: int
    left: int
    late: int
    elsewhere: int
    adults_present: int
    counted: int | None
    adults_counted: int | None
    girls_counted: int | None
    badges: list[BadgeHere]
    builds: list[BuiltHere]


class CompanyHere(msgspec.Struct):
    """A company announced at the slot; `came` once the visit is closed."""

    company_id: int
    name: str
    role: CompanyRole
    people: int
    came: int | None
    badges_scanned: int
    arrived_at: Instant | None


class ObjectHere(msgspec.Struct):
    """An object that may be built at the slot."""

    id: int
    name: str


class SlotRoster(msgspec.Struct):
    """A slot as the desk sees it: numbers and counts. `guests` are pupils that another visit of the lycée expects."""

    slot_id: int
    state: SlotState
    workshop: str
    room: str
    starts_at: Instant
    ends_at: Instant
    closed_at: Instant | None
    expected: int
    present: int
    came: int
    declared_present: int
    left: int
    late: int
    groups: list[GroupHere]
    guests: list[GroupHere]
    companies: list[CompanyHere]
    objects: list[ObjectHere]


@get("/slots/{slot:int}/roster", opt=RECEIVERS)
async def read_roster(slot: FromPath[int], receiver: NamedDependency[Receiver]) -> SlotRoster:
    """Groups, badge numbers and presence. No name is in it; to a desk link, numbers alone."""
    return _told(await roster_seen_by(receiver, slot))


@post("/slots/{slot:int}/closure", opt=HOST)
async def close_visit(
    slot: FromPath[int], data: JSONBody[Closure], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Response[SlotRoster]:
    """Validate the head counts and freeze the slot's figures, from the visit's start on. A count of 0 is confirmed."""
    try:
        await close_slot(
            slot,
            headcounts=[
                Headcount(one.reservation_id, one.pupils, one.adults, one.note, one.girls, one.absent)
                for one in data.headcounts
            ],
            companies=[CompanyCount(one.company_id, one.people) for one in data.companies],
            account=person.account,
            school=person.school,
            now=now,
        )
    except Invalid as no:
        no.errors = {_field_of(data, name): sentence for name, sentence in no.errors.items()}
        raise
    return made(_told(await roster(slot, school=person.school)), f"/slots/{slot}/roster")


def _field_of(data: Closure, name: str) -> str:
    """Where in the body a fault stands that the closing tells of a group or a company by its number: `absent-7`."""
    what, _, number = name.rpartition("-")
    groups = [str(one.reservation_id) for one in data.headcounts]
    if what == "people":
        came = [str(one.company_id) for one in data.companies]
        return f"companies[{came.index(number)}].people" if number in came else "companies"
    if not number.isdigit():
        return name
    field = "note" if what == "reason" else what
    return f"headcounts[{groups.index(number)}].{field}" if number in groups else "headcounts"


class Reopening(msgspec.Struct, forbid_unknown_fields=True):
    """Why the figures were wrong, without a name."""

    reason: Line


class Reopened(msgspec.Struct):
    """The slot that may be closed again."""

    slot_id: int
    state: SlotState


@delete("/slots/{slot:int}/closure", opt=COORDINATOR, status_code=200)
async def reopen_visit(
    slot: FromPath[int], data: JSONBody[Reopening], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Reopened:
    """Take back a visit's frozen figures; scans and objects stay."""
    await reopen_slot(slot, reason=data.reason, account=person.account, now=now)
    return Reopened(slot, SlotState.CLOSED)


def _told(seen: Roster) -> SlotRoster:
    return SlotRoster(
        slot_id=seen.slot,
        state=SlotState(seen.state),
        workshop=seen.title,
        room=seen.room,
        starts_at=seen.starts_at,
        ends_at=seen.ends_at,
        closed_at=seen.closed_at,
        expected=seen.expected,
        present=seen.here,
        came=seen.came,
        declared_present=seen.declared,
        left=seen.left,
        late=seen.late,
        groups=[_group(group) for group in seen.groups],
        guests=[_group(group) for group in seen.guests],
        companies=[
            CompanyHere(one.company, one.name, CompanyRole(one.role), one.people, one.came, one.scanned, one.arrived_at)
            for one in seen.companies
        ],
        objects=[ObjectHere(number, name) for number, name in seen.objects.items()],
    )


def _group(group: ExpectedGroup) -> GroupHere:
    return GroupHere(
        reservation_id=group.reservation,
        group=group.label,
        level=group.level,
        school=group.college,
        commune=group.commune,
        mark=mark(group.mark).words,
        badge_mark=mark(group.badge_mark).words,
        phone=group.phone,
        state=State(group.state),
        pupils=group.pupils,
        adults=group.adults,
        needs=group.needs,
        boxes=Boxes.of(group.needed),
        present=group.here,
        came=group.came,
        declared_present=group.declared,
        left=group.left,
        late=group.late,
        elsewhere=group.elsewhere,
        adults_present=group.adults_here,
        counted=group.counted,
        adults_counted=group.adults_counted,
        girls_counted=group.girls,
        badges=[
            BadgeHere(
                kind=BadgeKind(place.kind),
                number=place.number,
                present=place.here,
                elsewhere=place.elsewhere,
                by_declaration=place.came and place.declared,
                late=place.came and place.late,
                scan_id=place.scan,
                first_scanned_at=place.first_scanned_at,
                departure_id=place.left_scan,
                left_at=place.left_at,
            )
            for place in group.places
        ],
        builds=[_built(one) for one in group.builds],
    )


def _built(one: BuildLine) -> BuiltHere:
    numbers = (one.made, one.finished, one.working, one.taken_home)
    return BuiltHere(one.id, one.tech_object, one.name, *numbers, one.minutes, one.note)
