"""Who may subscribe to what, under which name, and how long the past is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.people.accounts.rules import Role
from workshops.refusals import NotFound, Refusal

ROLES = frozenset({Role.TEACHER, Role.HOST, Role.COMPANY})
# RFC 7986, 5.7: how often an agenda program is asked to come back.
HOURLY = timedelta(hours=1)
PAST_KEPT = timedelta(days=365)
CANCELLED_KEPT = timedelta(days=30)


class NoFeed(NotFound):
    sentence = "Ce lien d'agenda n'existe pas, ou il a été révoqué. Créez-en un autre dans Mon compte."


class NothingToFollow(Refusal):
    kind = "nothing-to-follow"
    title = "Pas d'agenda"
    sentence = "Ce rôle n'a pas de visites à suivre : prenez celui d'un collège, d'un lycée ou d'une entreprise."


def name_of(role: str, place: str) -> str:
    """« TECHNILAB : visites reçues, Lycée Jules Haag »"""
    words = {"teacher": "mes visites", "host": "visites reçues", "company": "nos venues", "principal": "sorties"}
    return f"TECHNILAB : {words[role]}, {place}"


def public_name_of(place: str) -> str:
    """« TECHNILAB : créneaux ouverts, Lycée Jules Haag »"""
    return f"TECHNILAB : créneaux ouverts, {place}"


def path_of(role: str, *, about: int, slot: int) -> str:
    """The page of ours to which an entry leads its reader."""
    return {
        "teacher": f"/reservations/{about}",
        "host": f"/lycee/creneaux/{slot}",
        "company": "/entreprise",
        "principal": f"/creneaux/{slot}",
    }[role]


def meeting_path_of(role: str, *, cohort: int) -> str:
    """The page of a mentoring action's cohort, for its lycée, a company or the coordination."""
    place = {"company": "entreprise", "coordinator": "gestion/ptech"}.get(role, "lycee/ptech")
    return f"/{place}/cohortes/{cohort}"


def modified_at(latest: datetime | None, *, now: datetime) -> datetime:
    """The date for programs that ask by date alone, not by the content's own mark.

    It is the hour's beginning at least: what no row is dated by (a workshop's new title, an entry that is too old) is
    then seen an hour late at the most, which is how often they are asked to come.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    return hour if latest is None else max(hour, latest)
