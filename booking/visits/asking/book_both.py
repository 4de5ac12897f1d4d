"""Reserving two slots for the two halves of a class: both or neither; giving up both in one act, told by one mail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from booking.visits.asking.ask import make_demand
from booking.visits.asking.pairs import Half, halves_of, pair_of
from booking.visits.draws.halves import TwoLycees
from booking.visits.reservation_states import BOTH_OR_NONE, LIVE, SURE
from booking.visits.reservations.acts import Adults, CancelVisit, Coming, Pupils, Slot, Wait
from booking.visits.reservations.cancel import cancel, lock_choices
from booking.visits.reservations.demand import Demand, WholeDemand, granted_before
from booking.visits.reservations.give_back import give_back
from booking.visits.reservations.tables import Reservation
from workshops.acts import Act, labelled
from workshops.database import transaction
from workshops.database.retry import retried
from workshops.refusals import Invalid


class HalfAsked(Act, frozen=True, kw_only=True):
    """One half of a class: its slot, and how many pupils go there."""

    slot: Slot = msgspec.field(name="slot_id")
    pupils: Pupils


class BookHalves(Coming, frozen=True, kw_only=True):
    """A class asks for two slots of one lycée, a half in each; the adults come with each half. Both build the same
    object unless `two_objects` says that it is known and wanted; `wait` puts both on the waiting lists where one of
    them is full."""

    halves: Annotated[
        list[HalfAsked],
        Meta(
            description="The first half, then the second one.",
            extra={
                "label": "Moitiés",
                "form": {"first": "Élèves de la première moitié", "second": "Élèves de la deuxième moitié"},
            },
            extra_json_schema={"minItems": 2, "maxItems": 2},
        ),
    ]
    adults: Annotated[
        Adults, labelled("Adultes", "Adults who come with each half.", form={"adults": "Adultes avec chaque moitié"})
    ]
    two_objects: Annotated[
        bool,
        labelled(
            "C'est voulu : deux objets différents pour la classe",
            "The halves build two different objects, and it is meant.",
        ),
    ] = False
    wait: Wait = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.halves) != 2:
            raise Invalid({"halves": "Dites deux moitiés, chacune avec son créneau et ses élèves."})
        if self.halves[0].slot == self.halves[1].slot:
            raise Invalid({"halves": "Choisissez deux créneaux différents, un pour chaque moitié."})

    @property
    def pupils(self) -> tuple[int, int]:
        """How many go to each slot."""
        first, second = self.halves
        return first.pupils, second.pupils


class BothTaken(Struct, frozen=True):
    """The two halves, the first one first; `repeated` when they had been granted before."""

    first: Half
    second: Half
    repeated: bool = False


async def book_both(
    first: Demand, second: Demand, *, two_objects: bool = False, wait: bool = False, now: datetime
) -> BothTaken:
    """Reserve a slot for each half of a class, of one lycée, as a demand of one line: one visa is asked for both. Where
    one is full, and `wait` is asked, both wait. They enter no draw.

    Raises what `make_demand` raises; nothing is written then.
    """
    whole = WholeDemand(((first, second),), first.asked.pupils + second.asked.pupils, two_objects=two_objects)
    try:
        made = await make_demand(whole, wait=wait, enters_draw=False, now=now)
    except TwoLycees:
        raise TwoLycees("halves") from None
    before = await granted_before(first) if made.repeated else None
    its_own = Reservation.uid == (first.uid if before is None else before.uid)
    (found,) = await Reservation.select(Reservation.id).where(its_own)
    one, other = await halves_of(await pair_of(found["id"]))
    return BothTaken(one, other, made.repeated)


@retried
async def cancel_both(reservation: int, asked: CancelVisit, *, school: int, by: int, now: datetime) -> str:
    """The teacher cancels a half of a class, and the other one too where it still stands; of a group that comes whole,
    its only reservation. Returns the new state. Raises NotFound, Invalid, NotNow; nothing is cancelled then.
    """
    async with transaction():
        await lock_choices(reservation)
        halves = await halves_of(await pair_of(reservation, school=school))
        # What both hope for, or are offered, ends together.
        at_once = {half.state for half in halves} in [{state} for state in BOTH_OR_NONE]
        others = [half for half in halves if half.id != reservation and half.state in LIVE and not at_once]
        own: dict[str, Any] = {"role": "teacher", "school": school, "by": by, "now": now}
        for other in others:
            await cancel(other.id, asked, told=not _heard_by_the_same(halves), gives_on=False, **own)
        becomes = await cancel(reservation, asked, **own)
        # Another class in two halves may fit, now that both places are free: it comes before who waits behind it.
        for other in others:
            await give_back(other.slot, now=now)
        return becomes


def _heard_by_the_same(halves: list[Half]) -> bool:
    """Whether one mail tells both: the same lycée receives them, and both are sure or both in the same wait."""
    kinds = {"sure" if one.state in SURE else one.state for one in halves}
    return len({one.host for one in halves}) == 1 and len(kinds) == 1
