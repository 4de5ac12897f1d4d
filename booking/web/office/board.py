"""The board, in two screens: where each scheme stands, what needs care, and the way on to every figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AnyOf, may
from booking.people.accounts.queries import Coordinator, OfPartner
from booking.programme.coordination.queries import care
from booking.programme.coordination.rules import Care
from booking.programme.figures.queries import periods_of
from booking.words.wording import PROGRAMMES, counted
from workshops.results.measure import Progress
from workshops.results.queries import Whole, progress, whole


@renders("office/board.html")
class Board(Page, frozen=True):
    """`outlook`: how many targets would be reached, in words; `first`: the target whose way is drawn."""

    now: datetime
    care: Care
    progress: Sequence[Progress]
    outlook: str
    schemes: Sequence[tuple[str, Sequence[Progress]]]
    first: Progress | None
    counts: Whole


@renders("office/board_read.html")
class BoardRead(Page, frozen=True):
    """The same figures for a member of the consortium, who acts on none of them."""

    progress: Sequence[Progress]
    outlook: str
    schemes: Sequence[tuple[str, Sequence[Progress]]]
    counts: Whole


def outlook(progress: Sequence[Progress]) -> str:
    """What becomes of the official targets with what is counted, engaged and hoped of them."""
    aims = [one for one in progress if one.target.official and one.forecast is not None]
    reached = sum((one.forecast or 0) >= one.target.target for one in aims)
    if not aims:
        return ""
    if not reached:
        return (
            "l'objectif ne serait pas atteint"
            if len(aims) == 1
            else f"aucun des {len(aims)} objectifs ne serait atteint"
        )
    if reached == len(aims):
        return "l'objectif serait atteint" if reached == 1 else "tous les objectifs seraient atteints"
    verb = "serait atteint" if reached == 1 else "seraient atteints"
    return f"{counted(reached, 'objectif')} sur {len(aims)} {verb}"


def by_scheme(progress: Sequence[Progress]) -> list[tuple[str, list[Progress]]]:
    """The official targets of each programme that has some, under its name."""
    official = [one for one in progress if one.target.official]
    own = ((name, [one for one in official if one.target.programme == code]) for code, name in PROGRAMMES.items())
    return [(name, some) for name, some in own if some]


@get("/gestion", opt=may("board.read") | DECIDES_NOTHING)
async def board(person: AnyOf[Coordinator | OfPartner], now: NamedDependency[datetime]) -> Template:
    stands = await progress(now=now)
    period = (await periods_of([one.target for one in stands], now=now)).named("")
    counts = await whole(from_on=period.from_on, to_on=period.to_on)
    if isinstance(person, OfPartner):
        return page(BoardRead(stands, outlook(stands), by_scheme(stands), counts))
    shown = Board(
        now=now,
        care=await care(now=now),
        progress=stands,
        outlook=outlook(stands),
        schemes=by_scheme(stands),
        first=next((one for one in stands if one.done), None),
        counts=counts,
    )
    return page(shown)
