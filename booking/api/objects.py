"""The technological objects that groups build, for machines."""

from __future__ import annotations

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody

from booking.api.shapes import PAGE, Cursor, Limit, Page, as_it_is, made, page_of, start_of
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import ANY_SITE, SHARED, AsCoordinator, Now, may
from workshops.catalogue.describe_object import DescribeObject, describe_object
from workshops.catalogue.queries import ObjectCard, tech_object, tech_objects_after
from workshops.refusals import or_not_found


@get("/objects", opt=SHARED | ANY_SITE | DECIDES_NOTHING)
async def list_objects(limit: Limit = PAGE, cursor: Cursor = None) -> Page[ObjectCard]:
    """What can be built in the workshops: the numbers that `object` of /slots takes."""
    found = await tech_objects_after(start_of(cursor, of="objects"), limit=limit + 1)
    return page_of(found, as_it_is, of="objects", limit=limit)


@get("/objects/{number:int}", opt=SHARED | ANY_SITE | DECIDES_NOTHING)
async def read_object(number: FromPath[int]) -> ObjectCard:
    """One object."""
    return await _object(number)


@post("/objects", opt=may("objects.keep"))
async def add_object(data: JSONBody[DescribeObject], person: AsCoordinator, now: Now) -> Response[ObjectCard]:
    """Workshops may offer this object from now on."""
    number = await describe_object(data, by=person.account, now=now)
    return made(await _object(number), f"/objects/{number}")


@put("/objects/{number:int}", opt=may("objects.keep"))
async def reword_object(
    number: FromPath[int], data: JSONBody[DescribeObject], person: AsCoordinator, now: Now
) -> ObjectCard:
    """Another name, description or time."""
    await describe_object(data, tech_object=number, by=person.account, now=now)
    return await _object(number)


async def _object(number: int) -> ObjectCard:
    return or_not_found(await tech_object(number))
