"""What is kept of a search, how long, and how many of them. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from msgspec.structs import replace

from booking.words.wording import counted, dates_words
from workshops.offer.rules import FIELDS, LONGEST_PERIOD, Search
from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import first_day_of, paris_day, paris_instant, school_year_of

LINES_MOST = 6
"""Of one demand, the sentence too."""
LATE_LINE = 7
"""A place of another slot that is given back late is beside the six lines that a demand may have."""
ALERTS_MOST = 5
# As long as the mail that tells how it ended may be tried again, and is kept.
MET_LASTS = timedelta(days=30)
KEPT = (
    *("level", "pupils", "km", "from_on", "to_on", "zone", "college", "department", "school", "tech_object"),
    "company_places",
)
"""What of a search an alert keeps, in the order in which its statement is given them."""


class TooManyAlerts(Refusal):
    kind = "too-many-alerts"
    title = "Cinq alertes à la fois"
    sentence = "Vous avez déjà cinq alertes. Retirez-en une dans « Mes visites », puis demandez celle-ci."


class ClassUntold(Refusal):
    kind = "class-untold"
    status = 422
    title = "Pour quelle classe ?"
    sentence = "Dites d'abord le niveau et le nombre d'élèves dans la phrase de recherche."


def kept_of(search: Search) -> Search:
    """What of a search is kept: a class, a distance, dates, where; never how its list is read. The days off of a
    collège are those of the zone in which it is when a slot is looked at."""
    kept = Search(**{name: getattr(search, name) for name in KEPT})
    return kept if kept.college is None else replace(kept, zone=None)


def address_of(search: Search, *, group: int | None) -> str:
    """The end of an address that searches the same: « ?niveau=4e&eleves=27&km=40 »."""
    said = search.answers
    pages = [FIELDS[name].page for name in KEPT if name in FIELDS]
    answers = ({"groupe": str(group)} if group else {}) | {page: said[page] for page in pages if page in said}
    # A search that says its group alone opens near its collège: this one was kept for any distance and any day.
    everywhere = {"vue": "liste"} if group and answers.keys() <= {"groupe", "niveau", "eleves"} else {}
    return f"?{urlencode(answers | everywhere)}"


def to_come(search: Search, *, today: date) -> Search:
    """The same search without days that are over."""
    return replace(
        search,
        from_on=search.from_on if search.from_on and search.from_on >= today else None,
        to_on=search.to_on if search.to_on and search.to_on >= today else None,
    )


def ends_at(search: Search, now: datetime) -> datetime:
    """After its last day; without one, with the school year that it asks for."""
    if search.to_on:
        return paris_instant(search.to_on + timedelta(days=1), time())
    year = school_year_of(max(search.from_on or date.min, paris_day(now)))
    return paris_instant(first_day_of(year + 1), time())


def last_day(ends_at: datetime) -> date:
    """The last day that a demand looks for, which is over at this instant."""
    return paris_day(ends_at - timedelta(seconds=1))


def class_words(search: Search, *, group: str = "") -> str:
    """« 4e B » or « 27 élèves de 4e »."""
    return group or f"{counted(search.pupils or 0, 'élève')} de {search.level}"


def words_of(search: Search, *, group: str = "", place: str = "", built: str = "") -> str:
    """« 4e B, 27 élèves, à moins de 40 km, du 3 au 15 décembre, hors vacances »."""
    pupils = counted(search.pupils or 0, "élève")
    off = f"hors vacances de la zone {search.zone}" if search.zone else ""
    words = (
        f"{group}, {pupils}" if group else f"{pupils} de {search.level}",
        f"à moins de {search.km:.0f} km" if search.km else "",
        dates_words(search.from_on, search.to_on),
        off if search.college is None else "hors vacances",
        place or (f"dans le {search.department}" if search.department else ""),
        built,
        "avec une place pour une entreprise" if search.company_places else "",
    )
    return ", ".join(filter(None, words))


def refuse_days(search: Search, *, today: date) -> None:
    """Raise Invalid for days that no slot has yet."""
    errors, farthest = {}, today + LONGEST_PERIOD
    if search.from_on and not today <= search.from_on <= farthest:
        errors["from_on"] = "Premier jour : d'aujourd'hui à dans un an."
    if search.to_on and not max(today, search.from_on or today) <= search.to_on <= farthest:
        errors["to_on"] = "Dernier jour : après le premier, dans un an au plus."
    if errors:
        raise Invalid(errors)
