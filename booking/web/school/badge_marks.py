"""What a teacher writes on the badges: « pas de photo » by number, and first names where she chose them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.badges.issue_due import list_badges
from booking.day.badges.presets import PlaceBadges
from booking.day.badges.queries import IssuedBadge
from booking.day.badges.rules import FIRST_NAME_MOST, PUPILS_MOST, FirstNamesOff
from booking.day.badges.write_on_badges import (
    MarkPhotos,
    choose_first_names,
    give_up_first_names,
    mark_photos,
    write_first_names,
)
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsTeacher, Now, SiteSettings, may
from booking.people.accounts.queries import Teacher
from booking.process.settings import Settings
from booking.visits.groups.queries import group_of
from booking.visits.reservations.queries import Visit
from booking.web.school.visits import one_seen
from workshops.acts.fields import fields_of
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found

# What the buttons of the page print, and how it is to lie on the paper.
SHEETS = {"badges": "/reservations/{}/badges.pdf", "essai": "/badges/essai.pdf"}
PLACED = [*(field.name for field in fields_of(PlaceBadges)), "retour"]


@renders("school/first_names.html")
class FirstNames(Page, frozen=True):
    visit: Visit
    badges: Sequence[IssuedBadge]
    names: str
    form: Form | None


@post(
    "/reservations/{reservation:int}/sans-photo",
    opt=may("visits.keep") | {"form_on": "/reservations/{reservation}/badges"},
)
async def mark_no_photo(
    request: AnyRequest, reservation: FromPath[int], person: AsTeacher, settings: SiteSettings, now: Now
) -> Redirect:
    """Whom nobody photographs; where the page's button prints, the sheet comes after the numbers are kept."""
    form = Form(await request.form())
    await mark_photos(reservation, form.act(MarkPhotos), school=person.school, secret_key=settings.secret_key, now=now)
    if sheet := SHEETS.get(form.typed.get("then", "")):
        placed = urlencode({name: form.typed[name] for name in PLACED if name in form.typed})
        return Redirect(f"{sheet.format(reservation)}?{placed}", status_code=303)
    return done(f"/reservations/{reservation}/badges", "photos-notees")


@get("/reservations/{reservation:int}/prenoms", opt=may("visits.keep"))
async def first_names_page(reservation: FromPath[int], person: AsTeacher, settings: SiteSettings) -> Template:
    return await _page(reservation, person, settings)


async def _page(
    reservation: int, person: Teacher, settings: Settings, *, status: int = 200, form: Form | None = None
) -> Template:
    seen = await one_seen(reservation, person)
    group = or_not_found(await group_of(seen.group, scope=person.scope))
    if not group.first_names:
        raise FirstNamesOff()
    listed = await list_badges(reservation, first_names=True, secret_key=settings.secret_key)
    badges = [badge for badge in listed if badge.kind == "pupil"]
    names = "\n".join(badge.first_name for badge in badges).rstrip("\n")
    return page(FirstNames(visit=seen, badges=badges, names=names, form=form), status=status)


@post("/reservations/{reservation:int}/prenoms", opt=may("visits.keep"))
async def write_names(
    request: AnyRequest, reservation: FromPath[int], person: AsTeacher, settings: SiteSettings, now: Now
) -> Template | Redirect:
    form = Form(await request.form())
    lines = form.typed.get("names", "").replace("\r\n", "\n")[: PUPILS_MOST * (FIRST_NAME_MOST + 2) * 2].split("\n")
    try:
        await write_first_names(reservation, lines=lines, school=person.school, secret_key=settings.secret_key, now=now)
    except NotFound:
        raise
    except Refusal as no:
        form.errors.update(no.errors if isinstance(no, Invalid) else {"names": no.sentence})
        return await _page(reservation, person, settings, status=no.status, form=form)
    return done(f"/reservations/{reservation}/badges", "prenoms-notes")


@post("/mes-groupes/{group:int}/prenoms", opt=may("visits.keep"))
async def choose_names(group: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    await choose_first_names(group, school=person.school, by=person.account, now=now)
    return done(f"/mes-groupes/{group}", "prenoms-choisis")


@post("/mes-groupes/{group:int}/prenoms/effacement", opt=may("visits.keep"))
async def give_up_names(group: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    await give_up_first_names(group, school=person.school, by=person.account, now=now)
    return done(f"/mes-groupes/{group}", "prenoms-effaces")
