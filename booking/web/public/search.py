"""Looking for a visit: a list by day, or a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.answers import page
from booking.door.guards import ANYONE
from booking.people.accounts.queries import Person
from booking.visits.groups.queries import groups_of
from booking.web.public.away import HOSTS_ZONE, days_off, not_known
from booking.web.public.class_told import drawn_for
from booking.web.public.found import sentence, ways_out
from booking.web.public.wanted import DISTANCES, MINE, ZONES, Wanted, wanted
from booking.web.public.wanted_days import LONGEST_PERIOD, last_of
from booking.wording import DEPARTMENTS, counted, paris, school_year_of
from workshops.kept import Kept
from workshops.offer.queries import count_on_offer, days_on_offer, lycees_on_offer, slots_on_offer
from workshops.schools.queries import SchoolCard, school
from workshops.tech_objects.queries import tech_objects

if TYPE_CHECKING:
    from litestar.plugins.jinja import JinjaTemplateEngine

AnyRequest = Request[Any, Any, Any]

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
    home = await school(visitor.school) if visitor and visitor.role == "teacher" and visitor.school else None
    groups = await groups_of(home.id, school_year=school_year_of(now)) if home else []
    search = wanted(request.query_params, visitor, today=today, zone=home.zone if home else "", groups=groups)
    if search.form.typed.get("vue") == "mois" and not search.form.typed.get("mois"):
        search = await _at_the_first_month_with_slots(search, now=now)
    draw = _list if search.month is None else _month
    drawn = await draw(search, home.zone if home else HOSTS_ZONE, today=today, now=now)
    asked = search.filters
    return "public/search.html", drawn | {
        "person": visitor,
        "search": search,
        "form": search.form,
        "sentence": sentence(drawn["found"], search),
        "ways_out": [] if drawn["found"] else await ways_out(search, today=today, now=now),
        "objects": [(str(one.id), one.name) for one in await tech_objects()],
        "lycees": await lycees_on_offer(None if asked.school else asked.department),
        "departments": [(code, f"{name} ({code})") for code, name in DEPARTMENTS.items()],
        "distances": [(km, f"{km} km") for km in DISTANCES],
        "away": _away_choices(home),
        "groups": [(str(one.id), f"{one.name}, {counted(one.pupils, 'élève')}") for one in groups],
        "drawn_for": drawn_for(_number(search, "groupe"), asked.pupils),
    }


def _number(search: Wanted, name: str) -> int | None:
    told = search.form.typed.get(name, "")
    return int(told) if told.isdecimal() else None


def _away_choices(home: SchoolCard | None) -> list[tuple[str, str]]:
    mine = [(MINE, f"Les miennes (zone {home.zone})" if home.zone else "Les miennes")] if home else []
    return [("", "Non"), *mine, *((zone, f"Zone {zone}") for zone in ZONES)]


async def _list(search: Wanted, _zone: str, *, today: date, now: datetime) -> dict[str, Any]:
    asked = search.filters
    offer = await slots_on_offer(asked, now=now)
    days = [paris(one.starts_at).date() for one in offer.items] or [asked.from_on or today]
    return {
        "found": await count_on_offer(asked, now=now),
        "slots": offer.items,
        "more_address": search.address(suite=offer.next_cursor) if offer.next_cursor else None,
        "unknown": "" if asked.zone is None else await not_known(asked.zone, min(days), max(days)),
    }


async def _month(search: Wanted, zone: str, *, today: date, now: datetime) -> dict[str, Any]:
    assert search.month is not None  # noqa: S101 - only a month is drawn as one
    asked = search.filters
    zone = zone if asked.zone is None else asked.zone
    days = await days_on_offer(asked, now=now)
    return {
        "found": sum(one.slots for one in days),
        "days": days,
        "today": today,
        "zone": zone,
        "closed": await days_off(search.month, zone=zone, college=asked.college),
        "unknown": await not_known(zone, search.month, last_of(search.month)),
        "previous": _turn(search, -1, today),
        "following": _turn(search, 1, today),
    }


async def _at_the_first_month_with_slots(search: Wanted, *, now: datetime) -> Wanted:
    """An empty month teaches nothing: begin with the month of the next slot."""
    anywhere = replace(search.filters, from_on=None, to_on=None, limit=1)
    offer = await slots_on_offer(anywhere, now=now)
    if not offer.items:
        return search
    return search.turned_to(paris(offer.items[0].starts_at).date().replace(day=1), today=paris(now).date())


def _turn(search: Wanted, by: int, today: date) -> str | None:
    """The address of the month before or after, None when it holds nothing to reserve."""
    assert search.month is not None  # noqa: S101 - only a month is turned
    other = (search.month + timedelta(days=31)) if by > 0 else (search.month - timedelta(days=1))
    first = other.replace(day=1)
    if not today.replace(day=1) <= first <= today + LONGEST_PERIOD:
        return None
    return search.address(vue="mois", mois=f"{first:%Y-%m}")
