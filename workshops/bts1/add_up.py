"""The counts of a year of a course, and whether they add up. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from workshops.act_fields import fields_of
from workshops.acts import Act
from workshops.bts1.rules import SchoolYear
from workshops.refusals import Invalid

MOST, MOST_APPLICANTS = 500, 5000
AFTERWARDS = ("employed_6m", "studying_6m", "seeking_6m", "unknown_6m")


def _count(label: str, description: str, *, column: str | tuple[str, str], most: int = MOST) -> Meta:
    return Meta(ge=0, le=most, description=description, extra={"label": label, "column": column})


class RecordIntake(Act, frozen=True, kw_only=True):
    """The counts of a school year (2026 is 2026-2027), null until known; the situation is that of graduates."""

    school_year: SchoolYear
    places: Annotated[int, _count("Places", "Students whom the course takes.", column="places")] | None = None
    applicants: (
        Annotated[int, _count("Candidats", "Who asked for a place.", column="candidats", most=MOST_APPLICANTS)] | None
    ) = None
    enrolled: Annotated[int, _count("Inscrits", "Students in autumn.", column="inscrits")] | None = None
    apprentices: (
        Annotated[int, _count("Dont apprentis", "Apprentices of them.", column=("apprentis", "apprentis"))] | None
    ) = None
    girls: Annotated[int, _count("Dont filles", "Girls of them.", column=("filles", "filles"))] | None = None
    completed: Annotated[int, _count("Diplômés", "Who graduated.", column="diplomes")] | None = None
    employed_6m: (
        Annotated[int, _count("En emploi", "Who work after 6 months.", column=("emploi_6_mois", "en emploi à 6 mois"))]
        | None
    ) = None
    studying_6m: (
        Annotated[int, _count("En études", "Who study after 6 months.", column=("etudes_6_mois", "en études à 6 mois"))]
        | None
    ) = None
    seeking_6m: (
        Annotated[
            int,
            _count(
                "En recherche d'emploi",
                "Who look for work after 6 months.",
                column=("recherche_6_mois", "en recherche à 6 mois"),
            ),
        ]
        | None
    ) = None
    unknown_6m: (
        Annotated[
            int,
            _count("Sans réponse", "Who did not answer.", column=("sans_reponse_6_mois", "sans réponse à 6 mois")),
        ]
        | None
    ) = None

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


def overbooked(places: int | None, enrolled: int | None) -> int:
    """Students enrolled beyond the places: it happens, and is told."""
    return max(0, enrolled - places) if places is not None and enrolled is not None else 0


def unsituated(counts: Mapping[str, int | None]) -> int:
    """Graduates whose situation at 6 months is not noted at all, once one of them is."""
    told = [counts[name] for name in AFTERWARDS if counts[name] is not None]
    return (counts["completed"] or 0) - sum(count or 0 for count in told) if told else 0
