"""P-TECH schemes, for machines: a lycée's own, all of them for a coordinator."""

from __future__ import annotations

from datetime import date

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody

from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, made, page_of, start_of
from booking.door.rights.guards import Keeper, Now, may
from booking.people.accounts.queries import Person
from workshops.ptech import open_scheme as schemes
from workshops.ptech.open_scheme import ChangeScheme, CloseScheme, OpenScheme
from workshops.ptech.queries import SchemeCard, scheme, schemes_after
from workshops.refusals import Invalid, NotFound, or_not_found


class SchemeAnswer(msgspec.Struct):
    """A P-TECH scheme of a lycée."""

    id: int
    school_id: int
    school: str
    title: str
    field: str
    bts_school_id: int | None
    bts_title: str
    agreement_on: date | None
    agreement_ref: str
    opens_on: date
    closed_on: date | None


@get("/ptech/schemes", opt=may("records.keep"))
async def list_schemes(person: Keeper, limit: Limit = PAGE, cursor: Cursor = None) -> Page[SchemeAnswer]:
    """The schemes of one's lycée; all of them for a coordinator."""
    found = await schemes_after(start_of(cursor, of="schemes"), scope=person.scope, limit=limit + 1)
    return page_of(found, _answer, of="schemes", limit=limit)


@get("/ptech/schemes/{number:int}", opt=may("records.keep"))
async def read_scheme(number: FromPath[int], person: Keeper) -> SchemeAnswer:
    """One scheme."""
    return await _scheme(number, person)


@post("/ptech/schemes", opt=may("records.keep"))
async def add_scheme(data: JSONBody[OpenScheme], person: Keeper, now: Now) -> Response[SchemeAnswer]:
    """Open a scheme."""
    own = person.scope.school
    if own is not None and data.school not in {None, own}:
        raise NotFound()
    if own is None and data.school is None:
        raise Invalid({"school_id": "Donnez le lycée du dispositif."})
    number = await schemes.open_scheme(data, school=own, by=person.account, now=now)
    return made(await _scheme(number, person), f"/ptech/schemes/{number}")


@put("/ptech/schemes/{number:int}", opt=may("records.keep"))
async def change_scheme(number: FromPath[int], data: JSONBody[ChangeScheme], person: Keeper, now: Now) -> SchemeAnswer:
    """Tell a scheme otherwise."""
    await schemes.change_scheme(number, data, scope=person.scope, by=person.account, now=now)
    return await _scheme(number, person)


@post("/ptech/schemes/{number:int}/closure", status_code=200, opt=may("records.keep"))
async def close_scheme(number: FromPath[int], data: JSONBody[CloseScheme], person: Keeper, now: Now) -> SchemeAnswer:
    """Take no cohort after a day, or take them again."""
    await schemes.close_scheme(number, data, scope=person.scope, by=person.account, now=now)
    return await _scheme(number, person)


async def _scheme(number: int, person: Person) -> SchemeAnswer:
    return _answer(or_not_found(await scheme(number, scope=person.scope)))


def _answer(scheme: SchemeCard) -> SchemeAnswer:
    return answer_of(
        SchemeAnswer,
        scheme,
        school_id=scheme.school,
        school=scheme.school_name,
        bts_school_id=scheme.bts_school,
    )
