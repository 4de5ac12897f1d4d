"""Reading a series as it was typed, and the dates that were ticked; saying why a date is left out."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from litestar.datastructures import FormMultiDict

from booking.door.forms.read import Form
from booking.words.wording import DAYS, counted
from workshops.act_fields import fields_of
from workshops.catalogue.queries import workshops_of
from workshops.series.acts import Series
from workshops.series.queries import SeriesPlan
from workshops.series.rules import Skipped, dates_of

WEEKDAYS = {str(number): name.capitalize() for number, name in enumerate(DAYS[:6])}
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
