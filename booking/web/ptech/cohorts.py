"""One cohort: its funnel, its census, what became of its pupils."""

from __future__ import annotations

from datetime import date

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.calendar.replies.queries import DeclinedAction, declined_of_cohort
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.http.routes import ByPermission
from booking.door.rights.guards import Keeper, Now
from booking.programme.figures.corrections import CorrectedWords, in_words
from booking.web.ptech import PATHS
from workshops.closed_years.queries import corrections
from workshops.programmes.ptech.check_flow import CensusCount
from workshops.programmes.ptech.count_cohort import (
    RecordCensus,
    RecordOutcome,
    record_census,
    record_outcome,
    remove_census,
    remove_outcome,
)
from workshops.programmes.ptech.follow_cohort import ActionLine, Followed, ToComplete, follow, in_order
from workshops.programmes.ptech.rules import OUTCOMES, TERMS, YEARS_COUNTED
from workshops.school_calendar.rules import paris_day, school_year_of, year_words


@renders("ptech/cohort.html")
class CohortPage(Page, frozen=True):
    base: str
    it: Followed
    to_complete: ToComplete
    actions: list[ActionLine]
    declined: list[DeclinedAction]
    today: date
    corrected: list[CorrectedWords]


@renders("ptech/census.html", acts={"asked": RecordCensus})
class CensusForm(Page, frozen=True):
    """A census to correct, `known`, or the next one; `opens_on` when its time is to come."""

    base: str
    it: Followed
    known: CensusCount | None
    removable: bool
    years: dict[int, str]
    next_census: CensusCount
    opens_on: date | None


@renders("ptech/outcomes.html", acts={"asked": RecordOutcome})
class Outcomes(Page, frozen=True):
    """`kind` is the one to note, of the line to correct where one is; `year` that line's, otherwise this one."""

    base: str
    it: Followed
    years: dict[int, str]
    kind: str
    year: int


class Cohorts(ByPermission):
    """The pages of a cohort."""

    paths = PATHS

    @get("/cohortes/{number:int}")
    async def one_cohort(self, number: FromPath[int], person: Keeper, now: Now) -> Template:
        followed = await follow(number, scope=person.scope, now=now)
        declined = await declined_of_cohort(number)
        shown = CohortPage(
            base=self.path,
            it=followed,
            to_complete=followed.to_complete(doubted={one.action for one in declined}, now=now),
            actions=in_order(followed.actions, now=now),
            declined=declined,
            today=paris_day(now),
            corrected=in_words(await corrections(cohort=number)),
        )
        return page(shown)

    @get("/cohortes/{number:int}/recensement")
    async def census_page(
        self, number: FromPath[int], person: Keeper, now: Now, annee: FromQuery[str] = "", periode: FromQuery[str] = ""
    ) -> Template:
        return await self.census_form(number, person, now, counted=(annee, periode))

    async def census_form(
        self,
        number: FromPath[int],
        person: Keeper,
        now: Now,
        *,
        counted: tuple[str, str] = ("", ""),
        form: Form | None = None,
    ) -> Template:
        it = await follow(number, scope=person.scope, now=now)
        if form is not None:
            counted = (form.typed.get("school_year", ""), form.typed.get("term", ""))
        known = next((census for census in it.censuses if (str(census.school_year), census.term) == counted), None)
        following = _next_census(it)
        shown = CensusForm(
            base=self.path,
            it=it,
            known=known,
            removable=known is not None and known.rank == max(census.rank for census in it.censuses),
            years=_years(it),
            next_census=following,
            opens_on=following.opens_on if known is None and paris_day(now) < following.opens_on else None,
        )
        return page(shown)

    @post("/cohortes/{number:int}/recensement")
    @form_act(RecordCensus, page=census_form)
    async def record(self, asked: RecordCensus, number: FromPath[int], person: Keeper, now: Now) -> Redirect:
        await record_census(number, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{number}", "recensement-note")

    @post("/cohortes/{number:int}/recensement/retrait")
    async def take_census_back(self, request: AnyRequest, number: FromPath[int], person: Keeper, now: Now) -> Redirect:
        form = Form(await request.form())
        year, term = form.whole("school_year", 2000, 2110, label="Année"), form.choice("term", TERMS, label="Période")
        form.refuse_if_wrong()
        await remove_census(number, school_year=year, term=term, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{number}", "recensement-retire")

    @get("/cohortes/{number:int}/devenir")
    async def outcomes_page(
        self, number: FromPath[int], person: Keeper, now: Now, devenir: FromQuery[str] = "", annee: FromQuery[str] = ""
    ) -> Template:
        it = await follow(number, scope=person.scope, now=now)
        begun = {year: words for year, words in _years(it).items() if year <= school_year_of(paris_day(now))}
        kind = devenir if devenir in OUTCOMES else ""
        years = [line.school_year for line in it.outcomes if line.kind == kind]
        meant = [year for year in years if str(year) == annee]
        return page(Outcomes(self.path, it, begun, kind, max(meant or years or begun, default=it.card.entry_year)))

    @post("/cohortes/{number:int}/devenir")
    @form_act(RecordOutcome, page=outcomes_page.fn)
    async def record_outcome(self, asked: RecordOutcome, number: FromPath[int], person: Keeper, now: Now) -> Redirect:
        await record_outcome(number, asked, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{number}/devenir", "devenir-note")

    @post("/cohortes/{number:int}/devenir/retrait")
    async def take_outcome_back(self, request: AnyRequest, number: FromPath[int], person: Keeper, now: Now) -> Redirect:
        form = Form(await request.form())
        year, kind = (
            form.whole("school_year", 2000, 2110, label="Année"),
            form.choice("kind", OUTCOMES, label="Devenir"),
        )
        form.refuse_if_wrong()
        await remove_outcome(number, kind=kind, school_year=year, scope=person.scope, by=person.account, now=now)
        return done(f"{self.path}/cohortes/{number}/devenir", "devenir-retire")


def _years(it: Followed) -> dict[int, str]:
    return {year: year_words(year) for year in range(it.card.entry_year, it.card.entry_year + YEARS_COUNTED)}


def _next_census(it: Followed) -> CensusCount:
    """The one that follows the last."""
    year, term = max((one.rank for one in it.censuses), default=(it.card.entry_year - 1, 1))
    return CensusCount(school_year=year + term, term="october" if term else "june", present=0)
