"""What a teacher may look for, and where a page of the list ends."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime

from workshops.refusals import Invalid

NO_CURSOR = "Ce curseur n'est pas celui d'une page de cette liste."


@dataclass(frozen=True)
class Filters:
    """What a teacher looks for. Days are Paris days, both included; `pupils` must find room in the seats left.

    `school` is a lycée's UAI, `tech_object` an object's number, `near` a latitude and a longitude in degrees.
    `only_open` leaves out the slots whose reservations are closed, `only_free` the full ones too.
    """

    from_on: date | None = None
    to_on: date | None = None
    level: str | None = None
    pupils: int | None = None
    department: str | None = None
    school: str | None = None
    tech_object: int | None = None
    near: tuple[float, float] | None = None
    km: float | None = None
    by_distance: bool = False
    only_free: bool = False
    only_open: bool = False
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True)
class Place:
    """Where a page of the list ended: the next one starts after it. `km` only in a list sorted by distance."""

    starts_at: datetime
    slot: int
    km: float | None = None


def cursor_of(place: Place) -> str:
    """A place in the list as the opaque text that a reader gives back."""
    written = f"{place.starts_at.isoformat()}|{place.slot}|{'' if place.km is None else repr(place.km)}"
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def place_of(cursor: str, *, by_distance: bool) -> Place:
    """Read a cursor back. Raises Invalid when it is not one of this list's."""
    try:
        written = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        starts_at, slot, km = written.split("|")
        place = Place(datetime.fromisoformat(starts_at), int(slot), float(km) if km else None)
    except ValueError:
        raise Invalid({"cursor": NO_CURSOR}) from None
    if place.starts_at.tzinfo is None or (place.km is not None) != by_distance or not 0 < place.slot < 2**31:
        raise Invalid({"cursor": NO_CURSOR})
    return place
