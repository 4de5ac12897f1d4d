"""The companies that mentor a cohort, for machines: from when, until when, taken back."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from litestar import Response, delete, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.shapes import Whole, made
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import RECORD_OWNERS, school_of
from booking.people.accounts.queries import Coordinator, Host
from booking.words.ptech import mentor_gone
from workshops.ptech import mentor as mentors
from workshops.ptech.follow_cohort import MentorLine


class NewMentor(msgspec.Struct, forbid_unknown_fields=True):
    """A company mentors a cohort between two days, both included; without an end it still does."""

    company_id: Whole
    from_on: date
    to_on: date | None = None


class MentorEnd(msgspec.Struct, forbid_unknown_fields=True):
    """The last day of a mentor; null takes it back. `call_off_actions` calls off what is planned after that day."""

    to_on: date | None
    call_off_actions: bool = False


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
    return MentorAnswer(
        id=mentor.id,
        company_id=mentor.company,
        company=mentor.name,
        from_on=mentor.from_on,
        to_on=mentor.to_on,
        current=mentor.current,
        actions_held=mentor.engagement.held,
        actions_planned=mentor.engagement.planned,
        pupil_minutes=mentor.engagement.pupil_minutes,
        last_action_on=mentor.engagement.last_on,
        days_since=mentor.engagement.silent_days,
    )


@post("/ptech/cohorts/{number:int}/mentors", opt=RECORD_OWNERS)
async def add_mentor(
    number: FromPath[int], data: JSONBody[NewMentor], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Response[AddedMentor]:
    """A company mentors a cohort."""
    mentor = await mentors.add_mentor(
        number,
        company=data.company_id,
        from_on=data.from_on,
        to_on=data.to_on,
        school=school_of(person),
        by=person.account,
        now=now,
    )
    told = AddedMentor(mentor, data.company_id, data.from_on, data.to_on)
    return made(told, f"/ptech/cohorts/{number}")


@put("/ptech/mentors/{number:int}", opt=RECORD_OWNERS)
async def end_mentor(
    number: FromPath[int], data: JSONBody[MentorEnd], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> EndedMentor:
    """Say until when a company mentors."""
    of = await mentors.end_mentor(
        number,
        to_on=data.to_on,
        calling_off=mentor_gone(data.to_on) if data.to_on and data.call_off_actions else "",
        school=school_of(person),
        by=person.account,
        now=now,
    )
    return EndedMentor(number, of, data.to_on)


@delete("/ptech/mentors/{number:int}", opt=RECORD_OWNERS)
async def remove_mentor(
    number: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> None:
    """Take back a company added by mistake; refused (mentor-acted) once an action was planned or held with it."""
    await mentors.remove_mentor(number, school=school_of(person), by=person.account, now=now)
