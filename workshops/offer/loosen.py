"""When nothing suits: which wish to give up, and the nearest days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from workshops.offer.queries import DayOnOffer, SuitingSlots, days_on_offer, found_on_offer
from workshops.offer.rules import Search, without_each

AROUND = timedelta(days=60)
NEAREST = 3


class Loosened(Struct, frozen=True):
    """A search that finds something once this wish is given up (a name of `without_each`)."""

    wish: str
    found: SuitingSlots


async def loosen(search: Search, *, now: datetime) -> list[Loosened]:
    """For each wish of a search that found nothing: what it finds without it; a wish that changes nothing is left out.

    One statement for each wish made, whatever the number of slots.
    """
    found = [Loosened(wish, await found_on_offer(less, now=now)) for wish, less in without_each(search).items()]
    return [one for one in found if one.found.slots]


async def nearest_days(search: Search, *, today: date, now: datetime) -> list[DayOnOffer]:
    """The three days nearest to the period asked for, within two months, on which all other wishes are met."""
    first_on, last_on = search.from_on or search.to_on or today, search.to_on or search.from_on or today
    around = replace(search, from_on=max(today, first_on - AROUND), to_on=last_on + AROUND)

    def apart(day: DayOnOffer) -> timedelta:
        return max(first_on - day.on, day.on - last_on, timedelta())

    days = sorted(await days_on_offer(around, now=now), key=apart)[:NEAREST]
    return sorted(days, key=lambda day: day.on)
