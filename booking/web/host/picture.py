"""The picture of a workshop: sent, or chosen among the photos of what was built there, and shown to everybody."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.photos.encode import BYTES_MOST, PhotoRefused
from booking.day.photos.keep_picture import (
    PHOTOS_SHOWN,
    keep_photo_of_build,
    keep_picture,
    remove_picture,
)
from booking.door.forms.form_act import form_act
from booking.door.forms.read import FILE_READ, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, SiteSettings, may
from booking.web.host.workshops import own_workshop
from workshops.acts import chosen, labelled
from workshops.builds.queries import BuildPhoto, photos_of
from workshops.catalogue.describe import ShowPicture
from workshops.catalogue.queries import Picture, WorkshopCard, pictures_of
from workshops.refusals import Invalid


class ChoosePicture(ShowPicture, frozen=True, kw_only=True):
    """A picture that was sent, or a copy of a photo of what a group built."""

    build: Annotated[int, chosen("Photo", "A photo of an object that was built there.")] | None = None
    nobody: Annotated[
        bool,
        labelled("On n'y reconnaît personne : ni élève, ni adulte, ni nom lisible.", "Nobody is recognised in it."),
    ] = False


@renders("host/picture.html", acts={"asked": ChoosePicture})
class PicturePage(Page, frozen=True):
    """The picture that is shown, and the `photos` of objects among which another can be chosen."""

    workshop: WorkshopCard
    picture: Picture | None
    photos: Sequence[BuildPhoto]


@get("/lycee/ateliers/{number:int}/image", opt=may("workshops.describe"))
async def workshop_picture(number: FromPath[int], person: AsHost) -> Template:
    known = await own_workshop(number, person)
    picture = (await pictures_of([number])).get(number)
    return page(PicturePage(known, picture, await photos_of(number, most=PHOTOS_SHOWN)))


def _nobody_on_it(form: Form) -> bool:
    if not form.ticked("nobody"):
        form.errors["nobody"] = "Cochez la case : une image publique ne montre personne que l'on reconnaisse."
    return form.ticked("nobody")


def _photo_chosen(form: Form) -> int | None:
    """A file that was sent goes before a photo that was ticked."""
    build = form.typed.get("build", "")
    if form.file("image") is None and not build:
        form.errors["image"] = "Image : choisissez un fichier, ou une photo de la liste."
    return int(build) if build.isdecimal() and form.file("image") is None else None


@post(
    "/lycee/ateliers/{number:int}/image",
    opt=may("workshops.describe") | {"file_most": BYTES_MOST},
    request_max_body_size=FILE_READ,
)
@form_act(ChoosePicture, page=workshop_picture.fn, build=_photo_chosen, nobody=_nobody_on_it)
async def choose_picture(
    asked: ChoosePicture, form: Form, number: FromPath[int], person: AsHost, settings: SiteSettings, now: Now
) -> Redirect:
    kept: dict[str, Any] = {
        **{"name": secrets.token_hex(16), "data_dir": settings.data_dir},
        **{"school": (await own_workshop(number, person)).school, "by": person.account, "now": now},
    }
    try:
        if (file := form.file("image")) is not None:
            await keep_picture(number, asked, content=await file.read(BYTES_MOST + 1), **kept)
        else:
            await keep_photo_of_build(number, asked, build=asked.build or 0, **kept)
    except PhotoRefused as no:
        raise Invalid({"image": f"Image : {no.sentence[:1].lower()}{no.sentence[1:]}"}) from None
    return done(f"/lycee/ateliers/{number}/image", "image-gardee")


@post("/lycee/ateliers/{number:int}/image/retrait", opt=may("workshops.describe"))
async def take_picture_away(number: FromPath[int], person: AsHost, settings: SiteSettings, now: Now) -> Redirect:
    await remove_picture(number, data_dir=settings.data_dir, school=person.school, by=person.account, now=now)
    return done(f"/lycee/ateliers/{number}/image", "image-retiree")
