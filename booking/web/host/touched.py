"""A slot that is about to change, with everyone who is to be told."""

from __future__ import annotations

from msgspec import Struct

from booking.people.accounts.queries import Host
from booking.visits.attendance.queries import Coming, companies_at
from booking.visits.reservation_states import LIVE
from booking.visits.reservations.queries import Visit, visits_of_slot
from booking.words.wording import counted
from workshops.refusals import NotFound
from workshops.slots.queries import SlotCard, slot_card
from workshops.slots.rules import refuse_to_change


class Touched(Struct, frozen=True):
    """A slot of this lycée, the groups that come to it or wait for it, and the companies announced."""

    slot: SlotCard
    groups: list[Visit]
    companies: list[Coming]

    @property
    def told(self) -> str:
        """« 3 groupes et 1 entreprise »; empty when nobody is to be told."""
        counts = ((len(self.groups), "groupe"), (len(self.companies), "entreprise"))
        return " et ".join(counted(count, word) for count, word in counts if count)


async def touched(number: int, person: Host) -> Touched:
    """Raises NotFound, SlotDone, SlotCalledOff."""
    slot = await slot_card(number)
    if slot is None or slot.school != person.school:
        raise NotFound()
    refuse_to_change(slot.state)
    visits = await visits_of_slot(number, school=person.school)
    return Touched(slot, [one for one in visits if one.state in LIVE], await companies_at(number))
