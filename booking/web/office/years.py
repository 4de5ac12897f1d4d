"""The school years: where each stands, closing one, reading what a closing did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, download, page
from booking.door.rights.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.process.settings import Settings
from booking.programme.figures.corrections import CorrectedWords, in_words
from booking.year.close import close_year, reopen_year
from booking.year.export_report import export_report
from booking.year.foresee import foresee_closing
from booking.year.queries import OpenVisit, YearLine, open_visits, report_of, year_line, years
from booking.year.rules import SchoolYear, YearNotOver, YearNotSettled
from workshops.closed_years.queries import FrozenYear, corrections, frozen_year
from workshops.closed_years.rules import REASON_MOST
from workshops.programmes.queries import targets
from workshops.refusals import Invalid, Refusal
from workshops.results.queries import life_of_programme


@dataclass(frozen=True)
class YearList(Page, template="office/years.html"):
    """`begins`: the first day of the programme's target; a year that ended before counts for none of it."""

    years: Sequence[YearLine]
    begins: date


@dataclass(frozen=True)
class YearPage(Page, template="office/year.html"):
    """What closing a year will do, or did; visits `waiting` to be confirmed, those that their badges tell."""

    line: YearLine
    waiting: Sequence[OpenVisit]
    told_by_badges: Sequence[OpenVisit]
    headings: Sequence[tuple[str, Sequence[tuple[str, int]]]]
    frozen: FrozenYear | None
    corrected: Sequence[CorrectedWords]
    most: int
    form: Form | None = None
    refusal: Refusal | None = None


@get("/gestion/annees", opt=COORDINATOR)
async def list_years(now: NamedDependency[datetime]) -> Template:
    begins, _ = life_of_programme(await targets(), now=now)
    return page(YearList(years=await years(now=now), begins=begins))


@get("/gestion/annees/{year:str}", opt=COORDINATOR)
async def one_year(year: FromPath[str], now: NamedDependency[datetime]) -> Template:
    return await _year_page(await year_line(year, now=now), now)


async def _year_page(line: YearLine, now: datetime, *, status: int = 200, **more: Any) -> Template:
    year, report = line.year, await report_of(line.year)
    left = await open_visits(year) if line.over and not line.closed_at else []
    waiting = [one for one in left if one.unsettled]
    if line.over and not line.closed_at:
        report = await foresee_closing(year, zero=[one.id for one in waiting], now=now)
    shown = YearPage(
        line=line,
        waiting=waiting,
        told_by_badges=[one for one in left if one.scanned],
        headings=report.headings if report else [],
        frozen=await frozen_year(year.first),
        corrected=in_words(await corrections(year=year.first)),
        most=REASON_MOST,
        **more,
    )
    return page(shown, status=status)


@post("/gestion/annees/{year:str}/cloture", opt=COORDINATOR)
async def close_one_year(
    year: FromPath[str],
    request: AnyRequest,
    person: NamedDependency[Coordinator],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    line = await year_line(year, now=now)
    form = Form(await request.form())
    if not form.typed.get("sure"):
        form.errors["sure"] = "Cochez la case pour confirmer : ce qui est effacé ne revient pas."
        return await _year_page(line, now, status=422, form=form)
    accepted = await _accepted(line.year, form)
    try:
        await close_year(line.year, zero=accepted, by=person.account, data_dir=settings.data_dir, now=now)
    except (YearNotOver, YearNotSettled) as no:
        return await _year_page(line, now, status=no.status, form=form, refusal=no)
    return done(f"/gestion/annees/{line.year.name}", "annee-close")


@post("/gestion/annees/{year:str}/reouverture", opt=COORDINATOR)
async def reopen_one_year(
    year: FromPath[str],
    request: AnyRequest,
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    """The year takes past visits again until it is closed anew."""
    line = await year_line(year, now=now)
    form = Form(await request.form())
    reason = form.text("reason", label="Raison", most=REASON_MOST)
    try:
        form.refuse_if_wrong()
        await reopen_year(line.year, reason=reason, by=person.account, now=now)
    except Refusal as no:
        if isinstance(no, Invalid):
            form.errors.update(no.errors)
        return await _year_page(line, now, status=no.status, form=form, refusal=no)
    return done(f"/gestion/annees/{line.year.name}", "annee-rouverte")


async def _accepted(year: SchoolYear, form: Form) -> list[int]:
    """The visits that the coordinator ticked: nobody came."""
    return [one.id for one in await open_visits(year) if form.typed.get(f"zero-{one.id}")]


@get("/gestion/annees/{year:str}/rapport.csv", opt=COORDINATOR)
async def year_csv(
    year: FromPath[str], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Response[bytes]:
    line = await year_line(year, now=now)
    content = await export_report(line.year, by=person.account, now=now)
    return download(content, name=f"technilab-cloture-{line.year.name}.csv")
