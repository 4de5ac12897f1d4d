"""Where a teacher's collège is, for what is near it."""

from __future__ import annotations

from booking.people.accounts.queries import Teacher


def near_of(person: Teacher) -> tuple[float, float] | None:
    """Latitude and longitude of her collège; None when the directory does not say."""
    if person.school_lat is None or person.school_lon is None:
        return None
    return person.school_lat, person.school_lon
