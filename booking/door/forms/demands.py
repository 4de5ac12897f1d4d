"""Booking demands as a page and the API make them alike, with their random tokens and identifiers."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from msgspec.structs import astuple

from booking.people.accounts.queries import Teacher
from booking.process.settings import Settings
from booking.visits.asking.acts import AskDemand, AskWish
from booking.visits.asking.book_both import BookHalves
from booking.visits.demands.alert import SearchAsked
from booking.visits.reservations.acts import BookSlot
from booking.visits.reservations.demand import Demand, Fresh, Sentence, WholeDemand
from workshops.offer.rules import MINE


def demand_of(asked: BookSlot, person: Teacher, settings: Settings, *, key: str | None, **more: Any) -> Demand:
    """The demand of this teacher, for a group of her own collège."""
    return Demand(
        asked,
        school=person.school,
        by=person.account,
        awaiting=person.awaiting,
        uid=f"{uuid.uuid4()}@{settings.host}",
        badge_salt=uuid.uuid4(),
        secret_key=settings.secret_key,
        token=secrets.token_urlsafe(32),
        key=key or None,
        **more,
    )


def halves_of_class(
    asked: BookHalves, person: Teacher, settings: Settings, *, key: str | None
) -> tuple[Demand, Demand]:
    """One demand for each half of a class; the first has the idempotency key of both."""
    first, second = asked.choices
    of_both: dict[str, Any] = {"ranked": (first.slot, first.pupils, second.slot, second.pupils)}
    return (
        demand_of(first, person, settings, key=key, half=1, **of_both),
        demand_of(second, person, settings, key=None, half=2, **of_both),
    )


def wish_of(asked: AskWish, person: Teacher, settings: Settings, *, key: str | None) -> WholeDemand:
    """The demand of slots alone, in order of preference."""
    of_all: dict[str, Any] = {"key": key, "ranked": tuple(asked.slots)}
    lines = [
        (demand_of(choice, person, settings, line=rank, **of_all),)
        for rank, choice in enumerate(asked.choices, start=1)
    ]
    return WholeDemand(tuple(lines), asked.pupils)


def whole_demand_of(asked: AskDemand, person: Teacher, settings: Settings, *, key: str | None) -> WholeDemand:
    """The demand of a group with all its lines: a slot, the two halves of a class, the sentence of a search."""
    said = {name: getattr(asked, name) for name in ("group", "adults", "needs", "boxes", "wait", "last_minute")}
    searches = tuple(line.search and astuple(line.search) for line in asked.lines)
    ranked = (asked.pupils, asked.two_objects, tuple(tuple(line.named) for line in asked.lines), searches)
    lines, sentence = [], None
    for rank, line in enumerate(asked.lines, start=1):
        if line.search is not None:
            sentence = _sentence(line.search, rank)
            continue
        whole = len(line.named) == 1
        halves = [(None, asked.pupils)] if whole else [(1, (asked.pupils + 1) // 2), (2, max(1, asked.pupils // 2))]
        of_line: dict[str, Any] = {"key": key, "ranked": ranked, "line": rank}
        lines.append(
            tuple(
                demand_of(BookSlot(slot=slot, pupils=pupils, **said), person, settings, half=half, **of_line)
                for slot, (half, pupils) in zip(line.named, halves, strict=True)
            )
        )
    return WholeDemand(tuple(lines), asked.pupils, sentence, asked.two_objects)


def _sentence(asked: SearchAsked, rank: int) -> Sentence:
    return Sentence(
        line=rank,
        km=asked.distance_most,
        from_on=asked.from_on,
        to_on=asked.to_on,
        away=MINE if asked.out_of_holidays else "",
        department=asked.department,
        lycee=asked.lycee,
        tech_object=asked.tech_object,
    )


def link_drawn(settings: Settings) -> dict[str, str]:
    """What an act needs that may write to whoever signs: the site's key, and the token of her link."""
    return {"secret_key": settings.secret_key, "token": secrets.token_urlsafe(32)}


def fresh_of(settings: Settings) -> Fresh:
    """The tokens and identifiers that a change needs in case it must be approved first."""
    return Fresh(f"{uuid.uuid4()}@{settings.host}", uuid.uuid4(), settings.secret_key, secrets.token_urlsafe(32))
