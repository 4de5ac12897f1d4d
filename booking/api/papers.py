"""A reservation's papers, for machines."""

from __future__ import annotations

from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from booking.api.reservations import visit_seen_by
from booking.day.papers.print_pack import pack_pdf
from booking.door.answers import download
from booking.door.guards import AnyOf
from booking.door.keepers import VISIT_PEOPLE
from booking.people.accounts.queries import Coordinator, Host, Teacher
from booking.settings import Settings


@get("/reservations/{reservation:int}/papers.pdf", opt=VISIT_PEOPLE, media_type="application/pdf")
async def papers(
    reservation: FromPath[int],
    person: AnyOf[Teacher | Host | Coordinator],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    """The file to take along: programme, list by number, families, missions, transport, safety, access."""
    await visit_seen_by(person, reservation)
    drawn = await pack_pdf(reservation, data_dir=settings.data_dir, printed_on=now)
    return download(drawn, name=f"dossier-{reservation}.pdf", media_type="application/pdf")
