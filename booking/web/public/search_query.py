"""The query of a search's address: « /creneaux?niveau=4e&eleves=24&km=40 », one that can be kept as a bookmark."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct, structs
from msgspec.structs import replace

from booking.door.forms.read import Form
from booking.people.accounts.queries import Person, Teacher
from booking.visits.groups.queries import GroupSeen
from booking.web.public.search_class import ABOUT_CLASS, CARRIED, carried, searched_class
from booking.words.wording import day
from workshops.academie.rules import ZONES
from workshops.acts.days import FIRST_DAY, LAST_DAY
from workshops.offer.pair import Ways
from workshops.offer.rules import FIELDS, LONGEST_PERIOD, MINE, Search, Takes, place_of, workshop_place_of
from workshops.refusals import Invalid
from workshops.schools.rules import LEVELS, is_uai

DISTANCES = ("10", "20", "30", "40", "60", "100")
PER_PAGE = 20
# A longer number is no answer of a form.
MOST_TYPED = 999_999
SEARCH = "/creneaux"
# How a class is taken: whole, in two halves, or in what is not open yet; with no answer, the first that can be had.
WHOLE, HALVES, LATER = "classe", "moities", "bientot"
TAKES: dict[str, Takes] = {WHOLE: "whole", HALVES: "halves", LATER: "either"}
# What an address may say: each link of the page says it again, so nothing else and nothing long is taken along.
NAMES = frozenset({*CARRIED, "jour", "suite", "pour", "phrase", "fait"})
ANSWER_MOST = 100
# An answer that asks for nothing: a teacher's search does not open near her collège again.
NOTHING = {"vue": "liste"}


class SearchChoice(Struct, frozen=True):
    """One answer, or one way in which a class comes, that a tap gives: its words, the address of the search with it."""

    words: str
    address: str
    current: bool


class SearchQuery(Struct, frozen=True):
    """A search, read, on the page at `path`. `form` holds what was typed and what of it could not be read; `opens`,
    whether an address without an answer opens on the visitor's class."""

    form: Form
    filters: Search
    month: date | None
    opens: bool = False
    path: str = SEARCH

    def address(self, **changed: str | None) -> str:
        """The address of the same search with some answers changed; None takes an answer away."""
        kept = {name: value for name, value in self.form.typed.items() if value and name != "fait"}
        kept |= {name: value for name, value in changed.items() if value is not None}
        for name, value in changed.items():
            if value is None:
                kept.pop(name, None)
        if self.opens and kept.keys() <= ({*ABOUT_CLASS} if self.path == SEARCH else set()):
            kept |= NOTHING
        return self.path + (f"?{urlencode(kept)}" if kept else "")

    def at(self, path: str, **changed: str | None) -> str:
        """The address of another page that answers the same search."""
        return path + self.address(**changed).removeprefix(self.path)

    @property
    def carried(self) -> str:
        """What goes along to a slot's page and comes back."""
        return carried(self.form.typed)

    @property
    def by_workshop(self) -> bool:
        """Whether its results stand by workshop; else they are a list by date, or a month."""
        return self.month is None and _by_workshop(self.path, self.form)

    @property
    def facon(self) -> str:
        """How the class of this search is taken."""
        return LATER if self.filters.later else HALVES if self.filters.takes == "halves" else WHOLE

    def taken(self, ways: Ways) -> SearchQuery:
        """The same search in the first way in which its class can be had, unless it says which one it wants."""
        if self.form.typed.get("facon") or ways.whole or not (ways.halves or ways.later):
            return self
        facon = HALVES if ways.halves else LATER
        return self.but(takes=TAKES[facon], later=facon == LATER)

    def turned_to(self, month: date, *, today: date) -> SearchQuery:
        """The same search over another month."""
        return replace(self.but(from_on=max(month, today), to_on=last_of(month)), month=month)

    def but(self, **wishes: Any) -> SearchQuery:
        """The same page for a search with some wishes changed."""
        return replace(self, filters=structs.replace(self.filters, **wishes))

    @property
    def stray_errors(self) -> list[str]:
        """What could not be read of answers that stand in no field of this page."""
        fields = {"niveau", "eleves", "objet", "lycee", "vacances", "du", "au"}
        # Whoever has a collège is asked the département by a field, others by links.
        fields |= {"departement"} if self.filters.near else set()
        return [sentence for name, sentence in self.form.errors.items() if name not in fields]

    @property
    def day_address(self) -> str:
        """The address of one day's list, to which the day is added."""
        address = self.address(vue=None, mois=None, suite=None, jour=None, du=None, au=None)
        return address + ("&" if "?" in address else "?") + "jour="


def read_query(
    query: Mapping[str, Any],
    person: Person | None,
    *,
    today: date,
    departments: Collection[str],
    zone: str = "",
    groups: Sequence[GroupSeen] = (),
    path: str = SEARCH,
) -> SearchQuery:
    """Read a search among these départements; `zone` is that of the person's collège, `groups` are its own.

    What cannot be read is left out and noted as an error.
    """
    answers = {name: answer for name, answer in query.items() if name in NAMES and isinstance(answer, str)}
    form = Form({name: answer[:ANSWER_MOST] for name, answer in answers.items()})
    typed = form.typed
    searched = searched_class(typed, groups)
    if searched.group is not None:
        typed["niveau"] = searched.level
        if not typed.get("eleves", "").strip() or searched_class({"eleves": typed["eleves"]}).pupils is not None:
            typed["eleves"] = str(searched.pupils)
    elif groups:
        typed.pop("groupe", None)
    typed.pop("pour", None)
    month = (
        read_month(form, today)
        if form.choice("vue", ("", "mois", "liste"), label="Vue", default="") == "mois"
        else None
    )
    from_on, to_on = (None, None) if month else read_days(form, today)
    college = person if isinstance(person, Teacher) else None
    near = _around(college, form)
    km = _choice(form, "km", DISTANCES)
    order = _choice(form, "by_distance", ("date", "distance"))
    by_distance = order == "distance" or (order == "" and bool(km))
    pupils, tech_object, workshop = (_whole(form, wish) for wish in ("pupils", "tech_object", "workshop"))
    away = _away(college, form, zone)
    facon = form.choice("facon", ("", *TAKES), label="Façon de venir", default="")
    waiting = bool(_choice(form, "waiting", ("oui",)))
    filters = Search(
        from_on=max(month, today) if month else from_on,
        to_on=last_of(month) if month else to_on,
        level=_choice(form, "level", LEVELS) or None,
        pupils=pupils,
        department=_choice(form, "department", departments) or None,
        school=_lycee(form),
        tech_object=tech_object,
        workshop=workshop,
        near=near,
        km=float(km) if km and near else None,
        by_distance=near is not None and by_distance and month is None,
        zone=away,
        college=college.school if college and away is not None and typed.get("vacances") == MINE else None,
        company_places=1 if _choice(form, "company_places", ("oui",)) else None,
        only_open=True,
        only_free=bool(_choice(form, "only_free", ("oui",))),
        takes="whole" if waiting else TAKES.get(facon, "whole"),
        waiting=waiting,
        later=None if pupils is None else facon == LATER and not waiting,
        limit=PER_PAGE,
        cursor=_place(
            form, by_distance=near is not None and by_distance, by_workshop=month is None and _by_workshop(path, form)
        ),
    )
    return SearchQuery(form=form, filters=filters, month=month, opens=college is not None, path=path)


def _choice(form: Form, wish: str, among: Collection[str]) -> str:
    field = FIELDS[wish]
    return form.choice(field.page, ("", *among), label=field.label, default="")


def _whole(form: Form, wish: str) -> int | None:
    field = FIELDS[wish]
    number = form.whole(field.page, field.least, min(field.most, MOST_TYPED), label=field.label, default=0)
    return None if field.page in form.errors else number or None


def _around(college: Teacher | None, form: Form) -> tuple[float, float] | None:
    """Where the person's collège stands; only from there does this page measure."""
    if college and college.school_lat is not None and college.school_lon is not None:
        return college.school_lat, college.school_lon
    for field in (FIELDS["km"], FIELDS["by_distance"]):
        if form.typed.get(field.page) in {*DISTANCES, "distance"}:
            place = "votre collège n'est pas placé sur la carte" if college else "connectez-vous avec votre collège"
            form.errors[field.page] = f"{field.label} : {place}."
    return None


def _away(college: Teacher | None, form: Form, zone: str) -> str | None:
    """The zone whose holidays are left out."""
    zone_or_mine = _choice(form, "zone", (MINE, *ZONES))
    if zone_or_mine == MINE and college is None:
        form.errors["vacances"] = "Vacances : choisissez une zone, ou connectez-vous avec votre collège."
        return None
    return zone if zone_or_mine == MINE else zone_or_mine or None


def _lycee(form: Form) -> str | None:
    field = FIELDS["school"]
    uai = form.text(field.page, label=field.label, most=field.most, required=False).upper()
    if uai and not is_uai(uai):
        form.errors[field.page] = f"{field.label} : choisissez dans la liste."
        return None
    return uai or None


def _by_workshop(path: str, form: Form) -> bool:
    return path == SEARCH and form.typed.get(FIELDS["by_distance"].page) != "date"


def _place(form: Form, *, by_distance: bool, by_workshop: bool) -> str | None:
    cursor = form.typed.get("suite")
    if not cursor:
        return None
    try:
        if by_workshop:
            workshop_place_of(cursor)
        else:
            place_of(cursor, by_distance=by_distance)
    except Invalid:
        form.errors["suite"] = "Cette suite n'est plus celle de la liste : en voici le début."
        return None
    return cursor


# The answers that say when, taken away.
NOWHEN = dict.fromkeys(("du", "au", "jour", "vue", "mois"))


def read_days(form: Form, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of the list; one day alone (`jour`) is both."""
    if form.typed.get("jour"):
        on = form.date("jour", label="Jour")
        if "jour" in form.errors:
            return None, None
        form.typed["du"] = form.typed["au"] = on.isoformat()
        del form.typed["jour"]
    from_on, to_on = _day(form, "from_on"), _day(form, "to_on")
    if from_on and from_on < today:
        form.errors["du"] = f"À partir du : cette date est passée, la liste commence le {day(today)}."
        from_on = None
    if to_on and to_on < (from_on or today):
        form.errors["au"] = "Jusqu'au : cette date vient avant " + ("l'autre." if from_on else "aujourd'hui.")
        to_on = None
    return from_on, to_on


def _day(form: Form, wish: str) -> date | None:
    name, label = FIELDS[wish].page, FIELDS[wish].label
    if not form.typed.get(name):
        return None
    on = form.date(name, label=label)
    if name not in form.errors and not FIRST_DAY <= on <= LAST_DAY:
        form.errors[name] = f"{label} : écrivez une date, par exemple 25/03/2027."
    return None if name in form.errors else on


def read_month(form: Form, today: date) -> date:
    """The first day of the month to show; this month when another cannot be had."""
    first = today.replace(day=1)
    if not form.typed.get("mois"):
        return first
    try:
        month = date.fromisoformat(form.typed["mois"] + "-01")
    except ValueError:
        month = None
    if month is None or not first <= month <= first + LONGEST_PERIOD:
        form.errors["mois"] = "Mois : choisissez un mois d'ici à un an."
        return first
    return month


def last_of(month: date) -> date:
    """The last day of a month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
