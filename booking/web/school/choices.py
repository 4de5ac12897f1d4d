"""The choices of a booking's form after the first one, the sentence besides, and where the answer is read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from booking.door.forms.read import Form
from booking.people.accounts.queries import Teacher
from booking.visits.asking.acts import LineAsked
from booking.visits.asking.ask import Granted
from booking.visits.asking.beside import has_room, pairs_beside, slots_beside
from booking.visits.asking.choices import WishChoice
from booking.visits.asking.pairs import PairOffered, both_days
from booking.visits.demands.alert import SearchAsked
from booking.visits.groups.queries import GroupSeen
from booking.visits.reservation_states import WAITS
from booking.web.public.search_class import searched_days
from booking.words.wording import counted, moment, number, spaced
from workshops.offer.queries import SlotOnOffer
from workshops.slots.queries import SlotCard, slot_card

OTHERS = {
    **{"choice_2": "Deuxième choix", "choice_3": "Troisième choix"},
    **{"choice_4": "Quatrième choix", "choice_5": "Cinquième choix"},
}
CHOICES_MOST = 3
"""How many choices are asked for at once; in a draw, all of them."""
SENTENCE_KM = 40
SAID = {
    "confirmed": "reservee",
    "requested": "visa-demande",
    "waiting": "en-attente",
    "offered": "place-proposee",
    "in_draw": "au-tirage",
}
SAID_IN_HALVES = SAID | {
    "confirmed": "moities-reservees",
    "requested": "moities-visa",
    "waiting": "moities-attendent",
    "offered": "moities-proposees",
}
SAID_OF_SEVERAL = {"requested": "visa-et-reserve", "waiting": "voeux-en-attente"}


class ChoicesOffered(Struct, frozen=True):
    """What may stand after the first choice: the `labels` of the inputs, and the `options` of each, by how the form
    names them, none first; `in_halves`: some are two slots for the halves of the class."""

    labels: Mapping[str, str]
    options: Sequence[tuple[str, str]] = ()
    in_halves: bool = False


async def choices_offered(
    named: Sequence[SlotCard],
    group: GroupSeen | None,
    person: Teacher,
    *,
    pupils: int,
    query: Mapping[str, Any],
    form: Form | None,
    now: datetime,
) -> ChoicesOffered:
    """The choices after the slots that are `named` first; none for a teacher who may ask for one thing alone."""
    first = named[0]
    labels = dict(list(OTHERS.items())[: CHOICES_MOST - 1 if first.draws_at is None else None])
    if group is None or person.awaiting:
        return ChoicesOffered(labels)
    of_class: dict[str, Any] = {"group": group.id, "level": group.level, "pupils": pupils, "near": person.near}
    of_class |= {"days": searched_days(query), "now": now}
    own = {slot.id for slot in named}
    pairs = await pairs_beside(first, without=sorted(own), **of_class)
    full = f"pour {counted(pupils, 'élève')}" + (" aujourd'hui" if first.draws_at else ", liste d'attente")
    slots = [slot for slot in await slots_beside(first, **of_class) if slot.id not in own]
    offered = {str(slot.id): _of_slot(slot, full=None if has_room(slot, pupils) else full) for slot in slots}
    offered |= {pair.value: _of_pair(pair, full=None if pair.fits else full) for pair in pairs}
    typed = [] if form is None else [form.typed.get(name, "").strip() for name in OTHERS]
    offered |= {value: words for value in typed if value not in offered and (words := await _words_of(value))}
    return ChoicesOffered(labels, [("", "Aucun"), *offered.items()] if offered else (), in_halves=bool(pairs))


def _of_slot(slot: SlotOnOffer, *, full: str | None) -> str:
    """« mardi 8 décembre 2026, 9 h 00 · Découpe laser, Lycée Jules Haag, 12 km · 24 places »"""
    return _line(moment(slot.starts_at), slot, f"complet {full}" if full else counted(slot.seats_free, "place"))


def _of_pair(pair: PairOffered, *, full: str | None) -> str:
    """« Les deux moitiés : mardi 8 décembre matin et jeudi 10 décembre après-midi · Découpe laser, … »"""
    left = counted(pair.first.seats_free + pair.second.seats_free, "place")
    return _line(f"Les deux moitiés : {pair.days}", pair.first, f"complets {full}" if full else left)


def _line(when: str, slot: SlotOnOffer, left: str) -> str:
    away = "" if slot.distance_km is None else f", {number(slot.distance_km)} km"
    return spaced(f"{when} · {slot.workshop}, {slot.school.name}{away} · {left}")


async def _words_of(value: str) -> str:
    """What was typed and is proposed no more, in words; nothing for what names no slot on offer."""
    seen = await _cards_of(_slots_of(value))
    if not seen:
        return ""
    when = moment(seen[0].starts_at)
    if len(seen) > 1:
        when = f"Les deux moitiés : {both_days(seen[0].starts_at, seen[1].starts_at)}"
    return spaced(f"{when} · {seen[0].title}, {seen[0].school_name} · n'est plus proposé")


async def _cards_of(slots: Sequence[int]) -> list[SlotCard]:
    """The slots, all of which a teacher may see or could see once; none where one of them is no such slot."""
    cards = [await slot_card(slot) for slot in slots]
    seen = [card for card in cards if card is not None and card.state != "draft"]
    return seen if len(seen) == len(cards) else []


def slots_wished(form: Form | None) -> list[int]:
    """The slots of the choices that were typed."""
    return [] if form is None else [slot for name in OTHERS for slot in _slots_of(form.typed.get(name, "").strip())]


def _slots_of(value: str) -> list[int]:
    """« 12 » or « 12-34 »; nothing for what is neither."""
    written = re.fullmatch(r"([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?", value)
    return [] if written is None else [int(number) for number in written.groups() if number]


async def others_typed(form: Form, named: Collection[int]) -> list[LineAsked]:
    """The choices after the slots that are `named` first, in order: a slot, or two for the halves of the class. Raises
    Invalid for what is not of the list, and for a slot that stands in two choices."""
    lines, known = [], set(named)
    for name, label in OTHERS.items():
        typed = form.typed.get(name, "").strip()
        if not typed:
            continue
        slots = _slots_of(typed)
        if not slots or not await _cards_of(slots):
            form.errors[name] = f"{label} : choisissez dans la liste."
        elif len(set(slots)) < len(slots) or not known.isdisjoint(slots):
            same = "ce créneau est déjà" if len(slots) == 1 else "un de ces créneaux est déjà"
            form.errors[name] = f"{label} : {same} dans un autre choix. Choisissez-en un autre, ou « Aucun »."
        known |= set(slots)
        lines.append(LineAsked(slot=slots[0]) if len(slots) == 1 else LineAsked(slots=slots))
    form.refuse_if_wrong()
    return lines


def sentence_typed(form: Form) -> list[LineAsked]:
    """« Sinon, ce qui convient à moins de 40 km », where it is ticked."""
    if "sentence" not in form.typed:
        return []
    km = form.whole("sentence_km", 1, 200, label="Distance")
    form.refuse_if_wrong()
    return [LineAsked(search=SearchAsked(distance_most=km))]


def where_read(granted: Granted, *, whole: bool = False) -> str:
    """The page of what was obtained; that of all its choices for a demand in a draw, one that waits as a `whole` or
    with what its group waits for already, and one of which the sentence alone is left."""
    first = granted.first
    if first is None or granted.joined or first.state == "in_draw" or (whole and first.state == "waiting"):
        return f"/demandes/{granted.demand}"
    return f"/reservations/{first.id}"


def said_of(granted: Granted) -> str:
    """What the next page says first: which choice was taken, or that the group waits."""
    first = granted.first
    if granted.repeated:
        return "deja-demande"
    if first is None:
        return "demande-gardee"
    if granted.joined and first.state == "waiting":
        return "attend-aussi"
    return _said_of_first(first, several=len(granted.choices) > 1)


def _said_of_first(first: WishChoice, *, several: bool) -> str:
    if several and first.state in SAID_OF_SEVERAL:
        return SAID_OF_SEVERAL[first.state]
    by_state = SAID_IN_HALVES if first.half else SAID
    if first.rank == 1 or first.state in WAITS or (first.half and first.state == "offered"):
        return by_state[first.state]
    if first.state == "offered":
        return "place-trouvee" if several else "place-trouvee-seule"
    return f"voeu-{first.rank}"
