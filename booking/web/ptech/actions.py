"""The mentoring actions of a cohort: planned, changed, counted, called off; a company changes and calls off its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from msgspec.structs import replace

from booking.calendar.replies.queries import DeclinedAction, declined_of_cohort
from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.http.routes import ByPermission
from booking.door.rights.guards import Follower, Keeper, Now, SiteSettings
from booking.web.ptech import PATHS
from booking.words.wording import paris
from workshops.programmes.ptech.follow_cohort import ActionLine, Followed, cohort_of_action, follow
from workshops.programmes.ptech.plan_action import ChangeAction, PlanAction, change_action, plan_action
from workshops.programmes.ptech.queries import cohorts
from workshops.programmes.ptech.rules import PEOPLE_MOST
from workshops.programmes.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action
from workshops.refusals import NotFound, or_not_found
from workshops.scope import of_school

WEEKS_OF_A_YEAR = timedelta(weeks=52)


def _minutes(form: Form) -> int:
    """What a pupil lives, from its hours and its minutes."""
    hours = form.whole("hours", 0, 200, label="Heures par élève", default=0)
    return 60 * hours + form.whole("minutes", 0, 59, label="Minutes par élève", default=0)


def _people(form: Form) -> int:
    """Who come from the company: left empty, nobody."""
    return form.whole("people", 0, PEOPLE_MOST, label="Personnes de l'entreprise", default=0)


def _start_meant(form: Form) -> bool:
    """Whether the very moment that was asked about is confirmed: another one is asked about anew."""
    return _meant(form, "starts_on", "starts")


def _holding_meant(form: Form) -> bool:
    """The same of the moment when it was held."""
    return _meant(form, "held_on", "held_at")


def _meant(form: Form, on: str, at: str) -> bool:
    return form.typed.get("sure", "") == f"{form.typed.get(on, '').strip()} {form.typed.get(at, '').strip()}"


# What the form of an action asks in its own way, the same for a lycée and for a company.
AS_TYPED: dict[str, Any] = {"minutes": _minutes, "people": _people, "unusual_time_meant": _start_meant}


@renders("ptech/new_action.html", acts={"asked": PlanAction})
class NewActionForm(Page, frozen=True):
    """`others` are the lycée's other cohorts that may have the same action; `like`: another one, planned again."""

    base: str
    it: Followed
    companies: list[tuple[int | str, str]]
    others: dict[str, str]
    like: ActionLine | None


@renders("ptech/action.html", acts={"asked": ChangeAction, "holding": HoldAction, "calling_off": CallOffAction})
class ActionPage(Page, frozen=True):
    """An action, begun or not, with its forms: changing it, ending it, and, but for a company whose `own` it is,
    counting who was there."""

    base: str
    it: Followed
    action: ActionLine
    begun: bool
    own: bool
    declined: list[DeclinedAction]


class OneAction(ByPermission):
    """The page of a mentoring action, for its lycée, for all, and for the company that leads it."""

    paths = PATHS | {"mentoring.own": "/entreprise"}

    @get("/actions/{number:int}")
    async def one_action(self, number: FromPath[int], person: Follower, now: Now) -> Template:
        """Raises NotFound for an action that another company leads."""
        company = person.scope.company
        it = await follow(await cohort_of_action(number), scope=person.scope, now=now)
        led = (action for action in it.actions if action.id == number and company in {None, action.company})
        action = or_not_found(next(led, None))
        declined = await declined_of_cohort(it.card.id, company=company)
        begun, own = action.starts_at <= now, company is not None
        return page(ActionPage(self.path, it, action, begun, own, declined))

    @post("/actions/{number:int}")
    @form_act(ChangeAction, page=one_action.fn, **AS_TYPED)
    async def change(self, asked: ChangeAction, number: FromPath[int], person: Follower, now: Now) -> Redirect:
        await change_action(number, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/actions/{number}", "action-changee")

    @post("/actions/{number:int}/annulation")
    @form_act(CallOffAction, page=one_action.fn)
    async def call_off(self, asked: CallOffAction, number: FromPath[int], person: Follower, now: Now) -> Redirect:
        await call_off_action(number, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{await cohort_of_action(number)}", "action-annulee")


class Actions(ByPermission):
    """The pages of the mentoring actions of a lycée."""

    paths = PATHS

    @get("/cohortes/{number:int}/actions")
    async def new_action(
        self, number: FromPath[int], person: Keeper, now: Now, comme: FromQuery[int | None] = None
    ) -> Template:
        """Like one of its actions, a year later, when `comme` names it. Raises NotFound for another cohort's."""
        it = await follow(number, scope=person.scope, now=now)
        same = [one for one in it.actions if one.id == comme]
        if comme is not None and not same:
            raise NotFound
        here = {mentor.company: mentor.name for mentor in it.mentors if mentor.current}
        companies: list[tuple[int | str, str]] = [
            *here.items(),
            ("", "Aucune : le lycée seul, ou plusieurs entreprises ensemble"),
        ]
        lines = await cohorts(scope=of_school(it.card.school), now=now)
        others = {str(one.id): one.named for one in lines if one.running and one.id != number}
        # On the same day of the week, at the same hour of the wall.
        like = replace(same[0], starts_at=paris(same[0].starts_at) + WEEKS_OF_A_YEAR) if same else None
        return page(NewActionForm(self.path, it, companies, others, like))

    @post("/cohortes/{number:int}/actions")
    @form_act(PlanAction, page=new_action.fn, **AS_TYPED)
    async def plan(
        self, asked: PlanAction, number: FromPath[int], person: Keeper, settings: SiteSettings, now: Now
    ) -> Redirect:
        uid = settings.new_uid()
        await plan_action(number, asked, scope=person.scope, uid=uid, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{number}", "action-prevue")

    @post("/actions/{number:int}/presents")
    @form_act(HoldAction, page=OneAction.one_action.fn, unusual_time_meant=_holding_meant)
    async def hold(self, asked: HoldAction, number: FromPath[int], person: Keeper, now: Now) -> Redirect:
        cohort = await hold_action(number, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{cohort}", "action-comptee")
