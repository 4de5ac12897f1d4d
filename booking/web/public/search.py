"""Looking for a visit: a list by day, or a month."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.accounts.queries import Person
from booking.door.answers import page
from booking.door.guards import ANYONE
from booking.web.public.wanted import DISTANCES, Wanted, sentence, wanted
from booking.wording import DEPARTMENTS, paris
from workshops.kept import Kept
from workshops.offer.queries import count_on_offer, days_on_offer, slots_on_offer
from workshops.school_calendar.queries import closures_between
from workshops.school_calendar.rules import reason_closed
from workshops.tech_objects.queries import tech_objects

if TYPE_CHECKING:
    from litestar.plugins.jinja import JinjaTemplateEngine

AnyRequest = Request[Any, Any, Any]
ZONE = "A"
CLOSED_WORDS = {"holiday": "Vacances", "public_holiday": "Férié", "closure": "Fermé"}


_pages: Kept[bytes] = Kept()


@get("/creneaux", opt={"who": ANYONE}, media_type=MediaType.HTML)
async def search_page(
    request: AnyRequest,
    visitor: NamedDependency[Person | None],
    now: NamedDependency[datetime],
) -> Template | Response[bytes]:
    """Everybody who is not signed in gets the same page for the same search: it is drawn once, until a seat moves."""
    if visitor is not None or "fait" in request.query_params:
        name, context = await _drawn(request, visitor, now)
        return page(name, **context)

    async def draw() -> bytes:
        name, context = await _drawn(request, None, now)
        engine = cast("JinjaTemplateEngine", request.app.template_engine)
        return engine.get_template(name).render(request=request, **context).encode()

    asked = (request.url.query, now.replace(second=0, microsecond=0))
    return Response(await _pages.answer(asked, draw), media_type=MediaType.HTML)


async def _drawn(request: AnyRequest, visitor: Person | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """The template of a search and what it shows."""
    today = paris(now).date()
    search = wanted(request.query_params, visitor, today=today)
    if search.form.typed.get("vue") == "mois" and not search.form.typed.get("mois"):
        search = await _at_the_first_month_with_slots(search, visitor, now=now)
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
        return "public/search.html", shared | {
            "found": found,
            "sentence": sentence(found, search, visitor),
            "days": days,
            "today": today,
            "closed": await _days_off(search.month),
            "previous": _turn(search, -1, today),
            "following": _turn(search, 1, today),
        }
    offer = await slots_on_offer(search.filters, now=now)
    found = await count_on_offer(search.filters, now=now)
    return "public/search.html", shared | {
        "found": found,
        "sentence": sentence(found, search, visitor),
        "slots": offer.items,
        "more_address": search.address(suite=offer.next_cursor) if offer.next_cursor else None,
    }


async def _at_the_first_month_with_slots(search: Wanted, visitor: Person | None, *, now: datetime) -> Wanted:
    """An empty month teaches nothing: begin with the month of the next slot."""
    anywhere = replace(search.filters, from_on=None, to_on=None, limit=1)
    offer = await slots_on_offer(anywhere, now=now)
    if not offer.items:
        return search
    month = f"{paris(offer.items[0].starts_at):%Y-%m}"
    return wanted({**search.form.typed, "mois": month}, visitor, today=paris(now).date())


async def _days_off(month: date) -> dict[date, str]:
    """The month's days without pupils, each with its word."""
    days = [on for on in Calendar().itermonthdates(month.year, month.month) if on.month == month.month]
    closures = await closures_between(days[0], days[-1], zones=[ZONE])
    reasons = {on: reason_closed(on, closures, zone=ZONE) for on in days}
    return {on: CLOSED_WORDS[reason] for on, reason in reasons.items() if reason}


def _turn(search: Wanted, by: int, today: date) -> str | None:
    """The address of the month before or after, None when it holds nothing to reserve."""
    assert search.month is not None  # noqa: S101 - only a month is turned
    other = (search.month + timedelta(days=31)) if by > 0 else (search.month - timedelta(days=1))
    first = other.replace(day=1)
    if first < today.replace(day=1) or first > today + timedelta(days=400):
        return None
    return search.address(vue="mois", mois=f"{first:%Y-%m}")
