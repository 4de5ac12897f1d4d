"""« Ce n'était pas moi »: the link of the mail that tells of a new key, phone or passkey. It needs no session."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import still_contests
from booking.people.accounts.rules import NotMeSpent
from booking.people.passkeys.keep import disavow


@renders("account/pas_moi.html")
class NotMe(Page, frozen=True):
    """`done`: everything was just closed."""

    token: str
    done: bool


@get("/compte/ce-n-etait-pas-moi/{token:str}", opt=may("public.use"))
async def not_me_page(token: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """Only a button: mail scanners follow links, they do not press buttons."""
    if not await still_contests(token, now=now):
        raise NotMeSpent()
    return page(NotMe(token, done=False))


@post("/compte/ce-n-etait-pas-moi/{token:str}", opt=may("public.use"), status_code=200)
async def say_not_me(token: FromPath[str], now: NamedDependency[datetime]) -> Template:
    await disavow(token, now=now)
    return page(NotMe("", done=True))
