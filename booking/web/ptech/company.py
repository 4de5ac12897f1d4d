"""A mentor company's cohorts: counts only, and the actions that it announces."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.calendar.replies.queries import DeclinedAction, declined_of_cohort
from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import Now, may
from booking.people.accounts.queries import CompanyPerson
from booking.process.settings import Settings
from booking.web.ptech.action_form import as_typed, minutes_typed, people_typed, start_meant
from workshops.ptech.follow_cohort import ActionLine, Followed, MentorLine, cohort_of_action, follow, in_order
from workshops.ptech.plan_action import ChangeAction, PlanAction, change_action, plan_action
from workshops.ptech.queries import CohortLine, cohorts
from workshops.ptech.settle_action import CallOffAction, call_off_action
from workshops.refusals import or_not_found


@renders("ptech/own_cohorts.html")
class OwnCohorts(Page, frozen=True):
    cohorts: list[CohortLine]


@renders("ptech/own_cohort.html", acts={"asked": PlanAction})
class OwnCohort(Page, frozen=True):
    """A cohort as its mentor sees it: `mine`, its latest time there; `mentoring`, whether it mentors today."""

    it: Followed
    mine: MentorLine
    mentoring: bool
    actions: list[ActionLine]
    declined: list[DeclinedAction]


@renders("ptech/own_action.html", acts={"asked": ChangeAction, "calling_off": CallOffAction})
class OwnAction(Page, frozen=True):
    it: Followed
    action: ActionLine
    values: dict[str, Any]
    declined: list[DeclinedAction]


@get("/entreprise/cohortes", opt=may("mentoring.own"))
async def own_cohorts(person: NamedDependency[CompanyPerson], now: Now) -> Template:
    return page(OwnCohorts(await cohorts(scope=person.scope, now=now)))


@get("/entreprise/cohortes/{number:int}", opt=may("mentoring.own"))
async def own_cohort(number: FromPath[int], person: NamedDependency[CompanyPerson], now: Now) -> Template:
    it = await follow(number, scope=person.scope, now=now)
    mine = [mentor for mentor in it.mentors if mentor.company == person.company]
    shown = OwnCohort(
        it=it,
        mine=mine[-1],
        mentoring=any(mentor.current for mentor in mine),
        actions=in_order([action for action in it.actions if action.company == person.company], now=now),
        declined=await declined_of_cohort(it.card.id, company=person.company),
    )
    return page(shown)


@post("/entreprise/cohortes/{number:int}/actions", opt=may("mentoring.own"))
@form_act(PlanAction, page=own_cohort.fn, minutes=minutes_typed, people=people_typed, unusual_time_meant=start_meant)
async def announce_action(
    asked: PlanAction,
    number: FromPath[int],
    person: NamedDependency[CompanyPerson],
    settings: NamedDependency[Settings],
    now: Now,
) -> Redirect:
    uid = f"{uuid.uuid4()}@{settings.host}"
    await plan_action(number, asked, scope=person.scope, uid=uid, by=person.account, now=now)
    return done(f"/entreprise/cohortes/{number}", "action-annoncee")


@get("/entreprise/actions/{number:int}", opt=may("mentoring.own"))
async def own_action(number: FromPath[int], person: NamedDependency[CompanyPerson], now: Now) -> Template:
    """Raises NotFound for an action that another company leads."""
    firm = person.company
    it = await follow(await cohort_of_action(number), scope=person.scope, now=now)
    action = or_not_found(next((one for one in it.actions if (one.id, one.company) == (number, firm)), None))
    declined = await declined_of_cohort(it.card.id, company=firm)
    return page(OwnAction(it, action, as_typed(action), declined))


@post("/entreprise/actions/{number:int}", opt=may("mentoring.own"))
@form_act(ChangeAction, page=own_action.fn, minutes=minutes_typed, people=people_typed, unusual_time_meant=start_meant)
async def change_own(
    asked: ChangeAction, number: FromPath[int], person: NamedDependency[CompanyPerson], now: Now
) -> Redirect:
    await change_action(number, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/entreprise/actions/{number}", "action-changee")


@post("/entreprise/actions/{number:int}/annulation", opt=may("mentoring.own"))
@form_act(CallOffAction, page=own_action.fn)
async def call_off_own(
    asked: CallOffAction, number: FromPath[int], person: NamedDependency[CompanyPerson], now: Now
) -> Redirect:
    await call_off_action(number, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/entreprise/cohortes/{await cohort_of_action(number)}", "action-annulee")
