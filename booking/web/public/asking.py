"""The sentence of a search with all that its answers are chosen from, for every page that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.door.forms.read import Form
from booking.web.public.asked import Asked
from booking.web.public.phrase import Phrase, phrase
from booking.web.public.wanted import MINE, Wanted
from booking.web.public.wanted_days import LONGEST_PERIOD
from booking.words.wording import paris
from workshops.academie.rules import ZONES
from workshops.offer.queries import lycees_on_offer
from workshops.school_calendar.queries import closures_between
from workshops.schools.queries import SchoolCard
from workshops.tech_objects.queries import tech_objects


@dataclass(frozen=True)
class Asking:
    """`phrase` is what was asked; the choices of each list are (value, words)."""

    search: Wanted
    form: Form
    phrase: Phrase
    objects: list[tuple[str, str]]
    lycees: list[tuple[str, str]]
    departments: list[tuple[str, str]]
    away: list[tuple[str, str]]


async def asking(asked: Asked, *, now: datetime) -> Asking:
    """A search as its page shows it."""
    search, served, home, today = asked.search, asked.served, asked.home, paris(now).date()
    # The lycées are all of the académie: its holidays are what a visitor sees who chose no zone.
    zone = home.zone if home else served.zone
    objects = [(str(one.id), one.name) for one in await tech_objects()]
    lycees = await lycees_on_offer(None if search.filters.school else search.filters.department)
    holidays = await closures_between(today, today + LONGEST_PERIOD, zones=[zone] if zone else [])
    return Asking(
        search=search,
        form=search.form,
        phrase=phrase(asked, today=today, holidays=holidays, objects=dict(objects), lycees=dict(lycees)),
        objects=objects,
        lycees=lycees,
        departments=[(code, f"{name} ({code})") for code, name in served.offered.items()],
        away=_away_choices(home),
    )


def _away_choices(home: SchoolCard | None) -> list[tuple[str, str]]:
    mine = [(MINE, f"Les miennes (zone {home.zone})" if home.zone else "Les miennes")] if home else []
    return [("", "Non"), *mine, *((zone, f"Zone {zone}") for zone in ZONES)]
