"""The mentor companies of a cohort."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.choose import Suggestions, company_in, suggested
from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.http.routes import ByPermission
from booking.door.rights.guards import Keeper, Now
from booking.people.accounts.queries import Coordinator, Host
from booking.web.ptech import PATHS
from booking.words.ptech import mentor_gone
from workshops.acts import Act
from workshops.programmes.ptech.follow_cohort import Followed, follow
from workshops.programmes.ptech.mentor import AddMentor, EndMentor, add_mentor, end_mentor, remove_mentor
from workshops.refusals import NotFound


@renders("ptech/mentors.html", acts={"asked": AddMentor})
class MentorsPage(Page, frozen=True):
    """The mentors of a cohort; the refusal may say what still stands after the day on which `ending` would end."""

    base: str
    it: Followed
    companies: Suggestions
    ending: int | None


async def _company(form: Form) -> int:
    company = await company_in(form)
    return company.id if company else 0


class Mentors(ByPermission):
    """The pages of a cohort's mentors."""

    paths = PATHS

    @get("/cohortes/{number:int}/entreprises")
    async def mentors_page(self, number: FromPath[int], person: Keeper, now: Now) -> Template:
        return await self.mentors_form(number, person, now)

    async def mentors_form(
        self, number: FromPath[int], person: Keeper, now: Now, *, mentor: int | None = None, form: Form | None = None
    ) -> Template:
        """With the `mentor` that would end on the day of the form. Raises NotFound for one of another cohort."""
        it = await _mentored(number, mentor, person, now)
        return page(MentorsPage(self.path, it, await suggested(form), ending=mentor))

    @post("/cohortes/{number:int}/entreprises")
    @form_act(AddMentor, page=mentors_form, company=_company)
    async def add(self, asked: AddMentor, number: FromPath[int], person: Keeper, now: Now) -> Redirect:
        await add_mentor(number, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{number}/entreprises", "mentore-ajoutee")

    @post("/cohortes/{number:int}/entreprises/{mentor:int}/fin")
    @form_act(EndMentor, page=mentors_form)
    async def end(
        self, asked: EndMentor, number: FromPath[int], mentor: FromPath[int], person: Keeper, now: Now
    ) -> Redirect:
        await _mentored(number, mentor, person, now)
        because = mentor_gone(asked.to_on)
        await end_mentor(mentor, asked, because=because, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{number}/entreprises", "mentore-datee")

    @post("/cohortes/{number:int}/entreprises/{mentor:int}/retrait")
    @form_act(Act, page=mentors_form)
    async def remove(
        self, asked: Act, number: FromPath[int], mentor: FromPath[int], person: Keeper, now: Now
    ) -> Redirect:
        await _mentored(number, mentor, person, now)
        await remove_mentor(mentor, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{number}/entreprises", "mentore-retiree")


async def _mentored(number: int, mentor: int | None, person: Host | Coordinator, now: datetime) -> Followed:
    """The cohort whose page it is. Raises NotFound for a `mentor` of another cohort."""
    it = await follow(number, scope=person.scope, now=now)
    if mentor is not None and mentor not in {one.id for one in it.mentors}:
        raise NotFound
    return it
