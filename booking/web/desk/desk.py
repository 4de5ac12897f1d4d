"""The desk of a slot: who is expected, who is here, one badge at a time."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.checkin.queries import roster_version
from booking.day.checkin.roster import Roster
from booking.day.checkin.rules import ScanAsked
from booking.day.checkin.say import said_on_a_page
from booking.day.checkin.undo import undo
from booking.day.desk_links.queries import is_scan_of
from booking.door.answers import done, page
from booking.door.desk_link import Receiver, roster_seen_by
from booking.door.desk_scans import scans_at
from booking.door.forms import Form
from booking.door.guards import RECEIVERS, AnyOf
from booking.door.session import address_of
from booking.people.accounts.queries import Person
from booking.settings import Settings
from workshops.refusals import NotFound

AnyRequest = Request[Any, Any, Any]


def desk_page(seen: Roster, person: Person | None, now: datetime, *, status: int = 200, **more: Any) -> Template:
    """The desk as it stands; `person` None is a helper's, with numbers alone.

    `told` is the answer to show in large, `form` and `wrong` an objects form to correct.
    """
    asked = {"person": person, "helper": person is None}
    return page("desk/desk.html", status=status, seen=seen, now=now, **asked, **more)


def host_of(receiver: Receiver, visitor: Person | None) -> Person | None:
    """Whose page it is; None for a helper's."""
    return None if receiver.helper is not None else visitor


@get("/accueil/{slot:int}", opt={**RECEIVERS, "camera": True})
async def desk(
    slot: FromPath[int],
    receiver: NamedDependency[Receiver],
    visitor: AnyOf[Person | None],
    now: NamedDependency[datetime],
) -> Template:
    return desk_page(await roster_seen_by(receiver, slot), host_of(receiver, visitor), now)


@get("/accueil/{slot:int}/presence", opt=RECEIVERS)
async def presence(
    slot: FromPath[int],
    request: AnyRequest,
    receiver: NamedDependency[Receiver],
    visitor: AnyOf[Person | None],
) -> Template | Response[None]:
    """The numbers alone, asked for every few seconds by each open desk: one statement when nothing has changed.

    Asked for and not pushed: a push holds a connection and a listener for each phone all day, and a school's proxy may
    keep it back; a question survives a cut network, a sleeping phone and a restart by itself.
    """
    receiver.refuse_other_slots(slot)
    etag = f'"{await roster_version(slot, school=receiver.school)}"'
    if request.headers.get("if-none-match") == etag:
        return Response(None, status_code=304, headers={"ETag": etag})
    seen = await roster_seen_by(receiver, slot)
    answer = page("desk/_presence.html", person=host_of(receiver, visitor), seen=seen)
    answer.headers["ETag"] = etag
    return answer


@post("/accueil/{slot:int}/pointages", opt={**RECEIVERS, "camera": True}, status_code=200)
async def point(
    slot: FromPath[int],
    request: AnyRequest,
    receiver: NamedDependency[Receiver],
    visitor: AnyOf[Person | None],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template:
    """A code typed or a number tapped where no JavaScript runs: one scan, made now, answered in the page."""
    form = Form(await request.form())
    asked = ScanAsked(uuid.uuid4(), slot, form.text("badge", label="Code", required=False), now)
    (told,) = await scans_at(receiver, [asked], address=address_of(request, settings), now=now)
    seen = await roster_seen_by(receiver, slot)
    return desk_page(seen, host_of(receiver, visitor), now, told=told, words=said_on_a_page(told))


@get("/accueil/{slot:int}/pointages/{scan:uuid}/annulation", opt=RECEIVERS)
async def undo_page(
    slot: FromPath[int],
    scan: FromPath[uuid.UUID],
    receiver: NamedDependency[Receiver],
    visitor: AnyOf[Person | None],
) -> Template:
    seen = await roster_seen_by(receiver, slot)
    counted = seen.counted_by(scan)
    if counted is None:
        raise NotFound("Ce pointage ne compte plus : il a été annulé entre-temps.")
    group, place = counted
    return page("desk/undo.html", person=host_of(receiver, visitor), seen=seen, group=group, place=place)


@post("/accueil/{slot:int}/pointages/{scan:uuid}/annulation", opt=RECEIVERS)
async def take_back(
    slot: FromPath[int],
    scan: FromPath[uuid.UUID],
    receiver: NamedDependency[Receiver],
    now: NamedDependency[datetime],
) -> Redirect:
    receiver.refuse_other_slots(slot)
    if not await is_scan_of(scan, slot=slot):
        raise NotFound()
    await undo(scan, account=receiver.account, school=receiver.school, now=now)
    return done(f"/accueil/{slot}", "pointage-annule")
