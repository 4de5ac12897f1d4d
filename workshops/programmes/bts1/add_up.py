"""The counts of a year of a course, and whether they add up. Pure."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from workshops.acts import Act, a_number
from workshops.acts.fields import fields_of
from workshops.programmes.bts1.rules import SchoolYear
from workshops.refusals import Invalid

MOST, MOST_APPLICANTS = 500, 5000
_APPRENTICES, _GIRLS = ("apprentis", "apprentis"), ("filles", "filles")
_WORK, _STUDY = ("emploi_6_mois", "en emploi à 6 mois"), ("etudes_6_mois", "en études à 6 mois")
_SEEK, _SILENT = ("recherche_6_mois", "en recherche à 6 mois"), ("sans_reponse_6_mois", "sans réponse à 6 mois")
AFTERWARDS = ("employed_6m", "studying_6m", "seeking_6m", "unknown_6m")


class IntakeCounts(Struct, frozen=True, kw_only=True):
    """A school year of a course (2026 is 2026-2027): its counts, None until known."""

    school_year: SchoolYear
    places: Annotated[int, a_number("Places", "Students that it takes.", 0, MOST, column="places")] | None = None
    applicants: Annotated[int, a_number("Candidats", "Who applied.", 0, MOST_APPLICANTS, column="candidats")] | None = (
        None
    )
    enrolled: Annotated[int, a_number("Inscrits", "Who enrolled.", 0, MOST, column="inscrits")] | None = None
    apprentices: (
        Annotated[int, a_number("Dont apprentis", "Of those enrolled, the apprentices.", 0, MOST, column=_APPRENTICES)]
        | None
    ) = None
    girls: Annotated[int, a_number("Dont filles", "Of those enrolled, the girls.", 0, MOST, column=_GIRLS)] | None = (
        None
    )
    completed: Annotated[int, a_number("Diplômés", "Who graduated.", 0, MOST, column="diplomes")] | None = None
    employed_6m: Annotated[int, a_number("En emploi", "Of graduates, in work.", 0, MOST, column=_WORK)] | None = None
    studying_6m: Annotated[int, a_number("En études", "Of graduates, studying.", 0, MOST, column=_STUDY)] | None = None
    seeking_6m: (
        Annotated[int, a_number("En recherche d'emploi", "Of graduates, seeking work.", 0, MOST, column=_SEEK)] | None
    ) = None
    unknown_6m: Annotated[int, a_number("Sans réponse", "Of graduates, silent.", 0, MOST, column=_SILENT)] | None = None

    @property
    def overbooked(self) -> int:
        """Students enrolled beyond the places: it happens, and is told."""
        return max(0, self.enrolled - self.places) if self.places is not None and self.enrolled is not None else 0

    @property
    def unsituated(self) -> int:
        """Graduates whose situation at 6 months is not noted at all, once one of them is."""
        told = [count for name in AFTERWARDS if (count := getattr(self, name)) is not None]
        return (self.completed or 0) - sum(told) if told else 0


class RecordIntake(IntakeCounts, Act, frozen=True, kw_only=True):
    """The counts of a school year (2026 is 2026-2027), null until known; the situation is that of graduates."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if errors := _not_adding_up(self):
            raise Invalid(errors)


COUNTS = {field.name: field.label for field in fields_of(RecordIntake) if field.name != "school_year"}


def _not_adding_up(intake: RecordIntake) -> dict[str, str]:
    if all(getattr(intake, name) is None for name in COUNTS):
        return {"places": "Notez au moins un nombre."}
    errors = {}
    for name in ("apprentices", "girls", "completed"):
        if (getattr(intake, name) or 0) > (intake.enrolled or 0):
            most = f"pas plus que les {intake.enrolled} inscrits"
            told = "notez d'abord les inscrits" if intake.enrolled is None else most
            errors[name] = f"{COUNTS[name]} : {told}."
    completed, situated = intake.completed, sum(getattr(intake, name) or 0 for name in AFTERWARDS)
    if situated > (completed or 0):
        told = "notez d'abord les diplômés" if completed is None else f"{situated} situations pour {completed} diplômés"
        errors["employed_6m"] = f"À 6 mois : {told}."
    return errors
