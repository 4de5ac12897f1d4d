"""The secret link of one's agenda, on the account's page."""

from __future__ import annotations

import secrets
from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.calendar.feeds.give import give_feed, revoke_feed
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import done
from booking.door.rights.guards import AnyOf, may
from booking.people.accounts.queries import CompanyPerson, Host, Teacher
from booking.process.settings import Settings
from booking.web.account.own import account_page


@post("/compte/agenda", opt=may("agenda.follow"), status_code=200)
async def give_agenda(
    request: AnyRequest,
    person: AnyOf[Teacher | Host | CompanyPerson],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template:
    """The link is shown on the answer itself, once: nobody can read it again."""
    token = secrets.token_urlsafe(32)
    await give_feed(person.membership, account=person.account, token=token, now=now)
    link = f"{settings.base_url}/agenda/{token}.ics"
    webcal = f"webcal:{link.partition(':')[2]}"
    return await account_page(request, person, settings, now, new_feed=link, new_feed_webcal=webcal)


@post("/compte/agenda/revocation", opt=may("agenda.follow"))
async def revoke_agenda(person: AnyOf[Teacher | Host | CompanyPerson], now: NamedDependency[datetime]) -> Redirect:
    await revoke_feed(person.membership, account=person.account, now=now)
    return done("/compte", "agenda-revoque")
