"""The page of a visit that the lycée has closed: who came, what they built, what to print, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litestar.response import Template

from booking.day.papers.pack import paper_of
from booking.day.papers.queries import PaperVisit, visit_on_paper
from booking.day.papers.rules import AFTER, Built, Paper
from booking.door.forms.read import Form
from booking.door.http.answers import Page, page, renders
from booking.outbox.journal.queries import StoryLine, story_of
from booking.people.accounts.queries import AtSchool, Person, Teacher
from booking.visits.asking.pairs import Half, halves_of
from booking.visits.questions.queries import Conversation, questions_about
from booking.visits.reservations.acts import WriteThanks
from booking.visits.reservations.queries import Visit
from booking.visits.reservations.thank import may_thank, thanks_until
from booking.web.school.steps import StepShown, steps_shown_after
from workshops.refusals import Refusal, or_not_found


@renders("school/after.html", acts={"line": WriteThanks})
class VisitAfter(Page, frozen=True):
    """`visit` as its people know it, `seen` with the figures of its closing; `refusal` is of what is too late now.

    `steps` are what it still asks of its teacher. The three questions are `asked` of her until the visit has answered;
    `questions` were put to the lycée. `thanks` is her line to those who received the class, which she may write until
    `thanks_until`, None when she may not.
    """

    role: str
    visit: Visit
    seen: PaperVisit
    built: Sequence[Built]
    papers: Sequence[Paper]
    halves: Sequence[Half]
    story: Sequence[StoryLine]
    steps: Sequence[StepShown]
    asked: bool
    form: Form | None
    refusal: Refusal | None
    halves_build: str
    questions: Sequence[Conversation]
    thanks: str
    thanks_until: datetime | None
    printable_halves: bool = False


async def after_page(
    visit: Visit,
    person: Person,
    now: datetime,
    *,
    status: int = 200,
    form: Form | None = None,
    refusal: Refusal | None = None,
) -> Template:
    """The page of a visit whose group came."""
    seen = or_not_found(await visit_on_paper(visit.id, needs=False))
    papers = [paper_of(seen, kind) for kind in AFTER]
    until, asked = await _thanks_until(seen, person, now), not seen.opinion_given
    shown = VisitAfter(
        role=person.role,
        visit=visit,
        seen=seen,
        built=[block for sheet in papers[0].sheets for block in sheet if isinstance(block, Built)],
        papers=papers,
        halves=await halves_of(visit.pair),
        halves_build=seen.halves_build,
        story=await story_of("reservation", visit.id, reader=person.account),
        steps=await steps_shown_after(
            visit, person, now, answered=not asked, thanked=bool(seen.thanks), thanks_until=until
        ),
        asked=person.role == "teacher" and not person.awaiting and asked,
        form=form,
        refusal=refusal,
        questions=await questions_of_visit(visit, person),
        thanks=seen.thanks,
        thanks_until=until,
    )
    return page(shown, status=status)


async def _thanks_until(seen: PaperVisit, person: Person, now: datetime) -> datetime | None:
    if not isinstance(person, Teacher) or person.awaiting or seen.closed_at is None:
        return None
    open_still = await may_thank(seen.state, seen.closed_at, school=person.school, now=now)
    return await thanks_until(seen.closed_at, school=person.school) if open_still else None


async def questions_of_visit(seen: Visit, person: Person) -> Sequence[Conversation]:
    """What this person asked, or was asked, about a visit."""
    if not isinstance(person, AtSchool):
        return []
    return await questions_about(seen.id, school=person.school, by=person.account)
