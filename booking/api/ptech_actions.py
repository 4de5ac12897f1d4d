"""Mentoring actions, for machines: by a lycée, a coordinator, or the company that leads them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Response, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.shapes import Count, Instant, Line, Reason, Whole, made, one_of
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import PTECH_PEOPLE, RECORD_OWNERS, company_of, school_of
from booking.people.accounts.queries import CompanyPerson, Coordinator, Host, Person
from booking.process.settings import Settings
from workshops.ptech import plan_action as plans
from workshops.ptech import settle_action as settled
from workshops.ptech.follow_cohort import ActionLine, cohort_of_action, follow
from workshops.ptech.rules import ActionKind, ActionSketch, ActionState
from workshops.refusals import Invalid, NotFound


class ToldAction(msgspec.Struct, forbid_unknown_fields=True):
    """A mentoring action: `minutes` is what one pupil lives in all, `starts_at` carries its offset.

    A day off of the lycée, a Sunday, an hour before 7 or after 20 is refused (unusual-time) unless
    `unusual_time_meant`.
    """

    kind: Annotated[str, one_of(ActionKind)]
    title: Line
    starts_at: Instant
    minutes: Count
    people: Count = 1
    place: Line = ""
    unusual_time_meant: bool = False


class NewAction(ToldAction, forbid_unknown_fields=True):
    """A lycée or a coordinator names the company that leads it, or none; a company leads its own."""

    company_id: Whole | None = None


class Pupils(msgspec.Struct, forbid_unknown_fields=True):
    """The pupils who were there; `held_at`, with its offset, when it was held at another moment than planned.

    `unusual_time_meant`: that moment is a day off or an odd hour, and is right.
    """

    pupils: Count
    held_at: Instant | None = None
    unusual_time_meant: bool = False


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
    return ActionAnswer(
        id=action.id,
        company_id=action.company,
        kind=ActionKind(action.kind),
        title=action.title,
        place=action.place,
        starts_at=action.starts_at,
        minutes=action.minutes,
        people=action.people,
        pupils=action.pupils,
        state=ActionState(action.state),
        reason=action.reason,
        sequence=action.sequence,
    )


@post("/ptech/cohorts/{number:int}/actions", opt=PTECH_PEOPLE)
async def add_action(
    number: FromPath[int],
    data: JSONBody[NewAction],
    person: AnyOf[Host | CompanyPerson | Coordinator],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Response[ActionAnswer]:
    """Plan an action; the invitations leave by mail."""
    if company_of(person) is not None and data.company_id not in {None, company_of(person)}:
        raise NotFound()
    action = await plans.plan_action(
        number,
        _sketch(data),
        company=company_of(person) or data.company_id,
        school=school_of(person),
        as_company=company_of(person) is not None,
        uid=f"{uuid.uuid4()}@{settings.host}",
        by=person.account,
        now=now,
        sure=data.unusual_time_meant,
    )
    return made(await _action(action, person, now), f"/ptech/cohorts/{number}")


@put("/ptech/actions/{number:int}", opt=PTECH_PEOPLE)
async def change_action(
    number: FromPath[int],
    data: JSONBody[ToldAction],
    person: AnyOf[Host | CompanyPerson | Coordinator],
    now: NamedDependency[datetime],
) -> ActionAnswer:
    """Plan it otherwise; agendas follow."""
    await plans.change_action(
        number,
        _sketch(data),
        school=school_of(person),
        company=company_of(person),
        by=person.account,
        now=now,
        sure=data.unusual_time_meant,
    )
    return await _action(number, person, now)


@post("/ptech/actions/{number:int}/calling-off", status_code=200, opt=PTECH_PEOPLE)
async def call_off_action(
    number: FromPath[int],
    data: JSONBody[Reason],
    person: AnyOf[Host | CompanyPerson | Coordinator],
    now: NamedDependency[datetime],
) -> ActionAnswer:
    """It will not be; it leaves the agendas."""
    await settled.call_off_action(
        number, reason=data.reason, school=school_of(person), company=company_of(person), by=person.account, now=now
    )
    return await _action(number, person, now)


@put("/ptech/actions/{number:int}/pupils", opt=RECORD_OWNERS)
async def count_pupils(
    number: FromPath[int], data: JSONBody[Pupils], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> ActionAnswer:
    """It was held, with so many pupils."""
    if data.held_at is not None:
        _refuse_floating("held_at", data.held_at)
    await settled.hold_action(
        number,
        pupils=data.pupils,
        held_at=data.held_at,
        school=school_of(person),
        by=person.account,
        now=now,
        sure=data.unusual_time_meant,
    )
    return await _action(number, person, now)


def _sketch(data: ToldAction) -> ActionSketch:
    _refuse_floating("starts_at", data.starts_at)
    return ActionSketch(
        kind=data.kind,
        title=data.title,
        starts_at=data.starts_at,
        minutes=data.minutes,
        people=data.people,
        place=data.place,
    )


def _refuse_floating(field: str, at: datetime) -> None:
    if at.tzinfo is None:
        raise Invalid({field: "Donnez l'instant avec son décalage, par exemple 2027-03-25T09:00:00+01:00."})


async def _action(number: int, person: Person, now: datetime) -> ActionAnswer:
    of = await follow(await cohort_of_action(number), school=school_of(person), company=company_of(person), now=now)
    return next(action_answer(action) for action in of.actions if action.id == number)
