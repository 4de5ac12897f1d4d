"""Guests welcomed from another visit, and departures before the end, where no JavaScript runs."""

from __future__ import annotations

import uuid
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.day.checkin.roster import Roster
from booking.day.checkin.rules import ScanAsked, ScanResult
from booking.day.checkin.say import DeskWords, said_on_a_page
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, page, renders
from booking.door.rights.desk_link import Receiver, roster_seen_by, scans_at
from booking.door.rights.guards import may
from booking.door.rights.session import address_of
from booking.process.settings import Settings
from booking.web.desk.desk import desk_page


@renders("desk/departures.html")
class Departures(Page, frozen=True):
    seen: Roster
    told: ScanResult | None = None
    words: DeskWords | None = None


async def _scan(
    act: str, slot: int, request: AnyRequest, receiver: Receiver, *, settings: Settings, now: datetime
) -> ScanResult:
    badge = Form(await request.form()).text("badge", label="Code", required=False)
    scan = ScanAsked(uuid.uuid4(), slot, badge, now, act)
    (result,) = await scans_at(
        receiver, [scan], address=address_of(request, settings), secret_key=settings.secret_key, now=now
    )
    return result


@post("/accueil/{slot:int}/invites", opt=may("visits.receive") | {"camera": True}, status_code=200)
async def welcome(
    slot: FromPath[int],
    request: AnyRequest,
    receiver: NamedDependency[Receiver],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template:
    told = await _scan("welcome", slot, request, receiver, settings=settings, now=now)
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    return desk_page(seen, now, told=told, words=said_on_a_page(told))


@get("/accueil/{slot:int}/departs", opt=may("desk.scan"))
async def departures(
    slot: FromPath[int], receiver: NamedDependency[Receiver], settings: NamedDependency[Settings]
) -> Template:
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    return page(Departures(seen))


@post("/accueil/{slot:int}/departs", opt=may("desk.scan"), status_code=200)
async def depart(
    slot: FromPath[int],
    request: AnyRequest,
    receiver: NamedDependency[Receiver],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template:
    told = await _scan("departure", slot, request, receiver, settings=settings, now=now)
    return page(
        Departures(await roster_seen_by(receiver, slot, secret_key=settings.secret_key), told, said_on_a_page(told))
    )
