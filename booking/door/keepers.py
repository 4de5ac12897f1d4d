"""Who keeps the programme's records: a lycée its own, the coordination all of them."""

from __future__ import annotations

import uuid

from booking.people.accounts.queries import Person
from booking.programme.records.sheet import Sender
from booking.settings import Settings

KEEPERS = {"who": {"host", "coordinator"}}


def school_of(person: Person) -> int | None:
    """The lycée whose records a host keeps; None for a coordinator, who keeps all."""
    return None if person.role == "coordinator" else person.school or 0


def sender_of(person: Person, settings: Settings) -> Sender:
    """The same of a whole table that is sent in."""
    return Sender(
        by=person.account,
        uid=lambda: f"{uuid.uuid4()}@{settings.host}",
        school=school_of(person),
        uai=person.school_uai,
    )
