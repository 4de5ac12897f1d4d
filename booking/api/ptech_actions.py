"""Mentoring actions, for machines: by a lycée, a coordinator, or the company that leads them."""

from __future__ import annotations

import uuid
from datetime import datetime

import msgspec
from litestar import Response, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.shapes import Instant, answer_of, made
from booking.door.rights.guards import AnyOf, Keeper, Now, may
from booking.people.accounts.queries import CompanyPerson, Coordinator, Host, Person
from booking.process.settings import Settings
from workshops.ptech import plan_action as plans
from workshops.ptech import settle_action as settled
from workshops.ptech.follow_cohort import ActionLine, cohort_of_action, follow
from workshops.ptech.plan_action import ChangeAction, PlanAction
from workshops.ptech.rules import ActionKind, ActionState
from workshops.ptech.settle_action import CallOffAction, HoldAction
from workshops.refusals import NotFound


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
    number: FromPath[int],
    data: JSONBody[PlanAction],
    person: AnyOf[Host | CompanyPerson | Coordinator],
    settings: NamedDependency[Settings],
    now: Now,
) -> Response[ActionAnswer]:
    """Plan an action; the invitations leave by mail."""
    own = person.scope.company
    if own is not None and data.company not in {None, own}:
        raise NotFound()
    action = await plans.plan_action(
        number,
        data,
        scope=person.scope,
        uid=f"{uuid.uuid4()}@{settings.host}",
        by=person.account,
        now=now,
    )
    return made(await _action(action, person, now), f"/ptech/cohorts/{number}")


@put("/ptech/actions/{number:int}", opt=may("mentoring.follow"))
async def change_action(
    number: FromPath[int], data: JSONBody[ChangeAction], person: AnyOf[Host | CompanyPerson | Coordinator], now: Now
) -> ActionAnswer:
    """Plan it otherwise; agendas follow."""
    await plans.change_action(number, data, scope=person.scope, by=person.account, now=now)
    return await _action(number, person, now)


@post("/ptech/actions/{number:int}/calling-off", status_code=200, opt=may("mentoring.follow"))
async def call_off_action(
    number: FromPath[int], data: JSONBody[CallOffAction], person: AnyOf[Host | CompanyPerson | Coordinator], now: Now
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
