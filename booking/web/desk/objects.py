"""What a group built: noted from the desk, photographed, seen by the two schools and the coordination."""

from __future__ import annotations

import secrets

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.checkin.open_desk import open_desk
from booking.day.checkin.queries import photo_seen_by
from booking.day.checkin.record_build import record_build
from booking.day.checkin.roster import Roster
from booking.day.photos.encode import BYTES_MOST, PhotoRefused
from booking.day.photos.keep_photo import keep_photo, read_photo, remove_photo
from booking.door.forms.form_act import form_act
from booking.door.forms.read import FILE_READ, AnyRequest
from booking.door.http.answers import done, shown_photo
from booking.door.rights.guards import AnyOf, AsHost, Now, SiteSettings, may
from booking.people.accounts.queries import Coordinator, Host, Teacher
from booking.process.settings import Settings
from booking.web.desk.desk import desk_page
from workshops.builds.record import RecordBuild
from workshops.refusals import NoSuchChoice, NotFound


async def builds_page(
    slot: FromPath[int], reservation: FromPath[int], person: AsHost, settings: SiteSettings, now: Now
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
    person: AsHost,
    settings: SiteSettings,
    now: Now,
) -> Redirect:
    if asked.tech_object not in (await _desk_of(slot, reservation, person, settings)).objects:
        raise NoSuchChoice("tech_object")
    build = await record_build(reservation, asked, account=person.account, school=person.school, now=now)
    return done(f"/accueil/{slot}", "objet-note", at=f"fabrication-{build}")


@post(
    "/accueil/{slot:int}/fabrications/{build:int}/photo",
    opt=may("visits.receive") | {"camera": True, "file_most": BYTES_MOST},
    request_max_body_size=FILE_READ,
)
async def send_photo(
    slot: FromPath[int], build: FromPath[int], request: AnyRequest, person: AsHost, settings: SiteSettings, now: Now
) -> Template | Redirect:
    school = person.school
    try:
        await keep_photo(
            build,
            slot=slot,
            content=await _sent(request),
            name=secrets.token_hex(16),
            alone=(await request.form()).get("alone") == "oui",
            data_dir=settings.data_dir,
            account=person.account,
            school=school,
            now=now,
        )
    except PhotoRefused as no:
        seen = await open_desk(slot, school=school, secret_key=settings.secret_key)
        return desk_page(seen, now, status=no.status, photo_refused=no, photo_of=build)
    return done(f"/accueil/{slot}", "photo-gardee", at=f"fabrication-{build}")


async def _sent(request: AnyRequest) -> bytes:
    file = (await request.form()).get("photo")
    content = await file.read(BYTES_MOST + 1) if isinstance(file, UploadFile) else b""
    if not content:
        raise PhotoRefused("Choisissez d'abord une photo.")
    return content


@post("/accueil/{slot:int}/fabrications/{build:int}/photo/retrait", opt=may("visits.receive"))
async def take_photo_away(
    slot: FromPath[int], build: FromPath[int], person: AsHost, settings: SiteSettings, now: Now
) -> Redirect:
    school = person.school
    await remove_photo(build, slot=slot, data_dir=settings.data_dir, account=person.account, school=school, now=now)
    return done(f"/accueil/{slot}", "photo-retiree", at=f"fabrication-{build}")


@get("/fabrications/{build:int}/photo", opt=may("visits.print"))
async def photo(
    build: FromPath[int], person: AnyOf[Teacher | Host | Coordinator], settings: SiteSettings
) -> Response[bytes]:
    """The photo itself, to the lycée that took it, to the group's collège, to the coordination."""
    name = await photo_seen_by(build, scope=person.scope)
    return shown_photo(await read_photo(name, data_dir=settings.data_dir))
