"""The results of a search, in words; and when there are none, what to give up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from booking.visits.asking.pairs import HalvesAt
from booking.web.public.search_class import SearchedClass
from booking.web.public.search_query import HALVES, LATER, NOWHEN, WHOLE, SearchChoice, SearchQuery
from booking.words.states import SLOT_STATES
from booking.words.wording import counted, day, opening_hour
from workshops.catalogue.queries import Picture
from workshops.offer.pair import Ways, ways_on_offer
from workshops.offer.queries import COUNT_MOST, Loosened, SlotOnOffer, loosen, nearest_days
from workshops.offer.rules import FIELDS, WISHES, Takes
from workshops.openings.rules import opens_later
from workshops.slots.queries import SlotCard

# For each wish, what the search becomes without it.
GIVEN_UP = {
    "dates": "À toutes les dates",
    "zone": "Vacances comprises",
    "km": "À toute distance",
    "department": "Dans tous les départements",
    "school": "Dans tous les lycées",
    "workshop": "Dans tous les ateliers",
    "tech_object": "Avec tous les objets",
    "level": "À tous les niveaux",
    "pupils": "Quel que soit le nombre d'élèves",
    "company_places": "Sans place pour une entreprise",
    "only_free": "Créneaux complets compris",
}


class WayOut(Struct, frozen=True):
    """Where to look instead: the words of a link, its address, what it leads to."""

    words: str
    address: str
    told: str


class CardAct(Struct, frozen=True):
    """What a card or a slot's page invites this visitor to. `told`, what the class finds there; `firm`, whether its
    places are had at once."""

    words: str
    address: str
    told: str
    firm: bool


class Card(Struct, frozen=True):
    """A slot of a list, what it invites this visitor to, and the picture that its lycée chose for the workshop."""

    slot: SlotOnOffer
    act: CardAct
    picture: Picture | None = None


def act_for(
    slot: SlotOnOffer | SlotCard,
    searched: SearchedClass,
    role: str | None,
    *,
    state: str,
    now: datetime,
    carried: str = "",
    companies: int = 0,
    waiting: int = 0,
    pair: HalvesAt | None = None,
) -> CardAct:
    """« Réserver pour 4e B », « Attendre une place » or « Voir le créneau », with what the class finds there.

    Teachers reserve, and so will a visitor who signs in; others look. Before its period opens, everybody does.
    """
    page, form = f"/creneaux/{slot.id}{carried}", f"/creneaux/{slot.id}/reserver{carried}"
    pupils, free = searched.pupils or 0, slot.seats_free if slot.groups_free else 0
    if state != "open":
        return CardAct("Voir le créneau", page, SLOT_STATES[state].label.lower(), firm=False)
    if words := not_yet(slot, now):
        if not free:
            return CardAct("Voir le créneau", page, f"complet, {words[0].lower()}{words[1:]}", firm=False)
        return CardAct(words, page, _room(pupils, free), firm=False)
    if pupils > slot.seats:
        return _too_large(slot, pupils, page, pair if role in {None, "teacher"} else None, role, carried)
    fits = free >= max(pupils, 1)
    room = _room(pupils, free, companies=companies, waiting=waiting)
    if role not in {None, "teacher"}:
        return CardAct("Voir le créneau", page, room, firm=fits)
    asks = "Demander" if slot.draws_at else "Réserver" if fits else ""
    words = f"{asks} pour {searched.group.name}" if asks and searched.group else asks or "Attendre une place"
    return CardAct(words, _form(form, role), draw_first(slot).lower() or room, firm=bool(asks))


def acts_of(
    slots: Sequence[SlotOnOffer],
    search: SearchQuery,
    searched: SearchedClass,
    role: str | None,
    *,
    now: datetime,
    waiting: Mapping[int, int],
    pairs: Mapping[int, HalvesAt],
    companies: Mapping[int, int],
) -> dict[int, CardAct]:
    """What each slot of a search invites this visitor to, by its number."""
    return {
        slot.id: act_for(
            slot,
            searched,
            role,
            state=slot.state,
            now=now,
            carried=search.carried,
            companies=companies.get(slot.id, 0),
            waiting=waiting.get(slot.id, 0),
            pair=pairs.get(slot.id),
        )
        for slot in slots
    }


def not_yet(slot: SlotOnOffer | SlotCard, now: datetime) -> str:
    """« Ouverture lundi 7 décembre à 10 h », where the button will stand; nothing while there is one."""
    if slot.opens_at is not None and opens_later(slot.opens_at, now):
        words = "Ouverture" if slot.seats_free and slot.groups_free else "Liste d'attente dès"
        return f"{words} {opening_hour(slot.opens_at)}"
    return "Tirage en cours" if slot.draws_at is not None and now >= slot.draws_at else ""


def draw_first(slot: SlotOnOffer | SlotCard) -> str:
    """« Tirage lundi 7 décembre à 11 h », where what a draw does not give stands until then."""
    return "" if slot.draws_at is None else f"Tirage {opening_hour(slot.draws_at)}"


def _form(page: str, role: str | None) -> str:
    """A visitor signs in first."""
    return page if role else f"/connexion?next={quote(page, safe='')}"


def _too_large(
    slot: SlotOnOffer | SlotCard, pupils: int, page: str, pair: HalvesAt | None, role: str | None, carried: str
) -> CardAct:
    """Its two halves where a pair of slots takes them; else the class sees how few the slot takes."""
    if pair is not None:
        return _both_halves(slot, pair, role, carried)
    room = f"{counted(slot.seats, 'place')} par créneau pour {counted(pupils, 'élève')}"
    return CardAct("Voir le créneau", page, room, firm=False)


def _both_halves(slot: SlotOnOffer | SlotCard, pair: HalvesAt, role: str | None, carried: str) -> CardAct:
    """« Réserver les deux moitiés », 14 et 13 élèves; « Attendre en deux moitiés » where they have no room today."""
    page = f"/creneaux/{pair.first}/moities/{pair.second}{carried}"
    when = ("la même demi-journée", "le même jour", "à deux dates")[pair.away]
    split = f"{pair.halves[0]} et {counted(pair.halves[1], 'élève')}, {when}"
    if not pair.fits:
        return CardAct("Attendre en deux moitiés", _form(page, role), f"complets pour {split}", firm=False)
    words = "Demander les deux moitiés" if slot.draws_at else "Réserver les deux moitiés"
    built = f", le même objet : {', '.join(pair.objects)}" if pair.objects else ""
    return CardAct(words, _form(page, role), draw_first(slot).lower() or f"{split}{built}", firm=True)


def _room(pupils: int, free: int, *, companies: int = 0, waiting: int = 0) -> str:
    """« 30 places, 1 entreprise vient », « 2 places pour 22 élèves », « complet, 1 groupe attend »."""
    waits = f", {counted(waiting, 'groupe attend', 'groupes attendent')}" if waiting else ""
    if not free:
        return f"complet{waits}"
    if free < pupils:
        return f"{counted(free, 'place')} pour {counted(pupils, 'élève')}{waits}"
    come = f", {counted(companies, 'entreprise vient', 'entreprises viennent')}" if companies else ""
    return f"{counted(free, 'place')}{come}"


async def in_ways(search: SearchQuery, *, now: datetime) -> tuple[SearchQuery, Ways | None]:
    """A search for a class of so many, in the first way in which it can be had, and in how many slots it is had how;
    None where no number is said."""
    filters = search.filters
    if not filters.pupils:
        return search, None
    ways = await ways_on_offer(filters, pupils=filters.pupils, now=now)
    if filters.waiting:
        return search.but(takes="either") if ways.waited else search, ways
    return search.taken(ways), ways


async def in_any_way(search: SearchQuery, *, now: datetime) -> tuple[SearchQuery, Ways | None]:
    """The same search in every way in which its class can be had: whole, in halves, later, or where it waits."""
    filters = search.filters
    if not filters.pupils:
        return search, None
    ways = await ways_on_offer(replace(filters, workshop=None), pupils=filters.pupils, now=now)
    takes: Takes = "either" if ways.waited else "any"
    return search.but(takes=takes, waiting=bool(ways.waited), later=None), None if filters.workshop else ways


def facons(search: SearchQuery, ways: Ways | None, path: str) -> list[SearchChoice]:
    """« Classe entière (8) » and the other ways in which the class of a search is had, where there is more than one."""
    if ways is None or search.filters.waiting:
        return []
    offered = (
        (WHOLE, f"Classe entière ({ways.whole})", ways.whole),
        (HALVES, f"En deux moitiés ({ways.halves})", ways.halves),
        (LATER, f"Pas encore ouverts ({ways.later})", ways.later),
    )
    shown = [(name, words) for name, words, slots in offered if slots or name == search.facon]
    if len(shown) < 2:
        return []
    return [SearchChoice(words, search.at(path, facon=name, suite=None), name == search.facon) for name, words in shown]


def sentence(slots: int, search: SearchQuery, departments: Mapping[str, str], ways: Ways | None = None) -> str:
    """« 12 créneaux conviennent à un groupe de 24 élèves de 4e, à moins de 40 km de votre collège. »"""
    filters = search.filters
    whom = ""
    if filters.pupils or filters.level:
        of = f" de {counted(filters.pupils, 'élève')}" if filters.pupils else ""
        whom = f" à un groupe{of}" + (f" de {filters.level}" if filters.level else "")
    verb = ("convient" if slots < 2 else "conviennent") if whom else ("est proposé" if slots < 2 else "sont proposés")
    where = f", à moins de {filters.km:.0f} km de votre collège" if filters.km else ""
    if filters.department:
        where += f", dans le département {departments[filters.department]}"
    if filters.zone is not None:
        mine = filters.college is not None
        where += ", hors de vos vacances" if mine else f", hors vacances de la zone {filters.zone}"
    if filters.company_places:
        where += ", avec une place pour une entreprise"
    if ways is not None and not search.filters.waiting and (otherwise := _otherwise(ways)):
        whole = f"{_slots(ways.whole)} {'convient' if ways.whole < 2 else 'conviennent'}"
        return f"{whole if ways.whole else 'Aucun créneau ne convient'}{whom}{otherwise}{where}."
    return f"{_slots(slots)} {verb}{whom}{where}." if slots else f"Aucun créneau ne convient{whom}{where}."


def _otherwise(ways: Ways) -> str:
    """« , 34 en deux moitiés »; what opens later where nothing else can be had."""
    if ways.halves:
        return f", {ways.halves} en deux moitiés"
    if ways.later and not ways.whole:
        return f", {ways.later} {'ouvre' if ways.later < 2 else 'ouvrent'} plus tard"
    return ""


def results_words(slots: int, search: SearchQuery, ways: Ways | None = None) -> str:
    """« 9 créneaux conviennent, hors vacances de la zone A. »"""
    filters = search.filters
    away = ""
    if filters.zone is not None:
        away = f", hors vacances de la zone {filters.zone}" if filters.zone else ", hors de vos vacances"
    if slots and ways is not None and not (ways.whole or ways.halves or ways.later):
        return f"Aucun créneau libre, {counted(slots, 'complet')} où attendre{away}."
    if filters.takes == "any" and ways is not None:
        slots = ways.whole
    if ways is not None and not filters.waiting and (otherwise := _otherwise(ways)):
        suit = f"{_slots(ways.whole)} {'convient' if ways.whole < 2 else 'conviennent'} à la classe entière"
        nowhere = "Aucun créneau pour la classe entière" if ways.halves else "Aucun créneau n'est ouvert"
        return f"{suit if ways.whole else nowhere}{otherwise}{away}."
    if not slots:
        return f"Aucun créneau ne convient{away}."
    if filters.waiting or not (filters.pupils or filters.level):
        return f"{_slots(slots)} {'est proposé' if slots < 2 else 'sont proposés'}{away}."
    return f"{_slots(slots)} {'convient' if slots < 2 else 'conviennent'}{away}."


def without_room(ways: Ways, search: SearchQuery) -> WayOut | None:
    """The way to the slots where the class would wait, or back to those that have room for it."""
    if search.filters.waiting:
        return WayOut("Cacher les créneaux complets", search.address(complets=None, suite=None), "")
    full = ways.full + ways.waited
    if not full:
        return None
    words = f"Voir aussi {counted(full, 'créneau complet', 'créneaux complets')}"
    if ways.waited:
        words += f", {'' if ways.waited == full else f'{ways.waited} '}où attendre en deux moitiés"
    return WayOut(words, search.address(complets="oui", facon=None, suite=None), "")


async def ways_out(search: SearchQuery, *, today: date, now: datetime) -> list[WayOut]:
    """For a search that found nothing: the nearest days, then each wish that finds something once given up."""
    search = search.but(takes="either")
    days = []
    if search.filters.from_on or search.filters.to_on:
        days = await nearest_days(search.filters, today=today, now=now)
    nearest = [WayOut(day(near.on).capitalize(), f"{search.day_address}{near.on}", _slots(near.slots)) for near in days]
    return nearest + [_given_up(search, loosened) for loosened in await loosen(search.filters, now=now)]


def _given_up(search: SearchQuery, loosened: Loosened) -> WayOut:
    pages = dict.fromkeys(FIELDS[name].page for name in WISHES[loosened.wish] if name in FIELDS)
    address = search.address(suite=None, **(NOWHEN if loosened.wish == "dates" else pages))
    since = f", dès le {day(loosened.found.first_at)}" if loosened.found.first_at else ""
    return WayOut(GIVEN_UP[loosened.wish], address, f"{_slots(loosened.found.slots)}{since}")


def _slots(number: int) -> str:
    return "1 000 créneaux et plus" if number >= COUNT_MOST else counted(number, "créneau", "créneaux")
