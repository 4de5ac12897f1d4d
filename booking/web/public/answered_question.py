"""The page of a mailed question that has its answer: which one, when, and what comes next."""

from __future__ import annotations

from datetime import datetime

from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.visits.reservation_states import ENDED, SURE
from booking.visits.reservations.queries import Visit
from booking.visits.reservations.tell_answer import MailedAnswer
from booking.words.states import RESERVATION_STATES

VISA = {
    "approve": "Ce visa est accordé",
    "paper_visa": "Ce visa est donné sur papier",
    "refuse": "Cette visite est refusée",
    "others": "Le visa est accordé pour les choix cochés",
    "renewed": "Un lien plus récent remplace celui-ci",
    "attend": "Cette visite a eu lieu",
    "miss": "Le groupe n'est pas venu",
}
OFFER = {
    "accept": "Cette place est à vous",
    "cancel": "Cette place est laissée",
    "release": "Un autre choix est retenu",
}
COMING = {
    "comes": "Vous avez dit que vous venez",
    "cancel": "Cette visite est annulée",
    "moved": "La visite a changé de date",
    "begun": "Cette visite a commencé",
    "attend": "Cette visite a eu lieu",
    "miss": "Le groupe n'est pas venu",
}
ENDS = {
    "lapse": "Le délai pour répondre est passé",
    "cancel": "L'enseignant a retiré sa demande",
    "release": "Un autre choix de ce groupe est retenu",
    "decline": "Le lycée ne peut pas recevoir ce groupe",
    "call_off": "Le lycée a annulé ce créneau",
}
NEXT_COMING = {
    "comes": "Le lycée le voit. Un empêchement depuis ? Annulez depuis la page de la réservation.",
    "moved": "Ce lien demandait si vous veniez à l'ancienne date. Un mail vous le demandera pour la nouvelle.",
    "begun": "Il n'y a plus rien à répondre.",
}
# While it stands.
NEXT_PAPER = (
    "La visite est confirmée. Ce visa n'est pas celui de la direction ? Le lien du mail « Visa papier noté » le retire."
)
NEXT_VISA = {
    "renewed": "Répondez par le dernier mail reçu : le lien de celui-ci ne sert plus.",
    "others": "Celui-ci ne l'était pas : sa place est rendue. Des autres, le premier qui a de la place est proposé à"
    " l'enseignant, sans vous redemander.",
}


@renders("public/answered_question.html")
class AnsweredQuestion(Page, frozen=True):
    """`way`: where a teacher goes on to, its page and its words; a principal has nothing else to do,
    but for a visa of hers that `stands`: whom she asks to cancel the visit."""

    visit: Visit
    heading: str
    at: datetime | None
    next_step: str
    way: tuple[str, str] | None
    stands: bool


def answered_page(answer: MailedAnswer, *, question: dict[str, str]) -> Template:
    """What was answered to `question` (VISA, OFFER or COMING), and what its reader can do; the link is gone."""
    teaches = question is not VISA
    state = "lapsed" if answer.act == "lapse" and answer.visit.state == "offered" else answer.visit.state
    next_step = RESERVATION_STATES[state].read_next(teaches=teaches)
    if question is not OFFER:
        next_step = (NEXT_COMING if teaches else NEXT_VISA).get(answer.act, next_step)
    if answer.act == "paper_visa" and state in SURE:
        next_step = NEXT_PAPER
    way = _way_on(answer.visit.id, state) if teaches else None
    stands = question is VISA and answer.act in {"approve", "others"} and state in SURE
    return page(
        AnsweredQuestion(answer.visit, _heading(answer, question), answer.at, next_step, way, stands), status=410
    )


def _way_on(reservation: int, state: str) -> tuple[str, str]:
    if state in ENDED:
        return "/creneaux", "Chercher un autre créneau"
    return f"/reservations/{reservation}", "Ouvrir la réservation"


def _heading(answer: MailedAnswer, question: dict[str, str]) -> str:
    """What was refused or came too late for a visit that stands was a change of it."""
    if answer.act in {"refuse", "lapse"} and answer.visit.state in SURE:
        return "Ce changement n'est pas retenu"
    return {**ENDS, **question}.get(answer.act, "Cette demande a déjà sa réponse")
