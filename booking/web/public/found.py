"""What a search found, in words; and when it found nothing, what to give up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import quote

from booking.visits.halves.queries import HalvesAt
from booking.web.public.class_told import ClassTold
from booking.web.public.wanted import HALVES, LATER, MINE, WHOLE, Wanted
from booking.words.wording import SLOT_STATES, counted, day, opening_hour
from workshops.catalogue.queries import Picture
from workshops.offer.loosen import Loosened, loosen, nearest_days
from workshops.offer.pair import Ways, ways_on_offer
from workshops.offer.queries import COUNT_MOST, OfferedSlot
from workshops.openings.rules import opens_later
from workshops.slots.queries import SlotCard

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


@dataclass(frozen=True)
class Facon:
    """A way in which a class comes: « Classe entière (8) », the address of the search in that way."""

    words: str
    address: str
    current: bool


@dataclass(frozen=True)
class Act:
    """What a card or a slot's page invites this visitor to. `told`, what the class finds there; `firm`, whether its
    places are had at once."""

    words: str
    address: str
    told: str
    firm: bool


@dataclass(frozen=True)
class Card:
    """A slot of a list, what it invites this visitor to, and the picture that its lycée chose for the workshop."""

    slot: OfferedSlot
    act: Act
    picture: Picture | None = None


def act_for(
    slot: OfferedSlot | SlotCard,
    told: ClassTold,
    role: str | None,
    *,
    state: str,
    now: datetime,
    carried: str = "",
    companies: int = 0,
    waiting: int = 0,
    pair: HalvesAt | None = None,
) -> Act:
    """« Réserver pour 4e B », « Attendre une place » or « Voir le créneau », with what the class finds there.

    Teachers reserve, and so will a visitor who signs in; others look. Before its period opens, everybody does.
    """
    page, form = f"/creneaux/{slot.id}{carried}", f"/creneaux/{slot.id}/reserver{carried}"
    pupils, free = told.pupils or 0, slot.seats_free if slot.groups_free else 0
    if state != "open":
        return Act("Voir le créneau", page, SLOT_STATES[state].lower(), firm=False)
    if words := not_yet(slot, now):
        return Act(words, page, _room(pupils, free), firm=False)
    if pupils > slot.seats:
        return _too_large(slot, pupils, page, pair if role in {None, "teacher"} else None, role, carried)
    fits = free >= max(pupils, 1)
    room = _room(pupils, free, companies=companies, waiting=waiting)
    if role not in {None, "teacher"}:
        return Act("Voir le créneau", page, room, firm=fits)
    asks = "Demander" if slot.draws_at else "Réserver" if fits else ""
    words = f"{asks} pour {told.group.name}" if asks and told.group else asks or "Attendre une place"
    return Act(words, _form(form, role), draw_first(slot).lower() or room, firm=bool(asks))


def not_yet(slot: OfferedSlot | SlotCard, now: datetime) -> str:
    """« Ouverture lundi 7 décembre à 10 h », where the button will stand; nothing while there is one."""
    if slot.opens_at is not None and opens_later(slot.opens_at, now):
        return f"Ouverture {opening_hour(slot.opens_at)}"
    return "Tirage en cours" if slot.draws_at is not None and now >= slot.draws_at else ""


def draw_first(slot: OfferedSlot | SlotCard) -> str:
    """« Tirage lundi 7 décembre à 11 h », where what a draw does not give stands until then."""
    return "" if slot.draws_at is None else f"Tirage {opening_hour(slot.draws_at)}"


def _form(page: str, role: str | None) -> str:
    """A visitor signs in first."""
    return page if role else f"/connexion?next={quote(page, safe='')}"


def _too_large(
    slot: OfferedSlot | SlotCard, pupils: int, page: str, pair: HalvesAt | None, role: str | None, carried: str
) -> Act:
    """Its two halves where a pair of slots takes them; else the class sees how few the slot takes."""
    if pair is not None:
        return _both_halves(pair, role, carried)
    room = f"{counted(slot.seats, 'place')} par créneau pour {counted(pupils, 'élève')}"
    return Act("Voir le créneau", page, room, firm=False)


def _both_halves(pair: HalvesAt, role: str | None, carried: str) -> Act:
    """« Réserver les deux moitiés », 14 et 13 élèves."""
    page = f"/creneaux/{pair.first}/moities/{pair.second}{carried}"
    when = ("la même demi-journée", "le même jour", "à deux dates")[pair.away]
    built = f", le même objet : {', '.join(pair.objects)}" if pair.objects else ""
    told = f"{pair.halves[0]} et {counted(pair.halves[1], 'élève')}, {when}{built}"
    return Act("Réserver les deux moitiés", _form(page, role), told, firm=True)


def _room(pupils: int, free: int, *, companies: int = 0, waiting: int = 0) -> str:
    """« 30 places, 1 entreprise vient », « 2 places pour 22 élèves », « complet, 1 groupe attend »."""
    waits = f", {counted(waiting, 'groupe attend', 'groupes attendent')}" if waiting else ""
    if not free:
        return f"complet{waits}"
    if free < pupils:
        return f"{counted(free, 'place')} pour {counted(pupils, 'élève')}{waits}"
    come = f", {counted(companies, 'entreprise vient', 'entreprises viennent')}" if companies else ""
    return f"{counted(free, 'place')}{come}"


async def in_ways(search: Wanted, *, now: datetime) -> tuple[Wanted, Ways | None]:
    """A search for a class of so many, in the first way in which it can be had, and in how many slots it is had how;
    None where no number is said."""
    asked = search.filters
    if not asked.pupils:
        return search, None
    ways = await ways_on_offer(asked, pupils=asked.pupils, now=now)
    return (search if asked.waiting else search.taken(ways)), ways


def facons(search: Wanted, ways: Ways | None, path: str) -> list[Facon]:
    """The other ways in which the class of a search can be had, where there is more than one."""
    if ways is None or search.filters.waiting:
        return []
    told = (
        (WHOLE, f"Classe entière ({ways.whole})", ways.whole),
        (HALVES, f"En deux moitiés ({ways.halves})", ways.halves),
        (LATER, f"Pas encore ouverts ({ways.later})", ways.later),
    )
    shown = [one for one in told if one[2] or one[0] == search.facon]
    if len(shown) < 2:
        return []
    return [Facon(words, search.at(path, facon=name, suite=None), name == search.facon) for name, words, _ in shown]


def sentence(found: int, search: Wanted, departments: Mapping[str, str], ways: Ways | None = None) -> str:
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
    if ways is not None and not search.filters.waiting and (otherwise := _otherwise(ways)):
        whole = f"{_slots(ways.whole)} {'convient' if ways.whole < 2 else 'conviennent'}"
        return f"{whole if ways.whole else 'Aucun créneau ne convient'}{whom}{otherwise}{where}."
    return f"{_slots(found)} {verb}{whom}{where}." if found else f"Aucun créneau ne convient{whom}{where}."


def _otherwise(ways: Ways) -> str:
    """« , 34 en deux moitiés »; what opens later where nothing else can be had."""
    if ways.halves:
        return f", {ways.halves} en deux moitiés"
    if ways.later and not ways.whole:
        return f", {ways.later} {'ouvre' if ways.later < 2 else 'ouvrent'} plus tard"
    return ""


def found_words(found: int, search: Wanted, ways: Ways | None = None) -> str:
    """« 9 créneaux conviennent, hors vacances de la zone A. »"""
    asked = search.filters
    away = ""
    if asked.zone is not None:
        away = f", hors vacances de la zone {asked.zone}" if asked.zone else ", hors de vos vacances"
    if ways is not None and not asked.waiting and (otherwise := _otherwise(ways)):
        suit = f"{_slots(ways.whole)} {'convient' if ways.whole < 2 else 'conviennent'} à la classe entière"
        nowhere = "Aucun créneau pour la classe entière" if ways.halves else "Aucun créneau n'est ouvert"
        return f"{suit if ways.whole else nowhere}{otherwise}{away}."
    if not found:
        return f"Aucun créneau ne convient{away}."
    if asked.waiting or not (asked.pupils or asked.level):
        return f"{_slots(found)} {'est proposé' if found < 2 else 'sont proposés'}{away}."
    return f"{_slots(found)} {'convient' if found < 2 else 'conviennent'}{away}."


def without_room(ways: Ways, search: Wanted) -> WayOut | None:
    """The way to the slots where the class would wait, or back to those that have room for it."""
    if search.filters.waiting:
        return WayOut("Cacher les créneaux complets", search.address(complets=None, suite=None), "")
    if not ways.full:
        return None
    words = f"Voir aussi {counted(ways.full, 'créneau complet', 'créneaux complets')}"
    return WayOut(words, search.address(complets="oui", facon=None, suite=None), "")


async def ways_out(search: Wanted, *, today: date, now: datetime) -> list[WayOut]:
    """For a search that found nothing: the nearest days, then each wish that finds something once given up."""
    search = replace(search, filters=replace(search.filters, takes="either"))
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
