"""Guests welcomed from another visit, and departures before the end, where no JavaScript runs."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.accounts.queries import Person
from booking.checkin.check_in import check_in
from booking.checkin.queries import roster
from booking.checkin.rules import ScanAsked, ScanResult
from booking.checkin.say import Said, said_on_a_page
from booking.door.answers import page
from booking.door.forms import Form
from booking.web.desk.desk import desk_page

HOST = {"who": {"host"}}
AnyRequest = Request[Any, Any, Any]


async def _scan(slot: int, act: str, request: AnyRequest, person: Person, now: datetime) -> tuple[ScanResult, Said]:
    badge = Form(await request.form()).text("badge", label="Code", required=False)
    asked = ScanAsked(uuid.uuid4(), slot, badge, now, act)
    (told,) = await check_in([asked], account=person.account, school=person.school or 0, now=now)
    return told, said_on_a_page(told)


@post("/accueil/{slot:int}/invites", opt={**HOST, "camera": True}, status_code=200)
async def welcome(
    slot: FromPath[int], request: AnyRequest, person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Template:
    told, words = await _scan(slot, "welcome", request, person, now)
    return desk_page(await roster(slot, school=person.school or 0), person, now, told=told, words=words)


@get("/accueil/{slot:int}/departs", opt=HOST)
async def departures(slot: FromPath[int], person: NamedDependency[Person]) -> Template:
    return page("desk/departures.html", person=person, seen=await roster(slot, school=person.school or 0), told=None)


@post("/accueil/{slot:int}/departs", opt=HOST, status_code=200)
async def depart(
    slot: FromPath[int], request: AnyRequest, person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Template:
    told, words = await _scan(slot, "departure", request, person, now)
    seen = await roster(slot, school=person.school or 0)
    return page("desk/departures.html", person=person, seen=seen, told=told, words=words)
