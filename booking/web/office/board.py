"""The board, in two screens: where each scheme stands, what needs care, and the way on to every figure.

From a figure of the board to what makes it: schemes, cohorts and courses, its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template
from msgspec import Struct

from booking.door.forms.read import Skipped
from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AnyOf, Now, SiteSettings, may
from booking.outbox.copies.queries import copies
from booking.outbox.copies.rules import Act, Verdict, last_at, most_pressing
from booking.people.accounts.queries import Coordinator, OfPartner
from booking.programme.coordination.queries import care
from booking.programme.coordination.rules import Care
from booking.programme.figures.define import define
from booking.programme.figures.queries import periods_of
from booking.programme.figures.rates import LyceeRates, RateFigure, first_settled_at, rates, rates_by_lycee
from booking.programme.figures.what_it_takes import outlook, what_it_takes
from booking.web.public.programme import Definitions
from booking.words.wording import PROGRAMMES, paris, school_year_began
from workshops.closed_years.queries import FrozenYear, frozen_year
from workshops.milestones.queries import MilestoneCard, late_milestones
from workshops.programmes.targets.queries import targets
from workshops.results.measure import Progress
from workshops.results.queries import Whole, progress, whole
from workshops.school_calendar.rules import paris_day, school_year_of, year_words


class Stand(Struct, frozen=True):
    """A target, where it stands, and what it would take to reach it."""

    progress: Progress
    takes: str


@renders("office/board.html")
class Board(Page, frozen=True):
    """The latest targets first, after the `late` milestones. `outlook`: how many would be reached, in words; `first`:
    the target whose way is drawn; `rates`: what became of the visits of the school year; `copies`: what is wrong with
    the copies of all that is kept, last made at `copied_at` and tried at `rehearsed_at`."""

    now: datetime
    late: Sequence[MilestoneCard]
    care: Care
    copies: Verdict | None
    copied_at: datetime | None
    rehearsed_at: datetime | None
    stands: Sequence[Stand]
    outlook: str
    schemes: Sequence[tuple[str, Sequence[Stand]]]
    first: Progress | None
    counts: Whole
    rates: Sequence[RateFigure]


@renders("office/board_read.html")
class BoardRead(Page, frozen=True):
    """The same figures for a member of the consortium, who acts on none of them."""

    now: datetime
    late: Sequence[MilestoneCard]
    stands: Sequence[Stand]
    outlook: str
    schemes: Sequence[tuple[str, Sequence[Stand]]]
    counts: Whole


def latest_first(progress: Sequence[Progress], *, now: datetime) -> list[Stand]:
    """Those that lack the largest part of where they are due today, each with what it would take."""
    worst_first = sorted(progress, key=lambda stand: stand.kept_up)
    return [Stand(stand, what_it_takes(stand, today=paris_day(now))) for stand in worst_first]


def by_scheme(stands: Sequence[Stand]) -> list[tuple[str, list[Stand]]]:
    """The official targets of each programme that has some, under its name, in their order."""
    found: dict[str, list[Stand]] = {}
    for stand in stands:
        if stand.progress.target.official and stand.progress.target.programme in PROGRAMMES:
            found.setdefault(PROGRAMMES[stand.progress.target.programme], []).append(stand)
    return list(found.items())


@get("/gestion", opt=may("board.read") | DECIDES_NOTHING)
async def board(person: AnyOf[Coordinator | OfPartner], settings: SiteSettings, now: Now) -> Template:
    told = await progress(now=now)
    period = (await periods_of([one.target for one in told], now=now)).named("")
    counts = await whole(from_on=period.from_on, to_on=period.to_on)
    stands, late = latest_first(told, now=now), await late_milestones(now=now)
    if isinstance(person, OfPartner):
        late.sort(key=lambda one: one.owner != person.partner)
        return page(BoardRead(now, late, stands, outlook(told), by_scheme(stands), counts))
    kept = await copies()
    shown = Board(
        now=now,
        late=late,
        care=await care(now=now),
        copies=most_pressing(kept, now=now) if kept or not settings.demo else None,
        copied_at=last_at(kept, Act.COPY),
        rehearsed_at=last_at(kept, Act.REHEARSAL),
        stands=stands,
        outlook=outlook(told),
        schemes=by_scheme(stands),
        first=next((one for one in told if one.done), None),
        counts=counts,
        rates=await rates(school_year_began(now).year),
    )
    return page(shown)


SHOWN = 50


@renders("office/rates.html")
class Rates(Page, frozen=True):
    """What became of the visits of a school year, in all and lycée by lycée; `frozen`: it is closed."""

    year: str
    years: Mapping[str, str]
    frozen: FrozenYear | None
    rates: Sequence[RateFigure]
    lycees: Sequence[LyceeRates]
    next_page: str


@get("/gestion/venues", opt=may("figures.detail") | DECIDES_NOTHING)
async def list_rates(now: Now, annee: FromQuery[str] = "", apres: Skipped = 0) -> Template:
    this, first_at = school_year_began(now).year, await first_settled_at()
    first = this if first_at is None else school_year_of(paris(first_at).date())
    years = {year_words(year): year for year in range(this, min(first, this) - 1, -1)}
    year = years.get(annee, this)
    lycees = await rates_by_lycee(year)
    left = len(lycees) > apres + SHOWN
    shown = Rates(
        year=year_words(year),
        years={name: name for name in years},
        frozen=await frozen_year(year),
        rates=await rates(year),
        lycees=lycees[apres : apres + SHOWN],
        next_page=f"/gestion/venues?annee={year_words(year)}&apres={apres + SHOWN}" if left else "",
    )
    return page(shown)


@get("/gestion/dictionnaire", opt=may("figures.detail") | DECIDES_NOTHING)
async def dictionary() -> Template:
    return page(Definitions(define(await targets()), back=("Bilan", "/gestion")))
