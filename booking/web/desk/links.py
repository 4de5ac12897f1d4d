"""Handing a visit's desk to a helper without account: the host's list of links, and the door that a link opens."""

from __future__ import annotations

import secrets

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.desk_links.give import give_link, revoke_link
from booking.day.desk_links.queries import LinksOfSlot, links_of, open_link
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.desk_link import link_cookie
from booking.door.rights.guards import AnyOf, AsHost, Now, SiteSettings, may
from booking.people.accounts.queries import Host, Person
from booking.presentation.qr_code import ScreenCode, screen_code


@renders("desk/links.html")
class DeskLinks(Page, frozen=True):
    """The links of a visit; the new one with its code, which is shown once."""

    given: LinksOfSlot
    link: str = ""
    drawing: ScreenCode | None = None


@renders("desk/other_school.html")
class OtherSchool(Page, frozen=True):
    """A link of another lycée than the one that somebody is signed in for."""

    place: str


@get("/accueil/{slot:int}/liens", opt=may("visits.receive"))
async def links_page(slot: FromPath[int], person: AsHost, now: Now) -> Template:
    return page(DeskLinks(await links_of(slot, scope=person.scope, now=now)))


@post("/accueil/{slot:int}/liens", opt=may("visits.receive"), status_code=200)
async def give(slot: FromPath[int], person: AsHost, settings: SiteSettings, now: Now) -> Template:
    """The link is shown on the answer itself, once: nobody can read it again."""
    token = secrets.token_urlsafe(24)
    await give_link(slot, token=token, account=person.account, school=person.school, now=now)
    link = f"{settings.base_url}/accueil/lien/{token}"
    given = await links_of(slot, scope=person.scope, now=now)
    return page(DeskLinks(given, link, screen_code(link)))


@post("/accueil/{slot:int}/liens/{link:int}/revocation", opt=may("visits.receive"))
async def revoke(slot: FromPath[int], link: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await revoke_link(link, slot=slot, account=person.account, school=person.school, now=now)
    return done(f"/accueil/{slot}/liens", "lien-accueil-revoque")


@get("/accueil/lien/{token:str}", opt=may("public.use"))
async def follow(
    token: FromPath[str], visitor: AnyOf[Person | None], settings: SiteSettings, now: Now
) -> Redirect | Template:
    """On to the desk, with the link in a cookie. A host keeps acting as herself: her account comes before a link."""
    helper = await open_link(token, now=now, trial=settings.demo)
    if isinstance(visitor, Host) and visitor.school != helper.school:
        return page(OtherSchool(visitor.place))
    answer = done(f"/accueil/{helper.slot}")
    answer.set_cookie(link_cookie(settings, token, helper, now=now))
    return answer
