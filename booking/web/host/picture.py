"""The picture of a workshop: sent, or chosen among the photos of what was built there, and shown to everybody."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.checkin.encode_photo import BYTES_MOST, PhotoRefused
from booking.day.pictures.keep import (
    PHOTOS_SHOWN,
    keep_photo_of_build,
    keep_picture,
    remove_picture,
)
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.process.settings import Settings
from booking.web.host.describe_workshop import own_workshop
from workshops.builds.queries import BuildPhoto, photos_of
from workshops.catalogue.queries import Picture, WorkshopCard, pictures_of
from workshops.catalogue.show_picture import ALT_MOST
from workshops.refusals import Invalid

FORM_AROUND = 1_000_000


@dataclass(frozen=True)
class PicturePage(Page, template="host/picture.html"):
    """The picture that is shown, and the `photos` of objects among which another can be chosen."""

    workshop: WorkshopCard
    picture: Picture | None
    photos: Sequence[BuildPhoto]
    form: Form | None


@get("/lycee/ateliers/{number:int}/image", opt=HOST)
async def workshop_picture(number: FromPath[int], person: NamedDependency[Host]) -> Template:
    return await _shown(await own_workshop(number, person))


async def _shown(known: WorkshopCard, form: Form | None = None) -> Template:
    picture = (await pictures_of([known.id])).get(known.id)
    photos = await photos_of(known.id, most=PHOTOS_SHOWN)
    return page(PicturePage(known, picture, photos, form), status=422 if form else 200)


@post("/lycee/ateliers/{number:int}/image", opt=HOST, request_max_body_size=BYTES_MOST + FORM_AROUND)
async def choose_picture(
    request: AnyRequest,
    number: FromPath[int],
    person: NamedDependency[Host],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    """A file that was sent goes before a photo that was ticked."""
    known = await own_workshop(number, person)
    sent = await request.form()
    form, file = Form(sent), sent.get("image")
    content = await file.read(BYTES_MOST + 1) if isinstance(file, UploadFile) else b""
    taken = {str(one.id) for one in await photos_of(number, most=PHOTOS_SHOWN)}
    build = form.choice("build", taken, label="Photo", default="")
    alt = form.text("alt", label="Ce que l'image montre", most=ALT_MOST)
    if not content and not build:
        form.errors["image"] = "Image : choisissez un fichier, ou une photo de la liste."
    if not form.ticked("nobody"):
        form.errors["nobody"] = "Cochez la case : une image publique ne montre personne que l'on reconnaisse."
    told: dict[str, Any] = {
        **{"alt": alt, "name": secrets.token_hex(16), "data_dir": settings.data_dir},
        **{"school": person.school, "by": person.account, "now": now},
    }
    try:
        form.refuse_if_wrong()
        if content:
            await keep_picture(number, content=content, **told)
        else:
            await keep_photo_of_build(number, build=int(build), **told)
    except Invalid as no:
        form.errors.update(no.errors)
    except PhotoRefused as no:
        form.errors["image"] = f"Image : {no.sentence[:1].lower()}{no.sentence[1:]}"
    return await _shown(known, form) if form.errors else done(f"/lycee/ateliers/{number}/image", "image-gardee")


@post("/lycee/ateliers/{number:int}/image/retrait", opt=HOST)
async def take_picture_away(
    number: FromPath[int],
    person: NamedDependency[Host],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Redirect:
    await remove_picture(number, data_dir=settings.data_dir, school=person.school, by=person.account, now=now)
    return done(f"/lycee/ateliers/{number}/image", "image-retiree")
