"""P-TECH schemes and cohorts, for machines: a lycée's own, all for a coordinator; a company reads what it mentors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from booking.api.ptech_lines import (
    ActionAnswer,
    LeaversAnswer,
    MentorAnswer,
    OutcomeAnswer,
    ToldCensus,
    action_answer,
    mentor_answer,
)
from booking.api.schools import NamedSchool, Naming, naming
from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, made, page_of, start_of
from booking.door.rights.guards import Follower, Keeper, Now, may
from booking.people.accounts.queries import Person
from workshops.programmes.ptech import open_scheme as schemes
from workshops.programmes.ptech.follow_cohort import Followed, follow
from workshops.programmes.ptech.measure import Stage
from workshops.programmes.ptech.open_scheme import ChangeScheme, CloseScheme, EnrolCohort, OpenScheme, RelabelCohort
from workshops.programmes.ptech.queries import CohortLine, SchemeCard, cohorts_after, one_scheme, schemes_after
from workshops.refusals import Invalid, NotFound


class SchemeAnswer(msgspec.Struct):
    """A P-TECH scheme of a lycée."""

    id: int
    school_id: int
    lycee: NamedSchool
    title: str
    field: str
    bts_school_id: int | None
    bts_lycee: NamedSchool | None
    bts_title: str
    agreement_on: date | None
    agreement_ref: str
    opens_on: date
    closed_on: date | None


@get("/ptech/schemes", opt=may("records.keep"))
async def list_schemes(person: Keeper, limit: Limit = PAGE, cursor: Cursor = None) -> Page[SchemeAnswer]:
    """The schemes of one's lycée; all of them for a coordinator."""
    found = await schemes_after(start_of(cursor, of="schemes"), scope=person.scope, limit=limit + 1)
    named = await _schools_of(found)
    return page_of(found, lambda scheme: _answer(scheme, named), of="schemes", limit=limit)


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
    found = await one_scheme(number, scope=person.scope)
    return _answer(found, await _schools_of([found]))


async def _schools_of(schemes: Sequence[SchemeCard]) -> Naming:
    return await naming(school for scheme in schemes for school in (scheme.school, scheme.bts_school))


def _answer(scheme: SchemeCard, named: Naming) -> SchemeAnswer:
    return answer_of(
        SchemeAnswer,
        scheme,
        school_id=scheme.school,
        lycee=named(scheme.school),
        bts_school_id=scheme.bts_school,
        bts_lycee=None if scheme.bts_school is None else named(scheme.bts_school),
    )


class CohortInList(msgspec.Struct):
    """A cohort in a list: the pupils of its last census, its mentors of today, those that it lacks."""

    id: int
    scheme_id: int
    scheme: str
    school_id: int
    lycee: NamedSchool
    entry_year: int
    label: str
    present: int | None
    mentors: int
    mentors_missing: int


class YearOfCohort(msgspec.Struct):
    """A year of the cohort's five: who is present, who entered late, who left since the start."""

    year: int
    school_year: int
    present: int | None
    late_entrants: int
    ever_entered: int
    left: int
    share: float | None


class CensusAnswer(ToldCensus):
    """The counts of October or June; `gap` is what does not add up since the one before."""

    gap: int
    gap_told: str


class CohortAnswer(msgspec.Struct, omit_defaults=True):
    """A cohort in full; what follows `actions` is not told to a company, which reads its own mentoring alone."""

    id: int
    scheme_id: int
    scheme: str
    lycee: NamedSchool
    entry_year: int
    label: str
    entrants: int
    late_entrants: int
    funnel: list[YearOfCohort]
    mentors: list[MentorAnswer]
    actions: list[ActionAnswer]
    mentors_missing: int | UnsetType = UNSET
    hours_per_pupil: float | UnsetType | None = UNSET
    censuses: list[CensusAnswer] | UnsetType = UNSET
    outcomes: list[OutcomeAnswer] | UnsetType = UNSET
    leavers: LeaversAnswer | UnsetType | None = UNSET


@get("/ptech/cohorts", opt=may("mentoring.follow"))
async def list_cohorts(person: Follower, now: Now, limit: Limit = PAGE, cursor: Cursor = None) -> Page[CohortInList]:
    """The cohorts of one's lycée, those that one's company mentors, or all."""
    after = start_of(cursor, of="cohorts")
    found = await cohorts_after(after, scope=person.scope, limit=limit + 1, now=now)
    named = await naming(cohort.school for cohort in found)
    return page_of(found, lambda cohort: _line(cohort, named), of="cohorts", limit=limit)


@post("/ptech/cohorts", opt=may("records.keep"))
async def add_cohort(data: JSONBody[EnrolCohort], person: Keeper, now: Now) -> Response[CohortAnswer]:
    """Pupils enter a scheme at a rentrée."""
    number = await schemes.enrol_cohort(data, scope=person.scope, by=person.account, now=now)
    return made(await _cohort(number, person, now), f"/ptech/cohorts/{number}")


@get("/ptech/cohorts/{number:int}", opt=may("mentoring.follow"))
async def read_cohort(number: FromPath[int], person: Follower, now: Now) -> CohortAnswer:
    """A cohort with its funnel, its censuses, its mentors, its actions, its outcomes; a company reads its own part."""
    return await _cohort(number, person, now)


@put("/ptech/cohorts/{number:int}", opt=may("records.keep"))
async def name_cohort(number: FromPath[int], data: JSONBody[RelabelCohort], person: Keeper, now: Now) -> CohortAnswer:
    """Name a cohort otherwise."""
    await schemes.relabel_cohort(number, data, scope=person.scope, by=person.account, now=now)
    return await _cohort(number, person, now)


async def _cohort(number: int, person: Person, now: datetime) -> CohortAnswer:
    it = await follow(number, scope=person.scope, now=now)
    company, named = person.scope.company, await naming([it.card.school])
    answer = CohortAnswer(
        id=it.card.id,
        scheme_id=it.card.scheme,
        scheme=it.card.scheme_title,
        lycee=named(it.card.school),
        entry_year=it.card.entry_year,
        label=it.card.label,
        entrants=it.entrants,
        late_entrants=it.late,
        funnel=[_year(stage) for stage in it.stages],
        mentors=[mentor_answer(mentor) for mentor in it.mentors if company in {None, mentor.company}],
        actions=[action_answer(action) for action in it.actions if company in {None, action.company}],
    )
    if company is None:
        answer.mentors_missing = it.missing
        answer.hours_per_pupil = None if it.hours is None else round(it.hours, 2)
        answer.censuses = _censuses(it)
        answer.outcomes = [answer_of(OutcomeAnswer, outcome) for outcome in it.outcomes]
        answer.leavers = None if it.leavers is None else answer_of(LeaversAnswer, it.leavers)
    return answer


def _censuses(it: Followed) -> list[CensusAnswer]:
    gaps = {flow.census.rank: (flow.gap, flow.sentence) for flow in it.flows}
    told = ((census, *gaps.get(census.rank, (0, ""))) for census in it.censuses)
    return [answer_of(CensusAnswer, census, gap=gap, gap_told=sentence) for census, gap, sentence in told]


def _line(one: CohortLine, named: Naming) -> CohortInList:
    return answer_of(
        CohortInList,
        one,
        scheme_id=one.scheme,
        scheme=one.scheme_title,
        school_id=one.school,
        lycee=named(one.school),
        mentors_missing=one.missing,
    )


def _year(one: Stage) -> YearOfCohort:
    return answer_of(YearOfCohort, one, late_entrants=one.late, ever_entered=one.ever)
