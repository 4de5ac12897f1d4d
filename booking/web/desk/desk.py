"""The desk of a slot: who is expected, who is here, one badge at a time."""

from __future__ import annotations

import uuid
from datetime import datetime
from hashlib import sha256
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.accounts.queries import Person
from booking.checkin.check_in import check_in
from booking.checkin.queries import Roster, roster
from booking.checkin.rules import Said, ScanAsked, said
from booking.checkin.undo import undo
from booking.door.answers import done, page
from booking.door.forms import Form
from booking.wording import unbroken
from workshops.refusals import NotFound

HOST = {"who": {"host"}}
AnyRequest = Request[Any, Any, Any]


def desk_page(seen: Roster, person: Person, now: datetime, *, status: int = 200, **more: Any) -> Template:
    """The desk as it stands. `told` is the answer to show in large, `form` and `wrong` an objects form to correct."""
    return page("desk/desk.html", status=status, person=person, seen=seen, now=now, **more)


@get("/accueil/{slot:int}", opt={**HOST, "camera": True})
async def desk(slot: FromPath[int], person: NamedDependency[Person], now: NamedDependency[datetime]) -> Template:
    return desk_page(await roster(slot, school=person.school or 0), person, now)


@get("/accueil/{slot:int}/presence", opt=HOST)
async def presence(
    slot: FromPath[int], request: AnyRequest, person: NamedDependency[Person]
) -> Template | Response[None]:
    """The numbers alone, asked for every few seconds by each open desk; nothing is sent when nothing has changed."""
    seen = await roster(slot, school=person.school or 0)
    etag = f'"{sha256(repr(seen).encode()).hexdigest()[:20]}"'
    if request.headers.get("if-none-match") == etag:
        return Response(None, status_code=304, headers={"ETag": etag})
    answer = page("desk/_presence.html", person=person, seen=seen)
    answer.headers["ETag"] = etag
    return answer


@post("/accueil/{slot:int}/pointages", opt={**HOST, "camera": True}, status_code=200)
async def point(
    slot: FromPath[int], request: AnyRequest, person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Template:
    """A code typed or a number tapped where no JavaScript runs: one scan, made now, answered in the page."""
    form = Form(await request.form())
    asked = ScanAsked(uuid.uuid4(), slot, form.text("badge", label="Code", required=False), now)
    (told,) = await check_in([asked], account=person.account, school=person.school or 0, now=now)
    words = said(told)
    shown = Said(unbroken(words.title), unbroken(words.advice))
    return desk_page(await roster(slot, school=person.school or 0), person, now, told=told, words=shown)


@get("/accueil/{slot:int}/pointages/{scan:uuid}/annulation", opt=HOST)
async def undo_page(slot: FromPath[int], scan: FromPath[uuid.UUID], person: NamedDependency[Person]) -> Template:
    seen = await roster(slot, school=person.school or 0)
    counted = seen.counted_by(scan)
    if counted is None:
        raise NotFound("Ce pointage ne compte plus : il a été annulé entre-temps.")
    group, place = counted
    return page("desk/undo.html", person=person, seen=seen, group=group, place=place)


@post("/accueil/{slot:int}/pointages/{scan:uuid}/annulation", opt=HOST)
async def take_back(
    slot: FromPath[int],
    scan: FromPath[uuid.UUID],
    person: NamedDependency[Person],
    now: NamedDependency[datetime],
) -> Redirect:
    await undo(scan, account=person.account, school=person.school or 0, now=now)
    return done(f"/accueil/{slot}", "pointage-annule")
