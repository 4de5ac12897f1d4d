"""Guests welcomed, departures before the end, and « Tout le groupe est là », where no JavaScript runs."""

from __future__ import annotations

import uuid

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.checkin.check_in import check_in
from booking.day.checkin.open_desk import open_desk
from booking.day.checkin.receive import receive_class, receive_visitor, visitor_left_out
from booking.day.checkin.roster import ExpectedGroup, Roster
from booking.day.checkin.rules import REFUSED, ScanAsked, ScanResult
from booking.day.checkin.say import DeskWords, said_on_a_page
from booking.day.checkin.undo import take_back_declarations
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.desk_link import AtDesk, roster_seen_by
from booking.door.rights.guards import AsHost, Now, SiteSettings, may
from booking.web.desk.desk import desk_page, scanned
from workshops.refusals import or_not_found


@renders("desk/departures.html")
class Departures(Page, frozen=True):
    seen: Roster
    told: ScanResult | None = None
    words: DeskWords | None = None


@post("/accueil/{slot:int}/invites", opt=may("visits.receive") | {"camera": True}, status_code=200)
async def welcome(
    slot: FromPath[int], request: AnyRequest, receiver: AtDesk, settings: SiteSettings, now: Now
) -> Template:
    told = await scanned("welcome", slot, request, receiver, settings=settings, now=now)
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    return desk_page(seen, now, told=told)


@get("/accueil/{slot:int}/departs", opt=may("desk.scan"))
async def departures(slot: FromPath[int], receiver: AtDesk, settings: SiteSettings) -> Template:
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    return page(Departures(seen))


@post("/accueil/{slot:int}/departs", opt=may("desk.scan"), status_code=200)
async def depart(
    slot: FromPath[int], request: AnyRequest, receiver: AtDesk, settings: SiteSettings, now: Now
) -> Template:
    told = await scanned("departure", slot, request, receiver, settings=settings, now=now)
    return page(
        Departures(await roster_seen_by(receiver, slot, secret_key=settings.secret_key), told, said_on_a_page(told))
    )


@post("/accueil/{slot:int}/groupes/{reservation:int}/declaration", opt=may("visits.receive") | {"camera": True})
async def declare_group(
    slot: FromPath[int], reservation: FromPath[int], person: AsHost, settings: SiteSettings, now: Now
) -> Template | Redirect:
    seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
    missing = _group(seen, reservation).missing
    asked = [ScanAsked(uuid.uuid4(), slot, place.tapped, now, "declaration") for place in missing]
    told = await check_in(asked, account=person.account, school=person.school, now=now) if asked else []
    refused = [one for one in told if one.result in REFUSED]
    if refused:
        return desk_page(seen, now, status=409, told=refused[0])
    return done(f"/accueil/{slot}", "groupe-declare")


@post("/accueil/{slot:int}/groupes/{reservation:int}/declaration/annulation", opt=may("visits.receive"))
async def take_back_group(
    slot: FromPath[int], reservation: FromPath[int], person: AsHost, settings: SiteSettings, now: Now
) -> Redirect:
    seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
    declared = [one.scan for one in _group(seen, reservation).places if one.came and one.declared and one.scan]
    await take_back_declarations(declared, account=person.account, school=person.school, now=now)
    return done(f"/accueil/{slot}", "declaration-annulee")


@post("/accueil/{slot:int}/groupes/{reservation:int}/reception", opt=may("visits.receive") | {"camera": True})
async def receive_group(
    slot: FromPath[int], reservation: FromPath[int], person: AsHost, settings: SiteSettings, now: Now
) -> Template | Redirect:
    results = await receive_class(
        slot, reservation, account=person.account, school=person.school, secret_key=settings.secret_key, now=now
    )
    refused = [result for result in results if result.result in REFUSED]
    if refused:
        seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
        return desk_page(seen, now, status=409, told=refused[0])
    return done(f"/accueil/{slot}", "groupe-recu")


@post("/accueil/{slot:int}/entreprises/{company:int}/visiteurs", opt=may("visits.receive") | {"camera": True})
async def tick_visitor(
    slot: FromPath[int], company: FromPath[int], person: AsHost, settings: SiteSettings, now: Now
) -> Template | Redirect:
    told = await receive_visitor(
        slot, company, account=person.account, school=person.school, secret_key=settings.secret_key, now=now
    )
    if told is not None and told.result in REFUSED:
        seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
        return desk_page(seen, now, status=409, told=told)
    return done(f"/accueil/{slot}", "visiteur-note")


@post("/accueil/{slot:int}/entreprises/{company:int}/visiteurs/annulation", opt=may("visits.receive"))
async def untick_visitor(slot: FromPath[int], company: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await visitor_left_out(slot, company, account=person.account, school=person.school, now=now)
    return done(f"/accueil/{slot}", "visiteur-annule")


def _group(seen: Roster, reservation: int) -> ExpectedGroup:
    return or_not_found(next((group for group in seen.groups if group.reservation == reservation), None))
