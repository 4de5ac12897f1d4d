"""What the forms of a mentoring action ask in their own way, the same for a lycée and for a company."""

from __future__ import annotations

from typing import Any

from booking.door.forms.read import Form
from booking.words.wording import paris
from workshops.ptech.follow_cohort import ActionLine
from workshops.ptech.rules import PEOPLE_MOST


def minutes_typed(form: Form) -> int:
    """What a pupil lives, from its hours and its minutes."""
    hours = form.whole("hours", 0, 200, label="Heures par élève", default=0)
    return 60 * hours + form.whole("minutes", 0, 59, label="Minutes par élève", default=0)


def people_typed(form: Form) -> int:
    """Who come from the company: left empty, nobody."""
    return form.whole("people", 0, PEOPLE_MOST, label="Personnes de l'entreprise", default=0)


def start_meant(form: Form) -> bool:
    """Whether the very moment that was asked about is confirmed: another one is asked about anew."""
    return _meant(form, "starts_on", "starts")


def holding_meant(form: Form) -> bool:
    """The same of the moment when it was held."""
    return _meant(form, "held_on", "held_at")


def _meant(form: Form, on: str, at: str) -> bool:
    return form.typed.get("sure", "") == f"{form.typed.get(on, '').strip()} {form.typed.get(at, '').strip()}"


def as_typed(action: ActionLine) -> dict[str, Any]:
    """The fields of an action that is to be changed."""
    at = paris(action.starts_at)
    return {
        "kind": action.kind,
        "title": action.title,
        "starts_on": at.date().isoformat(),
        "starts": f"{at:%H:%M}",
        "hours": action.minutes // 60,
        "minutes": action.minutes % 60,
        "people": action.people,
        "place": action.place,
    }
