"""The opening of a period, for an agenda; its draw as everybody may read it and replay it: numbers, weights, ranks,
results, places left, the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from booking.calendar.feeds.publish import opening_entry
from booking.door.http.answers import Page, download, page, renders
from booking.door.rights.guards import Now, SiteSettings, may
from booking.visits.draws.public_list import listed
from booking.visits.draws.queries import (
    LAST,
    DrawLine,
    DrawSeen,
    SlotAfterDraw,
    draw,
    draw_lines,
    left_by_draw,
    place_of,
)
from workshops.openings.queries import opening as opening_seen
from workshops.refusals import or_not_found

SHOWN = 200
RESULTS: Mapping[str, str] = {
    **{"": "", "placed": "Place", "offered": "Place proposée"},
    **{"waits": "Liste d'attente", "out": "Sans suite"},
}


@renders("public/draw.html")
class Drawn(Page, frozen=True):
    """A draw and a part of its demands, those after a rank; `results` are the words of what came of them.

    `left`: the slots where it left a group a place, the first `SHOWN` of them, of `left_seats` in `left_slots`.
    """

    draw: DrawSeen
    lines: Sequence[DrawLine]
    left: Sequence[SlotAfterDraw]
    left_slots: int
    left_seats: int
    results: Mapping[str, str]
    more: str | None
    now: datetime


@get("/tirages/{opening:int}", opt=may("public.use"))
async def draw_page(opening: FromPath[int], now: Now, apres: FromQuery[str] = "") -> Template:
    """Before the hour its rules and the digest of its seed; then the numbers; after the draw all that is public."""
    drawn = or_not_found(await draw(opening))
    lines = await draw_lines(opening, after=_after(apres), limit=SHOWN + 1)
    last = lines[SHOWN - 1] if len(lines) > SHOWN else None
    more = None if last is None else f"/tirages/{opening}?apres={place_of(last)[0]}-{last.number}"
    left = [slot for slot in await left_by_draw(opening) if slot.seats and slot.groups]
    return page(
        Drawn(
            draw=drawn,
            lines=lines[:SHOWN],
            left=left[:SHOWN],
            left_slots=len(left),
            left_seats=sum(slot.seats for slot in left),
            results=RESULTS,
            more=more,
            now=now,
        )
    )


def _after(asked: str) -> tuple[int, str]:
    rank, _, number = asked.partition("-")
    return (min(int(rank), LAST), number[:16]) if rank.isascii() and rank.isdigit() else (0, "")


@get("/tirages/{opening:int}/liste.json", opt=may("public.use"))
async def draw_file(opening: FromPath[int]) -> Response[bytes]:
    """The whole draw in one file, for `technilab draw` and for whoever writes ten lines of her own."""
    drawn = or_not_found(await draw(opening))
    public = listed(drawn, await draw_lines(opening, limit=LAST), await left_by_draw(opening))
    return download(msgspec.json.encode(public), name=f"tirage-{opening}.json")


@get("/ouvertures/{opening:int}/agenda.ics", opt=may("public.use"))
async def opening_agenda(opening: FromPath[int], settings: SiteSettings, now: Now) -> Response[bytes]:
    found = or_not_found(await opening_seen(opening))
    return download(opening_entry(found, settings, now=now), name="ouverture.ics")
