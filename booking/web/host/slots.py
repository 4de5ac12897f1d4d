"""A lycée's slots: the list, who comes to one of them, and what it answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.calendar.replies.queries import Declined, declined_of_slot
from booking.day.badges.rules import may_print
from booking.day.checkin.queries import closes_at_once, roster
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, words_asked
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from booking.people.accounts.queries import Host
from booking.programme.evening.queries import thanks_at
from booking.visits.attendance.acts import DeclineComing
from booking.visits.attendance.change import accept
from booking.visits.attendance.change import decline as decline_coming
from booking.visits.attendance.queries import Coming, Visitors, coming, companies_at, visitors_expected
from booking.visits.hosting.queries import Reception, receptions_past, receptions_to_come
from booking.visits.phones.queries import PersonToCall, reached_of_comings, reached_of_groups
from booking.visits.phones.queries import shown as phones_shown
from booking.visits.reservation_states import ENDED, SEATED
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.queries import Visit, visit, visits_of_slot
from booking.web.host.week import Week, week_of
from booking.web.public.search_results import not_yet
from booking.words.wording import paris
from workshops.acts import Act
from workshops.contributions.queries import hosts_of
from workshops.contributions.rules import Hosts
from workshops.openings.queries import OpeningSeen, openings_to_come
from workshops.openings.rules import opens_later
from workshops.refusals import NotFound, or_not_found
from workshops.series.queries import series_of_slot
from workshops.slots.queries import SlotCard, own_slot, turnouts_of
from workshops.slots.rules import DESK_OPENS, TO_COME, Deadlines, may_call_off


@renders("host/slots.html")
class SlotList(Page, frozen=True):
    """Slots to come, those of a `week`, or those that are over, whose list goes on `before` a day: `which` of the three
    is in the address. `openings`: those whose hour has not come."""

    which: str
    receptions: Sequence[Reception] = ()
    before: date | None = None
    openings: Sequence[OpeningSeen] = ()
    week: Week | None = None


@renders("host/slot.html", acts={"declined_company": DeclineComing, "cancelled": CancelVisit})
class OwnSlot(Page, frozen=True):
    """A slot with those who come to it: what may be printed, changed, declined, and what was counted of whom;
    `at_once`: one tap closes it; `thanks`: what teachers wrote afterwards; `hosts`: who of the lycée received it, None
    before it is closed or where no class came."""

    slot: SlotCard
    state: str
    groups: Sequence[Visit]
    waiting: Sequence[Visit]
    ended: Sequence[Visit]
    in_draw: int
    companies: Sequence[Coming]
    visitors: Sequence[Visitors]
    turnouts: Mapping[int, int]
    desk_open: bool
    to_close: bool
    at_once: bool
    declined: Sequence[Declined]
    deadlines: Deadlines
    changeable: bool
    printable: Set[int]
    series: int | None
    opens: str
    now: datetime
    reached: Mapping[int, PersonToCall]
    reached_companies: Mapping[int, PersonToCall]
    thanks: Mapping[int, str]
    hosts: Hosts | None


WEEK, PAST = "semaine", "passes"


@get("/lycee/creneaux", opt=may("slots.open"))
async def own_slots(
    person: AsHost,
    now: Now,
    quand: FromQuery[str] = "",
    avant: FromQuery[date | None] = None,
    du: FromQuery[date | None] = None,
    salle: FromQuery[str] = "",
) -> Template:
    today = paris(now).date()
    if quand == WEEK:
        return page(SlotList(WEEK, week=await week_of(person.school, du or today, room=words_asked(salle), now=now)))
    if quand == PAST:
        found = await receptions_past(person.school, before=avant or today, now=now)
        return page(SlotList(PAST, found.items, found.before))
    openings = [one for one in await openings_to_come(now=now) if opens_later(one.opens_at, now)]
    ahead = [reception for reception in await receptions_to_come(person.school, now=now) if reception.state != "done"]
    return page(SlotList("", ahead, openings=openings))


@get([f"/lycee/creneaux/{which}" for which in (WEEK, PAST)], opt=may("slots.open"))
async def listed_elsewhere(request: AnyRequest) -> Redirect:
    """Each part of the list had an address of its own, which mails have told."""
    which = request.url.path.rpartition("/")[2]
    return Redirect(f"/lycee/creneaux?{'&'.join(filter(None, (f'quand={which}', request.url.query)))}", status_code=301)


@get("/lycee/creneaux/{slot:int}", opt=may("slots.open"))
async def one_slot(slot: FromPath[int], person: AsHost, now: Now) -> Template:
    return await slot_page(slot, person, now)


async def slot_page(slot: int, person: Host, now: datetime) -> Template:
    """A slot of this lycée with those who come to it. Raises NotFound."""
    card = await own_slot(slot, school=person.school)
    visits, companies = await visits_of_slot(slot, school=person.school), await companies_at(slot)
    to_close = card.state in TO_COME and bool(card.groups_taken) and now > card.ends_at
    counted = {one.group_ref: one.counted for one in await turnouts_of(slot)}
    day = {"starts_at": card.starts_at, "ends_at": card.ends_at, "now": now}
    shown = OwnSlot(
        slot=card,
        state=card.state_at(now),
        groups=[one for one in visits if one.state in SEATED],
        waiting=sorted((one for one in visits if one.state == "waiting"), key=lambda one: (not one.rank, one.rank)),
        ended=[one for one in visits if one.state in ENDED],
        in_draw=sum(one.state == "in_draw" for one in visits),
        companies=companies,
        visitors=await visitors_expected([slot], school=person.school),
        turnouts=counted,
        desk_open=card.state in TO_COME and now >= card.starts_at - DESK_OPENS,
        to_close=to_close,
        at_once=to_close and await closes_at_once(await roster(slot, school=person.school), now=now),
        declined=await declined_of_slot(slot),
        deadlines=card.deadlines,
        changeable=may_call_off(card.state),
        printable=frozenset(one.id for one in visits if may_print(one.state)),
        series=await series_of_slot(slot),
        opens=not_yet(card, now),
        now=now,
        reached=await reached_of_groups([one.id for one in visits if phones_shown(one.state, **day)]),
        reached_companies=await reached_of_comings([one.id for one in companies if phones_shown(one.state, **day)]),
        thanks={line.reservation: line.words for line in await thanks_at([slot])},
        hosts=await hosts_of(slot) if card.state == "done" and any(counted.values()) else None,
    )
    return page(shown)


async def slot_of_visit(reservation: FromPath[int], person: AsHost, now: Now) -> Template:
    return await slot_page(await _slot_of_visit(reservation, person), person, now)


async def _slot_of_visit(reservation: int, person: Host) -> int:
    seen = await visit(reservation, scope=person.scope)
    if seen is None or seen.host != person.school:
        raise NotFound()
    return seen.slot


@post("/lycee/reservations/{reservation:int}/refus", opt=may("visits.receive"))
@form_act(CancelVisit, page=slot_of_visit, each="reservation")
async def decline(asked: CancelVisit, reservation: FromPath[int], person: AsHost, now: Now) -> Redirect:
    slot = await _slot_of_visit(reservation, person)
    await cancel(reservation, asked, role="host", school=person.school, by=person.account, now=now)
    return done(f"/lycee/creneaux/{slot}", "groupe-refuse")


async def slot_of_coming(attendance: FromPath[int], person: AsHost, now: Now) -> Template:
    return await slot_page(await _slot_of_coming(attendance, person), person, now)


@post("/lycee/venues/{attendance:int}/acceptation", opt=may("visits.receive"))
@form_act(Act, page=slot_of_coming)
async def accept_company(attendance: FromPath[int], person: AsHost, now: Now) -> Redirect:
    slot = await _slot_of_coming(attendance, person)
    await accept(attendance, school=person.school, by=person.account, now=now)
    return done(f"/lycee/creneaux/{slot}", "venue-acceptee")


@post("/lycee/venues/{attendance:int}/refus", opt=may("visits.receive"))
@form_act(DeclineComing, page=slot_of_coming, each="attendance")
async def decline_company(asked: DeclineComing, attendance: FromPath[int], person: AsHost, now: Now) -> Redirect:
    slot = await _slot_of_coming(attendance, person)
    await decline_coming(attendance, asked, school=person.school, by=person.account, now=now)
    return done(f"/lycee/creneaux/{slot}", "venue-declinee")


async def _slot_of_coming(attendance: int, person: Host) -> int:
    return or_not_found(await coming(attendance, scope=person.scope)).slot
