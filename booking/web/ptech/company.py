"""A mentor company's cohorts: counts only, and the actions that it announces."""

from __future__ import annotations

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.calendar.replies.queries import DeclinedAction, declined_of_cohort
from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import Now, SiteSettings, may
from booking.people.accounts.queries import CompanyPerson
from booking.web.ptech.actions import AS_TYPED
from workshops.programmes.ptech.follow_cohort import ActionLine, Followed, MentorLine, follow, in_order
from workshops.programmes.ptech.plan_action import PlanAction, plan_action
from workshops.programmes.ptech.queries import CohortLine, cohorts


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
@form_act(PlanAction, page=own_cohort.fn, **AS_TYPED)
async def announce_action(
    asked: PlanAction, number: FromPath[int], person: NamedDependency[CompanyPerson], settings: SiteSettings, now: Now
) -> Redirect:
    uid = settings.new_uid()
    await plan_action(number, asked, scope=person.scope, uid=uid, by=person.account, now=now)
    return done(f"/entreprise/cohortes/{number}", "action-annoncee")
