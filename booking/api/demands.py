"""What a group asks for, line by line, for machines."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from booking.api.shapes import IdempotencyKey, Instant, answer_of, made, readable_key, told_as
from booking.door.forms.demands import whole_demand_of
from booking.door.rights.guards import AsCoordinator, AsTeacher, Now, SiteSettings, may
from booking.visits.asking.acts import AskDemand
from booking.visits.asking.ask import make_demand as ask_for
from booking.visits.asking.queries import DemandSeen, NamedSlot, demand_seen, named_slots
from booking.visits.asking.withdraw import withdraw
from booking.visits.reservation_states import State
from booking.visits.reservations.let_through import let_search_through
from workshops.offer.rules import MINE
from workshops.refusals import or_not_found
from workshops.scope import EVERYTHING, Scope


class SlotOfDemand(msgspec.Struct):
    """A slot that a line names, or that its search found; of two halves, `half` 1 or 2."""

    reservation_id: int
    slot_id: int
    half: int | None
    pupils: int
    state: State


class SearchOfDemand(msgspec.Struct):
    """The sentence of a search: whatever suits it."""

    distance_most: int | None
    from_on: date | None
    to_on: date | None
    out_of_holidays: bool
    department: str | None
    lycee_uai: str | None
    object_id: int | None


class LineOfDemand(msgspec.Struct):
    """A line of a demand, 1 the best, and what became of it; 7 is what was given back late elsewhere and offered."""

    line: int
    slots: list[SlotOfDemand]
    search: SearchOfDemand | None


class DemandAnswer(msgspec.Struct):
    """What a group asks for; in a draw, its opaque number, and its rank and result afterwards.

    `passed_over`: the slots of which the search alone is left, and `passed_why`, what was told of the first one;
    `found_nothing`: its search ended with its last day; `beyond`: what suits it is offered to all others before.
    """

    id: int
    group_id: int
    pupils: int
    adults: int
    asked_at: Instant
    last_minute: bool
    lines: list[LineOfDemand]
    passed_over: list[int]
    passed_why: str
    found_nothing: bool
    beyond: bool
    draw: int | None
    draw_number: str | None
    draws_at: Instant | None
    draw_rank: int | None
    digest: str | None
    result: Annotated[str, told_as("", "placed", "offered", "waits", "out")]


@post("/demands", opt=may("visits.keep"))
async def make_demand(
    data: JSONBody[AskDemand],
    person: AsTeacher,
    settings: SiteSettings,
    now: Now,
    idempotency_key: IdempotencyKey = None,
) -> Response[DemandAnswer]:
    """Ask for the first of these lines that can be had; in an opening's first hour that is drawn, enter its draw."""
    demand = whole_demand_of(data, person, settings, key=readable_key(idempotency_key, person))
    number = (await ask_for(demand, period=data.period, wait=data.wait, now=now)).demand or 0
    return made(await _seen(number, EVERYTHING), f"/demands/{number}")


@get("/demands/{demand:int}", opt=may("visits.keep"))
async def read_demand(demand: FromPath[int], person: AsTeacher) -> DemandAnswer:
    """What became of it, line by line."""
    return await _seen(demand, person.scope)


@delete("/demands/{demand:int}", opt=may("visits.keep"))
async def withdraw_demand(demand: FromPath[int], person: AsTeacher, now: Now) -> None:
    """Ask no more for what has no place yet; a visit that is sure stays."""
    or_not_found(await demand_seen(demand, scope=person.scope))
    await withdraw(demand, school=person.school, by=person.account, now=now)


@post("/demands/{demand:int}/passage", opt=may("visits.correct"))
async def let_demand_through(demand: FromPath[int], person: AsCoordinator, now: Now) -> Response[DemandAnswer]:
    """A demand that only looks, beyond its collège's classes, is offered what suits it as any other."""
    await let_search_through(demand, by=person.account, now=now)
    return made(await _seen(demand, EVERYTHING), f"/demands/{demand}")


async def _seen(demand: int, scope: Scope) -> DemandAnswer:
    seen = or_not_found(await demand_seen(demand, scope=scope))
    named = await named_slots(demand)
    lines = sorted({slot.line for slot in named} | ({seen.sentence} if seen.sentence else set()))
    return answer_of(
        DemandAnswer,
        seen,
        group_id=seen.group,
        passed_over=list(seen.passed_over),
        beyond=seen.held_back,
        result="" if seen.result == "gone" else seen.result,
        lines=[_line(line, seen, [slot for slot in named if slot.line == line]) for line in lines],
    )


def _line(line: int, seen: DemandSeen, named: list[NamedSlot]) -> LineOfDemand:
    slots = [answer_of(SlotOfDemand, slot, reservation_id=slot.id, slot_id=slot.slot) for slot in named]
    return LineOfDemand(line, slots, _search(seen) if line == seen.sentence else None)


def _search(seen: DemandSeen) -> SearchOfDemand:
    return answer_of(
        SearchOfDemand,
        seen,
        distance_most=seen.km,
        out_of_holidays=seen.away == MINE,
        department=seen.department or None,
        lycee_uai=seen.lycee or None,
        object_id=seen.tech_object,
    )
