"""A "no" that a teacher, a host or a company can read: what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

Asked = TypeVar("Asked")


class Refusal(Exception):
    """The act asked for is refused; nothing was changed.

    `kind` is stable (it ends the problem's URI, /problems/slot-full), `status` the HTTP status, `sentence` the French
    sentence, `for_programs` the one of the API where `sentence` speaks of a page, `field` the field of the act that it
    speaks of, if any, and `errors` what is to do to each of several. A subclass is one reason; its sentence may be
    completed when it is raised.
    """

    kind = "refused"
    status = 409
    title = "Refusé"
    sentence = "Cette action n'est pas possible."
    for_programs = ""
    field = ""
    errors: Mapping[str, str] = MappingProxyType({})

    def __init__(self, sentence: str | None = None) -> None:
        self.sentence = sentence or type(self).sentence
        super().__init__(self.sentence)

    @property
    def detail(self) -> str:
        """The sentence as a program is told it."""
        return self.for_programs if self.for_programs and self.sentence == type(self).sentence else self.sentence


class NotFound(Refusal):
    """Nothing here for this person: the thing does not exist, or belongs to another school."""

    kind = "not-found"
    status = 404
    title = "Introuvable"
    sentence = "Cette page n'existe pas, ou n'est pas ouverte à votre établissement."
    for_programs = "Il n'y a rien à cette adresse, ou rien qui soit ouvert à l'établissement de cette clé."


class NoSuchChoice(NotFound):
    """What a field names is not there, or not theirs: a page says it beside the list that it was chosen in."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__()


def or_not_found(asked: Asked | None) -> Asked:
    """What was asked for. Raises NotFound where it is not there."""
    if asked is None:
        raise NotFound()
    return asked


class Invalid(Refusal):
    """What was typed cannot be taken; `errors` says it field by field, `typed` keeps it for the form."""

    kind = "invalid"
    status = 422
    title = "À corriger"
    sentence = "Certaines réponses sont à corriger."

    def __init__(self, errors: dict[str, str], sentence: str | None = None) -> None:
        self.errors = errors
        super().__init__(sentence or (next(iter(errors.values())) if len(errors) == 1 else None))


class Stale(Refusal):
    """The page was read before somebody else's change."""

    kind = "stale"
    title = "La page a changé"
    sentence = "Quelqu'un a changé cette fiche entre-temps. Relisez-la, puis recommencez."
