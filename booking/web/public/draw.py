"""The opening of a period, for an agenda; its draw as everybody may read it and replay it: numbers, weights, ranks,
results, the seed."""

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
from booking.visits.draws.queries import LAST, DrawLine, DrawSeen, draw, draw_lines, place_of
from workshops.openings.queries import opening as opening_seen
from workshops.refusals import or_not_found

SHOWN = 200
RESULTS: Mapping[str, str] = {
    **{"": "", "placed": "Place", "offered": "Place proposée"},
    **{"waits": "Liste d'attente", "out": "Sans suite"},
}


@renders("public/draw.html")
class Drawn(Page, frozen=True):
    """A draw and a part of its demands, those after a rank; `results` are the words of what came of them."""

    draw: DrawSeen
    lines: Sequence[DrawLine]
    results: Mapping[str, str]
    more: str | None
    now: datetime


@get("/tirages/{opening:int}", opt=may("public.use"))
async def draw_page(opening: FromPath[int], now: Now, apres: FromQuery[str] = "") -> Template:
    """Before the hour its rules and the digest of its seed; then the numbers; after the draw all of it."""
    found = or_not_found(await draw(opening))
    lines = await draw_lines(opening, after=_after(apres), limit=SHOWN + 1)
    last = lines[SHOWN - 1] if len(lines) > SHOWN else None
    more = None if last is None else f"/tirages/{opening}?apres={place_of(last)[0]}-{last.number}"
    return page(Drawn(draw=found, lines=lines[:SHOWN], results=RESULTS, more=more, now=now))


def _after(asked: str) -> tuple[int, str]:
    rank, _, number = asked.partition("-")
    return (min(int(rank), LAST), number[:16]) if rank.isascii() and rank.isdigit() else (0, "")


@get("/tirages/{opening:int}/liste.json", opt=may("public.use"))
async def draw_file(opening: FromPath[int]) -> Response[bytes]:
    """The whole draw in one file, for `technilab draw` and for whoever writes ten lines of her own."""
    found = or_not_found(await draw(opening))
    lines = await draw_lines(opening, limit=LAST)
    told = {
        "id": found.id,
        "digest": found.digest,
        "seed": found.seed,
        "demands": [
            {
                "number": one.number,
                "weight": one.weight,
                "slot_id": one.slot,
                "rank": one.rank,
                "result": one.result or None,
            }
            for one in lines
        ],
    }
    return download(msgspec.json.encode(told), name=f"tirage-{opening}.json")


@get("/ouvertures/{opening:int}/agenda.ics", opt=may("public.use"))
async def opening_agenda(opening: FromPath[int], settings: SiteSettings, now: Now) -> Response[bytes]:
    found = or_not_found(await opening_seen(opening))
    return download(opening_entry(found, settings, now=now), name="ouverture.ics")
