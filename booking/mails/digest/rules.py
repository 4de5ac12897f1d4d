"""When the weekly mail leaves, what it looks at, and what the coordination has to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.wording import paris

LEAVES_AT = time(7, 0)
EMPTY_WITHIN = timedelta(days=21)
UNCONFIRMED_WITHIN = timedelta(days=15)
# A visit that is closed is told once; one that is left open, until it is closed or too old to be remembered well.
DONE_WITHIN = timedelta(days=7)
LEFT_WITHIN = timedelta(days=60)

TITLES = {
    "empty": "Créneaux sans groupe, à moins de trois semaines",
    "unconfirmed": "Visas attendus, à moins de quinze jours",
    "unscanned": "Visites passées sans pointage",
    "unbuilt": "Visites passées sans objet noté",
    "undelivered": "Mails qui n'ont pas pu être remis",
}
# What the coordination has to do, the most pressing first: nothing leaves, somebody waits, a figure is missing, a
# place would be lost, a cohort or a course is behind, a year may be closed.
RANKS = {
    "silent": "Les mails ne partent plus",
    "failed": "Mails en échec",
    "sign_up": "Enseignants inscrits d'eux-mêmes, à confirmer",
    "company": "Entreprises qui demandent à venir",
    "visa": "Visas de collèges sans boîte officielle, à régler",
    "paper": "Collèges où tous les visas sont sur papier",
    "alone": "Lycées où plus personne ne reçoit",
    "late": "Visites passées que les lycées n'ont pas closes",
    "empty": "Créneaux sans groupe, à moins de trois semaines",
    "mentors": "Cohortes P-TECH où il manque des entreprises",
    "step": "Formations BTS+1 en retard d'une étape",
    "year": "Années scolaires à clore",
}


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a lycée: `kind` is a key of TITLES, `detail` the group or the person."""

    kind: str
    slot: int
    school: int
    school_name: str
    workshop: str
    starts_at: datetime
    detail: str


@dataclass(frozen=True)
class ToDo:
    """One thing that the coordination has to do: `kind` is a key of RANKS, `address` the page that tells it.

    `act` are the words of what to do. It is done at once by a POST to `post`, otherwise on the page `way`.
    """

    kind: str
    title: str
    told: str
    address: str
    act: str = ""
    way: str = ""
    post: str = ""


def monday_of(now: datetime) -> date | None:
    """The Monday whose mail is due: that day from 7 h 00 in Paris until midnight, and no other day."""
    here = paris(now)
    return here.date() if here.weekday() == 0 and here.time() >= LEAVES_AT else None
