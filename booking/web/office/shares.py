"""From a target's figure to the schemes, cohorts or courses that make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.door.answers import Page, page
from booking.door.guards import COORDINATOR
from workshops.programmes.queries import TargetCard, targets
from workshops.refusals import NotFound
from workshops.results.share import Share, share


@dataclass(frozen=True)
class Shares(Page, template="office/shares.html"):
    target: TargetCard
    lines: Sequence[Share]


@get("/gestion/objectifs/{programme:str}/{metric:str}/detail", opt=COORDINATOR)
async def list_shares(
    programme: FromPath[str],
    metric: FromPath[str],
    now: NamedDependency[datetime],
) -> Template:
    target = next((one for one in await targets() if (one.programme, one.metric) == (programme, metric)), None)
    if target is None:
        raise NotFound()
    lines = await share(target, now=now)
    return page(Shares(target=target, lines=lines))
