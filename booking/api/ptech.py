"""P-TECH schemes and cohorts, for machines: a lycée's own, all for a coordinator; a company reads its cohorts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.pages import PAGE, Cursor, Limit, Page, page_of, start_of
from booking.api.ptech_answers import cohort_answer, line_answer, scheme_answer
from booking.api.ptech_bodies import (
    Closure,
    Label,
    MentorEnd,
    NewCohort,
    NewMentor,
    NewScheme,
    ToldScheme,
)
from booking.door.guards import AnyOf
from booking.door.keepers import KEEPERS, PTECH_PEOPLE, company_of, school_of
from booking.people.accounts.queries import CompanyPerson, Coordinator, Host, Person
from booking.programme.ptech import look_after
from workshops.ptech.follow_cohort import follow
from workshops.ptech.queries import cohorts_after, scheme, schemes_after
from workshops.ptech.rules import SchemeSketch
from workshops.refusals import Invalid, NotFound

# A coordinator has no school: every lycée's records are open to her.


@get("/ptech/schemes", opt=KEEPERS)
async def list_schemes(person: AnyOf[Host | Coordinator], limit: Limit = PAGE, cursor: Cursor = None) -> Page:
    """The schemes of one's lycée; all of them for a coordinator."""
    found = await schemes_after(start_of(cursor, of="schemes"), school=school_of(person), limit=limit + 1)
    return page_of(found, scheme_answer, of="schemes", limit=limit)


@get("/ptech/schemes/{number:int}", opt=KEEPERS)
async def read_scheme(number: FromPath[int], person: AnyOf[Host | Coordinator]) -> dict[str, Any]:
    """One scheme."""
    return await _scheme(number, person)


@post("/ptech/schemes", opt=KEEPERS)
async def add_scheme(
    data: JSONBody[NewScheme], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Open a scheme."""
    if school_of(person) is not None and data.school_id not in {None, school_of(person)}:
        raise NotFound()
    school = school_of(person) or data.school_id
    if school is None:
        raise Invalid({"school_id": "Donnez le lycée du dispositif."})
    made = await look_after.open_scheme(_sketch(data), school=school, by=person.account, now=now)
    return await _scheme(made, person)


@put("/ptech/schemes/{number:int}", opt=KEEPERS)
async def change_scheme(
    number: FromPath[int],
    data: JSONBody[ToldScheme],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """Tell a scheme otherwise."""
    await look_after.change_scheme(number, _sketch(data), school=school_of(person), by=person.account, now=now)
    return await _scheme(number, person)


@post("/ptech/schemes/{number:int}/closure", status_code=200, opt=KEEPERS)
async def close_scheme(
    number: FromPath[int], data: JSONBody[Closure], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Take no cohort after a day, or take them again."""
    await look_after.close_scheme(number, on=data.closed_on, school=school_of(person), by=person.account, now=now)
    return await _scheme(number, person)


@get("/ptech/cohorts", opt=PTECH_PEOPLE)
async def list_cohorts(
    person: AnyOf[Host | CompanyPerson | Coordinator],
    now: NamedDependency[datetime],
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Page:
    """The cohorts of one's lycée, those that one's company mentors, or all."""
    after = start_of(cursor, of="cohorts")
    found = await cohorts_after(after, school=school_of(person), company=company_of(person), limit=limit + 1, now=now)
    return page_of(found, line_answer, of="cohorts", limit=limit)


@post("/ptech/cohorts", opt=KEEPERS)
async def add_cohort(
    data: JSONBody[NewCohort], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Pupils enter a scheme at a rentrée."""
    made = await look_after.enrol_cohort(
        data.scheme_id,
        entry_year=data.entry_year,
        label=data.label,
        school=school_of(person),
        by=person.account,
        now=now,
    )
    return await _cohort(made, person, now)


@get("/ptech/cohorts/{number:int}", opt=PTECH_PEOPLE)
async def read_cohort(
    number: FromPath[int], person: AnyOf[Host | CompanyPerson | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """A cohort with its funnel, its censuses, its mentors, its actions, its outcomes; a company reads its own part."""
    return await _cohort(number, person, now)


@put("/ptech/cohorts/{number:int}", opt=KEEPERS)
async def name_cohort(
    number: FromPath[int], data: JSONBody[Label], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Name a cohort otherwise."""
    await look_after.relabel_cohort(number, label=data.label, school=school_of(person), by=person.account, now=now)
    return await _cohort(number, person, now)


@post("/ptech/cohorts/{number:int}/mentors", opt=KEEPERS)
async def add_mentor(
    number: FromPath[int], data: JSONBody[NewMentor], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """A company mentors a cohort."""
    made = await look_after.add_mentor(
        number,
        company=data.company_id,
        from_on=data.from_on,
        to_on=data.to_on,
        school=school_of(person),
        by=person.account,
        now=now,
    )
    return {"id": made, **msgspec.structs.asdict(data)}


@put("/ptech/mentors/{number:int}", opt=KEEPERS)
async def end_mentor(
    number: FromPath[int], data: JSONBody[MentorEnd], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Say until when a company mentors."""
    of = await look_after.end_mentor(
        number,
        to_on=data.to_on,
        calling_off=data.call_off_actions,
        school=school_of(person),
        by=person.account,
        now=now,
    )
    return {"id": number, "cohort_id": of, "to_on": data.to_on}


@delete("/ptech/mentors/{number:int}", opt=KEEPERS)
async def remove_mentor(
    number: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> None:
    """Take back a company added by mistake; refused (mentor-acted) once an action was planned or held with it."""
    await look_after.remove_mentor(number, school=school_of(person), by=person.account, now=now)


def _sketch(data: ToldScheme) -> SchemeSketch:
    return SchemeSketch(
        title=data.title,
        field=data.field,
        opens_on=data.opens_on,
        bts_school=data.bts_school_id,
        bts_title=data.bts_title,
        agreement_on=data.agreement_on,
        agreement_ref=data.agreement_ref,
    )


async def _scheme(number: int, person: Person) -> dict[str, Any]:
    found = await scheme(number, school=school_of(person))
    if found is None:
        raise NotFound()
    return scheme_answer(found)


async def _cohort(number: int, person: Person, now: datetime) -> dict[str, Any]:
    followed = await follow(number, school=school_of(person), company=company_of(person), now=now)
    return cohort_answer(followed, company=company_of(person))
