"""Who is expected and here at a slot, what was counted of them, and what was before a reopening, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromPath

from booking.api.builds import BuildCounts
from booking.api.schools import NamedSchool, Naming, naming
from booking.api.shapes import Instant, answer_of
from booking.day.checkin.roster import ExpectedGroup, Roster
from booking.door.rights.desk_link import AtDesk, roster_seen_by
from booking.door.rights.guards import SiteSettings, may
from booking.visits.attendance.rules import CompanyRole
from booking.visits.badge_codes.rules import BadgeKind
from booking.visits.reservation_states import State
from booking.words.needs import Boxes
from booking.words.wording import mark
from workshops.builds.queries import BuildLine
from workshops.schools.rules import Level
from workshops.slots.queries import CountedBefore, counted_before
from workshops.slots.rules import SlotState


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


class BuiltHere(BuildCounts, kw_only=True):
    """What a group made of an object."""

    id: int
    object_id: int
    object: str


class GroupHere(msgspec.Struct):
    """A group at the desk; `counted` and what follows are null until the closure. A desk link reads numbers alone."""

    reservation_id: int
    group: str
    level: Level
    college: NamedSchool
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
    count_note: str | None
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


class GroupCounted(msgspec.Struct):
    """What a closing had counted of a group, which may have left the visit since."""

    reservation_id: int
    counted: int
    girls_counted: int | None
    adults_counted: int
    note: str


class CompanyCame(msgspec.Struct):
    """With how many people a closing had seen a company; `company_id` is null where it no longer comes to the slot."""

    company_id: int | None
    siret: str
    came: int


class TakenBack(msgspec.Struct):
    """What the closing that a reopening took back had counted."""

    reopened_at: Instant
    groups: list[GroupCounted]
    companies: list[CompanyCame]


class SlotRoster(msgspec.Struct):
    """A slot as the desk sees it: numbers and counts. `guests` are pupils that another visit of the lycée expects.

    Of a visit that was reopened, `reopenings` tells what each closing before had counted, the last one first: the next
    begins with it, and what that counts stands in `groups` and `companies`. A desk link reads none.
    """

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
    reopenings: list[TakenBack]


@get("/slots/{slot:int}/roster", opt=may("desk.scan"))
async def read_roster(slot: FromPath[int], receiver: AtDesk, settings: SiteSettings) -> SlotRoster:
    """Groups, badge numbers and presence. No name is in it; to a desk link, numbers alone."""
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    return await slot_roster(seen, [] if receiver.helper else await counted_before(slot))


async def slot_roster(seen: Roster, before: Sequence[CountedBefore]) -> SlotRoster:
    """The answer, with what each closing `before` had counted."""
    named = await naming(group.school for group in (*seen.groups, *seen.guests))
    return answer_of(
        SlotRoster,
        seen,
        slot_id=seen.slot,
        workshop=seen.title,
        present=seen.here,
        declared_present=seen.declared,
        groups=[_group(group, named) for group in seen.groups],
        guests=[_group(group, named) for group in seen.guests],
        companies=[
            answer_of(CompanyHere, one, company_id=one.company, badges_scanned=one.scanned) for one in seen.companies
        ],
        objects=[ObjectHere(number, name) for number, name in seen.objects.items()],
        reopenings=taken_back(seen, before),
    )


def taken_back(seen: Roster, every: Sequence[CountedBefore]) -> list[TakenBack]:
    """Of each reopening, the last one first, what its closing had counted."""
    numbers = {one.siret: one.company for one in seen.companies}
    told: dict[datetime, TakenBack] = {}
    for was in every:
        one = told.setdefault(was.reopened_at, TakenBack(was.reopened_at, [], []))
        if was.group_ref is None:
            one.companies.append(CompanyCame(numbers.get(was.siret), was.siret, was.counted))
        else:
            one.groups.append(GroupCounted(was.group_ref, was.counted, was.girls, was.adults, was.note))
    return list(told.values())


def _group(group: ExpectedGroup, named: Naming) -> GroupHere:
    return answer_of(
        GroupHere,
        group,
        reservation_id=group.reservation,
        group=group.label,
        college=named(group.school),
        mark=mark(group.mark).words,
        badge_mark=mark(group.badge_mark).words,
        boxes=Boxes.of(group.needed),
        present=group.here,
        declared_present=group.declared,
        adults_present=group.adults_here,
        girls_counted=group.girls,
        count_note=group.note,
        badges=[
            answer_of(
                BadgeHere,
                place,
                present=place.here,
                by_declaration=place.came and place.declared,
                late=place.came and place.late,
                scan_id=place.scan,
                departure_id=place.left_scan,
            )
            for place in group.places
        ],
        builds=[_built(one) for one in group.builds],
    )


def _built(one: BuildLine) -> BuiltHere:
    return answer_of(BuiltHere, one, object_id=one.tech_object, object=one.name)
