"""A lycée's hosts: who receives, and a colleague whom one of them invites."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import FRESH, HOST
from booking.door.rights.session import address_of
from booking.people.accounts import tries
from booking.people.accounts.colleagues import Colleague, colleagues_of
from booking.people.accounts.invitations import invite_again, withdraw_invitation
from booking.people.accounts.invite_host import invite_host, invite_host_again, withdraw_host_invitation
from booking.people.accounts.invited import OpenInvitation, hosts_invited, open_invitations
from booking.people.accounts.queries import Host
from booking.people.accounts.remove_host import remove_host
from booking.people.accounts.rules import NotYourself, SentToday, TooManyTries, plain_email
from booking.process.settings import Settings
from workshops.refusals import Invalid, Refusal

HERE = "/lycee/collegues"
SHOWN = 100
# In 15 minutes: a whole team, not a list of addresses.
TRIES = (20, 30)


@dataclass(frozen=True)
class HostColleagues(Page, template="host/colleagues.html"):
    """`invited`: those of them who have not accepted yet; `never_came`: let in by the coordination, not seen yet."""

    school_name: str
    colleagues: Sequence[Colleague]
    own: int
    invited: Sequence[OpenInvitation]
    never_came: Sequence[OpenInvitation]
    form: Form | None = None
    refusal: Refusal | None = None


@get(HERE, opt=HOST)
async def list_colleagues(person: NamedDependency[Host], now: NamedDependency[datetime]) -> Template:
    return await _page(person, now)


async def _page(
    person: Host, now: datetime, *, form: Form | None = None, refusal: Refusal | None = None, status: int = 200
) -> Template:
    never_came = await open_invitations(school=person.school, limit=SHOWN)
    never = {one.account for one in never_came}
    colleagues = await colleagues_of(person.school, role=person.role)
    shown = HostColleagues(
        school_name=person.school_name,
        colleagues=[one for one in colleagues if one.account not in never],
        own=person.account,
        invited=await hosts_invited(person.school, now=now),
        never_came=never_came,
        form=form,
        refusal=refusal,
    )
    return page(shown, status=status)


@post(HERE, opt=HOST | FRESH)
async def invite_colleague(
    request: AnyRequest,
    person: NamedDependency[Host],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    name = form.text("name", label="Prénom et nom", most=120)
    email = form.text("email", label="Adresse de messagerie", most=254)
    try:
        form.refuse_if_wrong()
        email = plain_email(email)
        await tries.take(
            "invite", account=str(person.account), address=address_of(request, settings), most=TRIES, now=now
        )
        asked = await invite_host(
            email,
            name=name,
            school=person.school,
            uai=person.school_uai,
            by=person.account,
            token=secrets.token_urlsafe(32),
            now=now,
        )
    except Invalid as no:
        form.errors.update(no.errors)
        return await _page(person, now, form=form, status=no.status)
    except TooManyTries as no:
        return await _page(person, now, form=form, refusal=no, status=no.status)
    return done(HERE, "personne-invitee" if asked else "deja-invitee")


@post("/lycee/collegues/{membership:int}/renvoi", opt=HOST)
async def send_again(
    membership: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        await invite_again(
            membership, by=person.account, school=person.school, token=secrets.token_urlsafe(32), now=now
        )
    except SentToday as no:
        return await _page(person, now, refusal=no, status=no.status)
    return done(HERE, "invitation-renvoyee")


@post("/lycee/collegues/{membership:int}/retrait", opt=HOST)
async def take_back(
    membership: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Redirect:
    await withdraw_invitation(membership, by=person.account, school=person.school, now=now)
    return done(HERE, "invitation-retiree")


@post("/lycee/collegues/invitations/{number:int}/renvoi", opt=HOST)
async def ask_again(
    number: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        token = secrets.token_urlsafe(32)
        await invite_host_again(number, school=person.school, by=person.account, token=token, now=now)
    except SentToday as no:
        return await _page(person, now, refusal=no, status=no.status)
    return done(HERE, "invitation-renvoyee")


@post("/lycee/collegues/invitations/{number:int}/retrait", opt=HOST)
async def ask_no_more(number: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]) -> Redirect:
    await withdraw_host_invitation(number, school=person.school, by=person.account, now=now)
    return done(HERE, "invitation-retiree")


@post("/lycee/collegues/{membership:int}/fin", opt=HOST | FRESH)
async def remove_colleague(
    membership: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        await remove_host(membership, school=person.school, by=person.account, now=now)
    except NotYourself as no:
        return await _page(person, now, refusal=no, status=no.status)
    return done(HERE, "collegue-retire")
