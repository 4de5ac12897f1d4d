"""What is said of a slot and of a reservation by its state: on pages and in mails, each state once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Chip = Literal["ok", "wait", "bad", "off"]


class Named(Struct, frozen=True):
    """The name of a state, and the shape and colour in which a page shows it."""

    label: str
    chip: Chip


class StateWords(Named, frozen=True):
    """Of a reservation, `next_step` is what whoever signs for the collège reads once her question is answered,
    `teacher_next` its teacher, where that is another thing. Of one that will not be, `why` is who ended it, and
    `change_why` who did of a change whose visit stands; what a collège gives up itself needs no word of that."""

    next_step: str
    teacher_next: str = ""
    why: str = ""
    change_why: str = ""

    def read_next(self, *, teaches: bool) -> str:
        """What comes next, to its teacher, who `teaches`, or to whoever signs."""
        return (self.teacher_next if teaches else "") or self.next_step


SLOT_STATES: Mapping[str, Named] = {
    "draft": Named("Brouillon", "off"),
    "open": Named("Ouvert", "ok"),
    "closed": Named("Réservations closes", "wait"),
    "done": Named("Visite close", "off"),
    "called_off": Named("Annulé", "bad"),
}

_SURE = StateWords(
    label="Confirmée",
    chip="ok",
    next_step="La visite est confirmée : l'enseignant et le lycée le savent. Vous n'avez rien d'autre à faire.",
    teacher_next="Votre visite est confirmée, son invitation est partie par mail.",
)
_GIVEN_BACK = "Les places sont rendues à d'autres collèges. L'enseignant peut réserver un autre créneau."
_YOURS_GIVEN_BACK = "Les places sont rendues à d'autres collèges. Vous pouvez réserver un autre créneau."
_TOLD_ELSEWHERE = "L'enseignant est prévenu et peut réserver un autre créneau."
_YOU_ELSEWHERE = "Vous pouvez réserver un autre créneau."

RESERVATION_STATES: Mapping[str, StateWords] = {
    "requested": StateWords(
        label="En attente du visa",
        chip="wait",
        next_step="Le chef d'établissement a reçu la demande de visa : la visite est confirmée dès qu'il l'accorde.",
    ),
    "confirmed": _SURE,
    "locked": replace(_SURE, label="Confirmée, liste close"),
    "attended": StateWords(label="Venue", chip="ok", next_step="La visite a eu lieu."),
    "no_show": StateWords(label="Non venue", chip="off", next_step="Le groupe n'est pas venu."),
    "waiting": StateWords(label="En liste d'attente", chip="wait", next_step="Le groupe est en liste d'attente."),
    "offered": StateWords(
        label="Place proposée",
        chip="wait",
        next_step="Une place est proposée à l'enseignant, qui doit répondre.",
        teacher_next="Une place vous est proposée : répondez par le dernier mail reçu.",
    ),
    "lapsed": StateWords(
        label="Sans suite",
        chip="off",
        next_step=_GIVEN_BACK,
        teacher_next=_YOURS_GIVEN_BACK,
        why="Elle n'a pas été confirmée à temps.",
        change_why="Le visa n'est pas arrivé à temps.",
    ),
    "cancelled_by_teacher": StateWords(
        label="Annulée",
        chip="bad",
        next_step="La demande est annulée et les places sont rendues à d'autres collèges.",
        why="Votre collège l'a annulée.",
    ),
    "refused_by_principal": StateWords(
        label="Refusée par le collège",
        chip="bad",
        next_step=_GIVEN_BACK,
        teacher_next=_YOURS_GIVEN_BACK,
        why="La direction de votre collège n'a pas donné son accord.",
        change_why="La direction de votre collège ne l'a pas visé.",
    ),
    "refused_by_host": StateWords(
        label="Refusée par le lycée",
        chip="bad",
        next_step=_TOLD_ELSEWHERE,
        teacher_next=_YOU_ELSEWHERE,
        why="Le lycée ne peut pas recevoir votre groupe.",
        change_why="Le lycée ne peut pas recevoir votre groupe à cette date.",
    ),
    "called_off": StateWords(
        label="Créneau annulé",
        chip="bad",
        next_step=_TOLD_ELSEWHERE,
        teacher_next=_YOU_ELSEWHERE,
        why="Le lycée a annulé ce créneau.",
        change_why="Le lycée a annulé ce créneau.",
    ),
    "in_draw": StateWords(label="Au tirage", chip="wait", next_step="Le groupe est au tirage de ce créneau."),
}
