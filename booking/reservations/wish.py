"""Ranked wishes: up to three slots in order; the first that can be had is taken, or the group waits for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.reservations.book import book
from booking.reservations.demand import Booked, Demand
from booking.reservations.rules import SlotFull
from booking.reservations.wait import join_waiting_list
from workshops.database import transaction
from workshops.refusals import Invalid, Refusal

WISHES_MOST = 3


async def wish(demands: Sequence[Demand], *, wait: bool, now: datetime) -> list[Booked]:
    """Take the first slot that can be had; the others are not touched.

    When none can, with `wait` the group joins the waiting lists of the full ones in one transaction, under one wish:
    taking an offered place releases the others. Otherwise the first choice's refusal is raised.
    """
    if not 1 <= len(demands) <= WISHES_MOST or len({demand.slot for demand in demands}) != len(demands):
        raise Invalid({"slots": f"Choisissez de un à {WISHES_MOST} créneaux différents."})
    full: list[Demand] = []
    first_no: Refusal | None = None
    for demand in demands:
        try:
            return [await book(demand, now=now)]
        except SlotFull as no:
            full.append(demand)
            first_no = first_no or no
        except Invalid:
            raise
        except Refusal as no:
            first_no = first_no or no
    if wait and full:
        async with transaction():
            return [await join_waiting_list(demand, now=now) for demand in full]
    assert first_no is not None  # noqa: S101 - one demand at least was refused
    raise first_no
