"""What the forms that ask for a place share: the slot, what the group needs, as a teacher ticks it, what is said of the
visa, of the visits that her collège missed, of its number of groups and of what stands in the way."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from booking.door.forms.read import Form
from booking.people.accounts.queries import Teacher
from booking.visits.absences.answer import AnswerAbsences, answer_absences
from booking.visits.absences.rules import NothingAsked
from booking.visits.demands.keep import without_a_place
from booking.visits.groups.queries import GroupSeen
from booking.visits.reservations.beyond import groups_counted_with
from booking.visits.reservations.in_the_way import InTheWay, in_the_way
from booking.visits.reservations.queries import held_until
from booking.visits.reservations.rules import GroupBusy, groups_words
from booking.words.needs import COUNT_MOST, COUNTED, NEEDS, Boxes
from booking.words.wording import moment
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found
from workshops.schools.queries import visa_of
from workshops.slots.queries import SlotCard, slot_card


async def slot_shown(number: int) -> SlotCard:
    """The slot that a place is asked for; raises NotFound for a draft too."""
    seen = or_not_found(await slot_card(number))
    if seen.state == "draft":
        raise NotFound()
    return seen


async def as_open_to(slot: SlotCard, group: GroupSeen | None) -> SlotCard:
    """The slot as it is for this group: what the draw of its period left is first of those who got nothing."""
    if group is None or not await without_a_place(slot.opening, [group.id]):
        return slot
    return replace(slot, opens_at=None)


async def beyond_words(group: GroupSeen | None, slot: SlotCard, now: datetime) -> str:
    """« Votre collège a déjà 5 groupes de 4e…, pour 5 classes de 4e. »; nothing where it has fewer, nor in a draw."""
    if group is None or slot.draws_at is not None:
        return ""
    number = await groups_counted_with(group.id, now=now)
    if number.classes is None or not number.beyond:
        return ""
    return groups_words(group.level, classes=number.classes, others=number.others)


async def busy_with(
    refusal: Refusal | None, slots: Collection[int], group: GroupSeen | None, person: Teacher
) -> InTheWay | None:
    """The visit for which the group cannot have these slots, where that is why it was refused."""
    if group is None or refusal is None or refusal.kind != GroupBusy.kind:
        return None
    return await in_the_way(slots, group=group.id, scope=person.scope)


def boxes_typed(form: Form) -> Boxes:
    """The boxes; a number without its tick counts as ticked, a tick alone as one."""
    ticked: dict[str, Any] = {}
    for box, words in NEEDS.items():
        ticked[box] = form.ticked(f"need-{box}")
        if box in COUNTED:
            ticked[box] = form.whole(f"need-{box}-count", 1, COUNT_MOST, label=words, default=int(ticked[box]))
    return Boxes(**ticked)


def needs_typed(form: Form) -> str:
    """The line beside them; a form without it erases it."""
    return form.typed.get("needs", "")


async def answer_typed(form: Form, person: Teacher, *, now: datetime) -> None:
    """What the form says of the visits that her collège missed is said before its demand is taken; nothing where it
    says nothing, or a colleague was faster. Raises Invalid."""
    if not form.typed.get("absences", "").strip():
        return
    with suppress(NothingAsked):
        try:
            answer = form.act(AnswerAbsences)
            await answer_absences(answer, school=person.school, by=person.account, now=now)
        except Invalid as no:
            form.note(no, AnswerAbsences)
            form.refuse_if_wrong()


async def visa_words(person: Teacher, slot: SlotCard, *, at_once: bool, now: datetime) -> str:
    """That the places are held while the principal is asked, and until when where they are had `at_once`.

    Nothing where no visa is asked for, or while her collège has still to say that she teaches there.
    """
    visa = await visa_of(person.school)
    if not visa.needed or person.awaiting:
        return ""
    who = (visa.confirmed_at and visa.principal_name) or "votre chef d'établissement"
    held = "une place obtenue est tenue"
    if at_once:
        until = await held_until(slot.deadlines, college=person.school, now=now)
        held = f"les places sont tenues jusqu'au {moment(until)},"
    return f"Votre collège demande un visa : {held} le temps que {who} réponde."
