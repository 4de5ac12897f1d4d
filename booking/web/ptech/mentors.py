"""The mentor companies of a cohort."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.choose_company import Suggestions, company_in, suggested
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.http.routes import ByRole
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import school_of
from booking.people.accounts.queries import Coordinator, Host
from booking.web.ptech import PATHS
from booking.words.ptech import mentor_gone
from workshops.ptech.check_end import ActionsPlanned, MentorActed
from workshops.ptech.follow_cohort import Followed, follow
from workshops.ptech.mentor import add_mentor, end_mentor, remove_mentor
from workshops.refusals import Invalid, NotFound, Refusal


@dataclass(frozen=True)
class MentorsPage(Page, template="ptech/mentors.html"):
    """The mentors of a cohort; `planned` is what still stands after the day, `to_on`, on which `ending` would end."""

    base: str
    it: Followed
    companies: Suggestions
    form: Form | None = None
    refusal: Refusal | None = None
    ending: int | None = None
    to_on: date | None = None
    planned: ActionsPlanned | None = None


class Mentors(ByRole):
    """The pages of a cohort's mentors."""

    paths = PATHS

    @get("/cohortes/{number:int}/entreprises")
    async def mentors_page(
        self, number: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
    ) -> Template:
        return await self._page(await follow(number, school=school_of(person), now=now))

    @post("/cohortes/{number:int}/entreprises")
    async def add(
        self,
        request: AnyRequest,
        number: FromPath[int],
        person: AnyOf[Host | Coordinator],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        followed = await follow(number, school=school_of(person), now=now)
        form = Form(await request.form())
        try:
            company = await company_in(form)
            from_on = form.date("from_on", label="Depuis le")
            to_on = form.date("to_on", label="Jusqu'au") if form.typed.get("to_on", "").strip() else None
            form.refuse_if_wrong()
            await add_mentor(
                number,
                company=company.id if company else 0,
                from_on=from_on,
                to_on=to_on,
                school=school_of(person),
                by=person.account,
                now=now,
            )
        except NotFound:
            raise
        except Refusal as no:
            if isinstance(no, Invalid):
                form.errors.update(no.errors)
            else:
                form.errors["company"] = no.sentence
            return await self._page(followed, form, status=no.status)
        return done(f"{self.path}/cohortes/{number}/entreprises", "mentore-ajoutee")

    @post("/cohortes/{number:int}/entreprises/{mentor:int}/fin")
    async def end(
        self,
        request: AnyRequest,
        number: FromPath[int],
        mentor: FromPath[int],
        person: AnyOf[Host | Coordinator],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        followed = await follow(number, school=school_of(person), now=now)
        if mentor not in {one.id for one in followed.mentors}:
            raise NotFound()
        form = Form(await request.form())
        try:
            to_on = form.date("to_on", label="Dernier jour") if form.typed.get("to_on", "").strip() else None
            form.refuse_if_wrong()
            await end_mentor(
                mentor,
                to_on=to_on,
                calling_off=mentor_gone(to_on) if to_on and form.typed.get("calling_off") == "1" else "",
                school=school_of(person),
                by=person.account,
                now=now,
            )
        except NotFound:
            raise
        except ActionsPlanned as no:
            return await self._page(followed, status=no.status, ending=mentor, to_on=to_on, planned=no)
        except Refusal as no:
            return await self._page(followed, status=no.status, refusal=no)
        return done(f"{self.path}/cohortes/{number}/entreprises", "mentore-datee")

    @post("/cohortes/{number:int}/entreprises/{mentor:int}/retrait")
    async def remove(
        self,
        number: FromPath[int],
        mentor: FromPath[int],
        person: AnyOf[Host | Coordinator],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        followed = await follow(number, school=school_of(person), now=now)
        if mentor not in {one.id for one in followed.mentors}:
            raise NotFound()
        try:
            await remove_mentor(mentor, school=school_of(person), by=person.account, now=now)
        except MentorActed as no:
            return await self._page(followed, status=no.status, refusal=no)
        return done(f"{self.path}/cohortes/{number}/entreprises", "mentore-retiree")

    async def _page(self, it: Followed, form: Form | None = None, *, status: int = 200, **more: Any) -> Template:
        return page(MentorsPage(self.path, it, await suggested(form), form, **more), status=status)
