"""What an opening may be, and how far it is. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import PARIS, paris_instant
from workshops.typed_text.days import FIRST_DAY, LAST_DAY, far_away

PERIOD_MOST = timedelta(days=366)
DRAWN_AFTER = timedelta(hours=1)
WEIGHTS = (1, 2, 3)


class OpeningBegun(Refusal):
    kind = "opening-begun"
    title = "Période déjà ouverte"
    sentence = "Cette période est déjà ouverte aux réservations : son ouverture ne change plus."


def refuse_opening(first_on: date, last_on: date, opens_at: datetime, *, first_weight: int = 1, now: datetime) -> None:
    """A period of a year at most, opened at a minute to come, before its first day. Raises Invalid."""
    errors = {}
    if first_weight not in WEIGHTS:
        errors["first_weight"] = f"Poids : de {WEIGHTS[0]} à {WEIGHTS[-1]}."
    if far_away(first_on) or far_away(last_on):
        errors["first_on"] = f"Période : choisissez des dates entre {FIRST_DAY.year} et {LAST_DAY.year}."
    elif last_on < first_on:
        errors["last_on"] = "Dernier jour : il vient avant le premier."
    elif last_on - first_on >= PERIOD_MOST:
        errors["last_on"] = "Dernier jour : une période dure un an au plus."
    if told := _wrong_hour(opens_at, first_on, now):
        errors["opens_at"] = told
    if errors:
        raise Invalid(errors)


def _wrong_hour(opens_at: datetime, first_on: date, now: datetime) -> str | None:
    if opens_at.tzinfo is None:
        return "Ouverture : donnez l'heure avec son fuseau."
    if far_away(opens_at):
        return f"Ouverture : choisissez un moment entre {FIRST_DAY.year} et {LAST_DAY.year}."
    if opens_at.second or opens_at.microsecond:
        return "Ouverture : donnez une heure à la minute."
    if opens_at <= now:
        return "Ouverture : ce moment est déjà passé."
    if not far_away(first_on) and opens_at.astimezone(PARIS) >= paris_instant(first_on, time()):
        return "Ouverture : elle vient avant le premier jour de la période."
    return None


def opens_later(opens_at: datetime | None, now: datetime) -> bool:
    """Whether a slot is only seen for now; None where its day is of no opening."""
    return opens_at is not None and now < opens_at


def may_be_had(opens_at: datetime | None, draws_at: datetime | None, now: datetime) -> bool:
    """Whether a slot is had at once: it is open, and no draw is to be held for it (None where none is, any more)."""
    return draws_at is None and not opens_later(opens_at, now)


def refuse_begun(opens_at: datetime, *, now: datetime) -> None:
    """What people have begun to reserve under does not change. Raises OpeningBegun."""
    if now >= opens_at:
        raise OpeningBegun()
