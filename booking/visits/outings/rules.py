"""How long a principal's page of outings opens, and why it does not. Pure."""

from __future__ import annotations

from datetime import date, datetime, time

from booking.people.accounts.rules import LinkSpent
from workshops.refusals import Refusal
from workshops.school_calendar.rules import first_day_of, paris_day, paris_instant, school_year_of


class PageOver(LinkSpent):
    title = "Lien terminé"
    sentence = "Ce lien n'ouvre plus rien : l'année scolaire est finie, ou il a été révoqué. Demandez-en un au collège."


class NobodyToSend(Refusal):
    kind = "no-address"
    status = 422
    title = "Pas d'adresse"
    sentence = "Aucune adresse confirmée : donnez celle du chef d'établissement, puis attendez sa confirmation."


def year_of_outings(now: datetime) -> tuple[datetime, datetime]:
    """From 1 August of the school year under way until the end of the next 31 August."""
    first = school_year_of(paris_day(now))
    return paris_instant(first_day_of(first), time()), paris_instant(date(first + 1, 9, 1), time())
