"""When a workshop may be shown to collèges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from workshops.refusals import Invalid, Refusal
from workshops.schools.rules import LEVELS

SHEET_WORDS = {
    "pupils_do": "ce que font les élèves",
    "shown_only": "ce qui est seulement montré",
    "protective_equipment": "les équipements de protection",
    "responsible": "la personne responsable",
}


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


@dataclass(frozen=True)
class SafetySheet:
    """What a lycée commits to before pupils aged 11 to 15 enter its machine hall."""

    pupils_do: str = ""
    shown_only: str = ""
    protective_equipment: str = ""
    responsible: str = ""


@dataclass(frozen=True)
class WorkshopSketch:
    """A workshop as its author describes it; `minutes` is one visit, `seats` the pupils at once.

    `offers` are the boxes of `Welcome` that it can tick; `bring` is what pupils wear and bring.
    """

    title: str
    summary: str = ""
    levels: tuple[str, ...] = LEVELS
    minutes: int = 180
    seats: int = 24
    groups_max: int = 1
    access: str = ""
    sheet: SafetySheet = SafetySheet()
    objects: tuple[int, ...] = ()
    offers: tuple[str, ...] = ()
    bring: str = ""


class SheetIncomplete(Refusal):
    """The workshop stays as it was: its safety sheet lacks something. `missing` says what, in French."""

    kind = "sheet-incomplete"
    title = "Fiche de sécurité incomplète"

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        listed = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} et {missing[-1]}"
        super().__init__(f"La fiche de sécurité n'est pas complète. Il manque {listed}.")


class NoObject(Refusal):
    """A visit whose pupils make nothing fails on the day: there is nothing to note."""

    kind = "workshop-without-object"
    title = "Atelier sans objet"
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


def refuse_a_wrong_sketch(sketch: WorkshopSketch) -> None:
    """Raises Invalid, field by field."""
    checks = (
        ("title", 1 <= len(sketch.title.strip()) <= 140, "Donnez un titre, en 140 caractères au plus."),
        ("summary", len(sketch.summary) <= 2000, "Décrivez l'atelier en 2 000 caractères au plus."),
        ("levels", bool(sketch.levels) and set(sketch.levels) <= set(LEVELS), "Choisissez au moins un niveau."),
        ("minutes", 30 <= sketch.minutes <= 600, "L'atelier dure de 30 à 600 minutes."),
        ("seats", 1 <= sketch.seats <= 200, "L'atelier reçoit de 1 à 200 élèves."),
        ("groups_max", 1 <= sketch.groups_max <= 20, "L'atelier reçoit de 1 à 20 groupes."),
        ("access", len(sketch.access) <= 1000, "Décrivez l'accès en 1 000 caractères au plus."),
        ("offers", set(sketch.offers) <= set(Welcome), "Choisissez dans la liste ce que l'atelier offre."),
        ("bring", len(sketch.bring) <= 1000, "Dites la tenue et les affaires en 1 000 caractères au plus."),
        ("responsible", len(sketch.sheet.responsible) <= 120, "Nommez la personne en 120 caractères au plus."),
    )
    texts = ("pupils_do", "shown_only", "protective_equipment")
    errors = {field: sentence for field, right, sentence in checks if not right}
    errors |= {
        field: "Écrivez 2 000 caractères au plus." for field in texts if len(getattr(sketch.sheet, field)) > 2000
    }
    if errors:
        raise Invalid(errors)
