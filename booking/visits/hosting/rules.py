"""What a lycée has left to do before the next groups come. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from booking.words.wording import paris
from workshops.slots.rules import TO_COME

SOON = timedelta(days=21)

Kind = Literal[
    "refused_at_desk",
    "close_visit",
    "answer_company",
    "answer_question",
    "call_college",
    "ask_declined",
    "ask_action",
    "write_workshop",
    "complete_sheet",
    "publish_workshop",
    "add_object",
    "name_room",
    "open_slot",
    "count_hands",
]


class HostToDo(Struct, frozen=True):
    """One thing to do. `about` is the number of the slot, the workshop or the mentoring action that it is done for.

    `missing` is what the safety sheet lacks; `who` the company that asks, the group refused, the group and collège that
    did not answer, or those whose agenda said no; `count` how many people, badges or questions that is; `reason` the
    company's role, or why the group was refused; `reservation` and `phone` those of a collège to call.
    """

    kind: Kind
    about: int | None = None
    title: str = ""
    on: date | None = None
    missing: tuple[str, ...] = ()
    at: datetime | None = None
    who: tuple[str, ...] = ()
    count: int = 0
    reason: str = ""
    attendance: int | None = None
    reservation: int | None = None
    phone: str = ""


class HostedSlot(Struct, frozen=True):
    """A slot of this lycée: what stands in it, and when."""

    id: int
    title: str
    state: str
    starts_at: datetime
    groups: int


class WorkshopSeen(Struct, frozen=True):
    """A workshop of this lycée, what its safety sheet lacks, whether something is made there."""

    id: int
    title: str
    state: str
    missing: tuple[str, ...]
    objects: bool = True


def left_to_do(
    *,
    past: Sequence[HostedSlot],
    coming: Sequence[HostedSlot],
    workshops: Sequence[WorkshopSeen],
    rooms: int,
    now: datetime,
    refused: Sequence[HostToDo] = (),
    unanswered: Sequence[HostToDo] = (),
) -> list[HostToDo]:
    """Who stands at the desk, the visits of other days to close, who waits for an answer, what keeps collèges away.

    The oldest visit to close comes first.
    """
    found = list(refused)
    found += [
        HostToDo(kind="close_visit", about=slot.id, title=slot.title, on=paris(slot.starts_at).date())
        for slot in sorted(past, key=lambda slot: slot.starts_at)
        if slot.state in TO_COME and slot.groups and paris(slot.starts_at).date() != paris(now).date()
    ]
    found += unanswered
    found += [_of_draft(one) for one in workshops if one.state == "draft"]
    found += [_lacks_object(one) for one in workshops if one.state == "published" and not one.objects]
    published = any(one.state == "published" for one in workshops)
    if not published and not any(one.state == "draft" for one in workshops):
        found.append(HostToDo(kind="write_workshop"))
    if not rooms:
        found.append(HostToDo(kind="name_room"))
    if published and not any(one.state in TO_COME and one.starts_at <= now + SOON for one in coming):
        found.append(HostToDo(kind="open_slot"))
    return found


def _of_draft(workshop: WorkshopSeen) -> HostToDo:
    if not workshop.missing and not workshop.objects:
        return _lacks_object(workshop)
    kind: Kind = "complete_sheet" if workshop.missing else "publish_workshop"
    return HostToDo(kind=kind, about=workshop.id, title=workshop.title, missing=workshop.missing)


def _lacks_object(workshop: WorkshopSeen) -> HostToDo:
    return HostToDo(kind="add_object", about=workshop.id, title=workshop.title)


def whole_days(slots: Sequence[datetime], *, most: int) -> int:
    """How many of these starts, latest first, make a page of at most `most` that ends with a whole day."""
    if len(slots) <= most:
        return len(slots)
    days = [paris(starts_at).date() for starts_at in slots]
    kept = most
    while kept and days[kept - 1] == days[kept]:
        kept -= 1
    return kept or most
