"""A lycée's schemes, or all of them: opened, told otherwise, closed, given a cohort."""

from __future__ import annotations

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.http.routes import ByPermission
from booking.door.rights.guards import Keeper, Now
from booking.people.accounts.queries import Coordinator, Host
from booking.web.ptech import PATHS
from booking.web.ptech.overview import overview
from workshops.ptech.open_scheme import (
    ChangeScheme,
    CloseScheme,
    EnrolCohort,
    OpenScheme,
    change_scheme,
    close_scheme,
    enrol_cohort,
    open_scheme,
)
from workshops.ptech.queries import CohortLine, SchemeCard, cohorts, scheme
from workshops.refusals import Invalid, or_not_found
from workshops.schools.queries import lycees
from workshops.scope import of_school


@renders("ptech/scheme.html", acts={"asked": OpenScheme, "closing": CloseScheme, "enrolling": EnrolCohort})
class SchemePage(Page, frozen=True):
    """A scheme with its three forms, or the form of a new one; `whose`: its lycée is to be chosen."""

    base: str
    scheme: SchemeCard | None
    whose: bool
    lycees: dict[int, str]
    cohorts: list[CohortLine]


class Schemes(ByPermission):
    """The pages of schemes. A coordinator has no school: every scheme is open to her."""

    paths = PATHS

    @get()
    async def list_schemes(self, person: Keeper, now: Now) -> Template:
        return page(await overview(person.scope, base=self.path, now=now))

    @get("/dispositifs/nouveau")
    async def new_scheme(self, person: Keeper) -> Template:
        return page(SchemePage(self.path, None, person.role == "coordinator", await _lycees(), []))

    @post("/dispositifs")
    @form_act(OpenScheme, page=new_scheme.fn)
    async def add_scheme(self, asked: OpenScheme, person: Keeper, now: Now) -> Redirect:
        made = await open_scheme(asked, school=person.scope.school, by=person.account, now=now)
        return done(f"{self.path}/dispositifs/{made}", "dispositif-ouvert")

    @get("/dispositifs/{scheme:int}")
    async def one_scheme(self, scheme: FromPath[int], person: Keeper, now: Now) -> Template:
        known = await _known(scheme, person)
        its = [cohort for cohort in await cohorts(scope=of_school(known.school), now=now) if cohort.scheme == known.id]
        return page(SchemePage(self.path, known, False, await _lycees(), its))

    @post("/dispositifs/{scheme:int}")
    @form_act(ChangeScheme, page=one_scheme.fn)
    async def change_scheme(self, asked: ChangeScheme, scheme: FromPath[int], person: Keeper, now: Now) -> Redirect:
        await change_scheme(scheme, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/dispositifs/{scheme}", "dispositif-enregistre")

    @post("/dispositifs/{scheme:int}/fermeture")
    @form_act(CloseScheme, page=one_scheme.fn)
    async def close_scheme(self, asked: CloseScheme, scheme: FromPath[int], person: Keeper, now: Now) -> Redirect:
        if asked.closed_on is None and (await _known(scheme, person)).closed_on is None:
            raise Invalid({"closed_on": "Dernier jour : écrivez une date, par exemple 25/03/2027."})
        await close_scheme(scheme, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/dispositifs/{scheme}", "dispositif-enregistre")

    @post("/dispositifs/{scheme:int}/cohortes")
    @form_act(EnrolCohort, page=one_scheme.fn)
    async def enrol(self, asked: EnrolCohort, scheme: FromPath[int], person: Keeper, now: Now) -> Redirect:
        made = await enrol_cohort(asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{made}", "cohorte-ouverte")


async def _lycees() -> dict[int, str]:
    return {lycee.id: f"{lycee.name}, {lycee.commune}" for lycee in await lycees()}


async def _known(number: int, person: Host | Coordinator) -> SchemeCard:
    return or_not_found(await scheme(number, scope=person.scope))
