"""A person ends her one mail a day by the link that it bears: from then on, one letter an act."""

from __future__ import annotations

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, SiteSettings, may
from booking.people.accounts.daily_mail import DAILY, end_daily_mail
from booking.people.accounts.stop_links import stopped_by
from booking.process.settings import Settings
from booking.visits.reservations.rules import LinkNotOurs


@renders("account/each_act.html")
class EachAct(Page, frozen=True):
    """`ended`: a letter for each act comes from now on."""

    ended: bool
    token: str


@get("/lettres/une-par-acte/{token:str}", opt=may("public.use"))
async def each_act_page(token: FromPath[str], settings: SiteSettings) -> Template:
    """Nothing is ended by opening the page, since mail scanners open it too."""
    _reader_of(token, settings)
    return page(EachAct(ended=False, token=token))


@post("/lettres/une-par-acte/{token:str}", opt=may("public.use"))
async def end_by_link(token: FromPath[str], settings: SiteSettings, now: Now) -> Template:
    """Ended twice, it is ended once."""
    await end_daily_mail(_reader_of(token, settings), now=now)
    return page(EachAct(ended=True, token=token))


def _reader_of(token: str, settings: Settings) -> int:
    if (account := stopped_by(DAILY, token, settings.secret_key)) is None:
        raise LinkNotOurs()
    return account
