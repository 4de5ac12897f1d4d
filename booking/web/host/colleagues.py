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

from booking.door.answers import Page, done, page
from booking.door.forms import AnyRequest, Form
from booking.door.guards import FRESH, HOST
from booking.door.session import address_of
from booking.people.accounts import tries
from booking.people.accounts.colleagues import Colleague, colleagues_of
from booking.people.accounts.invitations import invite_again, withdraw_invitation
from booking.people.accounts.invite import invite
from booking.people.accounts.invited import OpenInvitation, open_invitations
from booking.people.accounts.queries import Host, holds
from booking.people.accounts.rules import Role, SentToday, TooManyTries, plain_email
from booking.settings import Settings
from workshops.refusals import Invalid, Refusal

HERE = "/lycee/collegues"
SHOWN = 100
# In 15 minutes: a whole team, not a list of addresses.
TRIES = (20, 30)


@dataclass(frozen=True)
class HostColleagues(Page, template="host/colleagues.html"):
    """`invited`: those of them who never came in."""

    school_name: str
    colleagues: Sequence[Colleague]
    own: int
    invited: Sequence[OpenInvitation]
    form: Form | None = None
    refusal: Refusal | None = None


@get(HERE, opt=HOST)
async def list_colleagues(person: NamedDependency[Host]) -> Template:
    return await _page(person)


async def _page(
    person: Host, *, form: Form | None = None, refusal: Refusal | None = None, status: int = 200
) -> Template:
    invited = await open_invitations(school=person.school, limit=SHOWN)
    never = {one.account for one in invited}
    colleagues = await colleagues_of(person.school, role=person.role)
    shown = HostColleagues(
        school_name=person.school_name,
        colleagues=[one for one in colleagues if one.account not in never],
        own=person.account,
        invited=invited,
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
        already = await holds(email, Role.HOST, uai=person.school_uai)
        token, uai = secrets.token_urlsafe(32), person.school_uai
        await invite(email, role=Role.HOST, name=name, school=uai, by=person.account, token=token, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _page(person, form=form, status=no.status)
    except TooManyTries as no:
        return await _page(person, form=form, refusal=no, status=no.status)
    return done(HERE, "deja-invitee" if already else "personne-invitee")


@post("/lycee/collegues/{membership:int}/renvoi", opt=HOST)
async def send_again(
    membership: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        await invite_again(
            membership, by=person.account, school=person.school, token=secrets.token_urlsafe(32), now=now
        )
    except SentToday as no:
        return await _page(person, refusal=no, status=no.status)
    return done(HERE, "invitation-renvoyee")


@post("/lycee/collegues/{membership:int}/retrait", opt=HOST)
async def take_back(
    membership: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Redirect:
    await withdraw_invitation(membership, by=person.account, school=person.school, now=now)
    return done(HERE, "invitation-retiree")
