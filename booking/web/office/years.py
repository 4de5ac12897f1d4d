"""The school years: where each stands, closing one, reading what a closing did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, download, page, renders
from booking.door.rights.guards import AsCoordinator, Now, SiteSettings, may
from booking.programme.figures.corrections import CorrectedWords, in_words
from booking.year.close import close_year, reopen_year
from booking.year.export_report import export_report
from booking.year.foresee import foresee_closing
from booking.year.queries import OpenVisit, YearLine, open_visits, report_of, year_line, years
from booking.year.rules import CloseYear, ReopenYear
from workshops.closed_years.queries import FrozenYear, corrections, frozen_year
from workshops.programmes.targets.queries import targets
from workshops.refusals import Invalid
from workshops.results.queries import life_of_programme


@renders("office/years.html")
class YearList(Page, frozen=True):
    """`begins`: the first day of the programme's target; a year that ended before counts for none of it."""

    years: Sequence[YearLine]
    begins: date


@renders("office/year.html", acts={"reopening": ReopenYear})
class YearPage(Page, frozen=True):
    """What closing a year will do, or did; visits `waiting` to be confirmed, those that their badges tell."""

    line: YearLine
    waiting: Sequence[OpenVisit]
    told_by_badges: Sequence[OpenVisit]
    headings: Sequence[tuple[str, Sequence[tuple[str, int]]]]
    frozen: FrozenYear | None
    corrected: Sequence[CorrectedWords]


@get("/gestion/annees", opt=may("years.close"))
async def list_years(now: Now) -> Template:
    begins, _ = life_of_programme(await targets(), now=now)
    return page(YearList(years=await years(now=now), begins=begins))


@get("/gestion/annees/{year:str}", opt=may("years.close"))
async def one_year(year: FromPath[str], now: Now) -> Template:
    line = await year_line(year, now=now)
    report, closing = await report_of(line.year), line.over and not line.closed_at
    left = await open_visits(line.year) if closing else []
    waiting = [visit for visit in left if visit.unsettled]
    if closing:
        everywhere = CloseYear(nobody_came=tuple(visit.id for visit in waiting))
        report = await foresee_closing(line.year, everywhere, now=now)
    shown = YearPage(
        line=line,
        waiting=waiting,
        told_by_badges=[visit for visit in left if visit.scanned],
        headings=report.headings if report else [],
        frozen=await frozen_year(line.year.first),
        corrected=in_words(await corrections(year=line.year.first)),
    )
    return page(shown)


def _ticked(form: Form) -> tuple[int, ...]:
    """The visits that the coordinator ticked: nobody came."""
    numbers = (name.removeprefix("zero-") for name in form.typed if name.startswith("zero-") and form.ticked(name))
    return tuple(int(number) for number in numbers if re.fullmatch("[0-9]{1,9}", number))


@post("/gestion/annees/{year:str}/cloture", opt=may("years.close"))
@form_act(CloseYear, page=one_year.fn, nobody_came=_ticked)
async def close_one_year(
    asked: CloseYear, form: Form, year: FromPath[str], person: AsCoordinator, settings: SiteSettings, now: Now
) -> Redirect:
    line = await year_line(year, now=now)
    if not form.ticked("sure"):
        raise Invalid({"sure": "Cochez la case pour confirmer : ce qui est effacé ne revient pas."})
    await close_year(line.year, asked, by=person.account, data_dir=settings.data_dir, now=now)
    return done(f"/gestion/annees/{line.year.name}", "annee-close")


@post("/gestion/annees/{year:str}/reouverture", opt=may("years.close"))
@form_act(ReopenYear, page=one_year.fn)
async def reopen_one_year(asked: ReopenYear, year: FromPath[str], person: AsCoordinator, now: Now) -> Redirect:
    """The year takes past visits again until it is closed anew."""
    line = await year_line(year, now=now)
    await reopen_year(line.year, asked, by=person.account, now=now)
    return done(f"/gestion/annees/{line.year.name}", "annee-rouverte")


@get("/gestion/annees/{year:str}/rapport.csv", opt=may("years.close"))
async def year_csv(year: FromPath[str], person: AsCoordinator, now: Now) -> Response[bytes]:
    line = await year_line(year, now=now)
    content = await export_report(line.year, by=person.account, now=now)
    return download(content, name=f"technilab-cloture-{line.year.name}.csv")
