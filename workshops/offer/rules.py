"""What a teacher may look for, where a page of the list ends, and what to give up when nothing suits."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from workshops.refusals import Invalid

NO_CURSOR = "Ce curseur n'est pas celui d'une page de cette liste."
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


Takes = Literal["whole", "halves", "either"]


@dataclass(frozen=True)
class Filters:
    """What a teacher looks for. Days are Paris days, both included; `pupils` must find room in the seats left.

    `school` is a lycée's UAI, `tech_object` an object's number, `near` a latitude and a longitude in degrees.
    `zone` leaves out the days off of a holiday zone, `college` also those that this school declared itself.
    `company_places` must be left for companies. `only_open` leaves out the slots whose reservations are closed,
    `only_free` the full ones too. `takes`: how a slot takes the `pupils`, whole, as one of two halves, or either;
    `waiting` also keeps those large enough where they find no room today. `later`: only what opens later, or only what
    does not.
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
    zone: str | None = None
    college: int | None = None
    company_places: int | None = None
    only_free: bool = False
    only_open: bool = False
    takes: Takes = "whole"
    waiting: bool = False
    later: bool | None = None
    limit: int = 50
    cursor: str | None = None

    @property
    def whatever_the_order(self) -> Filters:
        """The same slots, for whoever only counts them: nobody asks how far they are, unless some are too far."""
        return replace(self, near=self.near if self.km is not None else None, by_distance=False, cursor=None)


@dataclass(frozen=True)
class ListPlace:
    """Where a page of the list ended: the next one starts after it. `km` only in a list sorted by distance."""

    starts_at: datetime
    slot: int
    km: float | None = None


def cursor_of(place: ListPlace) -> str:
    """A place in the list as the opaque text that a reader gives back."""
    written = f"{place.starts_at.isoformat()}|{place.slot}|{'' if place.km is None else repr(place.km)}"
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def place_of(cursor: str, *, by_distance: bool) -> ListPlace:
    """Read a cursor back. Raises Invalid when it is not one of this list's."""
    try:
        written = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        starts_at, slot, km = written.split("|")
        place = ListPlace(datetime.fromisoformat(starts_at), int(slot), float(km) if km else None)
    except ValueError:
        raise Invalid({"cursor": NO_CURSOR}) from None
    usual = place.starts_at.tzinfo is not None and FIRST_DAY < place.starts_at.date() < LAST_DAY
    if not usual or (place.km is not None) != by_distance or not 0 < place.slot < 2**31:
        raise Invalid({"cursor": NO_CURSOR})
    return place


def without_each(filters: Filters) -> dict[str, Filters]:
    """The same search with one wish less, for each wish made."""
    anywhere = filters.km is None
    whole = replace(filters, cursor=None, by_distance=False, near=None if anywhere else filters.near)
    fewer = {
        "dates": replace(whole, from_on=None, to_on=None),
        "zone": replace(whole, zone=None, college=None),
        "km": replace(whole, km=None, near=None),
        "department": replace(whole, department=None),
        "school": replace(whole, school=None),
        "tech_object": replace(whole, tech_object=None),
        "level": replace(whole, level=None),
        "pupils": replace(whole, pupils=None),
        "company_places": replace(whole, company_places=None),
        "only_free": replace(whole, only_free=False),
    }
    return {wish: less for wish, less in fewer.items() if less != whole}
