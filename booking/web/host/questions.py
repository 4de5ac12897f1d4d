"""What collèges ask a lycée before they book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from booking.process.settings import Settings
from booking.visits.questions.queries import Conversation, questions_to
from booking.visits.questions.rules import Side, link_of


@renders("host/questions.html")
class QuestionsAsked(Page, frozen=True):
    """`links` lead from the number of each question to its page."""

    questions: Sequence[Conversation]
    links: Mapping[int, str]


@get("/lycee/questions", opt=may("visits.receive"))
async def questions_asked(person: NamedDependency[Host], settings: NamedDependency[Settings]) -> Template:
    found = await questions_to(person.school)
    links = {one.id: f"/questions/{link_of(one.salt, Side.LYCEE, settings.secret_key)}" for one in found}
    return page(QuestionsAsked(found, links))
