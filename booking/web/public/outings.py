"""All outings of a collège this school year: its principal's page, by link, without an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from booking.calendar.feeds.publish import publish
from booking.calendar.feeds.queries import outings_feed
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, SiteSettings, may
from booking.process.settings import Settings
from booking.visits.principals.give_outings import give_back
from booking.visits.principals.queries import (
    Outing,
    PageOfOutings,
    PageOver,
    outings_of,
    page_of_outings,
    year_of_outings,
)
from booking.web.public.feed import answer_of


@renders("public/outings.html")
class Outings(Page, frozen=True):
    """`ahead` and `past` outings; `pupils` of all of them, `asked` of those that wait for a visa. `over`: the link has
    just been given back."""

    told: PageOfOutings
    ahead: Sequence[Outing]
    past: Sequence[Outing]
    pupils: int
    asked: int
    feed: str
    webcal: str
    token: str
    over: bool = False


@get("/sorties/{token:str}", opt=may("public.use"))
async def outings(token: FromPath[str], settings: SiteSettings, now: Now) -> Template:
    return page(await _shown(token, settings, now))


@post("/sorties/{token:str}", status_code=200, opt=may("public.use"))
async def end_link(token: FromPath[str], settings: SiteSettings, now: Now) -> Template:
    shown = await _shown(token, settings, now)
    await give_back(token, now=now)
    return page(Outings(shown.told, (), (), 0, 0, "", "", "", over=True))


@get("/sorties/{token:str}/agenda.ics", opt=may("public.use"))
async def outings_agenda(
    request: AnyRequest, token: FromPath[str], settings: SiteSettings, now: Now
) -> Response[bytes]:
    told = await _opened(token, now)
    found = await outings_feed(told.school, told.school_name, since=year_of_outings(now)[0], now=now)
    return answer_of(request, publish(found, settings, now=now), kept="private, no-cache")


async def _opened(token: str, now: datetime) -> PageOfOutings:
    found = await page_of_outings(token, now=now)
    if found is None:
        raise PageOver()
    return found


async def _shown(token: str, settings: Settings, now: datetime) -> Outings:
    told = await _opened(token, now)
    found, feed = await outings_of(told.school, now=now), f"{settings.base_url}/sorties/{token}/agenda.ics"
    ahead, past = ([one for one in found if (one.ends_at > now) is to_come] for to_come in (True, False))
    pupils = sum(one.pupils for one in found)
    asked = sum(one.pupils for one in found if one.state == "requested")
    return Outings(told, ahead, past, pupils, asked, feed, f"webcal://{feed.split('://', 1)[1]}", token)
