"""Who owns the programme's records, and the scope of what they see: a lycée its own, the coordination all of them."""

from __future__ import annotations

import uuid

from booking.people.accounts.queries import AtSchool, CompanyPerson, Person
from booking.process.settings import Settings
from booking.programme.records.sheet import Sender


def school_of(person: Person) -> int | None:
    """The school to whose records a person is limited; None for a coordinator, who sees all."""
    return person.school if isinstance(person, AtSchool) else None


def company_of(person: Person | None) -> int | None:
    """The company to whose records a person is limited; None for everybody else."""
    return person.company if isinstance(person, CompanyPerson) else None


def sender_of(person: Person, settings: Settings) -> Sender:
    """The same scope, for a whole table that is uploaded."""
    return Sender(
        by=person.account,
        uid=lambda: f"{uuid.uuid4()}@{settings.host}",
        school=school_of(person),
        uai=person.school_uai if isinstance(person, AtSchool) else "",
    )
