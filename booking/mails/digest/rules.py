"""When the weekly mail leaves, and what it looks at. Pure."""

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


def monday_of(now: datetime) -> date | None:
    """The Monday whose mail is due: that day from 7 h 00 in Paris until midnight, and no other day."""
    here = paris(now)
    return here.date() if here.weekday() == 0 and here.time() >= LEAVES_AT else None
