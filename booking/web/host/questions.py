"""What collèges ask a lycée before they book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import get
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Receives, Site, may
from booking.visits.questions.queries import Conversation, questions_to
from booking.visits.questions.rules import Side, link_of


@renders("host/questions.html")
class QuestionsAsked(Page, frozen=True):
    """`links` lead from the number of each question to its page."""

    questions: Sequence[Conversation]
    links: Mapping[int, str]


@get("/lycee/questions", opt=may("visits.receive"))
async def questions_asked(person: Receives, settings: Site) -> Template:
    found = await questions_to(person.school)
    links = {one.id: f"/questions/{link_of(one.salt, Side.LYCEE, settings.secret_key)}" for one in found}
    return page(QuestionsAsked(found, links))
