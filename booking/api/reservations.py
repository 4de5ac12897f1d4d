"""Reservations, for machines: the same acts as the pages'."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody

from booking.api.bodies import NewReservation, Reason, readable_key
from booking.calendar.invites.invite import invitation_for
from booking.day.badges.print_sheet import sheet_of
from booking.door.answers import download, invitation_file
from booking.door.demands import demand_of
from booking.door.guards import TEACHER, AnyOf
from booking.door.keepers import VISIT_PEOPLE, school_of
from booking.people.accounts.queries import Coordinator, Host, Person, Teacher
from booking.people.accounts.rules import Role
from booking.settings import Settings
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.queries import Visit, visit
from workshops.refusals import NotFound


async def visit_seen_by(person: Person, reservation: int) -> Visit:
    """A reservation that this person is part of; raises NotFound for every other one."""
    found = await visit(reservation, school=school_of(person))
    if found is None:
        raise NotFound()
    return found


@post("/reservations", opt=TEACHER)
async def reserve(
    data: JSONBody[NewReservation],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
    idempotency_key: Annotated[str | None, HeaderParameter(name="Idempotency-Key", max_length=80)] = None,
) -> dict[str, Any]:
    """Reserve a slot for a group. With an Idempotency-Key, asking again gives the first answer."""
    demand = demand_of(
        person,
        settings,
        slot=data.slot_id,
        group=data.group_id,
        pupils=data.pupils,
        adults=data.adults,
        needs=data.needs,
        key=readable_key(idempotency_key),
    )
    booked = await book(demand, wait=data.wait, now=now)
    return {"id": booked.id, "state": booked.state, "uid": booked.uid, "sequence": booked.sequence}


@get("/reservations/{reservation:int}", opt=VISIT_PEOPLE)
async def read_reservation(
    reservation: FromPath[int], person: AnyOf[Teacher | Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """One reservation, with the acts that are allowed now."""
    seen = await visit_seen_by(person, reservation)
    return {
        "id": seen.id,
        "state": seen.state,
        "uid": seen.uid,
        "sequence": seen.sequence,
        "slot_id": seen.slot,
        "workshop": seen.workshop,
        "starts_at": seen.starts_at,
        "ends_at": seen.ends_at,
        "group": {"id": seen.group, "name": seen.group_name, "level": seen.level},
        "school": seen.school_name,
        "host": seen.host_name,
        "pupils": seen.pupils,
        "adults": seen.adults,
        "adults_asked": seen.adults_asked,
        "change_id": seen.change,
        "replaces_id": seen.replaces,
        "late": seen.late,
        "reason": seen.reason,
        "acts": list(seen.acts(role=person.role, now=now)),
    }


@post("/reservations/{reservation:int}/cancellation", opt={"who": {Role.TEACHER, Role.HOST}})
async def cancel_reservation(
    reservation: FromPath[int], data: JSONBody[Reason], person: AnyOf[Teacher | Host], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """End a reservation before its visit: its collège cancels, its lycée declines and says why."""
    state = await cancel(
        reservation, reason=data.reason, role=person.role, school=person.school, by=person.account, now=now
    )
    return {"id": reservation, "state": state}


@get("/reservations/{reservation:int}/invitation.ics", opt=VISIT_PEOPLE, media_type="text/calendar")
async def invitation(
    request: Request[Any, Any, Any],
    reservation: FromPath[int],
    person: AnyOf[Teacher | Host | Coordinator],
    settings: NamedDependency[Settings],
) -> Response[bytes]:
    """The calendar entry, as the mail brings it."""
    made = await invitation_for(
        reservation, school=school_of(person), email=person.email, name=person.name, settings=settings
    )
    return invitation_file(made, request)


@get("/reservations/{reservation:int}/badges.pdf", opt=VISIT_PEOPLE, media_type="application/pdf")
async def badges(
    reservation: FromPath[int],
    person: AnyOf[Teacher | Host | Coordinator],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
    preset: FromQuery[str] = "a4",
    start: FromQuery[int] = 1,
    dx_mm: FromQuery[float] = 0,
    dy_mm: FromQuery[float] = 0,
) -> Response[bytes]:
    """The sheet of anonymous badges, on the labels of `preset`, from label number `start`."""
    await visit_seen_by(person, reservation)
    sheet = await sheet_of(
        reservation,
        secret_key=settings.secret_key,
        preset=preset,
        start=start,
        dx_mm=dx_mm,
        dy_mm=dy_mm,
        printed_on=now,
    )
    return download(sheet, name=f"badges-{reservation}.pdf", media_type="application/pdf")
