"""The results of a search by workshop: what is built and where, then the days to tap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from booking.visits.asking.pairs import HalvesAt, halves_at
from booking.visits.reservations.in_line import groups_waiting
from booking.web.public.search_class import SearchedClass
from booking.web.public.search_query import SearchQuery
from booking.web.public.search_results import CardAct, WayOut, acts_of
from booking.words.wording import brief_day, counted, hour, paris, spaced
from workshops.catalogue.queries import Picture, pictures_of
from workshops.offer.by_workshop import DateOnOffer, WorkshopOnOffer, workshops_on_offer

# On one page so many workshops, of each so many dates; two slots often make one date of a class in two halves.
WORKSHOPS_SHOWN = 5
DATES_SHOWN = 4
SLOTS_READ = 2 * DATES_SHOWN


class DateToTap(Struct, frozen=True):
    """A day and an hour that lead to the act of their slot; `told`, what the class finds there."""

    day: str
    hour: str
    address: str
    told: str


class DatesToTap(Struct, frozen=True):
    """« Réserver pour 4e B » and its days; what all of them have in common stands in the words."""

    words: str
    firm: bool
    dates: Sequence[DateToTap]


class WorkshopFound(Struct, frozen=True):
    """A workshop of a lycée: its first slot, whose page tells all of it, its days by what one does there, and where all
    of them are, when some are not shown."""

    slot: DateOnOffer
    acts: Sequence[DatesToTap]
    all_dates: WayOut | None
    picture: Picture | None


class WorkshopsFound(Struct, frozen=True):
    """The workshops of one page, and the cursor of the next."""

    workshops: Sequence[WorkshopFound]
    next_cursor: str | None


async def workshops_found(
    search: SearchQuery, searched: SearchedClass, role: str | None, *, now: datetime
) -> WorkshopsFound:
    """A search by workshop, whole class first."""
    filters = replace(search.filters, limit=WORKSHOPS_SHOWN)
    pupils = filters.pupils or 0
    offer = await workshops_on_offer(filters, dates=SLOTS_READ, now=now)
    slots = [slot for workshop in offer.items for slot in workshop.slots]
    # The two halves of a class are asked for together: none of those that open later is looked at.
    small = [slot.id for slot in slots if pupils > slot.seats]
    pairs = await halves_at(replace(filters, workshop=None, later=False), pupils=pupils, slots=small, now=now)
    full = [slot.id for slot in slots if slot.seats_free < max(pupils, 1) or not slot.groups_free]
    waiting = await groups_waiting(full) if full else {}
    acts = acts_of(slots, search, searched, role, now=now, waiting=waiting, pairs=pairs, companies={})
    pictures = await pictures_of({workshop.slots[0].workshop_id for workshop in offer.items})
    return WorkshopsFound(
        [_card(workshop, search, acts, pairs, pictures) for workshop in offer.items], offer.next_cursor
    )


def _card(
    workshop: WorkshopOnOffer,
    search: SearchQuery,
    acts: Mapping[int, CardAct],
    pairs: Mapping[int, HalvesAt],
    pictures: Mapping[int, Picture],
) -> WorkshopFound:
    pupils = search.filters.pupils or 0
    by_words: dict[tuple[str, bool], dict[str, DateToTap]] = {}
    shown: set[int] = set()
    for slot in workshop.slots:
        act, pair = acts[slot.id], pairs.get(slot.id)
        dates = by_words.setdefault((act.words, act.firm), {})
        if act.address not in dates and sum(map(len, by_words.values())) == DATES_SHOWN:
            break
        dates.setdefault(act.address, _date(slot, act, pair, pupils))
        shown.add(slot.id)
    number = workshop.slots[0].workshop_id
    every = search.address(tri="date", atelier=str(number), suite=None, vue=None)
    return WorkshopFound(
        workshop.slots[0],
        [_together(words, firm, list(dates.values())) for (words, firm), dates in by_words.items() if dates],
        None if len(shown) == workshop.dates else WayOut(f"Toutes les dates ({workshop.dates})", every, ""),
        pictures.get(number),
    )


def _date(slot: DateOnOffer, act: CardAct, pair: HalvesAt | None, pupils: int) -> DateToTap:
    if pair is None or pupils <= slot.seats:
        # A class that finds its room is told nothing more of it.
        roomy = pupils and slot.groups_free and slot.seats_free >= pupils and not slot.draws_at
        told = "" if roomy else act.told
        return DateToTap(brief_day(slot.starts_at), spaced(hour(slot.starts_at)), act.address, told)
    first, second = pair.starts
    halves = f"{pair.halves[0]} et {counted(pair.halves[1], 'élève')}"
    if paris(first).date() == paris(second).date():
        return DateToTap(brief_day(first), spaced(f"{hour(first)} et {hour(second)}"), act.address, halves)
    return DateToTap(f"{brief_day(first)} et {brief_day(second)}", "", act.address, halves)


def _together(words: str, firm: bool, dates: Sequence[DateToTap]) -> DatesToTap:
    told = {date.told for date in dates}
    if len(told) > 1:
        return DatesToTap(words, firm, dates)
    (common,) = told
    return DatesToTap(", ".join(filter(None, (words, common))), firm, [replace(date, told="") for date in dates])
