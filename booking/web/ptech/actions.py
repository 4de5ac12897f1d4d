"""The mentoring actions of a cohort: planned, changed, counted, called off."""

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
from booking.door.http.routes import ByPermission
from booking.door.rights.guards import Keeper, Now
from booking.process.settings import Settings
from booking.web.ptech import PATHS
from booking.web.ptech.action_form import as_typed, holding_meant, minutes_typed, people_typed, start_meant
from workshops.ptech.follow_cohort import ActionLine, Followed, cohort_of_action, follow
from workshops.ptech.plan_action import ChangeAction, PlanAction, change_action, plan_action
from workshops.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action


@renders("ptech/new_action.html", acts={"asked": PlanAction})
class NewActionForm(Page, frozen=True):
    base: str
    it: Followed
    companies: list[tuple[int | str, str]]


@renders("ptech/action.html", acts={"asked": ChangeAction, "holding": HoldAction, "calling_off": CallOffAction})
class ActionPage(Page, frozen=True):
    """An action, begun or not, with its three forms: changing it, counting who was there, ending it."""

    base: str
    it: Followed
    action: ActionLine
    values: dict[str, Any]
    begun: bool
    declined: list[DeclinedAction]


class Actions(ByPermission):
    """The pages of mentoring actions."""

    paths = PATHS

    @get("/cohortes/{number:int}/actions")
    async def new_action(self, number: FromPath[int], person: Keeper, now: Now) -> Template:
        it = await follow(number, scope=person.scope, now=now)
        here = {mentor.company: mentor.name for mentor in it.mentors if mentor.current}
        companies: list[tuple[int | str, str]] = [
            *here.items(),
            ("", "Aucune : le lycée seul, ou plusieurs entreprises ensemble"),
        ]
        return page(NewActionForm(self.path, it, companies))

    @post("/cohortes/{number:int}/actions")
    @form_act(
        PlanAction,
        page=new_action.fn,
        minutes=minutes_typed,
        people=people_typed,
        unusual_time_meant=start_meant,
    )
    async def plan(
        self, asked: PlanAction, number: FromPath[int], person: Keeper, settings: NamedDependency[Settings], now: Now
    ) -> Redirect:
        uid = f"{uuid.uuid4()}@{settings.host}"
        await plan_action(number, asked, scope=person.scope, uid=uid, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{number}", "action-prevue")

    @get("/actions/{number:int}")
    async def one_action(self, number: FromPath[int], person: Keeper, now: Now) -> Template:
        followed = await follow(await cohort_of_action(number), scope=person.scope, now=now)
        action = next(action for action in followed.actions if action.id == number)
        shown = ActionPage(
            base=self.path,
            it=followed,
            action=action,
            values=as_typed(action),
            begun=action.starts_at <= now,
            declined=await declined_of_cohort(followed.card.id),
        )
        return page(shown)

    @post("/actions/{number:int}")
    @form_act(
        ChangeAction,
        page=one_action.fn,
        minutes=minutes_typed,
        people=people_typed,
        unusual_time_meant=start_meant,
    )
    async def change(self, asked: ChangeAction, number: FromPath[int], person: Keeper, now: Now) -> Redirect:
        await change_action(number, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/actions/{number}", "action-changee")

    @post("/actions/{number:int}/presents")
    @form_act(HoldAction, page=one_action.fn, unusual_time_meant=holding_meant)
    async def hold(self, asked: HoldAction, number: FromPath[int], person: Keeper, now: Now) -> Redirect:
        cohort = await hold_action(number, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{cohort}", "action-comptee")

    @post("/actions/{number:int}/annulation")
    @form_act(CallOffAction, page=one_action.fn)
    async def call_off(self, asked: CallOffAction, number: FromPath[int], person: Keeper, now: Now) -> Redirect:
        await call_off_action(number, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{await cohort_of_action(number)}", "action-annulee")
