"""What becomes of a reservation after it was made, for machines."""

from __future__ import annotations

import secrets
from typing import Annotated
from uuid import uuid4

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from booking.api.reservations import ReservationState, visit_seen_by
from booking.api.shapes import Instant, answer_of, made, told_as
from booking.door.forms.demands import fresh_of, link_drawn
from booking.door.rights.guards import AsCoordinator, AsTeacher, Now, SiteSettings, may
from booking.people.accounts.queries import Teacher
from booking.visits.handovers.acts import HandVisitOn
from booking.visits.handovers.hand_on import answer as answer_proposal
from booking.visits.handovers.hand_on import hand_on, keep
from booking.visits.handovers.proposals import Proposal, proposal_of
from booking.visits.reservation_states import State
from booking.visits.reservations.acts import (
    AcceptPlace,
    CancelVisit,
    ChangeHeadcount,
    MoveVisit,
    NotePaperVisa,
    TellNeeds,
    WriteThanks,
)
from booking.visits.reservations.approve import note_paper_visa
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import change_headcount
from booking.visits.reservations.confirm import accept
from booking.visits.reservations.give_opinion import give_opinion
from booking.visits.reservations.let_through import let_through
from booking.visits.reservations.move import move
from booking.visits.reservations.queries import visit
from booking.visits.reservations.states import NotNow
from booking.visits.reservations.tell_needs import tell_needs
from booking.visits.reservations.thank import thank
from booking.words.needs import Boxes
from workshops.catalogue.count_opinion import GiveOpinion
from workshops.refusals import NotFound, or_not_found
from workshops.scope import EVERYTHING, of_school


class Moved(msgspec.Struct):
    """Where the visit is now."""

    id: int
    slot_id: int
    sequence: int
    change_id: int | None


class Counted(msgspec.Struct):
    """How many come now."""

    id: int
    pupils: int
    adults: int
    adults_asked: int | None
    sequence: int


class SignedOnPaper(msgspec.Struct):
    """The reservation that is confirmed, and its state; `signed`: none of the choices signed for holds a place yet."""

    id: int
    state: Annotated[str, told_as(*State, "signed")]


class ProposalAnswer(msgspec.Struct):
    """A visit that is proposed to a colleague, who may take it over until then."""

    id: int
    by_name: str
    to_name: str
    answer_until: Instant


class KeptNeeds(msgspec.Struct):
    """The line and the boxes as they are kept."""

    id: int
    needs: str
    boxes: Boxes


@post("/reservations/{reservation:int}/move", opt=may("visits.keep"), status_code=200)
async def move_reservation(
    reservation: FromPath[int], data: JSONBody[MoveVisit], person: AsTeacher, settings: SiteSettings, now: Now
) -> Moved:
    """One atomic swap to another slot: same uid, sequence + 1.

    A visit signed for another lycée or another day stays where it is until the principal has signed again: `change_id`
    is then the reservation that holds the new place, null otherwise.
    """
    seen = await visit(reservation, scope=of_school(person.school))
    moved = await move(reservation, data, school=person.school, by=person.account, fresh=fresh_of(settings), now=now)
    where = data.to_slot if moved.asked is None or seen is None else seen.slot
    return Moved(reservation, where, moved.sequence, moved.asked)


@put("/reservations/{reservation:int}/headcount", opt=may("visits.keep"))
async def set_headcount(
    reservation: FromPath[int], data: JSONBody[ChangeHeadcount], person: AsTeacher, settings: SiteSettings, now: Now
) -> Counted:
    """Come with more pupils or fewer, until a week before; the number that it was already changes nothing.

    More adults than the principal has signed for are `adults_asked` until she has agreed: `adults` is who comes.
    """
    counted = await change_headcount(
        reservation, data, school=person.school, by=person.account, **link_drawn(settings), now=now
    )
    asked = data.adults if counted.asked else None
    return answer_of(Counted, counted, id=reservation, pupils=data.pupils, adults_asked=asked)


@put("/reservations/{reservation:int}/needs", opt=may("visits.keep"))
async def set_needs(reservation: FromPath[int], data: JSONBody[TellNeeds], person: AsTeacher, now: Now) -> KeptNeeds:
    """Say again what the group needs; an empty line without a box erases it, at any time.

    A line that names somebody is refused.
    """
    await tell_needs(reservation, data, school=person.school, by=person.account, now=now)
    return answer_of(KeptNeeds, data, id=reservation)


@post("/reservations/{reservation:int}/acceptance", opt=may("visits.keep"), status_code=200)
async def accept_offer(
    reservation: FromPath[int], data: JSONBody[AcceptPlace], person: AsTeacher, settings: SiteSettings, now: Now
) -> ReservationState:
    """Take an offered place."""
    state = await accept(reservation, data, school=person.school, by=person.account, **link_drawn(settings), now=now)
    return ReservationState(reservation, State(state))


@post("/reservations/{reservation:int}/refusal", opt=may("visits.keep"), status_code=200)
async def refuse_offer(reservation: FromPath[int], person: AsTeacher, now: Now) -> ReservationState:
    """Leave an offered place to the next group."""
    seen = await visit(reservation, scope=of_school(person.school))
    if seen is None or seen.school != person.school:
        raise NotFound()
    if seen.state != "offered":
        raise NotNow()
    state = await cancel(reservation, CancelVisit(), role="teacher", school=person.school, by=person.account, now=now)
    return ReservationState(reservation, State(state))


@post("/reservations/{reservation:int}/paper-visa", opt=may("visits.keep"), status_code=200)
async def paper_visa(
    reservation: FromPath[int], data: JSONBody[NotePaperVisa], person: AsTeacher, settings: SiteSettings, now: Now
) -> SignedOnPaper:
    """The principal signed on paper: the reservation is confirmed, or the change is made in the visit that it replaces.

    Whoever signs for the collège is told at once, with a link that takes the visa back: the reservation is then
    `requested` again. `signed` says that none of the choices signed for holds a place yet: the first that does is
    offered.
    """
    seen = await visit(reservation, scope=of_school(person.school))
    state = await note_paper_visa(
        reservation, data, school=person.school, by=person.account, **link_drawn(settings), now=now
    )
    kept = seen.replaces if seen is not None and seen.replaces is not None else reservation
    return SignedOnPaper(kept, state)


@post("/reservations/{reservation:int}/approval-request", opt=may("visits.keep"), status_code=200)
async def ask_again(reservation: FromPath[int], person: AsTeacher, now: Now) -> ReservationState:
    """Send the principal a new link; the former one opens nothing any more."""
    token = secrets.token_urlsafe(32)
    await renew_approval(reservation, school=person.school, by=person.account, token=token, now=now)
    seen = await visit(reservation, scope=of_school(person.school))
    return ReservationState(reservation, State.REQUESTED if seen is None else State(seen.state))


@post("/reservations/{reservation:int}/opinion", opt=may("visits.keep"), status_code=200)
async def answer(
    reservation: FromPath[int], data: JSONBody[GiveOpinion], person: AsTeacher, now: Now
) -> ReservationState:
    """Say what a closed visit was worth, once: counted in the sums of its workshop and year, with nobody's name.

    The lycée reads sums; where one visit alone came in the year, it knows whose answers they are.
    """
    await give_opinion(reservation, data, school=person.school, now=now)
    return ReservationState(reservation, State.ATTENDED)


@put("/reservations/{reservation:int}/thanks", opt=may("visits.keep"))
async def write_thanks(
    reservation: FromPath[int], data: JSONBody[WriteThanks], person: AsTeacher, now: Now
) -> ReservationState:
    """Write a line for the lycée and the companies that came, without any name, until the evening of the school day
    after the closing; an empty one takes it back."""
    await thank(reservation, data, school=person.school, by=person.account, now=now)
    return ReservationState(reservation, State.ATTENDED)


@post("/reservations/{reservation:int}/passage", opt=may("visits.correct"))
async def let_group_through(reservation: FromPath[int], person: AsCoordinator, now: Now) -> Response[ReservationState]:
    """A group that waits beyond its collège's classes is offered its place, or waits at its rank like any other."""
    await let_through(reservation, by=person.account, now=now)
    stands = or_not_found(await visit(reservation, scope=EVERYTHING))
    return made(ReservationState(reservation, State(stands.state)), f"/reservations/{reservation}")


@get("/reservations/{reservation:int}/handover", opt=may("visits.keep"))
async def read_proposal(reservation: FromPath[int], person: AsTeacher, now: Now) -> ProposalAnswer:
    """To which colleague a visit is proposed; nothing is there once she has answered."""
    await visit_seen_by(person, reservation)
    return _proposal(reservation, or_not_found(await proposal_of(reservation, now=now)))


@post("/reservations/{reservation:int}/handover", opt=may("visits.keep"))
async def propose_reservation(
    reservation: FromPath[int], data: JSONBody[HandVisitOn], person: AsTeacher, now: Now
) -> Response[ProposalAnswer]:
    """Propose a visit that one follows to a colleague of the collège, with the other half of its class.

    Nothing changes until she takes it over: she is written to, and may answer for seven days, or until it begins.
    """
    await hand_on(reservation, data, school=person.school, by=person.account, salt=uuid4(), now=now)
    proposal = or_not_found(await proposal_of(reservation, now=now))
    return made(_proposal(reservation, proposal), f"/reservations/{reservation}/handover")


@delete("/reservations/{reservation:int}/handover", opt=may("visits.keep"), status_code=200)
async def keep_reservation(reservation: FromPath[int], person: AsTeacher, now: Now) -> ReservationState:
    """Take the proposal back: the visit stays whose it was."""
    await keep(reservation, school=person.school, by=person.account, now=now)
    return await _state_of(person, reservation)


@post("/reservations/{reservation:int}/handover/acceptance", opt=may("visits.keep"), status_code=200)
async def take_reservation_over(reservation: FromPath[int], person: AsTeacher, now: Now) -> ReservationState:
    """Take over a visit that a colleague proposes: same uid, sequence + 1."""
    await answer_proposal(reservation, takes=True, school=person.school, by=person.account, now=now)
    return await _state_of(person, reservation)


@post("/reservations/{reservation:int}/handover/refusal", opt=may("visits.keep"), status_code=200)
async def leave_reservation(reservation: FromPath[int], person: AsTeacher, now: Now) -> ReservationState:
    """Leave a visit to the colleague who proposes it."""
    await answer_proposal(reservation, takes=False, school=person.school, by=person.account, now=now)
    return await _state_of(person, reservation)


def _proposal(reservation: int, proposal: Proposal) -> ProposalAnswer:
    return ProposalAnswer(reservation, proposal.by_name, proposal.to_name, proposal.until)


async def _state_of(person: Teacher, reservation: int) -> ReservationState:
    return ReservationState(reservation, State((await visit_seen_by(person, reservation)).state))
