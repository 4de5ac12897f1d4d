"""A mentor company's cohorts: counts only, and the actions that it announces."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.calendar.replies.queries import DeclinedAction, declined_of_cohort
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import COMPANY
from booking.people.accounts.queries import CompanyPerson
from booking.process.settings import Settings
from booking.web.ptech.action_form import action_in, as_typed, meant_in, told
from workshops.ptech.follow_cohort import ActionLine, Followed, MentorLine, cohort_of_action, follow, in_order
from workshops.ptech.plan_action import change_action, plan_action
from workshops.ptech.queries import CohortLine, cohorts
from workshops.ptech.settle_action import call_off_action
from workshops.refusals import NotFound, Refusal, or_not_found


@dataclass(frozen=True)
class OwnCohorts(Page, template="ptech/own_cohorts.html"):
    cohorts: list[CohortLine]


@dataclass(frozen=True)
class OwnCohort(Page, template="ptech/own_cohort.html"):
    """A cohort as its mentor sees it: `mine`, its latest time there; `mentoring`, whether it mentors today."""

    it: Followed
    mine: MentorLine
    mentoring: bool
    actions: list[ActionLine]
    declined: list[DeclinedAction]
    form: Form | None


@dataclass(frozen=True)
class OwnAction(Page, template="ptech/own_action.html"):
    it: Followed
    action: ActionLine
    values: dict[str, Any]
    declined: list[DeclinedAction]
    form: Form | None = None
    ending: Form | None = None


@get("/entreprise/cohortes", opt=COMPANY)
async def own_cohorts(person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]) -> Template:
    return page(OwnCohorts(await cohorts(company=person.company, now=now)))


@get("/entreprise/cohortes/{number:int}", opt=COMPANY)
async def own_cohort(
    number: FromPath[int], person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]
) -> Template:
    return await _page(person, await _mentored(number, person, now), now)


@post("/entreprise/cohortes/{number:int}/actions", opt=COMPANY)
async def announce_action(
    request: AnyRequest,
    number: FromPath[int],
    person: NamedDependency[CompanyPerson],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    followed = await _mentored(number, person, now)
    form = Form(await request.form())
    try:
        await plan_action(
            number,
            action_in(form),
            company=person.company,
            school=None,
            as_company=True,
            uid=f"{uuid.uuid4()}@{settings.host}",
            by=person.account,
            now=now,
            sure=meant_in(form, "starts_on", "starts"),
        )
    except NotFound:
        raise
    except Refusal as no:
        return await _page(person, followed, now, status=no.status, form=told(form, no, "starts_on"))
    return done(f"/entreprise/cohortes/{number}", "action-annoncee")


@get("/entreprise/actions/{number:int}", opt=COMPANY)
async def own_action(
    number: FromPath[int], person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]
) -> Template:
    return await _action_page(person, *await _own(number, person, now))


@post("/entreprise/actions/{number:int}", opt=COMPANY)
async def change_own(
    request: AnyRequest, number: FromPath[int], person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]
) -> Template | Redirect:
    followed, action = await _own(number, person, now)
    form = Form(await request.form())
    try:
        await change_action(
            number,
            action_in(form),
            school=None,
            company=person.company,
            by=person.account,
            now=now,
            sure=meant_in(form, "starts_on", "starts"),
        )
    except NotFound:
        raise
    except Refusal as no:
        return await _action_page(person, followed, action, status=no.status, form=told(form, no, "starts_on"))
    return done(f"/entreprise/actions/{number}", "action-changee")


@post("/entreprise/actions/{number:int}/annulation", opt=COMPANY)
async def call_off_own(
    request: AnyRequest, number: FromPath[int], person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]
) -> Template | Redirect:
    followed, action = await _own(number, person, now)
    form = Form(await request.form())
    try:
        reason = form.text("reason", label="Motif", most=300)
        form.refuse_if_wrong()
        await call_off_action(number, reason=reason, school=None, company=person.company, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        return await _action_page(person, followed, action, status=no.status, ending=told(form, no, "reason"))
    return done(f"/entreprise/cohortes/{followed.card.id}", "action-annulee")


async def _mentored(number: int, person: CompanyPerson, now: datetime) -> Followed:
    return await follow(number, company=person.company, now=now)


async def _own(number: int, person: CompanyPerson, now: datetime) -> tuple[Followed, ActionLine]:
    """An action that this company leads. Raises NotFound for another's."""
    followed = await _mentored(await cohort_of_action(number), person, now)
    own = or_not_found(
        next((one for one in followed.actions if one.id == number and one.company == person.company), None)
    )
    return followed, own


async def _page(
    person: CompanyPerson, it: Followed, now: datetime, *, status: int = 200, form: Form | None = None
) -> Template:
    mine = [one for one in it.mentors if one.company == person.company]
    shown = OwnCohort(
        it=it,
        mine=mine[-1],
        mentoring=any(one.current for one in mine),
        actions=in_order([one for one in it.actions if one.company == person.company], now=now),
        declined=await declined_of_cohort(it.card.id, company=person.company),
        form=form,
    )
    return page(shown, status=status)


async def _action_page(
    person: CompanyPerson, it: Followed, action: ActionLine, *, status: int = 200, **forms: Form
) -> Template:
    declined = await declined_of_cohort(it.card.id, company=person.company)
    return page(OwnAction(it, action, as_typed(action), declined, **forms), status=status)
