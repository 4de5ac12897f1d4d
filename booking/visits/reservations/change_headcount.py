"""More pupils or fewer, while the lycée can still prepare for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.outbox.journal.write import write
from booking.people.accounts.who_hears import college_hears, lycee_hears
from booking.visits.badge_codes.issue import issue_up_to
from booking.visits.reservations.ask_approval import ask_approval, ask_no_more
from booking.visits.reservations.carry_out import TO_HOSTS, Standing, standing
from booking.visits.reservations.hold import held_until
from booking.visits.reservations.promote import promote
from booking.visits.reservations.rules import GroupTooBig, SlotFull, refuse_headcount
from booking.visits.reservations.states import HOLDS_SEATS, TO_PRINCIPAL
from booking.visits.reservations.tell_principals import tell_principals
from workshops.crossings import retried
from workshops.database import row, rows, transaction, value
from workshops.refusals import NotFound

RESEAT = """UPDATE slots SET seats_taken = seats_taken + $2 WHERE id = $1 AND seats_taken + $2 <= seats RETURNING id"""
FREE = "SELECT seats - seats_taken FROM slots WHERE id = $1"
SEATS = "SELECT seats FROM slots WHERE id = $1"
SEQUENCE = "SELECT sequence FROM reservations WHERE id = $1"
CHANGE = f"""
WITH changed AS (
  UPDATE reservations SET pupils = $2, adults = $3, sequence = sequence + 1, changed_at = $4
  WHERE id = $1 RETURNING id, slot, school, sequence, booked_by
), told AS (
  INSERT INTO notices (kind, to_email, to_name, about, once, created_at, next_try_at)
  SELECT t.kind, a.email, a.name, changed.id,
         t.kind || ':' || changed.id || ':' || changed.sequence || ':' || a.id, $4, $4
  FROM changed CROSS JOIN unnest($6::varchar[]) AS t (kind)
  CROSS JOIN {college_hears("changed.school", "changed.booked_by")}
  UNION ALL
  SELECT t.kind, a.email, a.name, changed.id,
         t.kind || ':' || changed.id || ':' || changed.sequence || ':' || a.id, $4, $4
  FROM changed JOIN slots sl ON sl.id = changed.slot CROSS JOIN unnest($7::varchar[]) AS t (kind)
  CROSS JOIN {lycee_hears("sl.school")}
), noted AS (
  INSERT INTO journal (at, account, act, about_kind, about, detail)
  SELECT $4, $5, $8, 'reservation', changed.id, $2 || ' élèves, ' || $3 || ' adultes' FROM changed
)
SELECT sequence FROM changed
"""  # noqa: S608 - constants only
ASK_FOR = "UPDATE reservations SET adults_asked = $2, hold_until = $3, changed_at = $4 WHERE id = $1"
# Told once for each time that it was asked.
NOT_GRANTED = f"""INSERT INTO notices (kind, to_email, to_name, about, once, created_at, next_try_at)
SELECT t.kind, a.email, a.name, r.id,
  t.kind || ':' || r.id || ':' || (SELECT max(id) FROM approvals ap WHERE ap.reservation = r.id) || ':' || a.id, $3, $3
FROM reservations r CROSS JOIN unnest($2::varchar[]) AS t (kind)
CROSS JOIN {college_hears("r.school", "r.booked_by")} WHERE r.id = $1
ON CONFLICT (once) DO NOTHING"""  # noqa: S608 - constants only


@dataclass(frozen=True)
class Counted:
    """A visit's SEQUENCE once its head count was told; `same`: it was that already; `asked`: the principal is asked for
    the adults, who are not counted before; `adults` is how many come."""

    sequence: int
    adults: int
    same: bool = False
    asked: bool = False


@retried
async def change_headcount(
    reservation: int,
    *,
    pupils: int,
    adults: int,
    school: int,
    by: int,
    secret_key: str,
    token: str,
    now: datetime,
) -> Counted:
    """Come with another number of pupils or adults. Freed seats go to those who wait.

    More adults than the principal has signed for come once she has agreed, by the link `token`; the pupils count at
    once. The number that it was already is no act. Raises NotFound, Invalid, HeadcountLocked, ChangeAsked, NotNow,
    GroupTooBig, SlotFull, NoPrincipal, PrincipalTeaches.
    """
    refuse_headcount(pupils, adults)
    async with transaction():
        stands = await standing(reservation)
        if stands.school != school:
            raise NotFound()
        line = stands.transition("headcount", role="teacher", now=now)
        if (pupils, adults) == (stands.pupils, stands.adults_asked or stands.adults):
            return Counted(await value(SEQUENCE, reservation), stands.adults, same=True, asked=stands.asks.adults)
        asks = stands.state == "confirmed" and stands.approval and adults > stands.signed.adults
        counted = stands.adults if asks else adults
        await _reseat(stands, pupils)
        sequence: int = await value(SEQUENCE, reservation)
        if (pupils, counted) != (stands.pupils, stands.adults):
            tells = line.tells
            sequence = await _count(stands, pupils, counted, tells, act="reservation_headcount", by=by, now=now)
        else:
            await write("reservation_headcount", account=by, about_kind="reservation", about=reservation, now=now)
        if stands.state in HOLDS_SEATS:
            await issue_up_to(reservation, pupils=pupils, adults=counted, secret_key=secret_key, now=now)
        if asks:
            await rows(ASK_FOR, reservation, adults, await _held(stands, now=now), now)
        elif stands.asks.adults:
            await ask_no_more(reservation, now=now)
        if asks or (stands.state == "requested" and adults > stands.adults):
            await ask_approval(reservation, token=token, now=now)
        if pupils < stands.pupils or stands.state not in HOLDS_SEATS:
            await promote(stands.slot, now=now)
        return Counted(sequence, counted, asked=asks)


async def take_adults(stands: Standing, *, act: str, role: str, by: int | None, now: datetime) -> None:
    """The principal has signed for the adults that were asked for: they come; inside the caller's transaction."""
    line = stands.transition(act, role=role, now=now)
    adults = stands.adults_asked or stands.adults
    await _count(stands, stands.pupils, adults, line.tells, act=f"reservation_{act}", by=by, now=now)
    await ask_no_more(stands.id, now=now)


async def keep_adults(stands: Standing, *, act: str, role: str, now: datetime) -> None:
    """The principal refuses more adults, or does not answer: those signed for come; inside the caller's transaction."""
    line = stands.transition(act, role=role, now=now)
    await rows(NOT_GRANTED, stands.id, list(line.tells), now)
    await ask_no_more(stands.id, now=now)
    await write(f"reservation_{act}", account=None, about_kind="reservation", about=stands.id, now=now)


async def _reseat(stands: Standing, pupils: int) -> None:
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
    stands: Standing, pupils: int, adults: int, tells: tuple[str, ...], *, act: str, by: int | None, now: datetime
) -> int:
    to_hosts = [kind for kind in tells if kind in TO_HOSTS]
    to_teacher = [kind for kind in tells if kind not in TO_HOSTS | TO_PRINCIPAL]
    sequence = await value(CHANGE, stands.id, pupils, adults, now, by, to_teacher, to_hosts, act)
    for kind in TO_PRINCIPAL.intersection(tells):
        await tell_principals(kind, [stands.id], now=now)
    return int(sequence)


async def _held(stands: Standing, *, now: datetime) -> datetime:
    return min(await held_until(stands.deadlines, host=stands.host, now=now), stands.deadlines.list)
