"""A lycée's first page: today's visits, what is left to do, the next ones; and what collèges ask before they book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get
from litestar.response import Template

from booking.calendar.replies.queries import declined_at
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import AsHost, Now, SiteSettings, may
from booking.visits.asking.unmet import unmet_around
from booking.visits.hosting.queries import Reception, receptions_to_come, to_do_at
from booking.visits.hosting.rules import HostToDo
from booking.visits.questions.queries import Conversation, questions_to
from booking.visits.questions.rules import Side, link_of
from booking.words.wording import paris
from workshops.september_hands.rules import linked_on

NEXT_SHOWN = 5


@renders("host/today.html")
class Today(Page, frozen=True):
    """The visits of today and those `coming`; `more` are behind them. `waiting`: classes around the lycée;
    `september`: its new pupils are asked who came."""

    now: datetime
    receptions: Sequence[Reception]
    coming: Sequence[Reception]
    more: int
    to_do: Sequence[HostToDo]
    waiting: int
    september: bool


@get("/lycee", opt=may("visits.receive"))
async def today(person: AsHost, now: Now) -> Template:
    school, on = person.school, paris(now).date()
    receptions = [one for one in await receptions_to_come(school, now=now) if one.state != "called_off"]
    later = [one for one in receptions if one.on != on]
    shown = Today(
        now=now,
        receptions=[one for one in receptions if one.on == on],
        coming=later[:NEXT_SHOWN],
        more=len(later) - NEXT_SHOWN,
        to_do=await to_do_at(school, declined=await declined_at(school, now=now), now=now),
        waiting=sum(asking.classes for asking in await unmet_around(school, now=now)),
        september=linked_on(on),
    )
    return page(shown)


@renders("host/questions.html")
class QuestionsAsked(Page, frozen=True):
    """`links` lead from the number of each question to its page."""

    questions: Sequence[Conversation]
    links: Mapping[int, str]


@get("/lycee/questions", opt=may("visits.receive"))
async def questions_asked(person: AsHost, settings: SiteSettings) -> Template:
    found = await questions_to(person.school)
    links = {one.id: f"/questions/{link_of(one.salt, Side.LYCEE, settings.secret_key)}" for one in found}
    return page(QuestionsAsked(found, links))
