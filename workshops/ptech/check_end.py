"""Whether a cohort and its mentors are there on a day: from its entry to its last census, until they end. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from workshops.ptech.rules import YEARS_COUNTED
from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import paris_day


class ActionBeyond(Struct, frozen=True):
    """What a company does with a cohort on a day when it would mentor it no more."""

    id: int
    title: str
    starts_at: datetime
    state: str


class ActionsPlanned(Refusal):
    """Something is planned with the company after the day that would be its last."""

    kind = "actions-planned"
    title = "Actions encore prévues"

    def __init__(self, actions: Sequence[ActionBeyond]) -> None:
        self.actions = tuple(actions)
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


def refuse_dates(from_on: date, to_on: date | None) -> None:
    """Raise Invalid for a mentor's days that are not in order."""
    if to_on is not None and to_on < from_on:
        raise Invalid({"to_on": "La fin vient avant le début."})


def planned_of(beyond: Sequence[ActionBeyond]) -> list[ActionBeyond]:
    """Those that may still be called off. Raises Invalid when one was held: the end comes after it."""
    held = [one.starts_at for one in beyond if one.state == "held"]
    if held:
        on = f"{paris_day(max(held)):%d/%m/%Y}"
        told = f"Dernier jour : l'entreprise a tenu une action le {on}. Choisissez ce jour ou un jour suivant."
        raise Invalid({"to_on": told})
    return list(beyond)


def refuse_mentor_day(from_on: date, *, entry_year: int) -> None:
    """Raise Invalid for a company that would begin before the cohort, or after it."""
    _refuse("from_on", "Depuis le", from_on, entry_year)


def refuse_action_day(starts_at: datetime, *, entry_year: int) -> None:
    """Raise Invalid for an action on a day when the cohort is not."""
    _refuse("starts_at", "Date de l'action", paris_day(starts_at), entry_year)


def _refuse(field: str, label: str, day: date, entry_year: int) -> None:
    """A company is met before the first day of school: the whole year of the entry counts."""
    last = entry_year + YEARS_COUNTED
    if not date(entry_year, 1, 1) <= day <= date(last, 8, 31):
        raise Invalid({field: f"{label} : du 1er janvier {entry_year} au 31 août {last} pour cette cohorte."})
