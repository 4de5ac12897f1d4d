"""What the forms that ask for a place share: the slot, what the group needs, as a teacher ticks it, what is said of the
visa, and of the visits that her collège missed."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from booking.door.forms.read import Form
from booking.people.accounts.queries import Teacher
from booking.visits.absences.answer import AnswerAbsences, answer_absences
from booking.visits.absences.rules import NothingAsked
from booking.visits.reservations.queries import held_until
from booking.words.needs import COUNT_MOST, COUNTED, NEEDS, Boxes
from booking.words.wording import moment
from workshops.refusals import Invalid, NotFound, or_not_found
from workshops.schools.queries import visa_of
from workshops.slots.queries import SlotCard, slot_card


async def slot_shown(number: int) -> SlotCard:
    """The slot that a place is asked for; raises NotFound for a draft too."""
    seen = or_not_found(await slot_card(number))
    if seen.state == "draft":
        raise NotFound()
    return seen


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
