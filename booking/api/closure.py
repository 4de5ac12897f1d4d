"""Who is expected and here at a slot, and its closure, for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.bodies import Count, Line, Whole
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.queries import roster
from booking.day.checkin.roster import ExpectedGroup, Roster
from booking.day.checkin.rules import CompanyCount, Headcount
from booking.door.desk_link import Receiver, roster_seen_by
from booking.door.guards import HOST, RECEIVERS
from booking.people.accounts.queries import Host
from booking.wording import mark


class CountedGroup(msgspec.Struct, forbid_unknown_fields=True):
    """The host's own head count of a group; where it differs from the scans, `note` says why, without a name.

    `girls`, some of `pupils`, may be left out. An expected group of 0 becomes a no-show: `absent` true confirms that it
    did not come, without it the answer is 422 `/problems/absence-unconfirmed` and nothing is closed.
    """

    reservation_id: Whole
    pupils: Count
    adults: Count = 0
    note: Line = ""
    girls: Count | None = None
    absent: bool = False


class CountedCompany(msgspec.Struct, forbid_unknown_fields=True):
    """With how many people a company came."""

    company_id: Whole
    people: Count


class Closure(msgspec.Struct, forbid_unknown_fields=True):
    """One head count per expected group; without `companies` they came as they announced."""

    headcounts: list[CountedGroup]
    companies: list[CountedCompany] | None = None


@get("/slots/{slot:int}/roster", opt=RECEIVERS)
async def read_roster(slot: FromPath[int], receiver: NamedDependency[Receiver]) -> dict[str, Any]:
    """Groups, badge numbers and presence. No name is in it; to a desk link, numbers alone."""
    return _told(await roster_seen_by(receiver, slot))


@post("/slots/{slot:int}/closure", opt=HOST)
async def close_visit(
    slot: FromPath[int], data: JSONBody[Closure], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Validate the head counts and freeze the slot's figures, from the visit's start on. A count of 0 is confirmed."""
    companies = None if data.companies is None else [CompanyCount(one.company_id, one.people) for one in data.companies]
    await close_slot(
        slot,
        headcounts=[
            Headcount(one.reservation_id, one.pupils, one.adults, one.note, one.girls, one.absent)
            for one in data.headcounts
        ],
        companies=companies,
        account=person.account,
        school=person.school,
        now=now,
    )
    return _told(await roster(slot, school=person.school))


def _told(seen: Roster) -> dict[str, Any]:
    return {
        "slot_id": seen.slot,
        "state": seen.state,
        "workshop": seen.title,
        "room": seen.room,
        "starts_at": seen.starts_at,
        "ends_at": seen.ends_at,
        "closed_at": seen.closed_at,
        "expected": seen.expected,
        "present": seen.here,
        "came": seen.came,
        "left": seen.left,
        "late": seen.late,
        "groups": [_group(group) for group in seen.groups],
        "guests": [_group(group) for group in seen.guests],
        "companies": [
            {"company_id": one.company, "name": one.name, "role": one.role, "people": one.people, "came": one.came}
            | {"badges_scanned": one.scanned, "arrived_at": one.arrived_at}
            for one in seen.companies
        ],
        "objects": [{"id": number, "name": name} for number, name in seen.objects.items()],
    }


def _group(group: ExpectedGroup) -> dict[str, Any]:
    return {
        "reservation_id": group.reservation,
        "group": group.label,
        "level": group.level,
        "school": group.college,
        "commune": group.commune,
        "mark": mark(group.mark).words,
        "badge_mark": mark(group.badge_mark).words,
        "phone": group.phone,
        "state": group.state,
        "pupils": group.pupils,
        "adults": group.adults,
        "needs": group.needs,
        "present": group.here,
        "came": group.came,
        "left": group.left,
        "late": group.late,
        "elsewhere": group.elsewhere,
        "adults_present": group.adults_here,
        "counted": group.counted,
        "adults_counted": group.adults_counted,
        "girls_counted": group.girls,
        "badges": [
            {
                "kind": place.kind,
                "number": place.number,
                "present": place.here,
                "elsewhere": place.elsewhere,
                "late": place.came and place.late,
                "scan_id": place.scan,
                "first_scanned_at": place.first_scanned_at,
                "departure_id": place.left_scan,
                "left_at": place.left_at,
            }
            for place in group.places
        ],
        "builds": [
            {
                "id": one.id,
                "object_id": one.tech_object,
                "object": one.name,
                "made": one.made,
                "finished": one.finished,
                "working": one.working,
                "taken_home": one.taken_home,
                "minutes": one.minutes,
                "note": one.note,
            }
            for one in group.builds
        ],
    }
