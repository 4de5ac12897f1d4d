"""From a figure of the board to what makes it: schemes, cohorts and courses, visits to come, its words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import may
from booking.programme.figures.define import define
from booking.programme.figures.periods import Period
from booking.programme.figures.queries import periods_of
from booking.web.public.programme import Definitions
from workshops.programmes.queries import TargetCard, targets
from workshops.refusals import or_not_found
from workshops.results.awaited import Awaited, awaited
from workshops.results.share import TargetShare, share
from workshops.results.totals import Beside, PeriodTotals

SHOWN = 50
MOST = 1_000_000


@renders("office/shares.html")
class Shares(Page, frozen=True):
    target: TargetCard
    lines: Sequence[TargetShare]
    beside: Beside | None


@get("/gestion/objectifs/{programme:str}/{metric:str}/detail", opt=may("figures.detail") | DECIDES_NOTHING)
async def list_shares(
    programme: FromPath[str],
    metric: FromPath[str],
    now: NamedDependency[datetime],
) -> Template:
    target = or_not_found(
        next((one for one in await targets() if (one.programme, one.metric) == (programme, metric)), None)
    )
    lines = await share(target, now=now)
    whole = await PeriodTotals(now=now).between(programme, target.from_on, target.to_on)
    beside = whole[metric].beside if lines and metric in whole else None
    return page(Shares(target=target, lines=lines, beside=beside))


@renders("office/awaited.html")
class AwaitedVisits(Page, frozen=True):
    found: Awaited
    now: datetime
    period: Period
    next_page: str | None


@get("/gestion/creneaux/attendus", opt=may("visits.watch"))
async def list_awaited(
    now: NamedDependency[datetime],
    apres: Annotated[int, QueryParameter(ge=0, le=MOST)] = 0,
) -> Template:
    period = (await periods_of(await targets(), now=now)).whole
    found = await awaited(from_on=period.from_on, to_on=period.to_on, now=now, limit=SHOWN, after=apres)
    more = f"/gestion/creneaux/attendus?apres={apres + SHOWN}" if found.visits_in_all > apres + SHOWN else None
    return page(AwaitedVisits(found=found, now=now, period=period, next_page=more))


@get("/gestion/dictionnaire", opt=may("figures.detail") | DECIDES_NOTHING)
async def dictionary() -> Template:
    return page(Definitions(define(await targets()), back=("Bilan", "/gestion")))
