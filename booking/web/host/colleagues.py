"""A lycée's hosts: who receives, a colleague whom one of them invites, and the page on which she accepts."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, AsHost, Now, SiteSettings, may
from booking.door.rights.session import address_of, new_session_id
from booking.people.accounts import tries
from booking.people.accounts.invite import invite_again, withdraw_invitation
from booking.people.accounts.invite_host import (
    InviteHost,
    accept_host_invitation,
    invite_host,
    invite_host_again,
    remove_host,
    withdraw_host_invitation,
)
from booking.people.accounts.known import (
    Colleague,
    HostInvited,
    OpenInvitation,
    colleagues_of,
    host_invited,
    hosts_invited,
    open_invitations,
)
from booking.people.accounts.rules import LinkSpent
from booking.web.account.sign_in import signed_in
from workshops.acts import Act

HERE = "/lycee/collegues"
SHOWN = 100
# In 15 minutes: a whole team, not a list of addresses.
TRIES = (20, 30)


@renders("host/colleagues.html", acts={"asked": InviteHost})
class HostColleagues(Page, frozen=True):
    """`invited`: those of them who have not accepted yet; `never_came`: let in by the coordination, not seen yet."""

    school_name: str
    colleagues: Sequence[Colleague]
    own: int
    invited: Sequence[OpenInvitation]
    never_came: Sequence[OpenInvitation]


@get(HERE, opt=may("hosts.invite"))
async def list_colleagues(person: AsHost, now: Now) -> Template:
    never_came = await open_invitations(school=person.school, limit=SHOWN)
    never = {invited.account for invited in never_came}
    colleagues = await colleagues_of(person.school, role=person.role)
    shown = HostColleagues(
        school_name=person.school_name,
        colleagues=[colleague for colleague in colleagues if colleague.account not in never],
        own=person.account,
        invited=await hosts_invited(person.school, now=now),
        never_came=never_came,
    )
    return page(shown)


@post(HERE, opt=may("hosts.invite") | FRESH)
@form_act(InviteHost, page=list_colleagues.fn)
async def invite_colleague(
    asked: InviteHost, request: AnyRequest, person: AsHost, settings: SiteSettings, now: Now
) -> Redirect:
    address = address_of(request, settings)
    await tries.take("invite", account=str(person.account), address=address, most=TRIES, now=now)
    token = secrets.token_urlsafe(32)
    invited = await invite_host(
        asked, school=person.school, uai=person.school_uai, by=person.account, token=token, now=now
    )
    return done(HERE, "personne-invitee" if invited else "deja-invitee")


@post("/lycee/collegues/{membership:int}/renvoi", opt=may("hosts.invite"))
@form_act(Act, page=list_colleagues.fn)
async def send_again(membership: FromPath[int], person: AsHost, now: Now) -> Redirect:
    token = secrets.token_urlsafe(32)
    await invite_again(membership, by=person.account, school=person.school, token=token, now=now)
    return done(HERE, "invitation-renvoyee")


@post("/lycee/collegues/{membership:int}/retrait", opt=may("hosts.invite"))
async def take_back(membership: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await withdraw_invitation(membership, by=person.account, school=person.school, now=now)
    return done(HERE, "invitation-retiree")


@post("/lycee/collegues/invitations/{number:int}/renvoi", opt=may("hosts.invite"))
@form_act(Act, page=list_colleagues.fn)
async def ask_again(number: FromPath[int], person: AsHost, now: Now) -> Redirect:
    token = secrets.token_urlsafe(32)
    await invite_host_again(number, school=person.school, by=person.account, token=token, now=now)
    return done(HERE, "invitation-renvoyee")


@post("/lycee/collegues/invitations/{number:int}/retrait", opt=may("hosts.invite"))
async def ask_no_more(number: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await withdraw_host_invitation(number, school=person.school, by=person.account, now=now)
    return done(HERE, "invitation-retiree")


@post("/lycee/collegues/{membership:int}/fin", opt=may("hosts.invite") | FRESH)
@form_act(Act, page=list_colleagues.fn)
async def remove_colleague(membership: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await remove_host(membership, school=person.school, by=person.account, now=now)
    return done(HERE, "collegue-retire")


ACCEPT = "/invitations/{token:str}"


@renders("host/invited.html")
class InvitationShown(Page, frozen=True):
    invited: HostInvited
    token: str


@get(ACCEPT, opt=may("public.use"))
async def invitation_page(token: FromPath[str], now: Now) -> Template:
    """Only a button: mail scanners follow links, they do not press buttons."""
    invited = await host_invited(token, now=now)
    if invited is None:
        raise LinkSpent()
    return page(InvitationShown(invited, token))


@post(ACCEPT, opt=may("public.use"))
async def accept_invitation(request: AnyRequest, token: FromPath[str], settings: SiteSettings, now: Now) -> Redirect:
    session_id = new_session_id()
    browser = request.headers.get("user-agent", "")
    if await accept_host_invitation(token, session_id=session_id, browser=browser, now=now):
        return signed_in(settings, session_id, "/lycee", "invitation-acceptee")
    return done("/connexion?next=/lycee", "invitation-acceptee")
