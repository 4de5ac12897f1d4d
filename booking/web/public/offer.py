"""The page of an offered place, behind the link of its mail: three buttons, no account."""

from __future__ import annotations

import secrets
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, SiteSettings, may
from booking.process.settings import Settings
from booking.visits.asking.choices import WishChoice, choices_of
from booking.visits.asking.looking import looking_for_more
from booking.visits.asking.pairs import other_half
from booking.visits.demands.rules import LATE_LINE
from booking.visits.reservation_states import BOOKED, LIVE, SURE
from booking.visits.reservations.acts import AcceptPlace
from booking.visits.reservations.confirm import OfferOver, answer_offer
from booking.visits.reservations.queries import Visit, held_until, visit, visit_offered
from booking.visits.reservations.rules import LinkNotOurs
from booking.visits.reservations.tell_answer import offer_told
from booking.web.public.answered_question import OFFER, answered_page
from workshops.acts.fields import fields_of
from workshops.school_calendar.rules import paris_day
from workshops.scope import EVERYTHING


@renders("public/offer.html", acts={"asked": AcceptPlace})
class Offer(Page, frozen=True):
    """`visa_until`: until when the principal may answer, where she is asked; `late`: the place was given back late, and
    the clock is short, until `today` or another day; `elsewhere`: its demand has other choices, which end once this one
    is taken, and go on where it is left;
    `other`: the other half of a class, which is answered with this one."""

    visit: Visit
    token: str
    visa_until: datetime | None
    late: bool
    today: bool
    elsewhere: bool
    other: Visit | None


@renders("public/offer_answered.html")
class OfferAnswered(Page, frozen=True):
    """What her answer made of the visit, and of the `other` half of a class: its new `state`, whether she has a place
    by it, and whether that is `sure`; `elsewhere`: her demand goes on with its other choices, and has been offered the
    `next_one` at once."""

    visit: Visit
    state: str
    booked: bool
    sure: bool
    elsewhere: bool
    next_one: WishChoice | None
    pupils: int
    other: Visit | None


async def _offered(token: str, settings: Settings, now: datetime) -> Visit | Template:
    """What is offered, or the page that says what was answered."""
    if (found := await visit_offered(token, secret_key=settings.secret_key, now=now)) is not None:
        return found
    if (told := await offer_told(token, secret_key=settings.secret_key, now=now)) is not None:
        return answered_page(told, question=OFFER)
    raise LinkNotOurs()


@get("/offre/{token:str}", opt=may("public.use"))
async def offer_page(token: FromPath[str], settings: SiteSettings, now: Now) -> Template:
    """What is offered; nothing is answered by opening the page, since mail scanners open it too."""
    return await _offer_page(token, settings, now)


async def _offer_again(token: FromPath[str], settings: SiteSettings, now: Now, form: Form) -> Template:
    return await _offer_page(token, settings, now, form)


async def _offer_page(token: str, settings: Settings, now: datetime, form: Form | None = None) -> Template:
    seen = await _offered(token, settings, now)
    if not isinstance(seen, Visit):
        return seen
    if form is not None:
        form.tell_most(pupils=seen.pupils)
    other = await _offered_with(seen)
    both = [seen] if other is None else [seen, other]
    asks = seen.needs_approval and any(half.signed_on is None for half in both)
    until = min([await held_until(half.deadlines, college=half.school, now=now) for half in both])
    visa_until = until if asks else None
    late, elsewhere = seen.booking_closes_at <= now, await _waits_elsewhere(seen, now=now)
    today = seen.hold_until is not None and paris_day(seen.hold_until) == paris_day(now)
    return page(Offer(seen, token, visa_until, late, today, elsewhere, other))


async def _waits_elsewhere(seen: Visit, *, now: datetime) -> bool:
    others = [choice for choice in await choices_of(seen.demand) if choice.rank != seen.line and choice.state in LIVE]
    if others or seen.line == LATE_LINE:
        return True
    return seen.demand is not None and bool(await looking_for_more([seen.demand], now=now))


async def _offered_with(seen: Visit) -> Visit | None:
    half = await other_half(seen.pair, seen.id)
    other = None if half is None else await visit(half.id, scope=EVERYTHING)
    return other if other is not None and other.state == "offered" else None


@post("/offre/{token:str}", opt=may("public.use"))
@form_act(AcceptPlace, page=_offer_again)
async def answer_offered(
    asked: AcceptPlace, form: Form, token: FromPath[str], settings: SiteSettings, now: Now
) -> Template:
    seen = await _offered(token, settings, now)
    if not isinstance(seen, Visit):
        return seen
    answer = form.choice("answer", {"oui", "moins", "non"}, label="Réponse")
    if answer == "moins" and asked.pupils is None:
        form.errors["pupils"] = fields_of(AcceptPlace)[0].sentence()
    form.refuse_if_wrong()
    other = await _offered_with(seen)
    try:
        state = await answer_offer(
            token,
            asked,
            takes=answer != "non",
            secret_key=settings.secret_key,
            token=secrets.token_urlsafe(32),
            now=now,
        )
    except OfferOver:
        # Answered in another window meanwhile.
        if isinstance(told := await _offered(token, settings, now), Visit):
            raise
        return told
    booked = state in BOOKED
    elsewhere = not booked and await _waits_elsewhere(seen, now=now)
    next_one = next((choice for choice in await choices_of(seen.demand) if choice.state == "offered"), None)
    pupils = asked.pupils or seen.pupils
    return page(OfferAnswered(seen, state, booked, state in SURE, elsewhere, next_one, pupils, other))
