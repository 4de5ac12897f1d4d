"""À faire: one ranked list over the three schemes, each line with its act in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.answers import Page, done, page
from booking.door.guards import COORDINATOR
from booking.mails.digest.rules import RANKS, ToDo
from booking.mails.digest.to_do import to_do
from booking.people.accounts.queries import Coordinator
from booking.programme.coordination.remind_closing import remind_closing
from workshops.refusals import Refusal


@dataclass(frozen=True)
class ToDoPage(Page, template="office/to_do.html"):
    """What there is to do, under the title of each kind, the most pressing first."""

    found: Sequence[tuple[str, Sequence[ToDo]]]
    titles: Mapping[str, str]
    in_all: int
    refusal: Refusal | None = None


@get("/gestion/a-faire", opt=COORDINATOR)
async def to_do_page(now: NamedDependency[datetime]) -> Template:
    return await _page(now)


async def _page(now: datetime, *, status: int = 200, refusal: Refusal | None = None) -> Template:
    found = await to_do(now=now)
    by_kind = [(kind, list(some)) for kind, some in groupby(found, lambda one: one.kind)]
    return page(ToDoPage(by_kind, RANKS, len(found), refusal), status=status)


@post("/gestion/creneaux/{slot:int}/rappel", opt=COORDINATOR)
async def remind_host(
    slot: FromPath[int], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        await remind_closing(slot, by=person.account, now=now)
    except Refusal as no:
        return await _page(now, status=no.status, refusal=no)
    return done("/gestion/a-faire", "accueil-rappele")
