"""Opening slots on many dates: one form, a list of dates to tick, one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from booking.visits.unmet.queries import Unmet, unmet_around
from booking.web.host.series_form import WEEKDAYS, WHY, left_out, series_of, ticked_dates, ticket
from booking.words.wording import month, paris
from workshops.catalogue.queries import RoomCard, WorkshopCard, rooms_of, workshops_of
from workshops.openings.queries import OpeningSeen, openings_awaited
from workshops.refusals import Invalid, NoSuchChoice, NotFound, Refusal
from workshops.school_calendar.queries import holidays_known
from workshops.school_calendar.rules import year_words, years_unknown
from workshops.series.acts import Series
from workshops.series.open_series import open_series
from workshops.series.queries import SeriesPlan, plan_series
from workshops.series.rules import PlannedDate, Skipped, refuse_a_wrong_series


@renders("host/new_series.html", acts={"asked": Series})
class SeriesForm(Page, frozen=True):
    """The questions about a series; `chosen` is the workshop that it was asked for from."""

    workshops: Sequence[WorkshopCard]
    rooms: Sequence[RoomCard]
    chosen: int | None
    tomorrow: date
    weekdays: Mapping[str, str]
    unmet: Sequence[Unmet]
    form: Form | None


@renders("host/series_dates.html")
class SeriesDates(SeriesForm, frozen=True):
    """The same, with every date of the series by month, `why` some are left out, and those `ticked`."""

    plan: SeriesPlan
    months: Sequence[tuple[str, Sequence[PlannedDate]]]
    ticked: Set[date]
    ticket: Callable[[date, Skipped | None], str]
    why: Mapping[Skipped, str]
    left_out: str
    unknown: Sequence[str]
    openings: Sequence[OpeningSeen]
    back: str
    refusal: Refusal | None


@get("/lycee/creneaux/serie", opt=may("slots.open"))
async def new_series(
    person: NamedDependency[Host], now: NamedDependency[datetime], atelier: FromQuery[int | None] = None
) -> Template:
    return page(SeriesForm(**await _questions(person, now, chosen=atelier)))


async def _questions(
    person: Host, now: datetime, *, chosen: int | None = None, form: Form | None = None
) -> dict[str, Any]:
    workshops = await workshops_of(person.school)
    return {
        "workshops": [one for one in workshops if one.state == "published"],
        "rooms": await rooms_of(person.school),
        "chosen": chosen,
        "tomorrow": paris(now).date() + timedelta(days=1),
        "weekdays": WEEKDAYS,
        "unmet": await unmet_around(person.school, now=now),
        "form": form,
    }


@post("/lycee/creneaux/serie/dates", opt=may("slots.open"))
async def choose_dates(request: AnyRequest, person: NamedDependency[Host], now: NamedDependency[datetime]) -> Template:
    """Every date with its fate; nothing is stored."""
    form = Form(await request.form())
    try:
        series = await series_of(form, person.school)
        return await dates_page(form, series, person, now, goes_on=_grown(form))
    except (Invalid, NoSuchChoice) as no:
        return await form_again(form, no, person, now)


@post("/lycee/creneaux/serie", opt=may("slots.open"))
async def open_dates(
    request: AnyRequest, person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    try:
        series = await series_of(form, person.school)
        refuse_a_wrong_series(series, today=paris(now).date())
    except Invalid as no:
        return await form_again(form, no, person, now)
    read, grows = ticked_dates(form, series), _grown(form)
    try:
        form.refuse_if_wrong()
        opened = await open_series(series, school=person.school, by=person.account, ticked=read, grows=grows, now=now)
    except NoSuchChoice as no:
        return await form_again(form, no, person, now)
    except NotFound:
        raise
    except Invalid as no:
        if set(no.errors) != {"dates"}:
            return await form_again(form, no, person, now)
        form.errors |= no.errors
        return await dates_page(form, series, person, now, read=read, goes_on=grows, status=no.status)
    except Refusal as no:
        return await dates_page(form, series, person, now, read=read, goes_on=grows, status=no.status, refusal=no)
    later = await openings_awaited(list(read), now=now)
    return done(f"/lycee/creneaux/series/{opened.series}", "serie-ouverte-plus-tard" if later else "serie-ouverte")


def _grown(form: Form) -> int | None:
    """The series that more weeks are added to."""
    return form.whole("grows", 1, 2**31 - 1, label="Série", default=0) or None


async def form_again(form: Form, no: Refusal, person: Host, now: datetime) -> Template:
    form.note(no, Series)
    return page(SeriesForm(**await _questions(person, now, form=form)), status=Invalid.status)


async def dates_page(
    form: Form,
    series: Series,
    person: Host,
    now: datetime,
    *,
    status: int = 200,
    read: Mapping[date, Skipped | None] | None = None,
    goes_on: int | None = None,
    refusal: Refusal | None = None,
) -> Template:
    """The dates to tick: first all that are open; then those that the host had ticked and whose fate is the same.

    `goes_on`: the series that these dates prolong or repeat.
    """
    plan = await plan_series(series, school=person.school, now=now)
    if read is None:
        read = {one.on: None for one in plan.dates if one.reason is None}
    shown = SeriesDates(
        **await _questions(person, now, form=form),
        plan=plan,
        months=[(name, list(dates)) for name, dates in groupby(plan.dates, key=lambda one: month(one.on))],
        ticked={one.on for one in plan.dates if one.on in read and one.reason in {None, read[one.on]}},
        ticket=ticket,
        why={reason: words[0] for reason, words in WHY.items()},
        left_out=left_out(plan),
        unknown=[
            year_words(one.autumn)
            for one in years_unknown(await holidays_known(plan.workshop.zone), series.first_on, series.last_on)
        ],
        back=f"/lycee/creneaux/series/{goes_on}" if goes_on else "/lycee/creneaux",
        openings=await openings_awaited([one.on for one in plan.dates if one.reason is None], now=now),
        refusal=refusal,
    )
    return page(shown, status=status)
