"""A question to a lycée and its answer: one page for each side, by its link, with or without an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AnyOf, Now, SiteSettings, may
from booking.people.accounts.queries import AtSchool, Person
from booking.process.settings import Settings
from booking.visits.questions.queries import Conversation, ConversationLine, conversation_behind, lines_of
from booking.visits.questions.rules import QuestionOver, Side
from booking.visits.questions.write import AddLine, close, write
from booking.words.wording import counted, moment
from workshops.offer.queries import slots_on_offer
from workshops.offer.rules import Search

PROPOSED_MOST = 50


@renders("public/question.html", acts={"asked": AddLine})
class QuestionPage(Page, frozen=True):
    """`slots` are those that the lycée may propose; `back`: the page of all its questions, for who is signed in."""

    told: Conversation
    lines: Sequence[ConversationLine]
    slots: Mapping[str, str]
    token: str
    back: str


@get("/questions/{token:str}", opt=may("public.use"))
async def question_page(
    token: FromPath[str], visitor: AnyOf[Person | None], settings: SiteSettings, now: Now
) -> Template:
    told = await _opened(token, settings)
    own = "/mes-questions" if told.side == Side.TEACHER else "/lycee/questions"
    shown = QuestionPage(
        told=told,
        lines=await lines_of(told.id),
        slots=await _proposed(told, now),
        token=token,
        back=own if _is_of(told, visitor) else "",
    )
    return page(shown)


@post("/questions/{token:str}", opt=may("public.use"))
@form_act(AddLine, page=question_page.fn)
async def add_line(
    asked: AddLine, form: Form, token: FromPath[str], visitor: AnyOf[Person | None], settings: SiteSettings, now: Now
) -> Redirect:
    told = await _opened(token, settings)
    if form.ticked("close"):
        await close(told, by=_by(told, visitor), now=now)
        return done(f"/questions/{token}", "conversation-fermee")
    await write(told, asked, by=_by(told, visitor), now=now)
    return done(f"/questions/{token}", "message-envoye")


async def _opened(token: str, settings: Settings) -> Conversation:
    found = await conversation_behind(token, secret_key=settings.secret_key)
    if found is None:
        raise QuestionOver()
    return found


async def _proposed(told: Conversation, now: datetime) -> dict[str, str]:
    """Its slots with a place left, for the lycée to choose one; none for the teacher, nor once nothing is written."""
    if told.side != Side.LYCEE or not told.left:
        return {}
    found = await slots_on_offer(Search(school=told.uai, only_free=True, limit=PROPOSED_MOST), now=now)
    return {"": "Aucun"} | {
        str(slot.id): f"{moment(slot.starts_at)}, {slot.workshop}, {counted(slot.seats_free, 'place')}"
        for slot in found.items
    }


def _is_of(told: Conversation, visitor: Person | None) -> bool:
    school = told.college if told.side == Side.TEACHER else told.lycee
    role = "teacher" if told.side == Side.TEACHER else "host"
    return isinstance(visitor, AtSchool) and (visitor.role, visitor.school) == (role, school)


def _by(told: Conversation, visitor: Person | None) -> int | None:
    """Who wrote, for the journal; whoever holds the link alone is nobody that we know."""
    return visitor.account if visitor and _is_of(told, visitor) else None
