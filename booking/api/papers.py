"""A reservation's papers, for machines."""

from __future__ import annotations

from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from booking.api.reservations import ITS_PEOPLE, visit_seen_by
from booking.day.papers.print_pack import pack_pdf
from booking.door.answers import download
from booking.people.accounts.queries import Person
from booking.settings import Settings


@get("/reservations/{reservation:int}/papers.pdf", opt={"who": ITS_PEOPLE}, media_type="application/pdf")
async def papers(
    reservation: FromPath[int],
    person: NamedDependency[Person],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    """The file to take along: programme, list by number, families, missions, transport, safety, access."""
    await visit_seen_by(person, reservation)
    drawn = await pack_pdf(reservation, data_dir=settings.data_dir, printed_on=now)
    return download(drawn, name=f"dossier-{reservation}.pdf", media_type="application/pdf")
