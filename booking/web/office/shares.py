"""From a target's figure to the schemes, cohorts or courses that make it."""

from __future__ import annotations

from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.door.answers import page
from booking.door.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from workshops.programmes.queries import targets
from workshops.refusals import NotFound
from workshops.results.share import share


@get("/gestion/objectifs/{programme:str}/{metric:str}/detail", opt=COORDINATOR)
async def list_shares(
    programme: FromPath[str],
    metric: FromPath[str],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> Template:
    target = next((one for one in await targets() if (one.programme, one.metric) == (programme, metric)), None)
    if target is None:
        raise NotFound()
    lines = await share(target, now=now)
    return page("office/shares.html", person=person, target=target, lines=lines)
