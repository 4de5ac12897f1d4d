"""What a form says of a mentoring action, read in one way for a lycée and for a company."""

from __future__ import annotations

from typing import Any

from booking.door.forms.read import Form
from booking.words.ptech import ACTION_KINDS
from booking.words.wording import paris
from workshops.ptech.follow_cohort import ActionLine
from workshops.ptech.rules import PEOPLE_MOST, ActionSketch, UnusualTime
from workshops.refusals import Invalid, Refusal


def action_in(form: Form) -> ActionSketch:
    """The action as it was typed. Raises Invalid with every sentence at once."""
    hours = form.whole("hours", 0, 200, label="Heures par élève", default=0)
    minutes = form.whole("minutes", 0, 59, label="Minutes par élève", default=0)
    sketch = ActionSketch(
        kind=form.choice("kind", ACTION_KINDS, label="Type d'action"),
        title=form.text("title", label="Intitulé", most=120),
        starts_at=form.moment("starts_on", "starts", label="Date et heure"),
        minutes=60 * hours + minutes,
        people=form.whole("people", 0, PEOPLE_MOST, label="Personnes de l'entreprise", default=0),
        place=form.text("place", label="Lieu", most=160, required=False),
    )
    form.refuse_if_wrong()
    return sketch


def meant_in(form: Form, on: str, at: str) -> bool:
    """Whether the very moment that was asked about is confirmed: another one is asked about anew."""
    return form.typed.get("sure", "") == moment_typed(form, on, at)


def moment_typed(form: Form, on: str, at: str) -> str:
    """A moment as it was typed, which the box to confirm it carries."""
    return f"{form.typed.get(on, '').strip()} {form.typed.get(at, '').strip()}"


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


def told(form: Form, no: Refusal, field: str) -> Form:
    """The form with what was refused in it, under its own names: a moment is typed as a day and an hour."""
    if isinstance(no, Invalid):
        form.errors |= {"starts_on" if name == "starts_at" else name: why for name, why in no.errors.items()}
    else:
        form.errors["sure" if isinstance(no, UnusualTime) else field] = no.sentence
    return form
