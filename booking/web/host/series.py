"""Opening slots on many dates: one form, a list of dates to tick, one act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from litestar import get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from booking.people.accounts.queries import Host
from booking.visits.asking.unmet import Unmet, unmet_around
from booking.words.wording import DAYS, counted, month, paris
from workshops.acts.fields import fields_of
from workshops.catalogue.queries import RoomCard, WorkshopCard, rooms_of, workshops_of
from workshops.openings.queries import OpeningSeen, openings_awaited
from workshops.refusals import Invalid, NoSuchChoice, NotFound, Refusal
from workshops.school_calendar.queries import holidays_known
from workshops.school_calendar.rules import year_words, years_unknown
from workshops.series.open_series import open_series
from workshops.series.queries import SeriesPlan, plan_series
from workshops.series.rules import PlannedDate, Series, Skipped, dates_of, refuse_a_wrong_series

WEEKDAYS = {str(number): name.capitalize() for number, name in enumerate(DAYS[:6])}
# The fields that few lycées fill, as the form sends them untouched: folded until one of them says something else.
FOLDED = {"company_places": "2"} | dict.fromkeys(
    ("ends", "room", "seats", "groups_max", "one_per_trade", "on_agreement", "wednesday_afternoons", "alone"), ""
)
# Beside a date; then counted in a sentence, one and many.
WHY: dict[Skipped, tuple[str, str, str]] = {
    "public_holiday": ("Jour férié", "jour férié", "jours fériés"),
    "holiday": ("Vacances", "date pendant les vacances", "dates pendant les vacances"),
    "closure": ("Lycée fermé", "jour de fermeture", "jours de fermeture"),
    "room_taken": ("Salle occupée", "date où la salle est occupée", "dates où la salle est occupée"),
    "host_taken": (
        "Créneau déjà ouvert",
        "date où un créneau est déjà ouvert",
        "dates où un créneau est déjà ouvert",
    ),
    "too_soon": ("Trop tôt", "date trop proche pour être préparée", "dates trop proches pour être préparées"),
    "wednesday_afternoon": ("Mercredi après-midi", "mercredi après-midi", "mercredis après-midi"),
}


async def series_of(form: Form, school: int) -> Series:
    """The series that was typed. Raises Invalid with what of it cannot be read."""
    read: dict[str, Any] = {}
    if not form.typed.get("ends", "").strip():
        read["ends"] = await _as_long_as_the_workshop(form, school)
    if not form.all("weekdays"):
        read["weekdays"] = frozenset({form.date("first_on", label="Du").weekday()})
    return form.act(Series, **read)


async def _as_long_as_the_workshop(form: Form, school: int) -> time:
    taught = {str(card.id): card.minutes for card in await workshops_of(school)}
    lasts = timedelta(minutes=taught.get(form.typed.get("workshop", ""), 0))
    starts = form.time("starts", label="Heure de début")
    return (datetime.combine(date(2000, 1, 1), starts) + lasts).time()


def typed_again(series: Series, *, grows: int | None = None) -> Form:
    """A series as if it had just been typed: its dates are read before it opens. `grows` is the one that it joins."""
    typed = [(field.name, _again(getattr(series, field.name))) for field in fields_of(Series)]
    days = [("weekdays", str(day)) for day in sorted(series.weekdays)]
    return Form(FormMultiDict([*(pair for pair in typed if pair[0] != "weekdays"), *days, ("grows", str(grows or ""))]))


def _again(value: Any) -> str:
    """A value as a form sends it."""
    match value:
        case None | False:
            return ""
        case True:
            return "oui"
        case time():
            return f"{value:%H:%M}"
    return str(value)


def ticket(on: date, reason: Skipped | None) -> str:
    """The value of a box to tick: the date, and what the host reads beside it."""
    return f"{on.isoformat()}:{reason or 'open'}"


def ticked_dates(form: Form, series: Series) -> dict[date, Skipped | None]:
    """The dates that were ticked, each with the reason that stood beside it."""
    known = {ticket(on, reason): (on, reason) for on in dates_of(series) for reason in (None, *WHY)}
    ticked = form.several("dates", known, label="Dates", required=False)
    return dict(known[one] for one in ticked if one in known)


def left_out(plan: SeriesPlan) -> str:
    """« 3 dates pendant les vacances, 1 jour férié »"""
    reasons = Counter(one.reason for one in plan.dates if one.reason is not None)
    return ", ".join(counted(reasons[reason], *words[1:]) for reason, words in WHY.items() if reasons[reason])


@renders("host/new_series.html", acts={"asked": Series})
class SeriesForm(Page, frozen=True):
    """The questions about a series; `chosen` is the workshop that it was asked for from, `says_more` whether a folded
    answer is wrong or not the usual one."""

    workshops: Sequence[WorkshopCard]
    rooms: Sequence[RoomCard]
    chosen: int | None
    tomorrow: date
    weekdays: Mapping[str, str]
    unmet: Sequence[Unmet]
    says_more: bool
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
async def new_series(person: AsHost, now: Now, atelier: FromQuery[int | None] = None) -> Template:
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
        "says_more": form is not None and _says_more(form),
        "form": form,
    }


def _says_more(form: Form) -> bool:
    return any(name in form.errors or form.typed.get(name, usual) != usual for name, usual in FOLDED.items())


@post("/lycee/creneaux/serie/dates", opt=may("slots.open") | {"shown_again": True})
async def choose_dates(request: AnyRequest, person: AsHost, now: Now) -> Template:
    """Every date with its fate; nothing is stored."""
    form = Form(await request.form())
    try:
        series = await series_of(form, person.school)
        return await dates_page(form, series, person, now, goes_on=_grown(form))
    except (Invalid, NoSuchChoice) as no:
        return await form_again(form, no, person, now)


@post("/lycee/creneaux/serie", opt=may("slots.open"))
async def open_dates(request: AnyRequest, person: AsHost, now: Now) -> Template | Redirect:
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
