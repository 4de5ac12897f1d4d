"""From the pupils booked and the places on offer to the visits to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template

from booking.door.answers import Page, page
from booking.door.guards import COORDINATOR
from booking.programme.figures.compose import Period
from booking.programme.figures.queries import periods_of
from workshops.programmes.queries import targets
from workshops.results.awaited import Awaited, awaited

SHOWN = 50
MOST = 1_000_000


@dataclass(frozen=True)
class AwaitedVisits(Page, template="office/awaited.html"):
    found: Awaited
    now: datetime
    period: Period
    next_page: str | None


@get("/gestion/creneaux/attendus", opt=COORDINATOR)
async def list_awaited(
    now: NamedDependency[datetime],
    apres: Annotated[int, QueryParameter(ge=0, le=MOST)] = 0,
) -> Template:
    period = periods_of(await targets(), now=now).whole
    found = await awaited(from_on=period.from_on, to_on=period.to_on, now=now, limit=SHOWN, after=apres)
    more = f"/gestion/creneaux/attendus?apres={apres + SHOWN}" if found.visits_in_all > apres + SHOWN else None
    return page(AwaitedVisits(found=found, now=now, period=period, next_page=more))
