"""The school years, for a coordinator's machine: where each stands, what closing one does."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from booking.api.schools import NamedSchool, naming
from booking.api.shapes import LIMIT_MOST, Cursor, Instant, Limit, Page, page_of_few
from booking.door.rights.guards import AsCoordinator, Now, SiteSettings, may
from booking.year.close import close_year, reopen_year
from booking.year.foresee import foresee_closing
from booking.year.queries import YearLine, open_visits, report_of, year_line, years
from booking.year.rules import CloseYear, ReopenYear
from workshops.closed_years.queries import corrections, frozen_year


class YearClosure(CloseYear, frozen=True, kw_only=True):
    """`nobody_came`: the slots that count 0, of those that no lycée closed. A dry run tells what would be."""

    dry_run: Annotated[bool, Meta(description="Tell what would be, and change nothing.")] = True


class Year(msgspec.Struct):
    """Where a school year stands: begun to close, closed, its figures reopened; `open_visits` wait to be closed.

    `empty`: nothing was offered, held or counted in it: there is nothing to close.
    """

    year: str
    over: bool
    started_at: Instant | None
    closed_at: Instant | None
    reopened_at: Instant | None
    open_visits: int
    empty: bool


class WaitingVisit(msgspec.Struct):
    """A visit that is over and that no lycée closed."""

    slot_id: int
    workshop: str
    lycee: NamedSchool
    starts_at: Instant
    pupils: int
    badges_read: int
    declared_present: int
    unsettled: bool


class CorrectedLine(msgspec.Struct):
    """One line that changed what a closed year counts: its counts before and after, who did it, and why."""

    programme: str
    of: str
    about: int
    what: str
    was: str
    becomes: str
    lycee: NamedSchool | None
    reason: str
    at: Instant


class YearInFull(Year, kw_only=True):
    """A school year, the visits that nobody closed, and what its closing did, null before.

    `frozen_at`: since when its figures and the schools' facts are frozen; `frozen_at_upgrade`: it was closed before
    they were frozen with it. `corrected`: what was changed of it since, each line with its reason.
    """

    frozen_at: Instant | None
    frozen_at_upgrade: bool
    corrected: list[CorrectedLine]
    waiting: list[WaitingVisit]
    counts: dict[str, int] | None


class ClosedYearAnswer(msgspec.Struct):
    """What the closing froze and erased, by name."""

    year: str
    closed_at: Instant | None
    counts: dict[str, int]


@get("/years", opt=may("years.close"))
async def list_years(now: Now, limit: Limit = LIMIT_MOST, cursor: Cursor = None) -> Page[Year]:
    """The school years since the first slot, the latest first."""
    return page_of_few(await years(now=now), lambda one: Year(**_line(one)), of="years", limit=limit, cursor=cursor)


@get("/years/{name:str}", opt=may("years.close"))
async def read_year(name: FromPath[str], now: Now) -> YearInFull:
    """One school year: the visits that nobody closed, and what its closing did."""
    line = await year_line(name, now=now)
    waiting = [] if line.closed_at else await open_visits(line.year)
    report = await report_of(line.year)
    frozen, corrected = await frozen_year(line.year.first), await corrections(year=line.year.first)
    named = await naming([*(one.school for one in corrected), *(one.school for one in waiting)])
    return YearInFull(
        **_line(line),
        frozen_at=frozen.frozen_at if frozen else None,
        frozen_at_upgrade=frozen is not None and frozen.at_upgrade,
        corrected=[
            CorrectedLine(
                programme=one.programme,
                of=one.of,
                about=one.about,
                what=one.what,
                was=one.was,
                becomes=one.becomes,
                lycee=None if one.school is None else named(one.school),
                reason=one.reason,
                at=one.at,
            )
            for one in corrected
        ],
        waiting=[
            WaitingVisit(
                slot_id=one.id,
                workshop=one.title,
                lycee=named(one.school),
                starts_at=one.starts_at,
                pupils=one.pupils,
                badges_read=one.scanned - one.declared,
                declared_present=one.declared,
                unsettled=one.unsettled,
            )
            for one in waiting
            if one.starts_at < now
        ],
        counts=dict(report.counts) if report else None,
    )


@post("/years/{name:str}/closure", status_code=200, opt=may("years.close"))
async def close_one_year(
    name: FromPath[str], data: JSONBody[YearClosure], person: AsCoordinator, settings: SiteSettings, now: Now
) -> ClosedYearAnswer:
    """Freeze the figures of a year that is over, then erase; without `"dry_run": false` nothing is changed."""
    line = await year_line(name, now=now)
    if data.dry_run:
        report = await foresee_closing(line.year, data, now=now)
    else:
        report = await close_year(line.year, data, by=person.account, data_dir=settings.data_dir, now=now)
    return ClosedYearAnswer(line.year.name, report.closed_at, dict(report.counts))


@post("/years/{name:str}/reopening", status_code=200, opt=may("years.close"))
async def reopen_one_year(name: FromPath[str], data: JSONBody[ReopenYear], person: AsCoordinator, now: Now) -> Year:
    """A closed year takes past visits again until it is closed anew; what lycées counted stays frozen."""
    line = await year_line(name, now=now)
    await reopen_year(line.year, data, by=person.account, now=now)
    return Year(**_line(await year_line(name, now=now)))


def _line(one: YearLine) -> dict[str, Any]:
    return {
        "year": one.year.name,
        "over": one.over,
        "started_at": one.started_at,
        "closed_at": one.closed_at,
        "reopened_at": one.reopened_at,
        "open_visits": one.open,
        "empty": one.empty,
    }
