"""From the pupils booked and the places on offer to the visits to come."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template

from booking.door.answers import page
from booking.door.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.programme.figures.queries import periods_of
from workshops.programmes.queries import targets
from workshops.results.awaited import awaited

SHOWN = 50
MOST = 1_000_000


@get("/gestion/creneaux/attendus", opt=COORDINATOR)
async def list_awaited(
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
    apres: Annotated[int, QueryParameter(ge=0, le=MOST)] = 0,
) -> Template:
    period = periods_of(await targets(), now=now).whole
    found = await awaited(from_on=period.from_on, to_on=period.to_on, now=now, limit=SHOWN, after=apres)
    more = f"/gestion/creneaux/attendus?apres={apres + SHOWN}" if found.visits_in_all > apres + SHOWN else None
    return page("office/awaited.html", person=person, found=found, now=now, period=period, next_page=more)
