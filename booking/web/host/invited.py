"""A colleague accepts: a page that says who invites and to what, and its button."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import may
from booking.door.rights.session import new_session_id
from booking.people.accounts.invite_host import accept_host_invitation
from booking.people.accounts.known import HostInvited, host_invited
from booking.people.accounts.rules import LinkSpent
from booking.process.settings import Settings
from booking.web.account.sign_in import signed_in

ACCEPT = "/invitations/{token:str}"


@renders("host/invited.html")
class InvitationShown(Page, frozen=True):
    invited: HostInvited
    token: str


@get(ACCEPT, opt=may("public.use"))
async def invitation_page(token: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """Only a button: mail scanners follow links, they do not press buttons."""
    invited = await host_invited(token, now=now)
    if invited is None:
        raise LinkSpent()
    return page(InvitationShown(invited, token))


@post(ACCEPT, opt=may("public.use"))
async def accept_invitation(
    request: AnyRequest, token: FromPath[str], settings: NamedDependency[Settings], now: NamedDependency[datetime]
) -> Redirect:
    session_id = new_session_id()
    browser = request.headers.get("user-agent", "")
    if await accept_host_invitation(token, session_id=session_id, browser=browser, now=now):
        return signed_in(settings, session_id, "/lycee", "invitation-acceptee")
    return done("/connexion?next=/lycee", "invitation-acceptee")
