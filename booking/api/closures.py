"""The days on which a lycée receives nobody beyond the official calendar, for machines."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from booking.api.series_life import ChangedSeries, DryRun, SlotNumbers, changed_slots
from booking.api.shapes import PAGE, Cursor, Limit, Page, as_it_is, made, page_of, start_of
from booking.door.rights.guards import AsHost, Now, may
from workshops.school_calendar.close import CloseSchool, close_school, reopen_school
from workshops.school_calendar.queries import OwnClosure, closure_of_school, closures_after
from workshops.school_calendar.rules import paris_day
from workshops.series.queries import slots_under_closure
from workshops.slots.call_off import CallOffSlot


@get("/closures", opt=may("slots.open"))
async def list_closures(person: AsHost, now: Now, limit: Limit = PAGE, cursor: Cursor = None) -> Page[OwnClosure]:
    """What one's lycée declared closed, from today on."""
    after = start_of(cursor, of="closures")
    found = await closures_after(after, school=person.school, since=paris_day(now), limit=limit + 1)
    return page_of(found, as_it_is, of="closures", limit=limit)


@get("/closures/{number:int}", opt=may("slots.open"))
async def one_closure(number: FromPath[int], person: AsHost) -> OwnClosure:
    """Days that one's lycée declared closed."""
    return await closure_of_school(number, scope=person.scope)


@post("/closures", opt=may("slots.open"))
async def shut_for_days(data: JSONBody[CloseSchool], person: AsHost, now: Now) -> Response[OwnClosure]:
    """Receive nobody on these days: slots already open stay, until the lycée moves them or calls them off."""
    number = await close_school(person.school, data, by=person.account, now=now)
    return made(OwnClosure(number, data.label, data.first_on, data.ends_on), f"/closures/{number}")


@delete("/closures/{number:int}", opt=may("slots.open"))
async def open_on_those_days(number: FromPath[int], person: AsHost, now: Now) -> None:
    """The lycée receives on those days after all."""
    await reopen_school(number, school=person.school, by=person.account, now=now)


class CallOffUnder(CallOffSlot, frozen=True, kw_only=True):
    """Why nobody is received, and which of the slots of these days: all of them unless `slot_numbers` are given. With
    `dry_run` each is told with whom that touches, and none is called off."""

    slot_numbers: (
        Annotated[SlotNumbers, Meta(description="Only these slots, by their numbers.", extra={"label": "Créneaux"})]
        | None
    ) = None
    dry_run: DryRun = False


@post("/closures/{number:int}/call-off", opt=may("slots.open") | {"also": (200,)})
async def call_off_under_closure(
    number: FromPath[int], data: JSONBody[CallOffUnder], person: AsHost, now: Now
) -> Response[ChangedSeries]:
    """Call off the slots that stand on the days of a closure: all of them or none."""
    await closure_of_school(number, scope=person.scope)
    slots = await slots_under_closure(number, school=person.school, now=now)
    return await changed_slots(
        data, slots, only=data.slot_numbers, dry_run=data.dry_run, person=person, now=now, at="/closures"
    )
