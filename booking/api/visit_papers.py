"""What a visit is printed and kept as, for machines: its calendar entry, badges and papers."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from booking.api.reservations import visit_seen_by
from booking.calendar.invites.invite import invitation_for
from booking.day.badges.presets import PlaceBadges
from booking.day.badges.print_sheet import sheet_of
from booking.day.papers.pack import pack_pdf
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import download, invitation_file
from booking.door.rights.guards import AnyOf, Now, SiteSettings, may
from booking.people.accounts.queries import Coordinator, Host, Teacher
from booking.visits.preparation.tick import note_printed


@get(
    "/reservations/{reservation:int}/invitation.ics",
    opt=may("visits.print") | {"also": (304,)},
    media_type="text/calendar",
)
async def invitation(
    request: AnyRequest, reservation: FromPath[int], person: AnyOf[Teacher | Host | Coordinator], settings: SiteSettings
) -> Response[bytes]:
    """The calendar entry, as the mail brings it; 304 to whoever holds it already."""
    found = await invitation_for(
        reservation, scope=person.scope, email=person.email, name=person.name, settings=settings
    )
    return invitation_file(found, request)


Millimetres = Annotated[float, QueryParameter(description="Moves the print by millimetres.")]


@get("/reservations/{reservation:int}/badges.pdf", opt=may("visits.print"), media_type="application/pdf")
async def badges(
    reservation: FromPath[int],
    person: AnyOf[Teacher | Host | Coordinator],
    settings: SiteSettings,
    now: Now,
    preset: Annotated[str, QueryParameter(max_length=20, description="The labels, for example a4 or L7160.")] = "a4",
    start: Annotated[int, QueryParameter(description="The first label of the sheet to use.")] = 1,
    dx_mm: Millimetres = 0,
    dy_mm: Millimetres = 0,
) -> Response[bytes]:
    """The sheet of anonymous badges, on the labels of `preset`, from label number `start`."""
    await visit_seen_by(person, reservation)
    sheet = await sheet_of(
        reservation,
        secret_key=settings.secret_key,
        placed=PlaceBadges(preset=preset, start=start, dx_mm=dx_mm, dy_mm=dy_mm),
        printed_on=now,
    )
    if isinstance(person, Teacher):
        await note_printed([reservation], by=person.account, now=now)
    return download(sheet, name=f"badges-{reservation}.pdf")


@get("/reservations/{reservation:int}/papers.pdf", opt=may("visits.print"), media_type="application/pdf")
async def papers(
    reservation: FromPath[int], person: AnyOf[Teacher | Host | Coordinator], settings: SiteSettings, now: Now
) -> Response[bytes]:
    """The file to take along: programme, list by number, families, missions, transport, safety, access."""
    await visit_seen_by(person, reservation)
    of_a_school = not isinstance(person, Coordinator)
    printed = await pack_pdf(
        reservation, data_dir=settings.data_dir, needs=of_a_school, site=settings.base_url, printed_on=now
    )
    return download(printed, name=f"dossier-{reservation}.pdf")
