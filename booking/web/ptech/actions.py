"""The mentoring actions of a cohort: planned, changed, counted, called off."""

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
from booking.door.http.routes import ByRole
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import school_of
from booking.people.accounts.queries import Coordinator, Host
from booking.process.settings import Settings
from booking.web.ptech import PATHS
from booking.web.ptech.action_form import action_in, as_typed, meant_in, told
from workshops.ptech.follow_cohort import ActionLine, Followed, cohort_of_action, follow
from workshops.ptech.plan_action import change_action, plan_action
from workshops.ptech.rules import PUPILS_MOST, ActionMovedBack
from workshops.ptech.settle_action import call_off_action, hold_action
from workshops.refusals import NotFound, Refusal


@dataclass(frozen=True)
class NewActionForm(Page, template="ptech/new_action.html"):
    base: str
    it: Followed
    companies: list[tuple[int, str]]
    form: Form | None


@dataclass(frozen=True)
class ActionPage(Page, template="ptech/action.html"):
    """An action, begun or not, with its three forms: changing it, counting who was there, ending it."""

    base: str
    it: Followed
    action: ActionLine
    values: dict[str, Any]
    begun: bool
    declined: list[DeclinedAction]
    form: Form | None = None
    counting: Form | None = None
    ending: Form | None = None


class Actions(ByRole):
    """The pages of mentoring actions."""

    paths = PATHS

    @get("/cohortes/{number:int}/actions")
    async def new_action(
        self, number: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
    ) -> Template:
        return self._new_page(await follow(number, school=school_of(person), now=now), None)

    @post("/cohortes/{number:int}/actions")
    async def plan(
        self,
        request: AnyRequest,
        number: FromPath[int],
        person: AnyOf[Host | Coordinator],
        settings: NamedDependency[Settings],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        followed = await follow(number, school=school_of(person), now=now)
        form = Form(await request.form())
        try:
            company = form.whole("company", 0, 999_999, label="Entreprise", default=0)
            await plan_action(
                number,
                action_in(form),
                company=company or None,
                school=school_of(person),
                uid=f"{uuid.uuid4()}@{settings.host}",
                by=person.account,
                now=now,
                sure=meant_in(form, "starts_on", "starts"),
            )
        except NotFound:
            raise
        except Refusal as no:
            return self._new_page(followed, told(form, no, "company"), status=no.status)
        return done(f"{self.path}/cohortes/{number}", "action-prevue")

    @get("/actions/{number:int}")
    async def one_action(
        self, number: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
    ) -> Template:
        return await self._page(person, number, now)

    @post("/actions/{number:int}")
    async def change(
        self,
        request: AnyRequest,
        number: FromPath[int],
        person: AnyOf[Host | Coordinator],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        _, action = await self._found(number, person, now)
        form = Form(await request.form())
        try:
            await change_action(
                action.id,
                action_in(form),
                school=school_of(person),
                by=person.account,
                now=now,
                sure=meant_in(form, "starts_on", "starts"),
            )
        except NotFound:
            raise
        except ActionMovedBack as no:
            # What was typed is offered as the moment when it was held.
            at = {"held_on": form.typed["starts_on"], "held_at": form.typed["starts"]}
            moved = told(form, no, "starts_on")
            return await self._page(person, number, now, status=no.status, form=moved, counting=Form(at))
        except Refusal as no:
            return await self._page(person, number, now, status=no.status, form=told(form, no, "starts_on"))
        return done(f"{self.path}/actions/{number}", "action-changee")

    @post("/actions/{number:int}/presents")
    async def hold(
        self,
        request: AnyRequest,
        number: FromPath[int],
        person: AnyOf[Host | Coordinator],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        form = Form(await request.form())
        try:
            pupils = form.whole("pupils", 0, PUPILS_MOST, label="Élèves présents")
            dated = form.typed.get("held_on", "").strip()
            at = form.moment("held_on", "held_at", label="Le jour où elle a eu lieu") if dated else None
            form.refuse_if_wrong()
            cohort = await hold_action(
                number,
                pupils=pupils,
                held_at=at,
                school=school_of(person),
                by=person.account,
                now=now,
                sure=meant_in(form, "held_on", "held_at"),
            )
        except NotFound:
            raise
        except Refusal as no:
            return await self._page(person, number, now, status=no.status, counting=told(form, no, "held_on"))
        return done(f"{self.path}/cohortes/{cohort}", "action-comptee")

    @post("/actions/{number:int}/annulation")
    async def call_off(
        self,
        request: AnyRequest,
        number: FromPath[int],
        person: AnyOf[Host | Coordinator],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        followed, action = await self._found(number, person, now)
        form = Form(await request.form())
        try:
            reason = form.text("reason", label="Motif", most=300)
            form.refuse_if_wrong()
            await call_off_action(action.id, reason=reason, school=school_of(person), by=person.account, now=now)
        except NotFound:
            raise
        except Refusal as no:
            return await self._page(person, number, now, status=no.status, ending=told(form, no, "reason"))
        return done(f"{self.path}/cohortes/{followed.card.id}", "action-annulee")

    async def _found(self, number: int, person: Host | Coordinator, now: datetime) -> tuple[Followed, ActionLine]:
        followed = await follow(await cohort_of_action(number), school=school_of(person), now=now)
        return followed, next(one for one in followed.actions if one.id == number)

    def _new_page(self, it: Followed, form: Form | None, *, status: int = 200) -> Template:
        here = {one.company: one.name for one in it.mentors if one.current}
        companies = [*here.items(), (0, "Aucune : le lycée seul, ou plusieurs entreprises ensemble")]
        return page(NewActionForm(self.path, it, companies, form), status=status)

    async def _page(
        self, person: Host | Coordinator, number: int, now: datetime, *, status: int = 200, **forms: Form
    ) -> Template:
        followed, action = await self._found(number, person, now)
        shown = ActionPage(
            base=self.path,
            it=followed,
            action=action,
            values=as_typed(action),
            begun=action.starts_at <= now,
            declined=await declined_of_cohort(followed.card.id),
            **forms,
        )
        return page(shown, status=status)
