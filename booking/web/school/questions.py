"""Asking a lycée, before booking or about a visit, and a teacher's questions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template
from msgspec import Struct

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsTeacher, Now, SiteSettings, may
from booking.people.accounts.queries import Teacher
from booking.process.settings import Settings
from booking.visits.questions.queries import Conversation, open_with, questions_of
from booking.visits.questions.rules import Side, link_of
from booking.visits.questions.write import AskLycee, ask
from booking.web.school.visits import one_seen
from workshops.catalogue.queries import workshops_of
from workshops.refusals import NotFound, or_not_found
from workshops.schools.queries import SchoolCard, school, school_by_uai
from workshops.schools.rules import SchoolKind
from workshops.slots.queries import slot_card

ASKED_ABOUT = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1)]


class About(Struct, frozen=True):
    """What a question is about: a lycée, and a slot or a workshop of it if one was chosen, or a `visit` of a group."""

    lycee: SchoolCard
    slot: int | None
    workshop: int | None
    title: str
    starts_at: datetime | None
    visit: int | None = None
    group_name: str = ""

    @property
    def address(self) -> str:
        """Where it is asked."""
        if self.visit is not None:
            return f"/reservations/{self.visit}/question"
        chosen = f"?creneau={self.slot}" if self.slot else f"?atelier={self.workshop}" if self.workshop else ""
        return f"/lycees/{self.lycee.uai}/question{chosen}"


@renders("school/ask.html", acts={"asked": AskLycee})
class AskPage(Page, frozen=True):
    """`open`: the page of the question that this teacher has open there already, empty without one."""

    about: About
    open: str


@renders("school/questions.html")
class OwnQuestions(Page, frozen=True):
    """`links` lead from the number of each question to its page."""

    questions: Sequence[Conversation]
    links: Mapping[int, str]


@get("/lycees/{uai:str}/question", opt=may("visits.ask"))
async def ask_page(
    uai: FromPath[str],
    person: AsTeacher,
    settings: SiteSettings,
    creneau: ASKED_ABOUT = None,
    atelier: ASKED_ABOUT = None,
) -> Template:
    return await _page(await _about(uai, creneau, atelier), person, settings)


@post("/lycees/{uai:str}/question", opt=may("visits.ask"))
@form_act(AskLycee, page=ask_page.fn)
async def ask_lycee(
    asked: AskLycee,
    uai: FromPath[str],
    person: AsTeacher,
    settings: SiteSettings,
    now: Now,
    creneau: ASKED_ABOUT = None,
    atelier: ASKED_ABOUT = None,
) -> Redirect:
    return await _ask(await _about(uai, creneau, atelier), asked, person, settings, now)


async def _ask(about: About, asked: AskLycee, person: Teacher, settings: Settings, now: datetime) -> Redirect:
    salt = uuid.uuid4()
    await ask(
        asked,
        college=person.school,
        lycee=about.lycee.id,
        by=person.account,
        awaiting=person.awaiting,
        slot=about.slot,
        workshop=about.workshop,
        reservation=about.visit,
        salt=salt,
        secret_key=settings.secret_key,
        now=now,
    )
    return done(f"/questions/{link_of(salt, Side.TEACHER, settings.secret_key)}", "question-posee")


@get("/reservations/{reservation:int}/question", opt=may("visits.ask"))
async def ask_about_visit_page(
    reservation: FromPath[int], person: AsTeacher, settings: SiteSettings
) -> Template | Redirect:
    """The form, or the page of the question that she has open about this visit."""
    about = await _about_visit(reservation, person)
    open_one = await _open_page(about, person, settings)
    return done(open_one) if open_one else await _page(about, person, settings)


async def _ask_again(reservation: FromPath[int], person: AsTeacher, settings: SiteSettings) -> Template:
    return await _page(await _about_visit(reservation, person), person, settings)


@post("/reservations/{reservation:int}/question", opt=may("visits.ask"))
@form_act(AskLycee, page=_ask_again)
async def ask_about_visit(
    asked: AskLycee, reservation: FromPath[int], person: AsTeacher, settings: SiteSettings, now: Now
) -> Redirect:
    return await _ask(await _about_visit(reservation, person), asked, person, settings, now)


@get("/mes-questions", opt=may("visits.ask"))
async def own_questions(person: AsTeacher, settings: SiteSettings) -> Template:
    found = await questions_of(person.account, college=person.school)
    links = {one.id: f"/questions/{link_of(one.salt, Side.TEACHER, settings.secret_key)}" for one in found}
    return page(OwnQuestions(found, links))


async def _about(uai: str, slot: int | None, workshop: int | None) -> About:
    """Raises NotFound for a slot or a workshop that this lycée does not show."""
    lycee = await school_by_uai(uai)
    if lycee is None or lycee.kind != SchoolKind.LYCEE:
        raise NotFound()
    if slot is not None:
        seen = await slot_card(slot)
        if seen is None or seen.school != lycee.id or seen.state == "draft":
            raise NotFound()
        return About(lycee, slot, seen.workshop, seen.title, seen.starts_at)
    if workshop is None:
        return About(lycee, None, None, "", None)
    for one in await workshops_of(lycee.id):
        if one.id == workshop and one.state == "published":
            return About(lycee, None, workshop, one.title, None)
    raise NotFound()


async def _about_visit(reservation: int, person: Teacher) -> About:
    """Raises NotFound for a visit that is not this teacher's to see."""
    seen = await one_seen(reservation, person)
    lycee, slot = or_not_found(await school(seen.host)), or_not_found(await slot_card(seen.slot))
    return About(lycee, seen.slot, slot.workshop, seen.workshop, seen.starts_at, seen.id, seen.group_name)


async def _open_page(about: About, person: Teacher, settings: Settings) -> str:
    salt = await open_with(person.account, about.lycee.id, about=about.visit)
    return f"/questions/{link_of(salt, Side.TEACHER, settings.secret_key)}" if salt else ""


async def _page(about: About, person: Teacher, settings: Settings) -> Template:
    return page(AskPage(about, await _open_page(about, person, settings)))
