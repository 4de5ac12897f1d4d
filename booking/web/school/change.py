"""Changing a visit: another head count, an offered place, what is needed, a visa."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import done
from booking.door.rights.guards import TEACHER
from booking.people.accounts.queries import Teacher
from booking.process.settings import Settings
from booking.visits.reservations.approve import SIGNED_BY_MOST, note_paper_visa
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.change_headcount import ChangedHeadcount, change_headcount
from booking.visits.reservations.confirm import accept
from booking.visits.reservations.queries import Visit
from booking.visits.reservations.rules import ADULTS_MOST, PUPILS_MOST
from booking.visits.reservations.tell_needs import tell_needs
from booking.visits.wishes.queries import to_sign
from booking.web.school.needs import needs_typed
from booking.web.school.visits import one_seen, visit_page
from workshops.refusals import Invalid, Refusal


async def _again(seen: Visit, person: Teacher, now: datetime, form: Form, no: Refusal, act: str) -> Template:
    """The visit's page, with what was typed and why it was refused beside the act."""
    if isinstance(no, Invalid):
        form.errors.update(no.errors)
    return await visit_page(seen, person, now, status=no.status, form=form, refusal=no, asked_act=act)


@post("/reservations/{reservation:int}/acceptation", opt=TEACHER)
async def accept_place(
    request: AnyRequest,
    reservation: FromPath[int],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    seen, form = await one_seen(reservation, person), Form(await request.form())
    try:
        pupils = form.whole("pupils", 1, seen.pupils, label="Élèves", default=seen.pupils)
        form.refuse_if_wrong()
        state = await accept(
            reservation,
            school=person.school,
            by=person.account,
            secret_key=settings.secret_key,
            token=secrets.token_urlsafe(32),
            pupils=pupils,
            now=now,
        )
    except Refusal as no:
        return await _again(seen, person, now, form, no, "accept")
    said = "visa-demande" if state == "requested" else "place-acceptee"
    return done(f"/reservations/{reservation}", said)


@post("/reservations/{reservation:int}/effectif", opt=TEACHER)
async def set_headcount(
    request: AnyRequest,
    reservation: FromPath[int],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    seen, form = await one_seen(reservation, person), Form(await request.form())
    try:
        pupils = form.whole("pupils", 1, PUPILS_MOST, label="Élèves")
        adults = form.whole("adults", 1, ADULTS_MOST, label="Adultes")
        form.refuse_if_wrong()
        counted = await change_headcount(
            reservation,
            pupils=pupils,
            adults=adults,
            school=person.school,
            by=person.account,
            secret_key=settings.secret_key,
            token=secrets.token_urlsafe(32),
            now=now,
        )
    except Refusal as no:
        return await _again(seen, person, now, form, no, "headcount")
    return done(f"/reservations/{reservation}", _counted_words(seen, counted, pupils))


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


@post("/reservations/{reservation:int}/besoins", opt=TEACHER)
async def change_needs(
    request: AnyRequest, reservation: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    seen, form = await one_seen(reservation, person), Form(await request.form())
    try:
        told = needs_typed(form)
        form.refuse_if_wrong()
        await tell_needs(reservation, **told, school=person.school, by=person.account, now=now)
    except Refusal as no:
        return await _again(seen, person, now, form, no, "needs")
    return done(f"/reservations/{reservation}", "besoins-notes" if any(told.values()) else "besoins-effaces")


@post("/reservations/{reservation:int}/visa-papier", opt=TEACHER)
async def paper_visa(
    request: AnyRequest,
    reservation: FromPath[int],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    seen, form = await one_seen(reservation, person), Form(await request.form())
    try:
        signed_by = form.text("signed_by", label="Qui a signé", most=SIGNED_BY_MOST)
        signed_on = form.date("signed_on", label="Quand")
        form.refuse_if_wrong()
        choices = await to_sign(reservation, seen.wish)
        ticked = {one.id for one in choices if len(choices) == 1 or form.ticked(f"choice-{one.id}")}
        own: dict[str, Any] = {"school": person.school, "by": person.account, "token": secrets.token_urlsafe(32)}
        paper: dict[str, Any] = {"signed_by": signed_by, "signed_on": signed_on}
        await note_paper_visa(reservation, **paper, ticked=ticked, **own, secret_key=settings.secret_key, now=now)
    except Refusal as no:
        return await _again(seen, person, now, form, no, "paper_visa")
    # A change that is signed has vanished into the visit that it replaces.
    return done(f"/reservations/{seen.replaces or reservation}", "visa-note")


@post("/reservations/{reservation:int}/visa-relance", opt=TEACHER)
async def ask_visa_again(
    reservation: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    seen = await one_seen(reservation, person)
    try:
        token = secrets.token_urlsafe(32)
        await renew_approval(reservation, school=person.school, by=person.account, token=token, now=now)
    except Refusal as no:
        return await _again(seen, person, now, Form({}), no, "renew_approval")
    return done(f"/reservations/{reservation}", "visa-relance")
