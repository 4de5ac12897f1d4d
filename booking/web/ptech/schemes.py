"""A lycée's schemes, or all of them: the list, one row a scheme, one column a rentrée; opened, changed, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec.structs import replace

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.http.routes import ByPermission
from booking.door.rights.guards import Keeper, Now
from booking.web.ptech import PATHS
from workshops.programmes.ptech.all_cohorts import follow_all
from workshops.programmes.ptech.follow_leavers import LeavingCohorts, leaving_cohorts
from workshops.programmes.ptech.measure import Stage
from workshops.programmes.ptech.open_scheme import (
    ChangeScheme,
    CloseScheme,
    EnrolCohort,
    OpenScheme,
    change_scheme,
    close_scheme,
    enrol_cohort,
    open_scheme,
)
from workshops.programmes.ptech.queries import (
    CensusDue,
    CohortLine,
    PtechTotals,
    SchemeCard,
    censuses_due,
    cohorts,
    one_scheme,
    schemes,
    totals,
)
from workshops.programmes.ptech.rules import MENTORS_WANTED, YEARS
from workshops.programmes.targets.metrics import METRICS
from workshops.programmes.targets.queries import TargetCard, targets
from workshops.refusals import Invalid
from workshops.school_calendar.rules import autumn_of, paris_day, school_year_of
from workshops.schools.queries import lycees
from workshops.scope import Scope, of_school


@renders("ptech/schemes.html")
class Overview(Page, frozen=True):
    """`cells`: the cohorts by scheme and rentrée; `aimed`: how many schemes the places are counted for.

    `due` is what a lycée has to count now. `rentrees` are those that the places are foreseen for; of the `places` taken
    `places_outside` are of cohorts of others. All count, as in the target.
    """

    base: str
    tables: str
    schemes: Sequence[SchemeCard]
    cells: Mapping[tuple[int, int], CohortLine]
    years: Sequence[int]
    rentrees: Sequence[int]
    wanted: int
    aimed: int
    stages: Sequence[Stage]
    leaving: LeavingCohorts
    lacking: Sequence[CohortLine]
    due: Sequence[CensusDue]
    places: int
    places_outside: int
    targets: Mapping[str, TargetCard]
    totals: PtechTotals | None


async def overview(scope: Scope, *, base: str, now: datetime) -> Overview:
    """The schemes of the lycées that a scope reaches, with their cohorts by rentrée and the funnel of them all."""
    lines = await cohorts(scope=scope, now=now)
    known = {one.metric: one for one in await targets() if one.programme == "ptech"}
    period = next((known[metric] for metric in ("companies", "schemes") if metric in known), None)
    today = paris_day(now)
    rentrees = _rentrees(period) if period else range(school_year_of(today) - YEARS + 1, school_year_of(today) + 1)
    inside = sum(one.places for one in lines if one.entry_year in rentrees)
    counted = await _totals(period, known, now=now) if period and scope.schools is None else None
    places = counted.companies if counted else sum(one.places for one in lines)
    opened = await schemes(scope=scope)
    return Overview(
        base=base,
        tables="/lycee/donnees" if scope.school else "/gestion/imports/donnees",
        schemes=opened,
        cells={(one.scheme, one.entry_year): one for one in lines},
        # Those of the programme, and any other that has a cohort.
        years=sorted({*rentrees, *(one.entry_year for one in lines)}),
        rentrees=rentrees,
        wanted=MENTORS_WANTED,
        aimed=known["schemes"].target if counted and "schemes" in known else len(opened),
        stages=await follow_all(scope=scope, now=now),
        leaving=await leaving_cohorts(scope=scope, now=now),
        lacking=[one for one in lines if one.missing],
        due=await censuses_due(scope=scope, now=now) if scope.school else [],
        places=places,
        places_outside=max(places - inside, 0),
        targets=known,
        totals=counted,
    )


def _rentrees(period: TargetCard) -> range:
    """The autumns within a target's days: a cohort speaks of 1 September."""
    first, last = autumn_of(period.from_on), autumn_of(period.to_on)
    return range(first + (date(first, 9, 1) < period.from_on), last + 1)


async def _totals(period: TargetCard, known: Mapping[str, TargetCard], *, now: datetime) -> PtechTotals:
    """What is counted, each in the days of its own target, as on the board."""
    whole = await totals(from_on=period.from_on, to_on=period.to_on, now=now)
    own = {}
    for metric in (one for one in METRICS if one.programme == "ptech"):
        target = known.get(metric.metric)
        if target is not None and (target.from_on, target.to_on) != (period.from_on, period.to_on):
            asked = await totals(from_on=target.from_on, to_on=target.to_on, now=now)
            own[metric.done] = getattr(asked, metric.done)
    return replace(whole, **own)


@renders("ptech/scheme.html", acts={"asked": OpenScheme, "closing": CloseScheme, "enrolling": EnrolCohort})
class SchemePage(Page, frozen=True):
    """A scheme with its three forms, or the form of a new one; `whose`: its lycée is to be chosen."""

    base: str
    scheme: SchemeCard | None
    whose: bool
    lycees: dict[int, str]
    cohorts: list[CohortLine]
    leaving: LeavingCohorts


class Schemes(ByPermission):
    """The pages of schemes. A coordinator has no school: every scheme is open to her."""

    paths = PATHS

    @get()
    async def list_schemes(self, person: Keeper, now: Now) -> Template:
        return page(await overview(person.scope, base=self.path, now=now))

    @get("/dispositifs/nouveau")
    async def new_scheme(self, person: Keeper) -> Template:
        return page(SchemePage(self.path, None, person.role == "coordinator", await _lycees(), [], LeavingCohorts([])))

    @post("/dispositifs")
    @form_act(OpenScheme, page=new_scheme.fn)
    async def add_scheme(self, asked: OpenScheme, person: Keeper, now: Now) -> Redirect:
        made = await open_scheme(asked, school=person.scope.school, by=person.account, now=now)
        return done(f"{self.path}/dispositifs/{made}", "dispositif-ouvert")

    @get("/dispositifs/{scheme:int}")
    async def one_scheme(self, scheme: FromPath[int], person: Keeper, now: Now) -> Template:
        known = await one_scheme(scheme, scope=person.scope)
        its = [cohort for cohort in await cohorts(scope=of_school(known.school), now=now) if cohort.scheme == known.id]
        leaving = await leaving_cohorts(scope=of_school(known.school), now=now, scheme=known.id)
        return page(SchemePage(self.path, known, False, await _lycees(), its, leaving))

    @post("/dispositifs/{scheme:int}")
    @form_act(ChangeScheme, page=one_scheme.fn)
    async def change_scheme(self, asked: ChangeScheme, scheme: FromPath[int], person: Keeper, now: Now) -> Redirect:
        await change_scheme(scheme, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/dispositifs/{scheme}", "dispositif-enregistre")

    @post("/dispositifs/{scheme:int}/fermeture")
    @form_act(CloseScheme, page=one_scheme.fn)
    async def close_scheme(self, asked: CloseScheme, scheme: FromPath[int], person: Keeper, now: Now) -> Redirect:
        if asked.closed_on is None and (await one_scheme(scheme, scope=person.scope)).closed_on is None:
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
