"""A teacher proposes one of her visits to a colleague of her collège, who takes it over by one tap, or leaves it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from booking.visits.handovers.acts import HandVisitOn
from booking.visits.handovers.proposals import Proposal, proposal_of, proposed_by_link
from booking.visits.handovers.queries import GONE, successors
from booking.visits.handovers.rules import ProposalOver, answer_until
from booking.visits.handovers.take_over import take_visits
from booking.visits.reservation_states import LIVE_SQL, SURE
from booking.visits.reservations.states import NotNow
from booking.visits.reservations.transition import PROPOSED, PROPOSED_NO_MORE, StandingReservation, standing
from workshops.database import rows, transaction
from workshops.database.retry import retried
from workshops.events.record import recorded_of
from workshops.refusals import Invalid

# A visit, the other half of its class where the same teacher follows it, and the changes that are asked of them.
_TOGETHER = f"""
  WITH halves AS (
    SELECT half.id, half.booked_by FROM reservations one JOIN reservations half ON half.id = one.id
      OR (half.demand = one.demand AND half.line = one.line AND half.half <> one.half
        AND half.replaces IS NULL AND one.replaces IS NULL)
    WHERE one.id = $1 AND half.booked_by IS NOT DISTINCT FROM one.booked_by
  )
  SELECT r.id, r.slot FROM reservations r JOIN halves ON halves.id = r.id OR halves.id = r.replaces
  WHERE r.state IN {LIVE_SQL} AND r.ends_at > $2"""  # noqa: S608 - constants only
TOGETHER = f"SELECT together.id FROM ({_TOGETHER}) together ORDER BY together.id"  # noqa: S608 - constants only
# In the order of their slots, as every act that locks several.
LOCK_TOGETHER = f"""SELECT s.id FROM slots s WHERE s.id IN (SELECT together.slot FROM ({_TOGETHER}) together)
ORDER BY s.id FOR NO KEY UPDATE"""  # noqa: S608 - constants only
PROPOSE = f"""
WITH proposed AS (
  {PROPOSED}
), {
    recorded_of(
        "reservation",
        "proposed",
        at="$5",
        by="$6",
        act="'reservation_proposed'",
        was="proposed.state",
        state="proposed.state",
        also="$2",
    )
}
SELECT id FROM proposed
"""  # noqa: S608 - constants only
# $3 is the act that leaves the visit to whoever proposed it, $4 who did it.
LEAVE = f"""
WITH was AS (
  SELECT id, handed_to FROM reservations WHERE id = $1
), left_to_her AS (
  {PROPOSED_NO_MORE}
), {
    recorded_of(
        "reservation",
        "left_to_her",
        at="$2",
        by="$4",
        act="$3",
        was="left_to_her.state",
        state="left_to_her.state",
        also="left_to_her.handed_to",
    )
}
SELECT id FROM left_to_her
"""  # noqa: S608 - constants only
# A colleague who has left the collège answers no more; of what has ended meanwhile there is nothing to tell. The slot
# is locked as every act does, and the visit so that what was answered a moment ago is seen.
UNANSWERED = f"""
WITH was AS (
  SELECT r.id, r.handed_to FROM reservations r JOIN slots s ON s.id = r.slot
  WHERE r.handed_until IS NOT NULL AND (least(r.handed_until, r.starts_at) <= $2 OR r.state NOT IN {LIVE_SQL}
    OR {GONE.format(who="r.handed_to", school="r.school")})
  ORDER BY r.id LIMIT $1 FOR NO KEY UPDATE OF r, s SKIP LOCKED
), left_to_her AS (
  {PROPOSED_NO_MORE}
), {
    recorded_of(
        "reservation",
        f"left_to_her WHERE left_to_her.state IN {LIVE_SQL} ORDER BY left_to_her.id",
        at="$2",
        act="'reservation_unanswered'",
        was="left_to_her.state",
        state="left_to_her.state",
        also="left_to_her.handed_to",
    )
}
SELECT id FROM left_to_her
"""  # noqa: S608 - constants only
AT_ONCE = 200


@retried
async def hand_on(reservation: int, asked: HandVisitOn, *, school: int, by: int, salt: UUID, now: datetime) -> None:
    """Propose a visit that one follows to a colleague, who is written to: nothing changes until she takes it.

    Both halves of a class are proposed together. Only a sure visit before it begins; `salt` is a new one, of which her
    link is made. Raises NotFound, NotNow, and Invalid for somebody whom the collège does not know as its teacher.
    """
    async with transaction():
        await rows(LOCK_TOGETHER, reservation, now)
        stands = await standing(reservation, school=school)
        _refuse_to_propose(stands, by=by, now=now)
        if (proposal := await proposal_of(reservation, now=now)) is not None:
            raise NotNow(f"Cette visite est déjà proposée à {proposal.to_name} : gardez-la d'abord.")
        wanted = asked.colleague.casefold()
        colleagues = await successors(school, instead_of=by)
        to = next((colleague.account for colleague in colleagues if colleague.email.casefold() == wanted), None)
        if to is None:
            raise Invalid(
                {"colleague": "Cette personne ne réserve pas pour votre collège : choisissez un autre collègue."}
            )
        until = answer_until(stands.deadlines.start, now=now)
        await rows(PROPOSE, reservation, to, until, salt, now, by)


@retried
async def keep(reservation: int, *, school: int, by: int, now: datetime) -> None:
    """Take the proposal back: the visit stays hers, and the colleague's link is spent. Raises NotFound, NotNow."""
    async with transaction():
        proposal, stands = await _proposed(reservation, school=school, now=now)
        if proposal is None:
            raise NotNow("Cette visite n'est proposée à personne.")
        if stands.booked_by != by:
            raise NotNow("Un collègue suit cette visite : lui seul peut la garder.")
        await rows(LEAVE, proposal.reservation, now, "reservation_proposal_kept", by)


@retried
async def answer(reservation: int, *, takes: bool, school: int, by: int, now: datetime) -> None:
    """The colleague takes the visit over, with the other half of its class, or leaves it to whoever proposed it.

    Her agenda gets it, the other's loses it, its lycée is told who comes; group, needs and visa stay as they are.
    Raises NotFound, NotNow.
    """
    async with transaction():
        proposal, _ = await _proposed(reservation, school=school, now=now)
        if proposal is None or proposal.to_account != by:
            raise NotNow("Cette visite ne vous est pas proposée, ou plus.")
        await _answer(proposal, takes=takes, now=now)


@retried
async def answer_by_link(token: str, *, takes: bool, secret_key: str, now: datetime) -> None:
    """The same by the link of her letter, with no account: it answers once. Raises ProposalOver."""
    async with transaction():
        sent = await proposed_by_link(token, secret_key=secret_key, now=now)
        if sent is None:
            raise ProposalOver()
        await _proposed(sent[0].id, school=sent[0].school, now=now)
        # Answered in another window while its slots were being locked.
        stands = await proposed_by_link(token, secret_key=secret_key, now=now)
        if stands is None or stands[1] is None:
            raise ProposalOver()
        await _answer(stands[1], takes=takes, now=now)


async def end_unanswered(*, now: datetime) -> int:
    """End the proposals that no colleague has answered in time: whoever made them keeps the visit, and is told.

    Returns how many. Several workers may run it at once.
    """
    return len(await rows(UNANSWERED, AT_ONCE, now))


async def _proposed(reservation: int, *, school: int, now: datetime) -> tuple[Proposal | None, StandingReservation]:
    """How a visit is proposed, and how it stands, with all slots of what goes with it locked. Raises NotFound."""
    await rows(LOCK_TOGETHER, reservation, now)
    stands = await standing(reservation, school=school)
    return await proposal_of(reservation, now=now), stands


async def _answer(proposal: Proposal, *, takes: bool, now: datetime) -> None:
    if not takes:
        await rows(LEAVE, proposal.reservation, now, "reservation_not_taken", proposal.to_account)
        return
    together = [visit["id"] for visit in await rows(TOGETHER, proposal.reservation, now)]
    await take_visits(together, to=proposal.to_account, by=proposal.to_account, now=now)


def _refuse_to_propose(stands: StandingReservation, *, by: int, now: datetime) -> None:
    if stands.replaces is not None or stands.state not in SURE or now >= stands.deadlines.start:
        raise NotNow("Seule une visite confirmée et à venir se confie à un collègue.")
    if stands.booked_by != by:
        raise NotNow("Un collègue suit cette visite : lui seul peut la confier.")
