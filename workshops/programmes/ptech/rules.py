"""What a scheme, a cohort, a census, a mentoring action may say, and why an act is refused. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from workshops.acts import a_number
from workshops.acts.kinds import WordedKind
from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import PARIS, DayOff


class Term(StrEnum):
    """When a cohort is counted."""

    OCTOBER = "october"
    JUNE = "june"


class ActionKind(WordedKind):
    """What a mentoring action is."""

    VISITE = "visite", "Visite d'entreprise"
    STAGE = "stage", "Stage"
    PROJET = "projet", "Projet"
    TEMOIGNAGE = "temoignage", "Témoignage"
    SIMULATION = "simulation", "Simulation d'entretien"
    AUTRE = "autre", "Autre action"


class ActionState(StrEnum):
    """The life of a mentoring action."""

    PLANNED = "planned"
    HELD = "held"
    CALLED_OFF = "called_off"


class OutcomeKind(WordedKind):
    """What became of pupils."""

    BAC_PRO = "bac_pro", "Bac pro obtenu"
    BTS_ENTERED = "bts_entered", "Entrés en BTS"
    BTS_PASSED = "bts_passed", "BTS obtenu"
    EMPLOYED = "employed", "En emploi"
    STUDYING = "studying", "En poursuite d'études"
    OTHER = "other", "Autre situation"


FIRST_ENTRY, LAST_ENTRY = 2000, 2100
YEARS = 5
# A mentor company with nothing held for longer, and nothing planned, is to be called.
SILENT_DAYS = 120
MENTORS_WANTED = 3
# A pupil may repeat a year: a cohort is counted for two years more than the five of its course.
YEARS_COUNTED = 7
PUPILS_MOST = 500
PEOPLE_MOST = 100
COHORTS_MOST = 20
"""Of one action, the other cohorts that have it too."""
MINUTES_LEAST, MINUTES_MOST = 5, 12_000
# Longer than a day (a stage): its calendar entry is its first day.
ONE_DAY_MINUTES = 600
FIRST_DAY = timedelta(hours=7)
EARLIEST, LATEST, SUNDAY = time(7), time(20), 6
OFF_WORDS = {
    "public_holiday": "tombe un jour férié ({})",
    "holiday": "tombe pendant les vacances ({})",
    "closure": "tombe un jour de fermeture du lycée ({})",
}
TERMS = {Term.OCTOBER.value: "Octobre", Term.JUNE.value: "Juin"}
MONTHS = {Term.OCTOBER.value: "octobre", Term.JUNE.value: "juin"}
ACTION_KINDS, OUTCOMES = ActionKind.in_words(), OutcomeKind.in_words()
SchoolYear = Annotated[
    int, a_number("Année scolaire", "2026 is 2026-2027.", 2000, 2110, column="annee_scolaire", cell="school_year")
]


class CohortKnown(Refusal):
    kind = "cohort-known"
    title = "Cohorte déjà ouverte"
    sentence = "Ce dispositif a déjà une cohorte de cette rentrée. Ouvrez-la pour la compléter."


class SchemeClosed(Refusal):
    kind = "scheme-closed"
    title = "Dispositif fermé"
    sentence = "Ce dispositif est fermé à cette rentrée : il n'accueille plus de nouvelle cohorte."


class AlreadyMentor(Refusal):
    kind = "already-mentor"
    field = "company"
    title = "Déjà mentore"
    sentence = "Cette entreprise est déjà mentore de la cohorte sur ces dates."


class NotMentor(Refusal):
    kind = "not-mentor"
    field = "starts_at"
    title = "Entreprise non mentore"
    sentence = "Cette entreprise n'est pas mentore de la cohorte à cette date. Ajoutez-la d'abord aux mentores."


class ActionKnown(Refusal):
    kind = "action-known"
    field = "starts_at"
    title = "Action déjà notée"
    sentence = "Cette action est déjà notée à cette heure, sous le même intitulé. Ouvrez-la pour la changer."


class ActionSettled(Refusal):
    kind = "action-settled"
    title = "Action terminée"
    sentence = "Cette action a déjà eu lieu ou est annulée : elle ne change plus."


class ActionMovedBack(Refusal):
    kind = "action-moved-back"
    field = "starts_at"
    title = "Date passée"
    sentence = (
        "Une action prévue ne se déplace pas dans le passé. Si elle a eu lieu ce jour-là, le lycée la note comme"
        " tenue : les agendas sont corrigés."
    )


class ActionAhead(Refusal):
    kind = "action-ahead"
    field = "held_at"
    title = "Trop tôt"
    sentence = "Cette action n'a pas encore commencé : comptez les élèves après."


class UnusualTime(Refusal):
    """Nobody forbids it, but it is rarely meant: who plans it says so again."""

    kind = "unusual-time"
    field = "unusual_time_meant"
    title = "Moment inhabituel"

    def __init__(self, why: list[str]) -> None:
        last = " et ".join([", ".join(why[:-1]), why[-1]] if len(why) > 1 else why)
        super().__init__(f"Cette action {last}. Confirmez ce moment, ou corrigez la date et l'heure.")


class LaterCensus(Refusal):
    kind = "later-census"
    title = "Recensement suivi d'un autre"
    sentence = "Seul le dernier recensement peut être retiré. Les autres se corrigent."


class ActionBeyond(Struct, frozen=True):
    """What a company does with a cohort on a day when it would mentor it no more."""

    id: int
    title: str
    starts_at: datetime
    state: str


class ActionsPlanned(Refusal):
    """Something is planned with the company after the day, `to_on`, that would be its last."""

    kind = "actions-planned"
    title = "Actions encore prévues"

    def __init__(self, actions: Sequence[ActionBeyond], to_on: date | None) -> None:
        self.actions, self.to_on = tuple(actions), to_on
        s, those = ("s", "les") if len(self.actions) > 1 else ("", "la")
        super().__init__(
            f"Cette entreprise a encore {len(self.actions)} action{s} prévue{s} après ce jour."
            f" Annulez-{those} avec la fin, ou choisissez un autre jour."
        )


class MentorActed(Refusal):
    """Something happened with the company: it did mentor, and its end is dated instead."""

    kind = "mentor-acted"
    title = "Entreprise qui a agi"
    sentence = (
        "Une action avec cette entreprise est prévue ou a eu lieu : datez plutôt sa fin. Si elle n'est que prévue,"
        " annulez-la d'abord."
    )


def unusual(starts_at: datetime, minutes: int, off: DayOff | None) -> list[str]:
    """Why a moment is rarely that of an action: `off` is what closes the lycée on that day. Empty for a usual one.

    Of one that lasts for days, the first hour alone is known.
    """
    begins = starts_at.astimezone(PARIS)
    ends = (starts_at + timedelta(minutes=minutes if minutes <= ONE_DAY_MINUTES else 0)).astimezone(PARIS)
    why = [OFF_WORDS[off.kind].format(off.label)] if off is not None else []
    if begins.weekday() == SUNDAY:
        why.append("tombe un dimanche")
    if begins.time() < EARLIEST:
        why.append(f"commence avant {EARLIEST.hour} h")
    if begins.time() >= LATEST or ends.date() > begins.date() or ends.time() > LATEST:
        why.append(f"finit après {LATEST.hour} h")
    return why


def wrong_year(entry_year: int) -> str:
    """The school years that a cohort is counted in, as a sentence."""
    last = entry_year + YEARS_COUNTED - 1
    return f"Année scolaire : de {entry_year}-{entry_year + 1} à {last}-{last + 1} pour cette cohorte."


def refuse_day(field: str, label: str, day: date, *, entry_year: int) -> None:
    """Raise Invalid for a day of a company when the cohort is not there.

    A company is met before the first day of school: the whole year of the entry counts.
    """
    last = entry_year + YEARS_COUNTED
    if not date(entry_year, 1, 1) <= day <= date(last, 8, 31):
        raise Invalid({field: f"{label} : du 1er janvier {entry_year} au 31 août {last} pour cette cohorte."})


def entry_ends_at(starts_at: datetime, minutes: int) -> datetime:
    """When the calendar entry of an action ends: a longer one than a day is announced by its first day."""
    return starts_at + (timedelta(minutes=minutes) if minutes <= ONE_DAY_MINUTES else FIRST_DAY)


def is_running(entry_year: int, closed_on: date | None, on: date) -> bool:
    """Whether a cohort is within its five years, so that mentors are expected of it."""
    over = date(entry_year + YEARS, 8, 31)
    return date(entry_year, 9, 1) <= on <= (over if closed_on is None else min(over, closed_on))


def mentors_missing(mentors: int) -> int:
    """How many companies a cohort lacks to be mentored by three."""
    return max(0, MENTORS_WANTED - mentors)
