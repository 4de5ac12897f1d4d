"""Whether the counts of a year add up. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from workshops.refusals import Invalid

MOST, MOST_APPLICANTS = 500, 5000
COUNTS = {
    "places": "Places",
    "applicants": "Candidats",
    "enrolled": "Inscrits",
    "apprentices": "Apprentis",
    "girls": "Filles",
    "completed": "Diplômés",
    "employed_6m": "En emploi",
    "studying_6m": "En études",
    "seeking_6m": "En recherche d'emploi",
    "unknown_6m": "Sans réponse",
}
AFTERWARDS = ("employed_6m", "studying_6m", "seeking_6m", "unknown_6m")


def refuse_intake(counts: Mapping[str, int | None]) -> None:
    """Raise Invalid for counts that do not add up; one that is not known yet is None."""
    known = {name: counts.get(name) for name in COUNTS}
    if all(count is None for count in known.values()):
        raise Invalid({"places": "Notez au moins un nombre."})
    errors = {}
    for name, count in known.items():
        most = MOST_APPLICANTS if name == "applicants" else MOST
        if count is not None and not 0 <= count <= most:
            errors[name] = f"{COUNTS[name]} : de 0 à {most}."
    enrolled = known["enrolled"]
    for name in ("apprentices", "girls", "completed"):
        if (known[name] or 0) > (enrolled or 0):
            told = "notez d'abord les inscrits" if enrolled is None else f"pas plus que les {enrolled} inscrits"
            errors.setdefault(name, f"{COUNTS[name]} : {told}.")
    completed, situated = known["completed"], sum(known[name] or 0 for name in AFTERWARDS)
    if situated > (completed or 0):
        told = "notez d'abord les diplômés" if completed is None else f"{situated} situations pour {completed} diplômés"
        errors.setdefault("employed_6m", f"À 6 mois : {told}.")
    if errors:
        raise Invalid(errors)


def overbooked(places: int | None, enrolled: int | None) -> int:
    """Students enrolled beyond the places: it happens, and is told."""
    return max(0, enrolled - places) if places is not None and enrolled is not None else 0


def unsituated(counts: Mapping[str, int | None]) -> int:
    """Graduates whose situation at 6 months is not noted at all, once one of them is."""
    told = [counts[name] for name in AFTERWARDS if counts[name] is not None]
    return (counts["completed"] or 0) - sum(count or 0 for count in told) if told else 0
