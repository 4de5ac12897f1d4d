"""Changing a visit: another head count, another date, an offered place, a visa."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.answers import Page, done, page
from booking.door.demands import fresh_of
from booking.door.forms import Form
from booking.door.guards import TEACHER
from booking.people.accounts.queries import Teacher
from booking.settings import Settings
from booking.visits.reservations.approve import note_paper_visa
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.change_headcount import change_headcount
from booking.visits.reservations.confirm import accept
from booking.visits.reservations.in_the_way import InTheWay, in_the_way
from booking.visits.reservations.move import move
from booking.visits.reservations.queries import Visit
from booking.visits.reservations.rules import ADULTS_MOST, PUPILS_MOST, GroupBusy
from booking.visits.reservations.states import is_late
from booking.visits.reservations.tell_needs import tell_needs
from booking.visits.wishes.queries import to_sign
from booking.web.school.needs import needs_typed
from booking.web.school.visits import one_seen, visit_page
from booking.wording import number, paris, span
from workshops.offer.queries import OfferedSlot, slots_on_offer
from workshops.offer.rules import Filters
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.schools.rules import kilometres
from workshops.slots.queries import SlotCard, slot_card

AnyRequest = Request[Any, Any, Any]
PROPOSED = 30


@dataclass(frozen=True)
class OtherDates(Page, template="school/other_dates.html"):
    visit: Visit
    slots: Sequence[OfferedSlot]
    late: bool
    refusal: Refusal | None = None
    in_the_way: InTheWay | None = None


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
    said = "effectif-inchange" if counted.same else "adultes-demandes" if counted.asked else "effectif-change"
    return done(f"/reservations/{reservation}", said)


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


@get("/reservations/{reservation:int}/autre-date", opt=TEACHER)
async def other_dates(
    reservation: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template:
    return await _other_dates_page(await one_seen(reservation, person), person, now)


async def _other_dates_page(seen: Visit, person: Teacher, now: datetime, *, status: int = 200, **more: Any) -> Template:
    offer = await slots_on_offer(
        Filters(
            level=seen.level,
            pupils=seen.pupils,
            near=person.near,
            by_distance=person.near is not None,
            only_free=True,
            limit=PROPOSED,
        ),
        now=now,
    )
    slots = [one for one in offer.items if one.id != seen.slot]
    late = seen.state == "confirmed" and is_late(seen.deadlines, now=now)
    # The same workshop on another day is what most teachers want: it comes first, then the nearest.
    slots.sort(key=lambda one: one.workshop != seen.workshop)
    return page(OtherDates(visit=seen, slots=slots, late=late, **more), status=status)


@dataclass(frozen=True)
class MoveAsked(Page, template="school/move.html"):
    """What a move changes, read before it is done: (what, today, afterwards). `asks`: it waits for a new visa."""

    visit: Visit
    slot: SlotCard
    changes: Sequence[tuple[str, str, str]]
    asks: bool
    visa: str
    mails: str
    fits: bool


@get("/reservations/{reservation:int}/autre-date/{slot:int}", opt=TEACHER)
async def move_page(
    reservation: FromPath[int], slot: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template:
    """The date, the lycée, the way there, the visa and the mails, before the one button that moves the visit."""
    seen, to = await one_seen(reservation, person), await slot_card(slot)
    if to is None or to.state == "draft" or to.id == seen.slot:
        raise NotFound()
    same_place = to.school == seen.host
    signed = same_place and paris(to.starts_at).date() == (seen.signed_on or seen.on)
    asks = seen.needs_approval and seen.state == "confirmed" and not signed
    places = ((seen.host_lat, seen.host_lon), (to.lat, to.lon))
    before, after = (_far(person.near, *place) for place in places)
    changes = [
        ("Quand", span(seen.starts_at, seen.ends_at), span(to.starts_at, to.ends_at)),
        ("Lycée", f"{seen.host_name}, {seen.host_commune}", f"{to.school_name}, {to.commune}"),
        ("Atelier", seen.workshop, to.title),
    ]
    if before and after:
        changes.append(("Distance", before, after))
    shown = MoveAsked(
        visit=seen,
        slot=to,
        changes=changes,
        asks=asks,
        visa=_visa_words(seen, asks=asks),
        mails=_mail_words(seen, asks=asks, same_place=same_place),
        fits=to.state_at(now) == "open" and to.seats_free >= seen.pupils,
    )
    return page(shown)


def _far(near: tuple[float, float] | None, lat: float | None, lon: float | None) -> str:
    if near is None or lat is None or lon is None:
        return ""
    return f"{number(round(kilometres(*near, lat, lon), 1))} km"


def _visa_words(seen: Visit, *, asks: bool) -> str:
    if not seen.needs_approval:
        return "Votre collège n'en demande pas."
    if asks:
        return "Demandé de nouveau. D'ici là vous gardez votre visite, et la nouvelle place est tenue."
    if seen.state == "requested":
        return "La demande repart au chef d'établissement avec la nouvelle date ; l'ancien lien ne sert plus."
    return "Celui que vous avez reste valable."


def _mail_words(seen: Visit, *, asks: bool, same_place: bool) -> str:
    if asks or seen.state == "requested":
        return "À vous et au chef d'établissement. Le lycée est prévenu quand le visa est donné."
    if same_place:
        return "À vous et au lycée : l'invitation se met à jour dans les agendas."
    return "À vous, au lycée que vous quittez et à celui qui vous reçoit."


@post("/reservations/{reservation:int}/autre-date", opt=TEACHER)
async def move_visit(
    request: AnyRequest,
    reservation: FromPath[int],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    seen, form = await one_seen(reservation, person), Form(await request.form())
    try:
        to_slot = form.whole("to_slot", 1, 999_999_999, label="Nouvelle date")
        form.refuse_if_wrong()
        own = {"school": person.school, "by": person.account}
        moved = await move(reservation, to_slot=to_slot, **own, fresh=fresh_of(settings), now=now)
    except Refusal as no:
        there = None
        if isinstance(no, GroupBusy):
            there = await in_the_way([to_slot], group=seen.group, school=person.school, but=seen.id)
        return await _other_dates_page(seen, person, now, status=no.status, refusal=no, in_the_way=there)
    said = "visite-deplacee" if moved.asked is None else "changement-demande"
    return done(f"/reservations/{reservation}", said)


@post("/reservations/{reservation:int}/visa-papier", opt=TEACHER)
async def paper_visa(
    request: AnyRequest, reservation: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    seen, form = await one_seen(reservation, person), Form(await request.form())
    try:
        note = form.text("note", label="Qui a signé, et quand", most=200)
        form.refuse_if_wrong()
        choices = await to_sign(reservation, seen.wish)
        ticked = {one.id for one in choices if len(choices) == 1 or form.ticked(f"choice-{one.id}")}
        own = {"school": person.school, "by": person.account}
        await note_paper_visa(reservation, note=note, ticked=ticked, **own, now=now)
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
