"""The form of a search and its sentence, changed word by word: « Une visite pour 4e B, à moins de 40 km, avant Noël
»."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from booking.door.forms.read import Form
from booking.visits.groups.queries import GroupSeen
from booking.web.public.search_for_visitor import VisitorSearch
from booking.web.public.search_query import DISTANCES, NOWHEN, SearchChoice, SearchQuery
from booking.words.wording import counted, dates_words, paris
from booking.words.wording import month as month_words
from workshops.academie.rules import ZONES
from workshops.catalogue.queries import tech_objects
from workshops.offer.queries import lycees_on_offer
from workshops.offer.rules import FIELDS, LONGEST_PERIOD, MINE, SearchField
from workshops.school_calendar.queries import closures_between
from workshops.school_calendar.rules import DayOff
from workshops.schools.queries import SchoolCard
from workshops.schools.rules import LEVELS


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


OTHERS_SHOWN = 3
PERIODS_SHOWN = 4
VACANCES = "Vacances "
# What each chip's own form asks; the rest of the search goes along hidden.
ASKS = {
    "classe": ("niveau", "eleves", "facon"),
    "lieu": ("km", "departement"),
    "periode": ("du", "au", "jour", "vacances", "vue", "mois"),
    "plus": ("objet", "lycee", "departement", "libres", "complets", "entreprises"),
}


class Chip(Struct, frozen=True):
    """Words of the sentence that are changed in place, `before` and `after` them the ones that stay.

    `kept` goes along with their form.
    """

    name: str
    before: str
    words: str
    after: str
    choices: Sequence[SearchChoice]
    kept: Sequence[tuple[str, str]]
    wrong: bool


class SearchPhrase(Struct, frozen=True):
    """`others`: the teacher's other groups, a tap away."""

    chips: Sequence[Chip]
    others: Sequence[SearchChoice]

    @property
    def plain(self) -> str:
        """The whole sentence."""
        return " ".join(f"{chip.before} {chip.words}{chip.after}".strip() for chip in self.chips if chip.after)


def search_phrase(
    visitor_search: VisitorSearch,
    *,
    today: date,
    holidays: Sequence[DayOff],
    objects: Mapping[str, str],
    lycees: Mapping[str, str],
) -> SearchPhrase:
    """A search in words; `holidays` are those to come of the visitor's zone, `objects` and `lycees` by number."""
    search = visitor_search.search
    groups = [_group(search, group) for group in visitor_search.groups]
    near = search.filters.near is not None
    place = _distances(search) if near else _departments(search, visitor_search.served.offered)
    around = "à moins de" if search.filters.km else "à"
    before = ("Une visite pour", around if near else "dans", "", "")
    words = (
        class_words(search, visitor_search.groups),
        next(choice.words for choice in place if choice.current),
        period_words(search, periods(holidays, today)),
        _more_words(search, visitor_search.served.offered if near else {}, objects, lycees),
    )
    elsewhere = [SearchChoice("tous les ateliers", search.address(atelier=None, suite=None), current=False)]
    choices = (groups, place, _periods(visitor_search, today, holidays), elsewhere if search.filters.workshop else ())
    chips = [
        Chip(
            name,
            lead,
            shown,
            end,
            tuple(offered),
            _kept(search, names),
            not search.form.errors.keys().isdisjoint(names),
        )
        for (name, names), lead, shown, end, offered in zip(
            _asks(near).items(), before, words, (",", ",", ".", ""), choices, strict=True
        )
    ]
    mine = any(choice.current for choice in groups)
    return SearchPhrase(chips, [choice for choice in groups if not choice.current][:OTHERS_SHOWN] if mine else ())


def class_words(search: SearchQuery, groups: Sequence[GroupSeen]) -> str:
    """« 4e B, 24 élèves », « 24 élèves de 4e », « une classe de 4e », « votre classe »."""
    filters = search.filters
    pupils = counted(filters.pupils, "élève") if filters.pupils else ""
    named = next((group.name for group in groups if str(group.id) == search.form.typed.get("groupe")), "")
    if named:
        return ", ".join(filter(None, (named, pupils)))
    if filters.level:
        return f"{pupils or 'une classe'} de {filters.level}"
    return pupils or "votre classe"


def periods(holidays: Sequence[DayOff], today: date) -> dict[date, str]:
    """« avant Noël », « avant les vacances d'hiver »: by the last day before each of the holidays to come."""
    # A « pont » is a holiday too, but nobody says « avant le pont ».
    coming = sorted({off.first_on: off.label for off in holidays if off.label.startswith(VACANCES)}.items())
    return {
        first - timedelta(days=1): f"avant {_holidays(label)}"
        for first, label in coming
        if today < first <= today + LONGEST_PERIOD
    }


def _holidays(label: str) -> str:
    name = label.removeprefix(VACANCES)
    return {"de Noël": "Noël", "d'été": "l'été"}.get(name, f"les vacances {name}")


def period_words(search: SearchQuery, known: Mapping[date, str]) -> str:
    """« avant Noël », « du 3 au 15 décembre », « hors vacances », « à tout moment »."""
    from_on, to_on = search.filters.from_on, search.filters.to_on
    if search.month is not None:
        return f"en {month_words(search.month)}"
    if to_on and not from_on and to_on in known:
        return known[to_on]
    return dates_words(from_on, to_on) or ("à tout moment" if search.filters.zone is None else "hors vacances")


def _group(search: SearchQuery, group: GroupSeen) -> SearchChoice:
    typed = search.form.typed
    address = search.address(groupe=str(group.id), niveau=group.level, eleves=str(group.pupils), suite=None, facon=None)
    return SearchChoice(
        f"{group.name}, {counted(group.pupils, 'élève')}", address, typed.get("groupe") == str(group.id)
    )


def _distances(search: SearchQuery) -> list[SearchChoice]:
    km = f"{search.filters.km:.0f}" if search.filters.km else ""
    return [
        *(SearchChoice(f"{most} km", search.address(km=most, suite=None), km == most) for most in DISTANCES),
        # The order by distance stays when its limit goes.
        SearchChoice(
            "toute distance",
            search.address(km=None, suite=None, tri="distance" if search.filters.by_distance else None),
            not km,
        ),
    ]


def _departments(search: SearchQuery, offered: Mapping[str, str]) -> list[SearchChoice]:
    chosen = search.filters.department
    return [
        SearchChoice("tous les départements", search.address(departement=None, lycee=None, suite=None), chosen is None),
        *(
            SearchChoice(f"{name} ({code})", search.address(departement=code, lycee=None, suite=None), chosen == code)
            for code, name in offered.items()
        ),
    ]


def _periods(visitor_search: VisitorSearch, today: date, holidays: Sequence[DayOff]) -> list[SearchChoice]:
    search, typed = visitor_search.search, visitor_search.search.form.typed
    zone = MINE if visitor_search.home else visitor_search.served.zone
    dated = bool(search.filters.from_on or search.filters.to_on)
    anytime = search.address(**NOWHEN, vacances=None, suite=None)
    offered = [SearchChoice("à tout moment", anytime, not dated and not search.filters.zone)]
    if zone:
        away = search.address(**NOWHEN, vacances=zone, suite=None)
        offered.append(SearchChoice("hors vacances", away, not dated and typed.get("vacances") == zone))
    for last_on, words in list(periods(holidays, today).items())[:PERIODS_SHOWN]:
        address = search.address(**(NOWHEN | {"au": last_on.isoformat()}), suite=None)
        alone = search.filters.from_on is None and search.month is None
        offered.append(SearchChoice(words, address, alone and search.filters.to_on == last_on))
    return offered


def _more_words(
    search: SearchQuery, departments: Mapping[str, str], objects: Mapping[str, str], lycees: Mapping[str, str]
) -> str:
    """The finer wishes that were made; empty when there is none."""
    filters = search.filters
    wishes = [
        objects.get(str(filters.tech_object), ""),
        lycees.get(filters.school or "", ""),
        departments.get(filters.department or "", ""),
        "un atelier" if filters.workshop else "",
        "places libres" if filters.only_free else "",
        "complets aussi" if filters.waiting else "",
        "entreprises bienvenues" if filters.company_places else "",
    ]
    return ", ".join(wish for wish in wishes if wish)


def _asks(near: bool) -> dict[str, tuple[str, ...]]:
    """Where the distance is known, the département is one of the finer wishes."""
    if near:
        return ASKS | {"lieu": ("km",)}
    return ASKS | {"plus": tuple(name for name in ASKS["plus"] if name != "departement")}


def _kept(search: SearchQuery, changed: Sequence[str]) -> list[tuple[str, str]]:
    """The answers that a chip's form hides; the list starts anew."""
    left_out = {*changed, "suite", "fait", "pour"}
    return [(name, answer) for name, answer in search.form.typed.items() if answer and name not in left_out]
