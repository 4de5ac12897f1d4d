"""A lycée's series of slots: the list, one of them, and what goes on from it: more weeks, the next school year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import groupby

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import AsHost, Now, may
from booking.people.accounts.queries import Host
from booking.web.host.series import dates_page, form_again, typed_again
from booking.words.wording import month, paris
from workshops.openings.queries import OpeningSeen, openings_awaited
from workshops.refusals import Invalid
from workshops.school_calendar.rules import school_year_of, year_words
from workshops.series.queries import SeriesCard, SeriesHead, series_head, series_of_school, slots_of_series
from workshops.series.rules import OneOfSeries, as_it_goes, week_after, year_after

NO_SLOT = "Tous les créneaux de cette série sont annulés. Ouvrez-en une nouvelle."


@renders("host/all_series.html")
class SeriesList(Page, frozen=True):
    """Series that go on, and those that are over."""

    coming: Sequence[SeriesCard]
    over: Sequence[SeriesCard]


@renders("host/one_series.html")
class OneSeries(Page, frozen=True):
    """A series with all its slots by `months`; `to_come` are those that acts may still change, `copied_to` a school
    year, `openings` those that some of them wait for."""

    series: SeriesHead
    months: Sequence[tuple[str, Sequence[OneOfSeries]]]
    slots: Sequence[OneOfSeries]
    to_come: Sequence[OneOfSeries]
    copied_to: str
    openings: Sequence[OpeningSeen]
    now: datetime


@get("/lycee/creneaux/series", opt=may("slots.open"))
async def every_series(person: AsHost, now: Now) -> Template:
    found = await series_of_school(person.school, now=now)
    coming = [one for one in found if one.to_come]
    return page(SeriesList(coming=coming, over=[one for one in found if not one.to_come]))


@get("/lycee/creneaux/series/{series:int}", opt=may("slots.open"))
async def one_series(series: FromPath[int], person: AsHost, now: Now) -> Template:
    head = await series_head(series, scope=person.scope)
    slots = await slots_of_series(series)
    shown = OneSeries(
        series=head,
        months=[(name, list(its)) for name, its in groupby(slots, key=lambda one: month(one.on))],
        slots=slots,
        to_come=[one for one in slots if one.may_change(now)],
        copied_to=year_words(school_year_of(year_after(slots, today=paris(now).date())[0])),
        openings=await openings_awaited([one.on for one in slots if one.may_change(now)], now=now),
        now=now,
    )
    return page(shown)


@get("/lycee/creneaux/series/{series:int}/suite", opt=may("slots.open"))
async def more_weeks(series: FromPath[int], person: AsHost, now: Now) -> Template:
    """The dates of the week that follows, or of more once the last day is changed."""
    return await _dates(series, person, now, later=week_after, grows=True)


@get("/lycee/creneaux/series/{series:int}/copie", opt=may("slots.open"))
async def next_year(series: FromPath[int], person: AsHost, now: Now) -> Template:
    """The same weekdays on the calendar of the next school year."""
    return await _dates(series, person, now, later=year_after, grows=False)


async def _dates(
    series: int, person: Host, now: datetime, *, later: Callable[..., tuple[date, date]], grows: bool
) -> Template:
    head = await series_head(series, scope=person.scope)
    slots = [one for one in await slots_of_series(series) if one.state != "called_off"]
    if not slots:
        raise Invalid({"slots": NO_SLOT})
    first_on, last_on = later(slots, today=paris(now).date())
    asked = as_it_goes(slots, workshop=head.workshop, first_on=first_on, last_on=last_on)
    form = typed_again(asked, grows=series if grows else None)
    try:
        return await dates_page(form, asked, person, now, goes_on=series)
    except Invalid as no:
        return await form_again(form, no, person, now)
