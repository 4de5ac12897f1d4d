"""When a collège is asked about the visits to which it did not come, and what that asks of its next demand. Pure."""

from __future__ import annotations

from booking.words.wording import counted
from workshops.refusals import Refusal

# In one school year; a class that did not come in two halves missed one visit.
ASKED_FROM = 2
WORDS_MOST = 200


def missed_words(no_shows: int) -> str:
    """« n'est pas venu à 2 visites cette année scolaire »"""
    return f"n'est pas venu à {counted(no_shows, 'visite')} cette année scolaire"


class AbsencesUnanswered(Refusal):
    """The collège is asked what happened, and has not said it yet: the demand is taken once it has."""

    kind = "absences-unanswered"
    title = "Une question avant de réserver"
    field = "absences"

    def __init__(self, no_shows: int) -> None:
        super().__init__(
            f"Votre collège {missed_words(no_shows)}. Dites en une ligne ce qui s'est passé, sans nommer personne :"
            " la demande part aussitôt."
        )


class NothingAsked(Refusal):
    """Nothing is asked of this collège, or a colleague has just answered."""

    kind = "absences-not-asked"
    title = "Rien à expliquer"
    sentence = "Rien n'est demandé à votre collège : réservez."
