"""The visits behind a figure as a file that leaves the application; the journal says who took it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime

from booking.programme.figures.compose import PUPILS_RULE
from booking.programme.figures.narrow import ALSO_WORDS
from booking.spreadsheet import Line, about_file, told_file
from booking.wording import paris
from workshops.events.record import record
from workshops.results.trace import Traced

TITLE = "Visites comptées"


async def export_visits(
    found: Traced, *, chosen: Sequence[str], alone: bool, form: str, by: int, now: datetime
) -> bytes:
    """The visits as `csv` or `xlsx`. `chosen`: what narrows them, in words; `alone`: an object's, without pupils."""
    words = ", ".join(chosen)
    detail = f"{TITLE}, {words}, {form}"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    about = about_file("Tableau", TITLE, words, rule="" if alone else PUPILS_RULE, now=now)
    return await asyncio.to_thread(told_file, form, TITLE, list(_lines(found, alone=alone)), about)


def _lines(found: Traced, *, alone: bool) -> Iterator[Line]:
    counted = () if alone else ("Groupes", "Élèves")
    heading = ("Date", "Atelier", "Lycée", "Commune", *counted, *(ALSO_WORDS[name][0] for name in found.also))
    yield (*heading, "Origine", "Source")
    for one in found.visits:
        came = () if alone else (one.groups, one.pupils)
        day = paris(one.starts_at).date()
        title = f"Visite reprise, {one.title}".rstrip(", ") if one.declared else one.title
        origin = ("reprise, déclarée", one.source) if one.declared else ("close par le lycée", "")
        # What nobody counted at a past visit stays empty; at a visit of the application, nothing noted is none.
        also = (count if one.declared else count or 0 for count in one.also.values())
        yield (day, title, one.school_name, one.commune, *came, *also, *origin)
