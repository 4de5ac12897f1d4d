"""The opening of a period, for an agenda."""

from __future__ import annotations

from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from booking.calendar.feeds.opening import opening_entry
from booking.door.http.answers import download
from booking.door.rights.guards import may
from booking.process.settings import Settings
from workshops.openings.queries import opening as opening_seen
from workshops.refusals import or_not_found


@get("/ouvertures/{opening:int}/agenda.ics", opt=may("public.use"))
async def opening_agenda(
    opening: FromPath[int], settings: NamedDependency[Settings], now: NamedDependency[datetime]
) -> Response[bytes]:
    found = or_not_found(await opening_seen(opening))
    return download(opening_entry(found, settings, now=now), name="ouverture.ics")
