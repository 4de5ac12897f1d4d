"""When the slots of a period may be reserved, for machines: anyone reads it, a coordinator sets it."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from booking.api.shapes import LIMIT_MOST, PAGE, Cursor, Instant, Limit, Page, answer_of, made, page_of_few, told_as
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.visits.draws.queries import LAST, draw, draw_lines, left_by_draw, place_of
from booking.visits.draws.rules import SEED_BYTES
from workshops.offer.rules import NO_CURSOR
from workshops.openings.plan import PlanOpening, PutOffOpening, plan, put_off, withdraw
from workshops.openings.queries import OpeningSeen, openings_to_come
from workshops.openings.queries import opening as opening_seen
from workshops.refusals import Invalid, or_not_found


class OpeningAnswer(msgspec.Struct):
    """The days of a period, both included, from when on they may be reserved, and how many open slots they hold."""

    id: int
    first_on: date
    last_on: date
    opens_at: Instant
    draws_at: Instant | None
    first_weight: int
    open_slots: int


@get("/openings", opt=may("public.use"))
async def list_openings(now: Now, limit: Limit = LIMIT_MOST, cursor: Cursor = None) -> Page[OpeningAnswer]:
    """The openings whose period is not over, in the order of their hours."""
    return page_of_few(await openings_to_come(now=now), _answer, of="openings", limit=limit, cursor=cursor)


@get("/openings/{opening:int}", opt=may("public.use"))
async def read_opening(opening: FromPath[int]) -> OpeningAnswer:
    """One opening."""
    return await _whole(opening)


@post("/openings", opt=may("openings.plan"))
async def plan_opening(data: JSONBody[PlanOpening], person: AsCoordinator, now: Now) -> Response[OpeningAnswer]:
    """The slots of these days are seen, and may be reserved from that minute on; what is reserved already stays."""
    planned = await plan(data, seed=secrets.token_bytes(SEED_BYTES), by=person.account, now=now)
    return made(await _whole(planned), f"/openings/{planned}")


@put("/openings/{opening:int}", opt=may("openings.plan"))
async def change_hour(
    opening: FromPath[int], data: JSONBody[PutOffOpening], person: AsCoordinator, now: Now
) -> OpeningAnswer:
    """It opens at another minute, until the one that was told has come."""
    await put_off(opening, data, by=person.account, now=now)
    return await _whole(opening)


@delete("/openings/{opening:int}", opt=may("openings.plan"))
async def take_back_opening(opening: FromPath[int], person: AsCoordinator, now: Now) -> None:
    """Its slots may be reserved at once; until its hour has come."""
    await withdraw(opening, by=person.account, now=now)


class PlacesLeft(msgspec.Struct):
    """What a draw left of a slot."""

    slot_id: int
    seats_left: int
    groups_left: int


class Draw(msgspec.Struct):
    """A draw: its seed's SHA-256 from the beginning; when no demand enters any more, that of the file of all that
    decides; then the seed, and what is left of each slot."""

    opening: int
    draws_at: Instant
    first_weight: int
    digest: str
    seed: str | None
    demand_count: int
    drawn_at: Instant | None
    file_digest: str | None
    places_left: list[PlacesLeft] | None


class DrawnDemand(msgspec.Struct):
    """A demand of a draw without its collège, its head count or its slots; one that was withdrawn has no rank."""

    number: str
    weight: int
    beyond: bool | None
    slot_id: Annotated[
        int | None, msgspec.Meta(description="Of a draw held when each demand was for one slot, that one; else null.")
    ]
    rank: int | None
    result: Annotated[str, told_as("", "placed", "offered", "waits", "out")]
    digest: str | None


@get("/openings/{opening:int}/draw", opt=may("public.use"))
async def read_draw(opening: FromPath[int]) -> Draw:
    """The draw of an opening; `technilab draw` replays it, docs/draw.md says how."""
    drawn = or_not_found(await draw(opening))
    left = [PlacesLeft(slot.slot, slot.seats, slot.groups) for slot in await left_by_draw(opening)]
    return answer_of(
        Draw,
        drawn,
        opening=drawn.id,
        demand_count=drawn.demands,
        places_left=left if drawn.left_told else None,
    )


@get("/openings/{opening:int}/draw/demands", opt=may("public.use"))
async def list_drawn_demands(opening: FromPath[int], limit: Limit = PAGE, cursor: Cursor = None) -> Page[DrawnDemand]:
    """The demands of a draw by their rank, then by their number; the page /tirages/… gives them all in one file."""
    rank, _, number = (cursor or "0-").partition("-")
    if not (rank.isascii() and rank.isdigit() and int(rank) <= LAST):
        raise Invalid({"cursor": NO_CURSOR})
    found = await draw_lines(opening, after=(int(rank), number), limit=limit + 1)
    ends = place_of(found[limit - 1]) if len(found) > limit else None
    lines = [answer_of(DrawnDemand, line, slot_id=line.slot) for line in found[:limit]]
    return Page(lines, ends and f"{ends[0]}-{ends[1]}")


async def _whole(opening: int) -> OpeningAnswer:
    return _answer(or_not_found(await opening_seen(opening)))


def _answer(opening: OpeningSeen) -> OpeningAnswer:
    return answer_of(OpeningAnswer, opening, open_slots=opening.slots)
