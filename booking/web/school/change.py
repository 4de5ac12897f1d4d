"""Changing a visit: its end, another head count, an offered place, what is needed, a visa; saying what it was worth."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import structs

from booking.door.forms.demands import link_drawn
from booking.door.forms.form_act import PageOf, form_act
from booking.door.forms.read import Form
from booking.door.http.answers import done
from booking.door.rights.guards import AnyOf, AsTeacher, Now, SiteSettings, may
from booking.people.accounts.queries import Host, Teacher
from booking.visits.asking.book_both import cancel_both
from booking.visits.asking.choices import to_sign
from booking.visits.preparation.rules import StepKind
from booking.visits.preparation.tick import tick, untick
from booking.visits.reservations.acts import (
    AcceptPlace,
    CancelVisit,
    ChangeHeadcount,
    NotePaperVisa,
    TellNeeds,
    WriteThanks,
)
from booking.visits.reservations.approve import note_paper_visa
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import ChangedHeadcount, change_headcount
from booking.visits.reservations.confirm import accept
from booking.visits.reservations.give_opinion import give_opinion
from booking.visits.reservations.queries import Visit
from booking.visits.reservations.say_coming import say_coming
from booking.visits.reservations.states import NotNow
from booking.visits.reservations.tell_needs import tell_needs
from booking.visits.reservations.thank import thank
from booking.web.school.place_forms import boxes_typed, needs_typed
from booking.web.school.steps import STEPS
from booking.web.school.visits import one_seen, visit_page
from workshops.catalogue.count_opinion import GiveOpinion
from workshops.refusals import NotFound, Refusal

GIVEN_UP = {
    "waiting": "attente-quittee",
    "offered": "place-laissee",
    "in_draw": "tirage-quitte",
    "requested": "places-rendues",
}
WHICH = {"une": "Cette moitié seulement", "deux": "Les deux moitiés de la classe"}


def page_refusing(act: str) -> PageOf:
    """The visit's page when an act of hers was refused: its form is shown open, with what was typed."""

    async def refusing(
        reservation: FromPath[int],
        person: AsTeacher,
        now: Now,
        form: Form | None,
        refusal: Refusal,
    ) -> Template:
        seen = await one_seen(reservation, person)
        if form is not None:
            form.tell_most(pupils=seen.pupils if act == "accept" else seen.seats)
        return await visit_page(seen, person, now, asked_act=act, form=form, refusal=refusal)

    return refusing


def _both_asked(form: Form) -> bool:
    return form.choice("which", WHICH, label="Ce que vous annulez", default="une") == "deux"


@post("/reservations/{reservation:int}/annulation", opt=may("visits.ask"))
@form_act(CancelVisit, page=page_refusing("cancel"), both_halves=_both_asked)
async def cancel_visit(asked: CancelVisit, reservation: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    seen = await one_seen(reservation, person)
    own: dict[str, Any] = {"school": person.school, "by": person.account, "now": now}
    if asked.both_halves:
        await cancel_both(reservation, asked, **own)
    else:
        await cancel(reservation, asked, role="teacher", **own)
    return done(f"/reservations/{reservation}", _given_up_words(seen, both=asked.both_halves))


def _given_up_words(seen: Visit, *, both: bool) -> str:
    """Which sentence tells what was given up: a place of which the lycée knew, or less than that."""
    if seen.replaces is not None:
        return "changement-abandonne"
    if seen.kept:
        return "choix-retire"
    return GIVEN_UP.get(seen.state, "annulees" if both else "annulee")


@post("/reservations/{reservation:int}/venue", opt=may("visits.cancel"))
async def say_that_it_comes(reservation: FromPath[int], person: AnyOf[Teacher | Host], now: Now) -> Template | Redirect:
    """Its collège says so, or its lycée, which has called."""
    seen = await one_seen(reservation, person)
    try:
        await say_coming(reservation, role=person.role, school=person.school, by=person.account, now=now)
    except Refusal as no:
        return await visit_page(seen, person, now, status=no.status, form=Form({}), refusal=no)
    return done(f"/reservations/{reservation}", "venue-confirmee")


@post("/reservations/{reservation:int}/etapes/{step:str}", opt=may("visits.keep"))
async def tick_step(
    reservation: FromPath[int], step: FromPath[str], person: AsTeacher, now: Now
) -> Template | Redirect:
    """One tap: what she did before the visit, that Technilab does not know by itself."""
    return await _noted(tick, reservation, step, person, now)


@post("/reservations/{reservation:int}/etapes/{step:str}/retrait", opt=may("visits.keep"))
async def untick_step(
    reservation: FromPath[int], step: FromPath[str], person: AsTeacher, now: Now
) -> Template | Redirect:
    """It is to be done after all."""
    return await _noted(untick, reservation, step, person, now)


async def _noted(
    noting: Callable[..., Awaitable[None]], reservation: int, step: str, person: Teacher, now: datetime
) -> Template | Redirect:
    seen = await one_seen(reservation, person)
    if step not in STEPS:
        raise NotFound()
    try:
        await noting(reservation, STEPS[step], school=person.school, by=person.account, now=now)
    except NotNow as no:
        return await visit_page(seen, person, now, status=no.status, form=Form({}), refusal=no)
    return done(f"/reservations/{reservation}", at="maintenant")


@post("/reservations/{reservation:int}/acceptation", opt=may("visits.keep"))
@form_act(AcceptPlace, page=page_refusing("accept"))
async def accept_place(
    asked: AcceptPlace, reservation: FromPath[int], person: AsTeacher, settings: SiteSettings, now: Now
) -> Redirect:
    state = await accept(reservation, asked, school=person.school, by=person.account, **link_drawn(settings), now=now)
    return done(f"/reservations/{reservation}", "visa-demande" if state == "requested" else "place-acceptee")


@post("/reservations/{reservation:int}/effectif", opt=may("visits.keep"))
@form_act(ChangeHeadcount, page=page_refusing("headcount"))
async def set_headcount(
    asked: ChangeHeadcount, reservation: FromPath[int], person: AsTeacher, settings: SiteSettings, now: Now, form: Form
) -> Redirect:
    """What the step's form holds is recorded, also where « Tout est juste » sends it, which ticks the step."""
    seen = await one_seen(reservation, person)
    counted = await change_headcount(
        reservation, asked, school=person.school, by=person.account, **link_drawn(settings), now=now
    )
    settled = form.ticked("settled")
    if settled:
        await tick(reservation, StepKind.HEADCOUNT, school=person.school, by=person.account, now=now)
    said = None if settled and counted.same else _counted_words(seen, counted, asked.pupils)
    return done(f"/reservations/{reservation}", said, at="maintenant" if settled else "")


def _counted_words(seen: Visit, counted: ChangedHeadcount, pupils: int) -> str:
    """Which sentence tells the new head count, and that the visa asked before for more adults is void."""
    asked_before = seen.adults_asked is not None
    if counted.same:
        return "effectif-inchange"
    if counted.asked:
        return "adultes-redemandes" if asked_before else "adultes-demandes"
    if not asked_before:
        return "effectif-change"
    return "adultes-retires" if (pupils, counted.adults) == (seen.pupils, seen.adults) else "effectif-sans-demande"


@post("/reservations/{reservation:int}/besoins", opt=may("visits.keep"))
@form_act(TellNeeds, page=page_refusing("needs"), needs=needs_typed, boxes=boxes_typed)
async def change_needs(asked: TellNeeds, reservation: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    await tell_needs(reservation, asked, school=person.school, by=person.account, now=now)
    said = "besoins-notes" if asked.needs or asked.boxes.kept else "besoins-effaces"
    return done(f"/reservations/{reservation}", said)


@post("/reservations/{reservation:int}/visa-papier", opt=may("visits.keep"))
@form_act(NotePaperVisa, page=page_refusing("paper_visa"))
async def paper_visa(
    asked: NotePaperVisa, reservation: FromPath[int], person: AsTeacher, settings: SiteSettings, now: Now
) -> Redirect:
    """Of several choices, those that are not ticked are not signed."""
    seen = await one_seen(reservation, person)
    if asked.choices is None and len(await to_sign(reservation, seen.demand)) > 1:
        asked = structs.replace(asked, choices=[])
    await note_paper_visa(reservation, asked, school=person.school, by=person.account, **link_drawn(settings), now=now)
    # A change that is signed has vanished into the visit that it replaces.
    return done(f"/reservations/{seen.replaces or reservation}", "visa-note")


@post("/reservations/{reservation:int}/visa-relance", opt=may("visits.keep"))
async def ask_visa_again(reservation: FromPath[int], person: AsTeacher, now: Now) -> Template | Redirect:
    seen = await one_seen(reservation, person)
    try:
        token = secrets.token_urlsafe(32)
        await renew_approval(reservation, school=person.school, by=person.account, token=token, now=now)
    except Refusal as no:
        form = Form({})
        form.note(no, NotePaperVisa)
        act = "renew_approval"
        return await visit_page(seen, person, now, status=no.status, asked_act=act, form=form, refusal=no)
    return done(f"/reservations/{reservation}", "visa-relance")


@post("/reservations/{reservation:int}/avis", opt=may("visits.keep"))
@form_act(GiveOpinion, page=page_refusing(""))
async def answer_questions(asked: GiveOpinion, reservation: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    """The three questions after a visit: three closed answers, one button."""
    await give_opinion(reservation, asked, school=person.school, now=now)
    return done(f"/reservations/{reservation}", "avis-compte")


@post("/reservations/{reservation:int}/mot", opt=may("visits.keep"))
@form_act(WriteThanks, page=page_refusing(""))
async def write_thanks(asked: WriteThanks, reservation: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    """A line for the lycée and the companies that came; an empty one takes it back."""
    await thank(reservation, asked, school=person.school, by=person.account, now=now)
    return done(f"/reservations/{reservation}", "mot-envoye" if asked.thanks else "mot-retire")
