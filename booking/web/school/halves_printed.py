"""What both halves of a class print: their files and their badges, in one document each."""

from __future__ import annotations

from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from booking.day.badges.print_day import halves_sheet_of
from booking.day.badges.rules import PRINTABLE
from booking.day.papers.pack import halves_pdf
from booking.door.http.answers import download
from booking.door.rights.guards import AnyOf, may
from booking.people.accounts.queries import Coordinator, Host, Teacher
from booking.process.settings import Settings
from booking.visits.halves.queries import halves_of
from booking.web.school.visits import one_seen
from workshops.refusals import NotFound


@get("/mes-visites/{reservation:int}/moities.pdf", opt=may("visits.print"))
async def both_papers_pdf(
    reservation: FromPath[int],
    person: AnyOf[Teacher | Host | Coordinator],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    """The files of both halves, as the teacher takes them along."""
    both = await _both(reservation, person)
    drawn = await halves_pdf(both, data_dir=settings.data_dir, printed_on=now)
    return download(drawn, name=f"dossier-moities-{reservation}.pdf")


@get("/reservations/{reservation:int}/moities.pdf", opt=may("visits.print"))
async def both_badges_pdf(
    reservation: FromPath[int],
    person: AnyOf[Teacher | Host | Coordinator],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    """The badges of both halves, a divider before each."""
    both = await _both(reservation, person)
    drawn = await halves_sheet_of(both, secret_key=settings.secret_key, printed_on=now)
    return download(drawn, name=f"badges-moities-{reservation}.pdf")


async def _both(reservation: int, person: Teacher | Host | Coordinator) -> list[int]:
    """Those of the two halves that have papers and that this person is part of."""
    seen = await one_seen(reservation, person)
    both = [one for one in await halves_of(seen.halves) if one.state in PRINTABLE]
    own = [one.id for one in both if seen.host == one.host or not isinstance(person, Host)]
    if not own:
        raise NotFound()
    return own
