"""« Tout le groupe est là » where no JavaScript runs: the host's word, and the same taken back."""

from __future__ import annotations

import uuid
from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.checkin.check_in import check_in
from booking.day.checkin.queries import roster
from booking.day.checkin.roster import ExpectedGroup, Roster
from booking.day.checkin.rules import ScanAsked
from booking.day.checkin.say import said_on_a_page
from booking.day.checkin.undo import take_back_declarations
from booking.door.answers import done
from booking.door.guards import HOST
from booking.people.accounts.queries import Host
from booking.web.desk.desk import desk_page
from workshops.refusals import or_not_found


@post("/accueil/{slot:int}/groupes/{reservation:int}/declaration", opt={**HOST, "camera": True})
async def declare_group(
    slot: FromPath[int],
    reservation: FromPath[int],
    person: NamedDependency[Host],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    seen = await roster(slot, school=person.school)
    missing = _group(seen, reservation).missing
    asked = [ScanAsked(uuid.uuid4(), slot, place.tapped, now, "declaration") for place in missing]
    told = await check_in(asked, account=person.account, school=person.school, now=now) if asked else []
    refused = [one for one in told if one.result not in {"present", "already"}]
    if refused:
        return desk_page(seen, now, status=409, told=refused[0], words=said_on_a_page(refused[0]))
    return done(f"/accueil/{slot}", "groupe-declare")


@post("/accueil/{slot:int}/groupes/{reservation:int}/declaration/annulation", opt=HOST)
async def take_back_group(
    slot: FromPath[int],
    reservation: FromPath[int],
    person: NamedDependency[Host],
    now: NamedDependency[datetime],
) -> Redirect:
    seen = await roster(slot, school=person.school)
    declared = [one.scan for one in _group(seen, reservation).places if one.came and one.declared and one.scan]
    await take_back_declarations(declared, account=person.account, school=person.school, now=now)
    return done(f"/accueil/{slot}", "declaration-annulee")


def _group(seen: Roster, reservation: int) -> ExpectedGroup:
    return or_not_found(next((group for group in seen.groups if group.reservation == reservation), None))
