"""A lycée's schemes, or all of them: opened, told otherwise, closed, given a cohort."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.http.routes import ByRole
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import school_of
from booking.people.accounts.queries import Coordinator, Host
from booking.web.ptech import PATHS
from booking.web.ptech.overview import overview
from workshops.ptech.enrol_cohort import enrol_cohort
from workshops.ptech.open_scheme import change_scheme, close_scheme, open_scheme
from workshops.ptech.queries import CohortLine, SchemeCard, cohorts, scheme
from workshops.ptech.rules import SchemeSketch
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found
from workshops.schools.queries import lycees


@dataclass(frozen=True)
class SchemePage(Page, template="ptech/scheme.html"):
    """A scheme with its three forms, or the form of a new one; `whose`: its lycée is to be chosen."""

    base: str
    scheme: SchemeCard | None
    whose: bool
    lycees: dict[int, str]
    cohorts: list[CohortLine]
    form: Form | None
    enrolling: Form | None = None
    closing: Form | None = None
    refusal: Refusal | None = None


class Schemes(ByRole):
    """The pages of schemes. A coordinator has no school: every scheme is open to her."""

    paths = PATHS

    @get()
    async def list_schemes(self, person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]) -> Template:
        return page(await overview(school_of(person), base=self.path, now=now))

    @get("/dispositifs/nouveau")
    async def new_scheme(self, person: AnyOf[Host | Coordinator]) -> Template:
        return await self._form(person, None, Form({}))

    @post("/dispositifs")
    async def add_scheme(
        self, request: AnyRequest, person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
    ) -> Template | Redirect:
        form = Form(await request.form())
        try:
            school = school_of(person) or form.whole("school", 1, 999_999, label="Lycée")
            sketch = _sketch(form)
            form.refuse_if_wrong()
            made = await open_scheme(sketch, school=school, by=person.account, now=now)
        except Invalid as no:
            form.errors.update(no.errors)
            return await self._form(person, None, form, status=422)
        return done(f"{self.path}/dispositifs/{made}", "dispositif-ouvert")

    @get("/dispositifs/{number:int}")
    async def one_scheme(
        self, number: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
    ) -> Template:
        return await self._form(person, await _known(number, person), None, now=now)

    @post("/dispositifs/{number:int}")
    async def change_scheme(
        self,
        request: AnyRequest,
        number: FromPath[int],
        person: AnyOf[Host | Coordinator],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        known = await _known(number, person)
        form = Form(await request.form())
        try:
            sketch = _sketch(form)
            form.refuse_if_wrong()
            await change_scheme(number, sketch, school=school_of(person), by=person.account, now=now)
        except Invalid as no:
            form.errors.update(no.errors)
            return await self._form(person, known, form, status=422, now=now)
        return done(f"{self.path}/dispositifs/{number}", "dispositif-enregistre")

    @post("/dispositifs/{number:int}/fermeture")
    async def close_scheme(
        self,
        request: AnyRequest,
        number: FromPath[int],
        person: AnyOf[Host | Coordinator],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        known = await _known(number, person)
        form = Form(await request.form())
        try:
            again = known.closed_on is not None and not form.typed.get("closed_on")
            on = None if again else form.date("closed_on", label="Dernier jour")
            form.refuse_if_wrong()
            await close_scheme(number, on=on, school=school_of(person), by=person.account, now=now)
        except Invalid as no:
            form.errors.update(no.errors)
            return await self._form(person, known, None, status=422, now=now, closing=form)
        return done(f"{self.path}/dispositifs/{number}", "dispositif-enregistre")

    @post("/dispositifs/{number:int}/cohortes")
    async def enrol(
        self,
        request: AnyRequest,
        number: FromPath[int],
        person: AnyOf[Host | Coordinator],
        now: NamedDependency[datetime],
    ) -> Template | Redirect:
        known = await _known(number, person)
        form = Form(await request.form())
        try:
            entry_year = form.whole("entry_year", 2000, 2100, label="Rentrée")
            label = form.text("label", label="Nom de la cohorte", most=80, required=False)
            form.refuse_if_wrong()
            made = await enrol_cohort(
                number, entry_year=entry_year, label=label, school=school_of(person), by=person.account, now=now
            )
        except NotFound:
            raise
        except Refusal as no:
            if isinstance(no, Invalid):
                form.errors.update(no.errors)
            refusal = None if isinstance(no, Invalid) else no
            return await self._form(person, known, None, status=no.status, now=now, enrolling=form, refusal=refusal)
        return done(f"{self.path}/cohortes/{made}", "cohorte-ouverte")

    async def _form(
        self,
        person: Host | Coordinator,
        known: SchemeCard | None,
        form: Form | None,
        *,
        status: int = 200,
        now: datetime | None = None,
        **more: Any,
    ) -> Template:
        mine = [] if known is None or now is None else await cohorts(school=known.school, now=now)
        shown = SchemePage(
            base=self.path,
            scheme=known,
            whose=known is None and person.role == "coordinator",
            lycees={one.id: f"{one.name}, {one.commune}" for one in await lycees()},
            cohorts=[one for one in mine if known is not None and one.scheme == known.id],
            form=form if form is None or form.typed else None,
            **more,
        )
        return page(shown, status=status)


async def _known(number: int, person: Host | Coordinator) -> SchemeCard:
    return or_not_found(await scheme(number, school=school_of(person)))


def _sketch(form: Form) -> SchemeSketch:
    host = form.whole("bts_school", 0, 999_999, label="Lycée du BTS", default=0)
    agreed = bool(form.typed.get("agreement_on", "").strip())
    signed: date | None = form.date("agreement_on", label="Convention signée le") if agreed else None
    return SchemeSketch(
        title=form.text("title", label="Nom du dispositif", most=120),
        field=form.text("field", label="Filière", most=120),
        opens_on=form.date("opens_on", label="Ouverture"),
        bts_school=host or None,
        bts_title=form.text("bts_title", label="BTS visé", most=120, required=False),
        agreement_on=signed,
        agreement_ref=form.text("agreement_ref", label="Référence", most=80, required=False),
    )
