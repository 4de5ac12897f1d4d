"""The form of a search: its sentence, with all that its answers are chosen from, for every page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from booking.door.forms.read import Form
from booking.web.public.search_for_visitor import VisitorSearch
from booking.web.public.search_phrase import SearchPhrase, search_phrase
from booking.web.public.search_query import SearchQuery
from booking.words.wording import paris
from workshops.academie.rules import ZONES
from workshops.offer.queries import lycees_on_offer
from workshops.offer.rules import FIELDS, LONGEST_PERIOD, MINE, SearchField
from workshops.school_calendar.queries import closures_between
from workshops.schools.queries import SchoolCard
from workshops.schools.rules import LEVELS
from workshops.tech_objects.queries import tech_objects


class SearchForm(Struct, frozen=True):
    """What a search form shows: `phrase` is the search in words, `wishes` how each wish is asked; the choices of each
    list are (value, words)."""

    search: SearchQuery
    form: Form
    phrase: SearchPhrase
    wishes: Mapping[str, SearchField]
    levels: list[tuple[str, str]]
    objects: list[tuple[str, str]]
    lycees: list[tuple[str, str]]
    departments: list[tuple[str, str]]
    away: list[tuple[str, str]]


async def search_form(visitor_search: VisitorSearch, *, now: datetime) -> SearchForm:
    """The form of a search, as its page shows it."""
    search, served, home, today = visitor_search.search, visitor_search.served, visitor_search.home, paris(now).date()
    # The lycées are all of the académie: its holidays are what a visitor sees who chose no zone.
    zone = home.zone if home else served.zone
    objects = [(str(built.id), built.name) for built in await tech_objects()]
    lycees = await lycees_on_offer(None if search.filters.school else search.filters.department)
    holidays = await closures_between(today, today + LONGEST_PERIOD, zones=[zone] if zone else [])
    return SearchForm(
        search=search,
        form=search.form,
        phrase=search_phrase(
            visitor_search, today=today, holidays=holidays, objects=dict(objects), lycees=dict(lycees)
        ),
        wishes=FIELDS,
        levels=[(level, level) for level in LEVELS],
        objects=objects,
        lycees=lycees,
        departments=[(code, f"{name} ({code})") for code, name in served.offered.items()],
        away=_away_choices(home),
    )


def _away_choices(home: SchoolCard | None) -> list[tuple[str, str]]:
    mine = [(MINE, f"Les miennes (zone {home.zone})" if home.zone else "Les miennes")] if home else []
    return [("", "Non"), *mine, *((zone, f"Zone {zone}") for zone in ZONES)]
