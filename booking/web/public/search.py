"""Looking for a visit: a list by day, or a month."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.accounts.queries import Person
from booking.door.answers import page
from booking.door.guards import ANYONE
from booking.web.public.wanted import DISTANCES, Wanted, sentence, wanted
from booking.wording import DEPARTMENTS, paris
from workshops.offer.queries import DayOnOffer, count_on_offer, days_on_offer, slots_on_offer
from workshops.school_calendar.queries import closures_between
from workshops.school_calendar.rules import reason_closed
from workshops.tech_objects.queries import tech_objects

CLOSED_WORDS = {"holiday": "Vacances", "public_holiday": "Férié", "closure": "Fermé"}


@dataclass(frozen=True)
class CalendarDay:
    """A cell of the month view. `off` says why pupils are away, or is empty."""

    on: date
    inside: bool
    today: bool
    slots: int
    seats_free: int
    off: str


@get("/creneaux", opt={"who": ANYONE})
async def search_page(
    request: Request[Any, Any, Any],
    visitor: NamedDependency[Person | None],
    now: NamedDependency[datetime],
) -> Template:
    today = paris(now).date()
    search = wanted(request.query_params, visitor, today=today)
    shared: dict[str, Any] = {
        "person": visitor,
        "search": search,
        "form": search.form,
        "objects": [(str(one.id), one.name) for one in await tech_objects()],
        "departments": [(code, f"{name} ({code})") for code, name in DEPARTMENTS.items()],
        "distances": [(km, f"{km} km") for km in DISTANCES],
    }
    if search.month is not None:
        days = await days_on_offer(search.filters, now=now)
        found = sum(one.slots for one in days)
        return page(
            "public/search.html",
            **shared,
            found=found,
            sentence=sentence(found, search, visitor),
            weeks=await _weeks(search.month, days, today=today),
            previous=_turn(search, -1, today),
            following=_turn(search, 1, today),
        )
    offer = await slots_on_offer(search.filters, now=now)
    found = await count_on_offer(search.filters, now=now)
    return page(
        "public/search.html",
        **shared,
        found=found,
        sentence=sentence(found, search, visitor),
        slots=offer.items,
        more_address=search.address(suite=offer.next_cursor) if offer.next_cursor else None,
    )


async def _weeks(month: date, days: list[DayOnOffer], *, today: date) -> list[list[CalendarDay]]:
    grid = Calendar().monthdatescalendar(month.year, month.month)
    offered = {one.on: one for one in days}
    closures = await closures_between(grid[0][0], grid[-1][-1], zones=["A"])
    return [
        [
            CalendarDay(
                on=on,
                inside=on.month == month.month,
                today=on == today,
                slots=offered[on].slots if on in offered else 0,
                seats_free=offered[on].seats_free if on in offered else 0,
                off=CLOSED_WORDS.get(reason_closed(on, closures, zone="A") or "", ""),
            )
            for on in week
        ]
        for week in grid
    ]


def _turn(search: Wanted, by: int, today: date) -> str | None:
    """The address of the month before or after, None when it holds nothing to reserve."""
    assert search.month is not None  # noqa: S101 - only a month is turned
    other = (search.month + timedelta(days=31)) if by > 0 else (search.month - timedelta(days=1))
    first = other.replace(day=1)
    if first < today.replace(day=1) or first > today + timedelta(days=400):
        return None
    return search.address(vue="mois", mois=f"{first:%Y-%m}")
