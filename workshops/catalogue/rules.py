"""When a workshop may be shown to collèges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import inf
from typing import Annotated

from msgspec import Struct
from msgspec.structs import astuple

from workshops.acts import Act, typed
from workshops.acts.fields import fields_of
from workshops.companies.rules import CompanyPlace, KnownPlaces
from workshops.refusals import Refusal
from workshops.schools.rules import kilometres


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

    def under(self, *labels: str) -> tuple[tuple[str, str], ...]:
        """What it says, in this order, each part under a label; the last parts may be left out."""
        return tuple(zip(labels, astuple(self), strict=False))


class DescribeSheet(Act, frozen=True, kw_only=True):
    """A safety sheet as its lycée writes it; `missing` names each part while it is empty."""

    pupils_do: Annotated[
        str,
        typed(
            "Ce que font les élèves",
            "The safety sheet: what pupils do.",
            most=2000,
            lines=True,
            missing="ce que font les élèves",
        ),
    ] = ""
    shown_only: Annotated[
        str,
        typed(
            "Ce qui est seulement montré",
            "The safety sheet: what is only shown.",
            most=2000,
            lines=True,
            missing="ce qui est seulement montré",
        ),
    ] = ""
    protective_equipment: Annotated[
        str,
        typed(
            "Équipement de protection",
            "The safety sheet: what protects pupils.",
            most=2000,
            lines=True,
            missing="les équipements de protection",
        ),
    ] = ""
    responsible: Annotated[
        str,
        typed("Responsable", "The safety sheet: who is responsible.", most=120, missing="la personne responsable"),
    ] = ""

    @property
    def sheet(self) -> SafetySheet:
        """What it says."""
        return SafetySheet(*(getattr(self, name) for name in SafetySheet.__struct_fields__))


SHEET_WORDS = {field.name: str(field.extra["missing"]) for field in fields_of(DescribeSheet)}


class Standing(Struct, frozen=True):
    """Where a school stands, as far as it is known."""

    commune: str
    department: str
    lat: float | None
    lon: float | None


class TaughtAt(Standing, frozen=True):
    """A diploma as a workshop tells it; `own`: of the workshop that was visited. `objects` are those that it builds of
    the ones that are asked about."""

    title: str
    link: str
    school: int
    lycee: str
    own: bool
    objects: tuple[str, ...]


class Diploma(Struct, frozen=True):
    """What teaches an object, and where: `km` from the collège as the crow flies, None where nothing tells; `estimated`
    where a school's own place is not known; `own`: of the workshop that was visited."""

    title: str
    lycee: str
    commune: str
    link: str
    km: int | None
    estimated: bool
    own: bool
    objects: tuple[str, ...]


def nearest_diplomas(taught: Iterable[TaughtAt], college: Standing, known: KnownPlaces, *, most: int) -> list[Diploma]:
    """Each diploma of each lycée once, the nearest to the collège first, at most so many."""
    here = _place(college, known)
    found: dict[tuple[str, int], Diploma] = {}
    for told in taught:
        there = _place(told, known)
        apart = None if here is None or there is None else kilometres(here.lat, here.lon, there.lat, there.lon)
        before = found.get(key := (told.title.casefold(), told.school))
        found[key] = Diploma(
            title=told.title,
            lycee=told.lycee,
            commune=told.commune,
            link=(before and before.link) or told.link,
            km=None if apart is None else round(apart),
            estimated=bool(here and there and (here.estimated or there.estimated)),
            own=told.own or bool(before and before.own),
            objects=tuple(sorted({*told.objects, *(before.objects if before else ())})),
        )
    return sorted(found.values(), key=_nearness)[:most]


def _nearness(diploma: Diploma) -> tuple[float, bool, str, str]:
    return inf if diploma.km is None else diploma.km, not diploma.own, diploma.lycee, diploma.title


def _place(school: Standing, known: KnownPlaces) -> CompanyPlace | None:
    if school.lat is not None and school.lon is not None:
        return CompanyPlace(school.lat, school.lon)
    return known.place_of(school.commune, school.department)


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
