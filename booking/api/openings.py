"""When the slots of a period may be reserved, for machines: anyone reads it, a coordinator sets it."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.shapes import Instant, Page, made
from booking.door.guards import ANYONE, COORDINATOR
from booking.people.accounts.queries import Coordinator
from workshops.openings.plan import plan, put_off, withdraw
from workshops.openings.queries import OpeningSeen, openings_to_come
from workshops.openings.queries import opening as opening_seen
from workshops.refusals import NotFound


class NewOpening(msgspec.Struct, forbid_unknown_fields=True):
    """The days of a period, both included, and the minute from which their slots may be reserved."""

    first_on: date
    last_on: date
    opens_at: Instant


class OpensAt(msgspec.Struct, forbid_unknown_fields=True):
    """Another minute, sooner or later."""

    opens_at: Instant


class Opening(msgspec.Struct):
    """The days of a period, both included, from when on they may be reserved, and how many open slots they hold."""

    id: int
    first_on: date
    last_on: date
    opens_at: Instant
    open_slots: int


@get("/openings", opt={"who": ANYONE})
async def list_openings(now: NamedDependency[datetime]) -> Page[Opening]:
    """The openings whose period is not over, in the order of their hours."""
    return Page([_told(one) for one in await openings_to_come(now=now)], None)


@get("/openings/{opening:int}", opt={"who": ANYONE})
async def read_opening(opening: FromPath[int]) -> Opening:
    """One opening."""
    return await _whole(opening)


@post("/openings", opt=COORDINATOR)
async def plan_opening(
    data: JSONBody[NewOpening], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Response[Opening]:
    """The slots of these days are seen, and may be reserved from that minute on; what is reserved already stays."""
    planned = await plan(
        first_on=data.first_on, last_on=data.last_on, opens_at=data.opens_at, by=person.account, now=now
    )
    return made(await _whole(planned), f"/openings/{planned}")


@put("/openings/{opening:int}", opt=COORDINATOR)
async def change_hour(
    opening: FromPath[int],
    data: JSONBody[OpensAt],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> Opening:
    """It opens at another minute, until the one that was told has come."""
    await put_off(opening, opens_at=data.opens_at, by=person.account, now=now)
    return await _whole(opening)


@delete("/openings/{opening:int}", opt=COORDINATOR)
async def take_back_opening(
    opening: FromPath[int], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> None:
    """Its slots may be reserved at once; until its hour has come."""
    await withdraw(opening, by=person.account, now=now)


async def _whole(opening: int) -> Opening:
    found = await opening_seen(opening)
    if found is None:
        raise NotFound()
    return _told(found)


def _told(one: OpeningSeen) -> Opening:
    return Opening(one.id, one.first_on, one.last_on, one.opens_at, one.slots)
