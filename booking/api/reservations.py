"""Reservations, for machines: the same acts as the pages'. One place, both halves of a class, ranked wishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from booking.api.schools import NamedSchool, Naming, naming
from booking.api.shapes import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Instant,
    Limit,
    Page,
    answer_of,
    made,
    page_of,
    readable_key,
    refuse_wrong,
    since_of,
    start_of,
)
from booking.door.forms.demands import demand_of, of_halves, whole_demand_of, wish_of
from booking.door.rights.guards import AnyOf, AsTeacher, Now, PartOfVisit, SiteSettings, may
from booking.people.accounts.queries import Host, Person, Teacher
from booking.visits.asking.acts import AskWish
from booking.visits.asking.ask import ask
from booking.visits.asking.book_both import BookHalves, book_both, cancel_both
from booking.visits.reservation_states import State
from booking.visits.reservations.acts import BookSlot, CancelVisit
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.in_line import in_line
from booking.visits.reservations.queries import Visit, visit
from booking.visits.reservations.say_coming import say_coming
from booking.visits.reservations.states import Act
from booking.visits.reservations.visits_after import Wanted, visits_after
from workshops.acts import MOST_NUMBER
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import paris_instant
from workshops.schools.rules import Level


class Reserved(msgspec.Struct):
    """The reservation, confirmed, requested of the principal, waiting at its rank, or in the draw of an opening."""

    id: int
    state: State
    uid: str
    sequence: int
    rank: int | None
    draw_number: str | None
    draws_at: Instant | None
    beyond: bool


class GroupOfVisit(msgspec.Struct):
    """The group that comes."""

    id: int
    name: str
    level: Level


class OnPaper(msgspec.Struct):
    """A visa noted from paper: who signed, and on which day (null for one noted before the day was asked)."""

    signed_by: str
    signed_on: date | None


class ReservationAnswer(msgspec.Struct):
    """A reservation as its people read it, with the acts that are allowed now.

    More adults than the principal signed for are `adults_asked`; `change_id` is the reservation that takes its place
    once signed, and `replaces_id` the one that it replaces; `comes`: its collège said that it comes on its date.
    """

    id: int
    state: State
    uid: str
    sequence: int
    slot_id: int
    workshop: str
    starts_at: Instant
    ends_at: Instant
    group: GroupOfVisit
    college: NamedSchool
    lycee: NamedSchool
    pupils: int
    adults: int
    adults_asked: int | None
    paper_visa: OnPaper | None
    change_id: int | None
    replaces_id: int | None
    late: bool
    reason: str
    acts: list[Act]
    comes: bool
    rank: int | None
    draw_number: str | None
    draws_at: Instant | None
    beyond: bool
    created_at: Instant
    changed_at: Instant


class ReservationState(msgspec.Struct):
    """The state after an act."""

    id: int
    state: State


class HalfReserved(msgspec.Struct):
    """One half of a class, as a reservation of its own."""

    id: int
    half: int
    slot_id: int
    pupils: int
    state: State
    uid: str
    sequence: int


class HalfGroups(msgspec.Struct):
    """The two halves, had in one act."""

    reservations: list[HalfReserved]


class Choice(msgspec.Struct):
    """One of the slots asked for, as a reservation of its own; `rank` 1 is the best."""

    id: int
    slot_id: int
    rank: int
    state: State
    uid: str
    sequence: int


class Wish(msgspec.Struct):
    """What became of the wish: the place that was had, and the choices that still wait."""

    reservations: list[Choice]


async def visit_seen_by(person: Person, reservation: int) -> Visit:
    """A reservation that this person is part of; raises NotFound for every other one."""
    return or_not_found(await visit(reservation, scope=person.scope))


@get("/reservations", opt=may("visits.print"))
async def list_reservations(
    person: PartOfVisit,
    now: Now,
    from_on: Annotated[
        date | None, QueryParameter(name="from", description="First day of the visit, in Paris.")
    ] = None,
    to_on: Annotated[date | None, QueryParameter(name="to", description="Last day, included.")] = None,
    changed_since: Annotated[
        datetime | None, QueryParameter(description="Only what changed from this instant on.")
    ] = None,
    in_state: Annotated[State | None, QueryParameter(name="state", description="Only in this state.")] = None,
    group: Annotated[int | None, QueryParameter(ge=1, le=MOST_NUMBER, description="Only of this group.")] = None,
    slot: Annotated[int | None, QueryParameter(ge=1, le=MOST_NUMBER, description="Only in this slot.")] = None,
    school: Annotated[
        str | None, QueryParameter(max_length=8, description="Only of the collège or the lycée of this UAI.")
    ] = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Page[ReservationAnswer]:
    """The reservations of one's collège, those that one's lycée receives, all of them for a coordinator."""
    school = school and school.upper()
    refuse_wrong({"from": from_on, "to": to_on}, school=school)
    wanted = Wanted(
        since=_morning_of(from_on),
        until=_morning_of(to_on, later=timedelta(days=1)),
        changed_since=since_of(changed_since),
        state=in_state,
        group=group,
        slot=slot,
        school=school,
    )
    found = await visits_after(start_of(cursor, of="reservations"), scope=person.scope, wanted=wanted, limit=limit + 1)
    named = await _schools_of(found)
    return page_of(found, lambda seen: _answer(seen, person, named, now), of="reservations", limit=limit)


def _morning_of(on: date | None, *, later: timedelta = timedelta()) -> datetime | None:
    return None if on is None else paris_instant(on + later, time())


@post("/reservations", opt=may("visits.keep"))
async def reserve(
    data: JSONBody[BookSlot],
    person: AsTeacher,
    settings: SiteSettings,
    now: Now,
    idempotency_key: IdempotencyKey = None,
) -> Response[Reserved]:
    """Reserve a slot for a group; `wait` puts it on the waiting list of a full one, and of any where its collège has as
    many groups of the level as classes."""
    booked = await book(demand_of(data, person, settings, key=readable_key(idempotency_key, person)), now=now)
    stands = await in_line(booked)
    answer = Reserved(
        *(booked.id, State(booked.state), booked.uid, booked.sequence),
        *(stands.rank or None, stands.draw_number, stands.draws_at, stands.beyond),
    )
    return made(answer, f"/reservations/{booked.id}")


@get("/reservations/{reservation:int}", opt=may("visits.print"))
async def read_reservation(reservation: FromPath[int], person: PartOfVisit, now: Now) -> ReservationAnswer:
    """One reservation, with the acts that are allowed now."""
    seen = await visit_seen_by(person, reservation)
    return _answer(seen, person, await _schools_of([seen]), now)


async def _schools_of(visits: Sequence[Visit]) -> Naming:
    return await naming(school for seen in visits for school in (seen.school, seen.host))


def _answer(seen: Visit, person: Person, named: Naming, now: datetime) -> ReservationAnswer:
    on_paper = OnPaper(seen.visa_note, seen.visa_paper_on) if seen.visa_note or seen.visa_paper_on else None
    return answer_of(
        ReservationAnswer,
        seen,
        slot_id=seen.slot,
        group=GroupOfVisit(seen.group, seen.group_name, Level(seen.level)),
        college=named(seen.school),
        lycee=named(seen.host),
        paper_visa=on_paper,
        change_id=seen.change,
        replaces_id=seen.replaces,
        acts=seen.acts(role=person.role, now=now),
        rank=seen.rank or None,
    )


@post("/reservations/{reservation:int}/cancellation", opt=may("visits.cancel"))
async def cancel_reservation(
    reservation: FromPath[int], data: JSONBody[CancelVisit], person: AnyOf[Teacher | Host], now: Now
) -> Response[ReservationState]:
    """End a reservation before its visit: its collège cancels, its lycée declines and says why.

    `both_halves` is the collège's, for a class that comes in two halves.
    """
    if data.both_halves and isinstance(person, Teacher):
        state = await cancel_both(reservation, data, school=person.school, by=person.account, now=now)
    else:
        state = await cancel(reservation, data, role=person.role, school=person.school, by=person.account, now=now)
    return made(ReservationState(reservation, State(state)), f"/reservations/{reservation}")


@post("/reservations/{reservation:int}/coming", opt=may("visits.cancel"))
async def say_that_it_comes(
    reservation: FromPath[int], person: AnyOf[Teacher | Host], now: Now
) -> Response[ReservationState]:
    """Say that the group comes: its collège, or its lycée that has heard it. Said twice, it is said once."""
    await say_coming(reservation, role=person.role, school=person.school, by=person.account, now=now)
    seen = await visit_seen_by(person, reservation)
    return made(ReservationState(reservation, State(seen.state)), f"/reservations/{reservation}")


@post("/half-groups", opt=may("visits.keep"))
async def reserve_halves(
    data: JSONBody[BookHalves],
    person: AsTeacher,
    settings: SiteSettings,
    now: Now,
    idempotency_key: IdempotencyKey = None,
) -> Response[HalfGroups]:
    """Reserve two slots of one lycée for the two halves of a class: both, or neither. With `wait`, where one of them is
    full, both wait, and are offered their places together."""
    key = readable_key(idempotency_key, person)
    ((first, second),) = whole_demand_of(of_halves(data), person, settings, key=key, halves=data.pupils).lines
    taken = await book_both(first, second, two_objects=data.two_objects, wait=data.wait, now=now)
    both = [answer_of(HalfReserved, half, slot_id=half.slot) for half in (taken.first, taken.second)]
    return made(HalfGroups(both), f"/reservations/{taken.first.id}")


@post("/wishes", opt=may("visits.keep"))
async def make_wish(
    data: JSONBody[AskWish], person: AsTeacher, settings: SiteSettings, now: Now, idempotency_key: IdempotencyKey = None
) -> Response[Wish]:
    """Take the first of these slots that can be had, or wait for all of them under one wish."""
    wish = wish_of(data, person, settings, key=readable_key(idempotency_key, person))
    granted = await ask(wish, wait=data.wait, now=now)
    choices = [answer_of(Choice, choice, slot_id=choice.slot) for choice in granted.choices]
    return made(Wish(choices), f"/reservations/{choices[0].id}")
