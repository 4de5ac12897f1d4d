"""When a workshop may be shown to collèges."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from msgspec import Struct
from msgspec.structs import astuple

from workshops.act_fields import fields_of
from workshops.acts import Act, typed
from workshops.refusals import Refusal


class WorkshopState(StrEnum):
    """Only a published workshop opens slots."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Welcome(StrEnum):
    """What a workshop may offer to a group that needs it, and what a group may need: one box each."""

    STEP_FREE = "step_free"
    CHAIRS = "chairs"
    LOOP = "loop"
    QUIET = "quiet"
    INTERPRETER = "interpreter"
    MEAL = "meal"


class SafetySheet(Struct, frozen=True):
    """What a lycée commits to before pupils aged 11 to 15 enter its machine hall."""

    pupils_do: str = ""
    shown_only: str = ""
    protective_equipment: str = ""
    responsible: str = ""

    def under(self, *titles: str) -> tuple[tuple[str, str], ...]:
        """Its answers under these titles, in the order of its fields; with fewer titles the last ones are left out."""
        return tuple(zip(titles, astuple(self), strict=False))


class WorkshopNumbers(Struct, frozen=True):
    """How long one visit of a workshop lasts, how many pupils and groups it receives at once."""

    minutes: int
    seats: int
    groups_max: int


class SheetIncomplete(Refusal):
    """The workshop stays as it was: its safety sheet lacks something. `missing` says what, in French.

    Of one that collèges see already, each of its fields says so.
    """

    kind = "sheet-incomplete"
    title = "Fiche de sécurité incomplète"

    def __init__(self, missing: Sequence[str], *, published: bool = False) -> None:
        self.missing = tuple(missing)
        if published:
            self.errors = {
                field: f"L'atelier est publié : écrivez {words}."
                for field, words in SHEET_WORDS.items()
                if words in missing
            }
        listed = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} et {missing[-1]}"
        super().__init__(f"La fiche de sécurité n'est pas complète. Il manque {listed}.")


class NoObject(Refusal):
    """A visit whose pupils make nothing fails on the day: there is nothing to note."""

    kind = "workshop-without-object"
    title = "Atelier sans objet"
    field = "objects"
    sentence = (
        "Cet atelier n'a pas d'objet à fabriquer : cochez-en au moins un, ou nommez le vôtre sous « Autre objet »."
    )


class WorkshopNotPublished(Refusal):
    """Nothing can be reserved in a workshop that collèges do not see."""

    kind = "workshop-not-published"
    title = "Atelier non publié"
    field = "workshop"
    sentence = "Cet atelier n'est pas publié. Complétez sa fiche de sécurité et publiez-le d'abord."


class RoomInUse(Refusal):
    """The room keeps its visits to come."""

    kind = "room-in-use"
    title = "Salle utilisée"
    sentence = "Des créneaux à venir ont lieu dans cette salle. Déplacez-les ou annulez-les d'abord."


def missing_from_sheet(sheet: SafetySheet) -> list[str]:
    """What the safety sheet does not say yet, in words; empty when the workshop may be published."""
    return [words for field, words in SHEET_WORDS.items() if not getattr(sheet, field).strip()]
