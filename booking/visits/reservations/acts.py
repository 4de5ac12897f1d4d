"""What a teacher asks of a visit: a place for a group, another head count, other needs, its end, its paper visa."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from booking.words.needs import Boxes
from workshops.acts import MOST_NUMBER, Act, a_number, chosen, labelled, typed
from workshops.refusals import Invalid
from workshops.slots.acts import MaybeReason

PUPILS_MOST = 60
ADULTS_MOST = 12
A_PAST_DAY = "écrivez la date du visa, par exemple 12/01/2026."
# The fields of every act on visits: a teacher types them once, whatever asks for or changes one.
Pupils = Annotated[int, a_number("Élèves", "Pupils who come.", 1, PUPILS_MOST, form={"pupils": "Élèves qui viennent"})]
Adults = Annotated[
    int, a_number("Adultes", "Adults who come along.", 1, ADULTS_MOST, form={"adults": "Adultes qui accompagnent"})
]
Slot = Annotated[int, chosen("Créneau", "A slot on offer.")]
GroupOfCollege = Annotated[int, chosen("Groupe", "A group of the teacher's collège.")]
Needs = Annotated[
    str,
    typed(
        "Besoins d'accueil",
        "What the group needs besides the boxes, in a line that names nobody.",
        most=200,
        form={"needs": "Autre besoin, en une ligne"},
    ),
]
NeededBoxes = Annotated[Boxes, Meta(description="What the group needs to be received.")]
Wait = Annotated[bool, labelled("Si tout est complet, attendre une place", "Wait for a place where there is none.")]
LastMinute = Annotated[
    bool,
    labelled("Aussi à la dernière minute", "While it waits, be offered what is given back late, with a short clock."),
]
SignedChoices = Annotated[
    list[Annotated[int, Meta(ge=0, le=MOST_NUMBER)]],
    Meta(
        max_length=50,
        description="The reservations of the demand that are signed for.",
        extra={"label": "Choix signés", "choice": True},
    ),
]


class Coming(Act, frozen=True, kw_only=True):
    """A group that asks to come, wherever: what is said once of all the slots that it asks for."""

    group: GroupOfCollege = msgspec.field(name="group_id")
    adults: Adults
    needs: Needs = ""
    boxes: NeededBoxes = Boxes()


class BookSlot(Coming, frozen=True, kw_only=True):
    """A group asks for a slot; `wait` puts it on the waiting list of a full one, `last_minute` has it offered what is
    given back late."""

    slot: Slot = msgspec.field(name="slot_id")
    pupils: Pupils
    wait: Wait = False
    last_minute: LastMinute = False


class ChangeHeadcount(Act, frozen=True, kw_only=True):
    """How many come now."""

    pupils: Pupils
    adults: Adults


class WriteThanks(Act, frozen=True, kw_only=True):
    """What a teacher writes after a visit for those who received her class."""

    thanks: Annotated[
        str,
        typed(
            "Un mot pour le lycée et les entreprises",
            "A line that names nobody, for the lycée and the companies that came.",
            most=300,
        ),
    ] = ""


class AcceptPlace(Act, frozen=True, kw_only=True):
    """Taking an offered place, with fewer pupils if wished."""

    pupils: Pupils | None = None


class MoveVisit(Act, frozen=True, kw_only=True):
    """The slot to move to."""

    to_slot: Annotated[int, chosen("Nouvelle date", "Another slot on offer.")] = msgspec.field(name="to_slot_id")


class TellNeeds(Act, frozen=True, kw_only=True):
    """What the group needs to be received: boxes, and one line that names nobody. What is left out is not needed."""

    needs: Needs
    boxes: NeededBoxes = Boxes()


class CancelVisit(Act, frozen=True, kw_only=True):
    """Why a reservation ends; of half a class, whether the other half ends with it."""

    reason: MaybeReason = ""
    both_halves: Annotated[bool, Meta(description="The other half of the class ends with it.")] = False


class NotePaperVisa(Act, frozen=True, kw_only=True):
    """Who signed on paper, and on which day; of ranked lines, those signed for, all unless told."""

    signed_by: Annotated[str, typed("Qui a signé", "Who signed, for example: Mme Perrin.", least=1, most=120)]
    signed_on: Annotated[
        date, labelled("Quand", "The day on the paper, of the last twelve months.", sentence=A_PAST_DAY)
    ]
    choices: SignedChoices | None = None


class AnswerApproval(Act, frozen=True, kw_only=True):
    """The principal gives her visa, of ranked lines for those that she ticks, all unless told; or says why not."""

    approved: Annotated[bool, Meta(description="The visa is given.")]
    reason: MaybeReason = ""
    choices: SignedChoices | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.approved and not self.reason:
            raise Invalid({"reason": "Dites pourquoi en quelques mots : l'enseignant le lira."})
