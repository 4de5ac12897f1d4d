"""What a search found, in words; and when it found nothing, what to give up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from booking.web.public.wanted import MINE, Wanted
from booking.wording import counted, day
from workshops.offer.loosen import Loosened, loosen, nearest_days
from workshops.offer.queries import COUNT_MOST

# For each wish, what the search becomes without it, and the answers of the address that go away.
GIVEN_UP: dict[str, tuple[str, tuple[str, ...]]] = {
    "dates": ("À toutes les dates", ("du", "au", "jour", "vue", "mois")),
    "zone": ("Vacances comprises", ("vacances",)),
    "km": ("À toute distance", ("km",)),
    "department": ("Dans tous les départements", ("departement",)),
    "school": ("Dans tous les lycées", ("lycee",)),
    "tech_object": ("Avec tous les objets", ("objet",)),
    "level": ("À tous les niveaux", ("niveau",)),
    "pupils": ("Quel que soit le nombre d'élèves", ("eleves",)),
    "company_places": ("Sans place pour une entreprise", ("entreprises",)),
    "only_free": ("Créneaux complets compris", ("libres",)),
}


@dataclass(frozen=True)
class WayOut:
    """Where to look instead: the words of a link, its address, what it leads to."""

    words: str
    address: str
    told: str


def act_on(role: str | None) -> str:
    """What a slot with room invites to: teachers reserve, and so will a visitor who signs in; others look."""
    return "Réserver" if role in {None, "teacher"} else "Voir le créneau"


def sentence(found: int, search: Wanted, departments: Mapping[str, str]) -> str:
    """« 12 créneaux conviennent à un groupe de 24 élèves de 4e, à moins de 40 km de votre collège. »"""
    asked = search.filters
    whom = ""
    if asked.pupils or asked.level:
        of = f" de {counted(asked.pupils, 'élève')}" if asked.pupils else ""
        whom = f" à un groupe{of}" + (f" de {asked.level}" if asked.level else "")
    verb = ("convient" if found < 2 else "conviennent") if whom else ("est proposé" if found < 2 else "sont proposés")
    where = f", à moins de {asked.km:.0f} km de votre collège" if asked.km else ""
    if asked.department:
        where += f", dans le département {departments[asked.department]}"
    if asked.zone is not None:
        mine = search.form.typed.get("vacances") == MINE
        where += ", hors de vos vacances" if mine else f", hors vacances de la zone {asked.zone}"
    if asked.company_places:
        where += ", avec une place pour une entreprise"
    return f"{_slots(found)} {verb}{whom}{where}." if found else f"Aucun créneau ne convient{whom}{where}."


async def ways_out(search: Wanted, *, today: date, now: datetime) -> list[WayOut]:
    """For a search that found nothing: the nearest days, then each wish that finds something once given up."""
    days = []
    if search.filters.from_on or search.filters.to_on:
        days = await nearest_days(search.filters, today=today, now=now)
    near = [WayOut(day(one.on).capitalize(), f"{search.day_address}{one.on}", _slots(one.slots)) for one in days]
    return near + [_given_up(search, one) for one in await loosen(search.filters, now=now)]


def _given_up(search: Wanted, one: Loosened) -> WayOut:
    words, names = GIVEN_UP[one.wish]
    since = f", dès le {day(one.found.first_at)}" if one.found.first_at else ""
    return WayOut(words, search.address(suite=None, **dict.fromkeys(names)), f"{_slots(one.found.slots)}{since}")


def _slots(found: int) -> str:
    return "1 000 créneaux et plus" if found >= COUNT_MOST else counted(found, "créneau", "créneaux")
