"""The lines of a cohort, for machines: censuses, outcomes, mentor companies, and the actions that these lead, too."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from litestar import Response, delete, post, put
from litestar.params import FromPath, JSONBody
from msgspec.structs import asdict

from booking.api.shapes import Instant, answer_of, made
from booking.door.rights.guards import Follower, Keeper, Now, SiteSettings, may
from booking.people.accounts.queries import Person
from booking.words.ptech import mentor_gone
from workshops.programmes.ptech import count_cohort as counts
from workshops.programmes.ptech import mentor as mentors
from workshops.programmes.ptech import plan_action as plans
from workshops.programmes.ptech import settle_action as settled
from workshops.programmes.ptech.count_cohort import RecordCensus, RecordOutcome
from workshops.programmes.ptech.follow_cohort import ActionLine, MentorLine, cohort_of_action, follow
from workshops.programmes.ptech.mentor import AddMentor, EndMentor
from workshops.programmes.ptech.plan_action import ChangeAction, PlanAction
from workshops.programmes.ptech.rules import ActionKind, ActionState, OutcomeKind, Term
from workshops.programmes.ptech.settle_action import CallOffAction, HoldAction
from workshops.refusals import NotFound


class ToldCensus(msgspec.Struct):
    """The counts of October or June; who left since the census before by reason."""

    left_reoriented: int
    left_moved: int
    left_work: int
    left_dropout: int
    left_other: int
    school_year: int
    term: Term
    present: int
    girls: int
    entered: int
    note: str


class KeptCensus(ToldCensus):
    """The counts as they are kept."""

    id: int


class OutcomeAnswer(msgspec.Struct):
    """What became of so many pupils."""

    id: int
    kind: OutcomeKind
    school_year: int
    pupils: int


class LeaversAnswer(msgspec.Struct):
    """The pupils of a cohort at the end of its bac, by what became of them, who are all of them where there
    are not `too_many`."""

    counted_in: str
    leavers: int
    bts_entered: int
    studying: int
    employed: int
    other: int
    unknown: int
    too_many: int


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
    did = asdict(mentor.engagement)
    return answer_of(MentorAnswer, mentor, company_id=mentor.company, company=mentor.name, **did)


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


class ActionAnswer(msgspec.Struct):
    """A mentoring action; `pupils` once it was held, `reason` once it was called off."""

    id: int
    company_id: int | None
    kind: ActionKind
    title: str
    place: str
    starts_at: Instant
    minutes: int
    people: int
    pupils: int | None
    state: ActionState
    reason: str
    sequence: int


def action_answer(action: ActionLine) -> ActionAnswer:
    """An action as a machine is told it."""
    return answer_of(ActionAnswer, action, company_id=action.company)


@post("/ptech/cohorts/{number:int}/actions", opt=may("mentoring.follow"))
async def add_action(
    number: FromPath[int], data: JSONBody[PlanAction], person: Follower, settings: SiteSettings, now: Now
) -> Response[ActionAnswer]:
    """Plan an action; the invitations leave by mail."""
    own = person.scope.company
    if own is not None and data.company not in {None, own}:
        raise NotFound()
    action = await plans.plan_action(
        number,
        data,
        scope=person.scope,
        uid=settings.new_uid(),
        by=person.account,
        now=now,
    )
    return made(await _action(action, person, now), f"/ptech/cohorts/{number}")


@put("/ptech/actions/{number:int}", opt=may("mentoring.follow"))
async def change_action(
    number: FromPath[int], data: JSONBody[ChangeAction], person: Follower, now: Now
) -> ActionAnswer:
    """Plan it otherwise; agendas follow."""
    await plans.change_action(number, data, scope=person.scope, by=person.account, now=now)
    return await _action(number, person, now)


@post("/ptech/actions/{number:int}/calling-off", status_code=200, opt=may("mentoring.follow"))
async def call_off_action(
    number: FromPath[int], data: JSONBody[CallOffAction], person: Follower, now: Now
) -> ActionAnswer:
    """It will not be; it leaves the agendas."""
    await settled.call_off_action(number, data, scope=person.scope, by=person.account, now=now)
    return await _action(number, person, now)


@put("/ptech/actions/{number:int}/pupils", opt=may("records.keep"))
async def count_pupils(number: FromPath[int], data: JSONBody[HoldAction], person: Keeper, now: Now) -> ActionAnswer:
    """It was held, with so many pupils."""
    await settled.hold_action(number, data, scope=person.scope, by=person.account, now=now)
    return await _action(number, person, now)


async def _action(number: int, person: Person, now: datetime) -> ActionAnswer:
    of = await follow(await cohort_of_action(number), scope=person.scope, now=now)
    return next(action_answer(action) for action in of.actions if action.id == number)
