"""Who keeps the programme's records: a lycée its own, the coordination all of them."""

from __future__ import annotations

from booking.accounts.queries import Person

KEEPERS = {"who": {"host", "coordinator"}}


def school_of(person: Person) -> int | None:
    """The lycée whose records a host keeps; None for a coordinator, who keeps all."""
    return None if person.role == "coordinator" else person.school or 0
