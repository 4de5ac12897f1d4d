"""The mentor companies of a cohort."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.answers import done, page
from booking.door.choose_company import company_in, suggested
from booking.door.forms import Form
from booking.door.routes import ByRole
from booking.people.accounts.queries import Person
from booking.programme.ptech import look_after
from booking.web.ptech import PATHS
from workshops.ptech.check_end import ActionsPlanned, MentorActed
from workshops.ptech.follow_cohort import Followed, follow
from workshops.refusals import Invalid, NotFound, Refusal

AnyRequest = Request[Any, Any, Any]


class Mentors(ByRole):
    """The pages of a cohort's mentors."""

    paths = PATHS

    @get("/cohortes/{number:int}/entreprises")
    async def mentors_page(
        self, number: FromPath[int], person: NamedDependency[Person], now: NamedDependency[datetime]
    ) -> Template:
        return await self._page(person, await follow(number, school=person.school, now=now), None)

    @post("/cohortes/{number:int}/entreprises")
    async def add(
        self,
        request: AnyRequest,
        number: FromPath[int],
        person: NamedDependency[Person],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        followed = await follow(number, school=person.school, now=now)
        form = Form(await request.form())
        try:
            company = await company_in(form)
            from_on = form.date("from_on", label="Depuis le")
            to_on = form.date("to_on", label="Jusqu'au") if form.typed.get("to_on", "").strip() else None
            form.refuse_if_wrong()
            await look_after.add_mentor(
                number,
                company=company.id if company else 0,
                from_on=from_on,
                to_on=to_on,
                school=person.school,
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
            return await self._page(person, followed, form, status=no.status)
        return done(f"{self.path}/cohortes/{number}/entreprises", "mentore-ajoutee")

    @post("/cohortes/{number:int}/entreprises/{mentor:int}/fin")
    async def end(
        self,
        request: AnyRequest,
        number: FromPath[int],
        mentor: FromPath[int],
        person: NamedDependency[Person],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        followed = await follow(number, school=person.school, now=now)
        if mentor not in {one.id for one in followed.mentors}:
            raise NotFound()
        form = Form(await request.form())
        try:
            to_on = form.date("to_on", label="Dernier jour") if form.typed.get("to_on", "").strip() else None
            form.refuse_if_wrong()
            await look_after.end_mentor(
                mentor,
                to_on=to_on,
                calling_off=form.typed.get("calling_off") == "1",
                school=person.school,
                by=person.account,
                now=now,
            )
        except NotFound:
            raise
        except ActionsPlanned as no:
            return await self._page(person, followed, None, status=no.status, ending=mentor, to_on=to_on, planned=no)
        except Refusal as no:
            return await self._page(person, followed, None, status=no.status, refusal=no)
        return done(f"{self.path}/cohortes/{number}/entreprises", "mentore-datee")

    @post("/cohortes/{number:int}/entreprises/{mentor:int}/retrait")
    async def remove(
        self,
        number: FromPath[int],
        mentor: FromPath[int],
        person: NamedDependency[Person],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        followed = await follow(number, school=person.school, now=now)
        if mentor not in {one.id for one in followed.mentors}:
            raise NotFound()
        try:
            await look_after.remove_mentor(mentor, school=person.school, by=person.account, now=now)
        except MentorActed as no:
            return await self._page(person, followed, None, status=no.status, refusal=no)
        return done(f"{self.path}/cohortes/{number}/entreprises", "mentore-retiree")

    async def _page(
        self, person: Person, it: Followed, form: Form | None, *, status: int = 200, **more: Any
    ) -> Template:
        return page(
            "ptech/mentors.html",
            status=status,
            person=person,
            base=self.path,
            it=it,
            form=form,
            companies=await suggested(form),
            **more,
        )
