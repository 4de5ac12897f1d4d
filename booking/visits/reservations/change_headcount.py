"""More pupils or fewer, while the lycée can still prepare for it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.visits.badge_codes.issue import keep_in_step, revoke_beyond
from booking.visits.reservation_states import HOLDS_SEATS
from booking.visits.reservations.acts import ChangeHeadcount
from booking.visits.reservations.ask_approval import ask_approval, ask_no_more
from booking.visits.reservations.give_back import give_back
from booking.visits.reservations.queries import held_until
from booking.visits.reservations.rules import GroupTooBig, SlotFull
from booking.visits.reservations.transition import StandingReservation, standing
from workshops.database import row, rows, transaction, value
from workshops.database.retry import retried
from workshops.events.record import record, recorded_of
from workshops.slots.seats import RESEAT

FREE = "SELECT seats - seats_taken FROM slots WHERE id = $1"
SEATS = "SELECT seats FROM slots WHERE id = $1"
SEQUENCE = "SELECT sequence FROM reservations WHERE id = $1"
CHANGE = f"""
WITH changed AS (
  UPDATE reservations SET pupils = $2, adults = $3, sequence = sequence + 1, changed_at = $4
  WHERE id = $1 RETURNING id, state, sequence
), {
    recorded_of(
        "reservation",
        "changed",
        at="$4",
        by="$5",
        act="$6",
        was="changed.state",
        state="changed.state",
        detail="$2 || ' élèves, ' || $3 || ' adultes'",
    )
}
SELECT sequence FROM changed
"""  # noqa: S608 - constants only
ASK_FOR = "UPDATE reservations SET adults_asked = $2, hold_until = $3, changed_at = $4 WHERE id = $1"


class ChangedHeadcount(Struct, frozen=True):
    """A visit's SEQUENCE once its head count was told; `same`: it was that already; `asked`: the principal is asked for
    the adults, who are not counted before; `adults` is how many come."""

    sequence: int
    adults: int
    same: bool = False
    asked: bool = False


@retried
async def change_headcount(
    reservation: int,
    asked: ChangeHeadcount,
    *,
    school: int,
    by: int,
    secret_key: str,
    token: str,
    now: datetime,
) -> ChangedHeadcount:
    """Come with another number of pupils or adults. Freed seats go to those who wait.

    More adults than the principal has signed for come once she has agreed, by the link `token`; the pupils count at
    once. The number that it was already is no act. Raises NotFound, HeadcountLocked, ChangeAsked, NotNow,
    GroupTooBig, SlotFull, NoPrincipal, PrincipalTeaches.
    """
    pupils, adults = asked.pupils, asked.adults
    async with transaction():
        stands = await standing(reservation, school=school)
        stands.transition_for("headcount", role="teacher", now=now)
        if (pupils, adults) == (stands.pupils, stands.adults_asked or stands.adults):
            return ChangedHeadcount(
                await value(SEQUENCE, reservation), stands.adults, same=True, asked=stands.asks.adults
            )
        asks = stands.state == "confirmed" and stands.approval and adults > stands.signed.adults
        counted = stands.adults if asks else adults
        await _reseat(stands, pupils)
        sequence: int = await value(SEQUENCE, reservation)
        if (pupils, counted) != (stands.pupils, stands.adults):
            sequence = await _count(stands, pupils, counted, act="reservation_headcount", by=by, now=now)
        else:
            act = "reservation_adults_asked" if asks else "reservation_adults_given_up"
            await record(act, by=by, about_kind="reservation", about=reservation, now=now)
        if stands.state in HOLDS_SEATS:
            await keep_in_step(reservation, secret_key=secret_key, now=now)
        if asks:
            await rows(ASK_FOR, reservation, adults, await _held(stands, now=now), now)
        elif stands.asks.adults:
            await ask_no_more(reservation, now=now)
        if asks or (stands.state == "requested" and adults > stands.adults):
            await ask_approval(reservation, token=token, now=now)
        if pupils < stands.pupils or stands.state not in HOLDS_SEATS:
            await give_back(stands.slot, now=now)
        return ChangedHeadcount(sequence, counted, asked=asks)


async def take_adults(stands: StandingReservation, *, act: str, role: str, by: int | None, now: datetime) -> None:
    """The principal has signed for the adults that were asked for: they come; inside the caller's transaction."""
    stands.transition_for(act, role=role, now=now)
    adults = stands.adults_asked or stands.adults
    await _count(stands, stands.pupils, adults, act=f"reservation_{act}", by=by, now=now)
    await ask_no_more(stands.id, now=now)


async def come_back_to(stands: StandingReservation, adults: int, *, now: datetime) -> None:
    """No more adults than whoever signs let go by her link come, her paper visa is taken back; inside the caller's
    transaction."""
    await _count(stands, stands.pupils, adults, act="reservation_take_back", by=None, now=now)
    await revoke_beyond(stands.id, pupils=stands.pupils, adults=adults, now=now)


async def keep_adults(stands: StandingReservation, *, act: str, role: str, now: datetime) -> None:
    """The principal refuses more adults, or does not answer: those signed for come; inside the caller's transaction."""
    stands.transition_for(act, role=role, now=now)
    await ask_no_more(stands.id, now=now)
    await record(
        f"reservation_{act}",
        by=None,
        about_kind="reservation",
        about=stands.id,
        was=stands.state,
        state=stands.state,
        now=now,
    )


async def _reseat(stands: StandingReservation, pupils: int) -> None:
    held = stands.state in HOLDS_SEATS
    if held and await row(RESEAT, stands.slot, pupils - stands.pupils) is not None:
        return
    if pupils > (seats := await value(SEATS, stands.slot)):
        raise GroupTooBig(seats, pupils)
    if held:
        free = await value(FREE, stands.slot)
        left = f"Il reste {free} place{'s' if free > 1 else ''} sur ce créneau"
        raise SlotFull(f"{left} : venez à {free + stands.pupils} au plus.")


async def _count(
    stands: StandingReservation, pupils: int, adults: int, *, act: str, by: int | None, now: datetime
) -> int:
    return int(await value(CHANGE, stands.id, pupils, adults, now, by, act))


async def _held(stands: StandingReservation, *, now: datetime) -> datetime:
    return min(await held_until(stands.deadlines, college=stands.school, now=now), stands.deadlines.list)
