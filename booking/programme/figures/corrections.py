"""The lines that were corrected of a closed year, in words."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.words.wording import day
from workshops.closed_years.queries import YearCorrection
from workshops.contributions.rules import GIVERS
from workshops.programmes.bts1.rules import STAYS, STEPS
from workshops.programmes.ptech.rules import ACTION_KINDS, OUTCOMES
from workshops.school_calendar.rules import year_words

LINES = {
    "census": "recensement",
    "outcome": "devenir",
    "mentor": "entreprise mentore",
    "action": "action de mentorat",
    "cohort": "cohorte",
    "step": "étape",
    "intake": "rentrée",
    "mobility": "mobilité",
    "head_counts": "effectifs des collèges",
    "hands": "main levée de septembre,",
    "reopened": "chiffres rouverts",
    "hosts": "qui a reçu la visite du",
    "mobilised": "personnels mobilisés par créneau",
    "rate": "taux horaire,",
}
WORDS = (
    {"october": "d'octobre", "june": "de juin"}
    | {
        name: f"« {words} »"
        for name, words in (*OUTCOMES.items(), *STEPS.items(), *STAYS.items(), *ACTION_KINDS.items())
    }
    | {"company": "de l'entreprise n°", "incoming": "entrante"}
    | {giver: words.lower() for giver, words in GIVERS.items()}
)
COUNTS = {
    **{"present": "présents", "girls": "filles", "entered": "entrés", "left_reoriented": "réorientés"},
    **{"left_moved": "partis ailleurs", "left_work": "partis travailler", "left_dropout": "décrocheurs"},
    **{"left_other": "autres sorties", "pupils": "élèves", "minutes": "minutes", "people": "personnes"},
    "weeks": "semaines",
    **{"places": "places", "applicants": "candidats", "enrolled": "inscrits", "apprentices": "apprentis"},
    **{"completed": "diplômés", "employed_6m": "en emploi", "studying_6m": "en études"},
    **{"hands": "mains levées"},
    **{"lyceens": "lycéens", "staff": "enseignants et personnels", "cents": "centimes de l'heure"},
    **{"seeking_6m": "en recherche", "unknown_6m": "sans réponse"},
}


class CorrectedWords(Struct, frozen=True):
    """A line as a page says it; `changes`: the counts that differ, « présents 24 → 34 »."""

    year: str
    what: str
    changes: str
    school_name: str
    reason: str
    at: datetime


def in_words(lines: list[YearCorrection]) -> list[CorrectedWords]:
    """Each line of what was corrected, in words."""
    return [
        CorrectedWords(year_words(one.school_year), _what(one.what), _changes(one), one.school_name, one.reason, one.at)
        for one in lines
    ]


def _what(told: str) -> str:
    first, *more = told.split()
    return " ".join([LINES.get(first, first), *(WORDS.get(one, _day(one)) for one in more)])


def _changes(correction: YearCorrection) -> str:
    if not correction.was or not correction.becomes:
        left, right = (_told(told) or "rien" for told in (correction.was, correction.becomes))
        return f"{left} → {right}" if correction.was or correction.becomes else ""
    was, becomes = _counts(correction.was), _counts(correction.becomes)
    if was is None or becomes is None:
        return f"{_told(correction.was)} → {_told(correction.becomes)}"
    names = dict.fromkeys((*was, *becomes))
    told = [(name, was.get(name, "inconnu"), becomes.get(name, "inconnu")) for name in names]
    return ", ".join(f"{COUNTS[name]} {before} → {after}" for name, before, after in told if before != after)


def _counts(told: str) -> dict[str, str] | None:
    """« present 24, girls 6 » by the names; None where it says days."""
    pairs = [one.split() for one in told.split(", ")]
    known = all(len(one) == 2 and one[0] in COUNTS for one in pairs)
    return {one[0]: one[1] for one in pairs} if known else None


def _told(told: str) -> str:
    counts = _counts(told) if told else None
    if counts is not None:
        return ", ".join(f"{COUNTS[name]} {count}" for name, count in counts.items() if count != "0")
    parts = told.split(", ")
    days = [_day(one) for one in parts]
    return told if days == parts else " au ".join(days)


def _day(told: str) -> str:
    try:
        return day(datetime.fromisoformat(told).date())
    except ValueError:
        return told
