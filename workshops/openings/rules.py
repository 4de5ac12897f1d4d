"""What an opening may be, and how far it is. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from workshops.refusals import Refusal
from workshops.school_calendar.rules import PARIS, paris_instant

PERIOD_MOST = timedelta(days=366)
DRAWN_AFTER = timedelta(hours=1)


class OpeningBegun(Refusal):
    kind = "opening-begun"
    title = "Période déjà ouverte"
    sentence = "Cette période est déjà ouverte aux réservations : son ouverture ne change plus."


def wrong_hour(opens_at: datetime, first_on: date, now: datetime) -> str | None:
    """Why a period that begins on `first_on` cannot open then: it does at a minute to come, before its first day."""
    if opens_at.second or opens_at.microsecond:
        return "Ouverture : donnez une heure à la minute."
    if opens_at <= now:
        return "Ouverture : ce moment est déjà passé."
    if opens_at.astimezone(PARIS) >= paris_instant(first_on, time()):
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
