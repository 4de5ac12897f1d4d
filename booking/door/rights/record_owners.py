"""Who sends a table of the programme's records in: a lycée its own, the coordination those of all."""

from __future__ import annotations

from booking.people.accounts.queries import AtSchool, Person
from booking.process.settings import Settings
from booking.programme.records.sheet import Sender


def sender_of(person: Person, settings: Settings) -> Sender:
    """What she sees of the records, for a whole table that is uploaded."""
    return Sender(
        by=person.account,
        uid=settings.new_uid,
        scope=person.scope,
        uai=person.school_uai if isinstance(person, AtSchool) else "",
    )
