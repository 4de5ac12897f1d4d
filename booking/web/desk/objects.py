"""What a group built, noted from the desk."""

from __future__ import annotations

from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.checkin.open_desk import open_desk
from booking.day.checkin.record_build import record_build
from booking.day.checkin.roster import Roster
from booking.door.forms.form_act import form_act
from booking.door.http.answers import done
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from booking.process.settings import Settings
from booking.web.desk.desk import desk_page
from workshops.builds.record import RecordBuild
from workshops.refusals import NoSuchChoice, NotFound


async def builds_page(
    slot: FromPath[int],
    reservation: FromPath[int],
    person: NamedDependency[Host],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template:
    return desk_page(await _desk_of(slot, reservation, person, settings), now, wrong=reservation)


async def _desk_of(slot: int, reservation: int, person: Host, settings: Settings) -> Roster:
    seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
    if reservation not in {group.reservation for group in seen.groups}:
        raise NotFound()
    return seen


@post("/accueil/{slot:int}/groupes/{reservation:int}/fabrications", opt=may("visits.receive") | {"camera": True})
@form_act(RecordBuild, page=builds_page, each="reservation")
async def note_build(
    asked: RecordBuild,
    slot: FromPath[int],
    reservation: FromPath[int],
    person: NamedDependency[Host],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Redirect:
    if asked.tech_object not in (await _desk_of(slot, reservation, person, settings)).objects:
        raise NoSuchChoice("tech_object")
    build = await record_build(reservation, asked, account=person.account, school=person.school, now=now)
    return done(f"/accueil/{slot}", "objet-note", at=f"fabrication-{build}")
