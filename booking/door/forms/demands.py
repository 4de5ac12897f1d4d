"""Booking demands as a page and the API make them alike, with their random tokens and identifiers."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from msgspec.structs import astuple

from booking.people.accounts.queries import Teacher
from booking.process.settings import Settings
from booking.visits.asking.acts import AskDemand, AskWish, LineAsked
from booking.visits.asking.book_both import BookHalves
from booking.visits.demands.alert import SearchAsked
from booking.visits.reservations.acts import BookSlot
from booking.visits.reservations.demand import Demand, Fresh, Sentence, WholeDemand
from workshops.offer.rules import MINE

OF_EACH_LINE = ("group", "adults", "needs", "boxes", "wait")


def demand_of(asked: BookSlot, person: Teacher, settings: Settings, *, key: str | None, **more: Any) -> Demand:
    """The demand of this teacher, for a group of her own collège."""
    return Demand(
        asked,
        school=person.school,
        by=person.account,
        awaiting=person.awaiting,
        uid=settings.new_uid(),
        badge_salt=uuid.uuid4(),
        secret_key=settings.secret_key,
        token=secrets.token_urlsafe(32),
        key=key or None,
        **more,
    )


def of_halves(asked: BookHalves, others: Sequence[LineAsked] = ()) -> AskDemand:
    """The same as a demand whose first line is the two slots, with the `others` after it."""
    said = {name: getattr(asked, name) for name in (*OF_EACH_LINE, "two_objects")}
    line = LineAsked(slots=[half.slot for half in asked.halves])
    return AskDemand(lines=[line, *others], pupils=sum(asked.pupils), **said)


def wish_of(asked: AskWish, person: Teacher, settings: Settings, *, key: str | None) -> WholeDemand:
    """The demand of slots alone, in order of preference."""
    of_all: dict[str, Any] = {"key": key, "ranked": tuple(asked.slots)}
    lines = [
        (demand_of(choice, person, settings, line=rank, **of_all),)
        for rank, choice in enumerate(asked.choices, start=1)
    ]
    return WholeDemand(tuple(lines), asked.pupils)


def whole_demand_of(
    asked: AskDemand,
    person: Teacher,
    settings: Settings,
    *,
    key: str | None,
    halves: tuple[int, int] | None = None,
) -> WholeDemand:
    """The demand of a group with all its lines: a slot, the two halves of a class, the sentence of a search. `halves`:
    how many go to each slot of the first line; of any other, as many as there is room for."""
    said = {name: getattr(asked, name) for name in (*OF_EACH_LINE, "last_minute")}
    searches = tuple(line.search and astuple(line.search) for line in asked.lines)
    named = tuple(tuple(line.named) for line in asked.lines)
    ranked: tuple[object, ...] = (asked.pupils, asked.two_objects, named, searches)
    if halves is not None:
        # Of two halves alone, as their repeats are known since before a class could ask for more.
        alone = [told for place in zip(named[0], halves, strict=True) for told in place] if len(named) == 1 else []
        ranked = tuple(alone) or (*ranked, halves)
    whole = len(named[0]) == 1
    first_pupils = asked.pupils if whole else halves[0] if halves else _in_halves(asked.pupils)[0]
    lines, sentence = [], None
    for rank, line in enumerate(asked.lines, start=1):
        if line.search is not None:
            sentence = _sentence(line.search, rank)
            continue
        of_line: dict[str, Any] = {"key": key, "ranked": ranked, "first_pupils": first_pupils, "line": rank}
        parts: list[tuple[int | None, int]] = [(None, asked.pupils)]
        if len(line.named) > 1:
            told = halves if rank == 1 else None
            parts = [*enumerate(told or _in_halves(asked.pupils), start=1)]
            of_line["of_class"] = asked.pupils if told is None else None
        lines.append(
            tuple(
                demand_of(BookSlot(slot=slot, pupils=pupils, **said), person, settings, half=half, **of_line)
                for slot, (half, pupils) in zip(line.named, parts, strict=True)
            )
        )
    return WholeDemand(tuple(lines), asked.pupils, sentence, asked.two_objects)


def _in_halves(pupils: int) -> tuple[int, int]:
    return (pupils + 1) // 2, max(1, pupils // 2)


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
    return Fresh(settings.new_uid(), uuid.uuid4(), settings.secret_key, secrets.token_urlsafe(32))
