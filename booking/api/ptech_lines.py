"""The lines of a cohort, for machines: its censuses, what became of its pupils, the companies that mentor it."""

from __future__ import annotations

from datetime import date

import msgspec
from litestar import Response, delete, post, put
from litestar.params import FromPath, JSONBody

from booking.api.shapes import answer_of, made
from booking.door.rights.guards import Keeper, Now, may
from booking.words.ptech import mentor_gone
from workshops.ptech import count_cohort as counts
from workshops.ptech import mentor as mentors
from workshops.ptech.count_cohort import RecordCensus, RecordOutcome
from workshops.ptech.follow_cohort import MentorLine
from workshops.ptech.mentor import AddMentor, EndMentor
from workshops.ptech.rules import OutcomeKind, Term


class Exits(msgspec.Struct):
    """Pupils who left since the census before, by reason."""

    left_reoriented: int
    left_moved: int
    left_work: int
    left_dropout: int
    left_other: int


class KeptCensus(Exits, kw_only=True):
    """The counts as they are kept."""

    id: int
    school_year: int
    term: Term
    present: int
    girls: int
    entered: int
    note: str


class OutcomeAnswer(msgspec.Struct):
    """What became of so many pupils."""

    id: int
    kind: OutcomeKind
    school_year: int
    pupils: int


class MentorAnswer(msgspec.Struct):
    """A company that mentors the cohort, and what it did."""

    id: int
    company_id: int
    company: str
    from_on: date
    to_on: date | None
    current: bool
    actions_held: int
    actions_planned: int
    pupil_minutes: int
    last_action_on: date | None
    days_since: int


class AddedMentor(msgspec.Struct):
    """A company that mentors from now on."""

    id: int
    company_id: int
    from_on: date
    to_on: date | None


class EndedMentor(msgspec.Struct):
    """Until when it mentors."""

    id: int
    cohort_id: int
    to_on: date | None


def mentor_answer(mentor: MentorLine) -> MentorAnswer:
    """A mentor as a machine is told it."""
    did = mentor.engagement
    return answer_of(
        MentorAnswer,
        mentor,
        company_id=mentor.company,
        company=mentor.name,
        actions_held=did.held,
        actions_planned=did.planned,
        pupil_minutes=did.pupil_minutes,
        last_action_on=did.last_on,
        days_since=did.silent_days,
    )


@post("/ptech/cohorts/{number:int}/censuses", opt=may("records.keep"))
async def add_census(
    number: FromPath[int], data: JSONBody[RecordCensus], person: Keeper, now: Now
) -> Response[KeptCensus]:
    """Count a cohort; the same October or June again corrects the counts."""
    census = await counts.record_census(number, data, scope=person.scope, by=person.account, now=now)
    return made(answer_of(KeptCensus, data, id=census), f"/ptech/cohorts/{number}")


@delete("/ptech/cohorts/{number:int}/censuses/{school_year:int}/{term:str}", opt=may("records.keep"))
async def drop_census(
    number: FromPath[int], school_year: FromPath[int], term: FromPath[str], person: Keeper, now: Now
) -> None:
    """The latest counts (`october`, `june`) were a mistake; earlier ones are corrected."""
    await counts.remove_census(
        number, school_year=school_year, term=term, scope=person.scope, by=person.account, now=now
    )


@post("/ptech/cohorts/{number:int}/outcomes", opt=may("records.keep"))
async def add_outcome(
    number: FromPath[int], data: JSONBody[RecordOutcome], person: Keeper, now: Now
) -> Response[OutcomeAnswer]:
    """Say what became of so many pupils; the same kind and year again corrects the count."""
    outcome = await counts.record_outcome(number, data, scope=person.scope, by=person.account, now=now)
    return made(answer_of(OutcomeAnswer, data, id=outcome), f"/ptech/cohorts/{number}")


@delete("/ptech/cohorts/{number:int}/outcomes/{school_year:int}/{kind:str}", opt=may("records.keep"))
async def drop_outcome(
    number: FromPath[int], school_year: FromPath[int], kind: FromPath[str], person: Keeper, now: Now
) -> None:
    """A count of what became of them was a mistake."""
    await counts.remove_outcome(
        number, kind=kind, school_year=school_year, scope=person.scope, by=person.account, now=now
    )


@post("/ptech/cohorts/{number:int}/mentors", opt=may("records.keep"))
async def add_mentor(
    number: FromPath[int], data: JSONBody[AddMentor], person: Keeper, now: Now
) -> Response[AddedMentor]:
    """A company mentors a cohort."""
    mentor = await mentors.add_mentor(number, data, scope=person.scope, by=person.account, now=now)
    told = AddedMentor(mentor, data.company, data.from_on, data.to_on)
    return made(told, f"/ptech/cohorts/{number}")


@put("/ptech/mentors/{number:int}", opt=may("records.keep"))
async def end_mentor(number: FromPath[int], data: JSONBody[EndMentor], person: Keeper, now: Now) -> EndedMentor:
    """Say until when a company mentors."""
    because = mentor_gone(data.to_on)
    of = await mentors.end_mentor(number, data, because=because, scope=person.scope, by=person.account, now=now)
    return EndedMentor(number, of, data.to_on)


@delete("/ptech/mentors/{number:int}", opt=may("records.keep"))
async def remove_mentor(number: FromPath[int], person: Keeper, now: Now) -> None:
    """Take back a company added by mistake; refused (mentor-acted) once an action was planned or held with it."""
    await mentors.remove_mentor(number, scope=person.scope, by=person.account, now=now)
