"""Who keeps the programme's records: a lycée its own, the coordination all of them."""

from __future__ import annotations

import uuid

from booking.people.accounts.queries import AtSchool, CompanyPerson, Person
from booking.people.accounts.rules import Role
from booking.process.settings import Settings
from booking.programme.records.sheet import Sender

KEEPERS = {"who": {Role.HOST, Role.COORDINATOR}}
VISIT_PEOPLE = {"who": {Role.TEACHER, Role.HOST, Role.COORDINATOR}}
PTECH_PEOPLE = {"who": {Role.HOST, Role.COMPANY, Role.COORDINATOR}}


def school_of(person: Person) -> int | None:
    """The school whose part alone a person sees; None for a coordinator, who sees all."""
    return person.school if isinstance(person, AtSchool) else None


def company_of(person: Person | None) -> int | None:
    """The company whose part alone a person sees; None for everybody else."""
    return person.company if isinstance(person, CompanyPerson) else None


def sender_of(person: Person, settings: Settings) -> Sender:
    """The same of a whole table that is sent in."""
    return Sender(
        by=person.account,
        uid=lambda: f"{uuid.uuid4()}@{settings.host}",
        school=school_of(person),
        uai=person.school_uai if isinstance(person, AtSchool) else "",
    )
