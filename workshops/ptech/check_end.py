"""Whether a company may stop mentoring a cohort on a day: in order, and not before what it did. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workshops.ptech.rules import known, refuse
from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import paris_day


@dataclass(frozen=True)
class ActionBeyond:
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
    checks = (
        ("from_on", known(from_on), "Depuis le : choisissez une date entre 2000 et 2100."),
        ("to_on", to_on is None or (known(to_on) and to_on >= from_on), "La fin vient avant le début."),
    )
    refuse(checks)


def planned_of(beyond: Sequence[ActionBeyond]) -> list[ActionBeyond]:
    """Those that may still be called off. Raises Invalid when one was held: the end comes after it."""
    held = [one.starts_at for one in beyond if one.state == "held"]
    if held:
        on = f"{paris_day(max(held)):%d/%m/%Y}"
        told = f"Dernier jour : l'entreprise a tenu une action le {on}. Choisissez ce jour ou un jour suivant."
        raise Invalid({"to_on": told})
    return list(beyond)
